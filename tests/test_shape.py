"""The shape of the code: short files, short functions, modules with names that say something.

Aim at 400 lines a file and 50 a function. Above 600 or 80 a line in ``shape_allowed.toml`` must say
why; a line there that is no longer needed fails too.
"""

import ast
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
LONGEST_FILE, LONGEST_FUNCTION = 600, 80
# a name that fits everything collects everything
NOT_NAMES = frozenset(
    {"util", "utils", "common", "misc", "helper", "helpers", "base", "manager", "data", "info",
     "impl"}
)  # fmt: skip
FILES = sorted(f for top in ("src", "tests", "scripts") for f in (ROOT / top).rglob("*.py"))
ALLOWED = tomllib.loads((ROOT / "tests/shape_allowed.toml").read_text())
Function = ast.FunctionDef | ast.AsyncFunctionDef


def shown(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


def length(function: Function) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1


def is_declaration(tree: ast.Module, lines: int) -> bool:
    """Whether it only declares: hardly a line of it runs later."""
    running = sum(length(node) for node in ast.walk(tree) if isinstance(node, Function))
    return running * 10 < lines


def too_long(source: str) -> Iterator[tuple[str, int]]:
    """Give what is too long: ``""`` for the file itself, ``::name`` for a function in it."""
    tree, lines = ast.parse(source), len(source.splitlines())
    if lines > LONGEST_FILE and not is_declaration(tree, lines):
        yield "", lines
    for node in ast.walk(tree):
        if isinstance(node, Function) and length(node) > LONGEST_FUNCTION:
            yield f"::{node.name}", length(node)


@cache
def offences() -> dict[str, int]:
    return {
        f"{shown(file)}{part}": lines
        for file in FILES
        for part, lines in too_long(file.read_text())
    }


def test_files_and_functions_are_short_or_say_why_not() -> None:
    unexplained = {key: lines for key, lines in offences().items() if key not in ALLOWED}
    assert not unexplained, "split it, or give a reason in tests/shape_allowed.toml"


def test_no_reason_stands_for_something_that_is_short_by_now() -> None:
    assert not set(ALLOWED) - set(offences())


def test_every_module_has_a_name_that_says_what_it_holds() -> None:
    parts = {file: {*file.relative_to(ROOT).parts[1:-1], file.stem} for file in FILES}
    assert not [shown(file) for file in FILES if NOT_NAMES & parts[file]]


@pytest.mark.parametrize(
    ("source", "long"),
    [
        ("def f():\n" + "    x = 1\n" * 79, False),
        ("def f():\n" + "    x = 1\n" * 80, True),
        ("x = 1\n" * 601, False),
        ("def f():\n    x = 1\n\n" * 201, True),
        ("async def f():\n" + "    x = 1\n" * 80, True),
    ],
    ids=["function of 80", "function of 81", "declarations", "many functions", "async too"],
)
def test_the_rule_itself(source: str, long: bool) -> None:
    assert bool(list(too_long(source))) == long
