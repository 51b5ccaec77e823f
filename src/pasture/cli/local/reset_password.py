"""``reset-password``: let who owns the data folder back in, whether the server runs or not.

A running server is asked over its owner-only socket in the folder; else its database is opened
here, and the folder is held meanwhile, so that no server starts in between.
"""

import asyncio
import http.client
import json
import socket
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Any

from pasture.auth.secrets import Passwords
from pasture.cli.exits import Exit, Failure
from pasture.cli.verb import Context, Verb
from pasture.server import folder, upgrade
from pasture.server.passwords import reset_password
from pasture.settings.settings import Settings
from pasture.store.store import Store

DEADLINE_S = 30.0
NOT_THERE = (FileNotFoundError, ConnectionRefusedError)


def configure(parser: ArgumentParser) -> None:
    """Add the flags of ``reset-password``."""
    parser.add_argument("--data", metavar="DIR", help="the server's data folder [PASTURE_DATA]")
    parser.add_argument("--database", metavar="URL", help="its database [PASTURE_DATABASE]")
    parser.add_argument("--login", metavar="NAME", help="whose password (default: the admin's)")
    parser.add_argument(
        "--password-stdin",
        action="store_true",
        help="read the new password from stdin (default: one is made)",
    )


def reset(args: Namespace, context: Context) -> Exit:
    """Set a new password; print it where it was made here."""
    arguments = {"data": args.data, "database": args.database}
    settings = Settings.from_env(context.variables, arguments)
    given = {"login": args.login, "password": typed(args, context)}
    try:
        answer = over_socket(settings.data / folder.LOCAL_SOCKET, given)
    except NOT_THERE:
        answer = asyncio.run(in_database(settings, context, given))
    except OSError as error:
        raise Failure(f"{settings.data} cannot be used: {error.strerror}") from error
    if given["password"] is None:
        context.console.line(f"{answer['login']}:{answer['password']}")
    context.console.say(f"{answer['login']} has a new password")
    return Exit.OK


def typed(args: Namespace, context: Context) -> str | None:
    """Return the new password that was given, or None.

    Raises:
        Failure: stdin is empty.

    """
    if not args.password_stdin:
        return None
    password = context.console.stdin.readline().rstrip("\r\n")
    if not password:
        raise Failure("no password stands on stdin", Exit.USAGE)
    return password


class OverSocket(http.client.HTTPConnection):
    """HTTP over a Unix socket."""

    def __init__(self, path: Path) -> None:
        super().__init__("localhost", timeout=DEADLINE_S)
        self._path = path

    def connect(self) -> None:
        """Connect to the socket."""
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(DEADLINE_S)
        self.sock.connect(str(self._path))


def over_socket(path: Path, given: dict[str, str | None]) -> dict[str, Any]:
    """Ask the running server.

    Raises:
        Failure: it refuses.
        OSError: no server is there.

    """
    connection = OverSocket(path)
    try:
        body = json.dumps({name: value for name, value in given.items() if value is not None})
        connection.request("POST", "/reset-password", body=body)
        answer = connection.getresponse()
        text = answer.read().decode(errors="replace")
    except http.client.HTTPException as error:
        raise Failure(f"the server on {path} gave no answer that is HTTP") from error
    finally:
        connection.close()
    if answer.status != http.client.OK:
        raise Failure(text.strip() or f"the server refused with HTTP {answer.status}")
    return json.loads(text)


async def in_database(
    settings: Settings, context: Context, given: dict[str, str | None]
) -> dict[str, Any]:
    """Open the database of a server that does not run.

    Raises:
        Failure: no server has ever run there.

    """
    data = settings.data
    if not (data / folder.KEY).is_file():
        raise Failure(f"no server has run on {data}: name its data folder by --data")
    passwords = Passwords(context.clock)
    try:
        with folder.held(data):
            upgrade.prepare(settings, context.clock)
            async with Store.open(
                settings.database, key=folder.key(data), clock=context.clock
            ) as store:
                login, password = await reset_password(store, passwords, **given)
    finally:
        passwords.close()
    return {"login": login, "password": password}


VERBS = {"reset-password": Verb(configure, reset)}
