import asyncio
import os
import signal
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from pasture.agent.exits import REFUSED, STOPPED
from pasture.agent.fleet import Fleet, MemoryFolder, run
from pasture.agent.records import Identity, Unreadable
from pasture.agent.session import Rejected
from pasture.kit.tasks import TaskGroup
from tests.agent.fake_server import FakeServer, soon
from tests.agent.test_session import QUICK

HOSTS = 5


@pytest.fixture
async def server() -> AsyncGenerator[FakeServer, None]:
    async with FakeServer().serving() as fake:
        yield fake


async def lived(server: FakeServer, folder: Path | None, hellos: int) -> int:
    """Run a fleet until the server has heard so many hellos, then stop it."""

    async def stop() -> None:
        await soon(lambda: len(server.hellos) >= hellos)
        os.kill(os.getpid(), signal.SIGTERM)

    async with asyncio.timeout(10), TaskGroup() as group:
        group.create_task(stop())
        code = group.create_task(run(server.url, folder, Fleet(hosts=HOSTS), timing=QUICK))
    return code.result()


async def test_a_fleet_started_again_is_the_same_hosts(server: FakeServer, tmp_path: Path) -> None:
    assert await lived(server, tmp_path / "fleet", HOSTS) == STOPPED
    first = {hello.engine_id for hello in server.hellos}
    assert len(first) == HOSTS
    assert {hello.hostname for hello in server.hellos} == {f"sim-{n}" for n in range(1, 6)}
    server.hellos.clear()
    assert await lived(server, tmp_path / "fleet", HOSTS) == STOPPED
    assert {hello.engine_id for hello in server.hellos} == first
    assert len(server.pairs) == HOSTS


async def test_a_fleet_that_keeps_nothing_is_another_one_each_time(server: FakeServer) -> None:
    assert await lived(server, None, HOSTS) == STOPPED
    assert await lived(server, None, 2 * HOSTS) == STOPPED
    assert len({hello.engine_id for hello in server.hellos}) == 2 * HOSTS


async def test_a_fleet_of_which_every_host_is_refused_ends(
    server: FakeServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    server.tokens.clear()
    assert await run(server.url, tmp_path, Fleet(hosts=2), timing=QUICK) == REFUSED
    said = capsys.readouterr().err.splitlines()
    assert sorted(line.split(":")[1] for line in said) == [
        " simulated host sim-1",
        " simulated host sim-2",
    ]


async def test_one_damaged_host_does_not_end_the_others(
    server: FakeServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "sim-3.json").write_text("{")
    assert await lived(server, tmp_path, HOSTS - 1) == STOPPED
    assert "sim-3.json is damaged" in capsys.readouterr().err


async def test_where_to_join_must_be_known(tmp_path: Path) -> None:
    with pytest.raises(Rejected, match="is no registration URL"):
        await run("http://x/y", tmp_path, Fleet(hosts=1))


def test_an_identity_is_kept_for_its_owner_only(tmp_path: Path) -> None:
    identity = Identity(base="http://x", joined_with="f", key="k")
    MemoryFolder(tmp_path / "one.json").save_identity(identity)
    assert MemoryFolder(tmp_path / "one.json").identity() == identity
    assert (tmp_path / "one.json").stat().st_mode & 0o777 == 0o600


def test_a_damaged_identity_is_no_new_host(tmp_path: Path) -> None:
    (tmp_path / "one.json").write_text("{")
    with pytest.raises(Unreadable):
        MemoryFolder(tmp_path / "one.json")
