import pytest

from pasture.cli.exits import Exit
from tests.cli.command import Shell
from tests.client.fake_api import PASSWORD, FakeApi

NEW = "another horse"
LINES = f"{PASSWORD}\n{NEW}\n"


def add(api: FakeApi, *logins: str) -> None:
    api.passwords = [
        {"id": f"1c{n}", "type": "password", "publicValue": name, "state": "active"}
        for n, name in enumerate(logins, start=1)
    ]


async def test_a_password_is_changed_by_who_knows_it(api: FakeApi, shell: Shell) -> None:
    add(api, "admin")
    ended = await shell.run("passwd", "--password-stdin", stdin=LINES)
    assert (ended.exit, ended.out) == (Exit.OK, "")
    assert ended.err == "admin has a new password: log in again with it\n"
    assert api.asked[-1].body == {"oldSecret": PASSWORD, "newSecret": NEW}


async def test_of_several_logins_one_is_named(api: FakeApi, shell: Shell) -> None:
    add(api, "admin", "eve")
    ended = await shell.run("passwd", "--password-stdin", stdin=LINES)
    assert (ended.exit, api.bodies("POST")) == (Exit.USAGE, [])
    assert "--login; there are: admin, eve" in ended.err
    ended = await shell.run("passwd", "--login", "eve", "--password-stdin", stdin=LINES)
    assert ended.exit is Exit.OK
    assert api.asked[-1].path == "/v2-beta/passwords/1c2/"


@pytest.mark.parametrize(
    ("words", "stdin", "ended"),
    [
        ("--password-stdin", f"wrong\n{NEW}\n", (Exit.FAILED, "not the password now")),
        ("--password-stdin", f"{PASSWORD}\n", (Exit.USAGE, "a line each")),
        ("", "", (Exit.USAGE, "no terminal to ask on")),
        ("--login nobody --password-stdin", LINES, (Exit.NOT_FOUND, "there are: admin")),
    ],
)
async def test_what_is_not_changed_is_said(
    api: FakeApi, shell: Shell, *, words: str, stdin: str, ended: tuple[Exit, str]
) -> None:
    add(api, "admin")
    seen = await shell.run("passwd", *words.split(), stdin=stdin)
    assert seen.exit is ended[0]
    assert ended[1] in seen.err
