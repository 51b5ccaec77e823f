"""The page translates the server's sentences by their words: the server still says these."""

import ast
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from scripts.machine import CHECKOUT

WORDS = CHECKOUT / "web/src/words/en/why.json"
SAY_WHY = ("agent", "control", "link", "schedule")  # whose words a state's reason is
PLACE = "\0"  # a value in a sentence
MOSTLY = 0.3  # of a template's letters stand in one sentence of the code
TEMPLATES = {k: v for k, v in json.loads(WORDS.read_text()).items() if k != "join"}


def sentence(node: ast.expr) -> str | None:
    """Return a text of the code, its values as places."""
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=parts):
            return "".join(sentence(part) or PLACE for part in parts)
        case ast.FormattedValue(value=ast.Name(id=name)) if name.isupper():
            return constants().get(name)
        case _:
            return None


@cache
def constants() -> dict[str, str]:
    """Return the named texts."""
    return {
        target.id: node.value.value
        for tree in trees()
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name) and isinstance(node.value.value, str)
    }


@cache
def trees() -> list[ast.Module]:
    """Return the code of those that say why."""
    folder = CHECKOUT / "src/pasture"
    files: Iterator[Path] = (f for name in SAY_WHY for f in (folder / name).rglob("*.py"))
    return [ast.parse(file.read_text()) for file in files]


@cache
def sentences() -> set[str]:
    """Return every text in their code."""
    nodes = (node for tree in trees() for node in ast.walk(tree) if isinstance(node, ast.expr))
    return {text for node in nodes if (text := sentence(node)) is not None}


def says(said: str, template: str) -> bool:
    """Tell whether a sentence of the code becomes one of the template's."""
    filled = re.sub(r"{{\w+}}", PLACE, template)
    letters = len(said.replace(PLACE, "")), len(filled.replace(PLACE, ""))
    if letters[0] < MOSTLY * letters[1]:
        return False
    pattern = ".*".join(re.escape(part) for part in said.split(PLACE))
    return re.fullmatch(pattern, filled, re.DOTALL) is not None


@pytest.mark.parametrize("code", TEMPLATES)
def test_the_server_says_each_sentence_that_the_page_has_words_for(code: str) -> None:
    assert any(says(said, TEMPLATES[code]) for said in sentences()), TEMPLATES[code]


def test_a_sentence_that_nobody_says_is_seen() -> None:
    assert not any(says(said, "host {{host}} has too few wheels") for said in sentences())
    assert says("host \0 has \0 label", "host {{host}} has no label")
