"""``passwd``: a new password, by who knows the old one."""

import getpass
from argparse import ArgumentParser

from pasture.cli.connect import Session, online
from pasture.cli.exits import Exit, Failure
from pasture.cli.lists import asking
from pasture.cli.verb import Verb
from pasture.client.errors import Absent
from pasture.client.resource import Resource


def configure(parser: ArgumentParser) -> None:
    """Add the flags of ``passwd``."""
    parser.add_argument("--login", metavar="NAME", help="whose (default: the only one you see)")
    parser.add_argument(
        "--password-stdin",
        action="store_true",
        help="read the old and then the new password from stdin, a line each",
    )


async def passwd(session: Session) -> Exit:
    """Change a password; the sessions that the old one began end."""
    with asking(session):
        found = chosen(await session.client.everywhere("passwords"), session.args.login)
    old, new = typed(session)
    with asking(session):
        await session.client.act(found, "changesecret", {"oldSecret": old, "newSecret": new})
    session.context.console.say(f"{login(found)} has a new password: log in again with it")
    return Exit.OK


def chosen(rows: list[Resource], wanted: str | None) -> Resource:
    """Return the login that is meant.

    Raises:
        Absent: there is none.
        Failure: there are several.

    """
    found = [row for row in rows if wanted is None or login(row) == wanted]
    there = ", ".join(sorted(map(login, rows))) or "none"
    if not found:
        raise Absent(f"there is no such login with a password that you see; there are: {there}")
    if len(found) > 1:
        raise Failure(f"whose password? name one by --login; there are: {there}", Exit.USAGE)
    return found[0]


def login(row: Resource) -> str:
    """Return the login name that a password belongs to."""
    return row.text("publicValue") or row.id


def typed(session: Session) -> tuple[str, str]:
    """Return the old password and the new one: typed unseen, or two lines of stdin.

    Raises:
        Failure: one is missing, or the new one was not typed twice alike.

    """
    console = session.context.console
    if session.args.password_stdin:
        old, new = (console.stdin.readline().rstrip("\r\n") for _ in range(2))
    elif console.interactive:
        old = getpass.getpass("Password now: ", stream=console.err)
        new = getpass.getpass("New password: ", stream=console.err)
        if getpass.getpass("New password again: ", stream=console.err) != new:
            raise Failure("the new password was not typed twice alike", Exit.USAGE)
    else:
        raise Failure("no terminal to ask on: give both by --password-stdin", Exit.USAGE)
    if not old or not new:
        raise Failure("the old and the new password are needed, a line each", Exit.USAGE)
    return old, new


VERBS = {"passwd": Verb(configure, online(passwd))}
