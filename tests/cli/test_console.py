import io
import json
from pathlib import Path

import pytest

from pasture.cli.commands import COMMANDS
from pasture.cli.console import CLEAR, Console, on, printable
from pasture.cli.exits import Exit
from pasture.cli.table import Column, show
from tests.cli.command import Shell

GUIDE = Path(__file__).parents[2] / "docs" / "guide" / "cli.md"
COLUMNS = [
    Column[str](head="NAME", cell=lambda row: row.partition(" ")[0]),
    Column[str](head="STATE", cell=lambda row: row.partition(" ")[2], state=True),
    Column[str](head="END", cell=lambda _: "x"),
]


def shown(rows: list[str], *, colour: bool) -> str:
    out = io.StringIO()
    show(Console(stdin=io.StringIO(), out=out, err=out, colour=colour), COLUMNS, rows)
    return out.getvalue()


def test_a_state_has_its_colour_and_columns_stay_aligned() -> None:
    rows = ["a running", "b error", "c stopping", "d stopped"]
    coloured = shown(rows, colour=True)
    assert coloured.splitlines()[1:] == [
        "a     \x1b[32mrunning \x1b[0m  x",
        "b     \x1b[31merror   \x1b[0m  x",
        "c     \x1b[33mstopping\x1b[0m  x",
        "d     \x1b[0mstopped \x1b[0m  x",
    ]
    plain = shown(rows, colour=False)
    for code in ("\x1b[32m", "\x1b[31m", "\x1b[33m", "\x1b[0m"):
        coloured = coloured.replace(code, "")
    assert coloured == plain


def test_what_is_no_terminal_has_no_width_colour_or_questions() -> None:
    console = on((io.StringIO(), io.StringIO(), io.StringIO()))
    assert (console.width, console.colour) == (None, False)
    assert not console.interactive
    assert not console.live


def test_a_text_of_a_server_becomes_one_printable_line() -> None:
    assert printable("a\x1b[2J\r\nb\tc\u202e") == "a [2J b c "


def test_nothing_that_is_written_drives_the_terminal() -> None:
    out, err = io.StringIO(), io.StringIO()
    console = Console(stdin=io.StringIO("yes\n"), out=out, err=err)
    evil = "a\x1b[2J\nb\x9b\u202e"
    console.line(evil)
    console.say(evil)
    console.complain(evil)
    assert console.ask(evil) == "yes"
    console.over(evil)
    console.json([evil, "\U000e0001\x7f"])
    assert out.getvalue().startswith("a [2J b  \n[\n")
    assert json.loads(out.getvalue().partition("\n")[2]) == [evil, "\U000e0001\x7f"]
    assert "a" + err.getvalue().removesuffix("a [2J b  ").partition("a")[2] == (
        "a [2J b  \npasture: a [2J b  \na [2J b   " + CLEAR
    )
    assert all(c.isprintable() or c == "\n" for c in out.getvalue())


@pytest.mark.parametrize("command", [c.name for c in COMMANDS])
def test_the_guide_names_every_command(command: str) -> None:
    assert f"`pasture {command}" in GUIDE.read_text() or f"pasture {command} " in GUIDE.read_text()


@pytest.mark.parametrize("code", [int(e) for e in Exit])
def test_the_guide_lists_every_exit_code(code: int) -> None:
    assert f"\n| {code} | " in GUIDE.read_text()


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        ("server --listen nowhere", "--listen or PASTURE_LISTEN does not take 'nowhere'"),
        ("server --access-control off", "everybody who reaches"),
        ("agent http://h/", "http://SERVER:8080/v1/scripts/TOKEN"),
        ("agent --address here", "--address"),
    ],
)
async def test_ill_settings_of_server_and_agent_are_usage(
    tmp_path: Path, words: str, complaint: str
) -> None:
    ended = await Shell(home=tmp_path).run(*words.split(), PASTURE_DATA=str(tmp_path))
    assert ended.exit is Exit.USAGE
    assert complaint in ended.err
