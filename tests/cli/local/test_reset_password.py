import asyncio
import stat
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from pasture.auth.secrets import Passwords
from pasture.cli.exits import Exit
from pasture.kit.clock import SystemClock
from pasture.model.credential import Password
from pasture.model.query import Where
from pasture.server import folder, seed
from pasture.settings.settings import Settings
from pasture.store.store import Store
from tests.cli.command import Shell


@pytest.fixture
def stranger(tmp_path: Path) -> Shell:
    return Shell(home=tmp_path, token=None)


@asynccontextmanager
async def serving(data: Path, answer: Callable[[Any], web.Response]) -> AsyncGenerator[list[Any]]:
    """Serve a fake of the server's local socket; what was asked is yielded."""
    asked: list[Any] = []

    async def handle(request: web.Request) -> web.Response:
        asked.append(await request.json())
        return answer(asked[-1])

    app = web.Application()
    app.router.add_post("/reset-password", handle)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.UnixSite(runner, str(data / folder.LOCAL_SOCKET)).start()
    try:
        yield asked
    finally:
        await runner.cleanup()


@asynccontextmanager
async def opened(data: Path) -> AsyncGenerator[Store]:
    settings = Settings.from_env({}, {"data": str(data)})
    async with Store.open(settings.database, key=folder.key(data), clock=SystemClock()) as store:
        yield store


async def counts(data: Path, login: str, password: str) -> bool:
    """Whether the database takes a login and password."""
    passwords = Passwords(SystemClock())
    async with opened(data) as store:
        row = await store.one(Password, Where("public_value", login))
        try:
            return await passwords.matches(row and row.secret_value, password)
        finally:
            passwords.close()


@pytest.fixture
async def stopped_server(tmp_path: Path) -> Path:
    data = tmp_path / "data"
    folder.prepare(data)
    passwords = Passwords(SystemClock())
    async with opened(data) as store:
        variables = {"PASTURE_ADMIN_PASSWORD": "the first one"}
        await seed.seed(store, Settings.from_env(variables, {"data": str(data)}), passwords)
    passwords.close()
    return data


async def test_a_running_server_is_asked_over_its_socket(tmp_path: Path, stranger: Shell) -> None:
    def answer(_: Any) -> web.Response:
        return web.json_response({"login": "admin", "password": "made-up"})

    async with serving(tmp_path, answer) as asked:
        ended = await stranger.run("reset-password", "--data", str(tmp_path))
        assert (ended.exit, ended.out) == (Exit.OK, "admin:made-up\n")
        words = ("reset-password", "--data", str(tmp_path), "--login", "eve", "--password-stdin")
        await stranger.run(*words, stdin="chosen well\n")
    assert asked == [{}, {"login": "eve", "password": "chosen well"}]


async def test_its_refusal_is_said_in_its_words(tmp_path: Path, stranger: Shell) -> None:
    def answer(_: Any) -> web.Response:
        return web.Response(status=404, text="there is no login 'eve'\n")

    async with serving(tmp_path, answer):
        ended = await stranger.run("reset-password", "--data", str(tmp_path), "--login", "eve")
    assert (ended.exit, ended.err) == (Exit.FAILED, "pasture: there is no login 'eve'\n")


async def test_a_stopped_servers_database_is_opened(stopped_server: Path, stranger: Shell) -> None:
    assert await counts(stopped_server, "admin", "the first one")
    ended = await stranger.run("reset-password", "--data", str(stopped_server))
    assert ended.exit is Exit.OK, ended.err
    login, _, password = ended.out.strip().partition(":")
    assert await counts(stopped_server, login, password)
    assert not await counts(stopped_server, "admin", "the first one")


async def test_a_socket_that_a_killed_server_left_is_no_server(
    stopped_server: Path, stranger: Shell
) -> None:
    async with serving(stopped_server, lambda _: web.Response()):
        left = (stopped_server / folder.LOCAL_SOCKET).rename(stopped_server / "kept")
    assert stat.S_ISSOCK(left.stat().st_mode)
    left.rename(stopped_server / folder.LOCAL_SOCKET)
    words = ("reset-password", "--data", str(stopped_server), "--password-stdin")
    ended = await stranger.run(*words, stdin="chosen well\n")
    assert (ended.exit, ended.out, ended.err) == (Exit.OK, "", "admin has a new password\n")
    assert await counts(stopped_server, "admin", "chosen well")


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        ("--login nobody", "there is no login 'nobody'"),
        ("--password-stdin", "8 to 1024 characters"),
    ],
)
async def test_what_cannot_be_set_is_said(
    stopped_server: Path, stranger: Shell, words: str, complaint: str
) -> None:
    known = ("reset-password", "--data", str(stopped_server))
    ended = await stranger.run(*known, *words.split(), stdin="short\n")
    assert ended.exit is Exit.FAILED
    assert complaint in ended.err
    assert ended.out == ""
    assert (await stranger.run(*known, "--password-stdin")).exit is Exit.USAGE


async def test_a_folder_that_no_server_used_is_left_alone(tmp_path: Path, stranger: Shell) -> None:
    data = tmp_path / "typo"
    ended = await stranger.run("reset-password", "--data", str(data))
    assert ended.exit is Exit.FAILED
    assert f"no server has run on {data}" in ended.err
    assert not await asyncio.to_thread(data.exists)
