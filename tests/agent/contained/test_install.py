from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from pasture.agent.contained import install
from pasture.agent.contained.install import Means
from pasture.agent.contained.own import LASTING, NAME
from pasture.agent.engine.engine import EngineError
from pasture.agent.host import Described
from pasture.agent.labels import AGENT
from pasture.agent.records import AgentFolder, Identity
from pasture.agent.session import Rejected
from pasture.wire.frames import Refused
from tests.agent.contained.own_fake import FakeOwn
from tests.agent.fake_server import FakeServer
from tests.agent.samples import NOW
from tests.agent.test_session import QUICK

FIRST = "first"  # the container that the join command runs


@pytest.fixture
async def server() -> AsyncGenerator[FakeServer]:
    async with FakeServer().serving() as fake:
        yield fake


class Machine:
    """A machine on which the join command is run."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.engine = FakeOwn()
        self.said: list[str] = []

    async def join(self, url: str) -> str:
        """Run the command: a container of its own, as `docker run --rm` makes it."""
        first = self.engine.add(FIRST, "ours:1", label="1.0")
        means = Means(
            data=self.data,
            engine=self.engine,
            own_id=first,
            described=Described(labels={"zone": "a"}, address="192.0.2.7"),
            say=self.said.append,
            now_ms=lambda: NOW,
            timing=QUICK,
            settled_s=0.0,
        )
        try:
            return await install.install(url, means)
        finally:
            await self.engine.remove(first)

    def identity(self) -> Identity | None:
        return AgentFolder(self.data / "agent").identity()


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


async def test_a_machine_joins_and_has_a_lasting_agent(
    server: FakeServer, machine: Machine
) -> None:
    made = await machine.join(server.url)
    assert machine.engine.running() == [NAME]
    assert machine.engine.made[made]["Config"]["Labels"] == {AGENT: LASTING}
    [hello] = server.hellos
    assert (hello.labels, hello.address) == ({"zone": "a"}, "192.0.2.7")
    assert f"Attempting to connect to: {server.base}/v1" in machine.said
    assert "This machine is host h1 (1h1)" in machine.said
    assert machine.said[-1] == f"Launched agent: {made}"
    known = machine.identity()
    assert known is not None
    assert known.secret_key not in "".join(machine.said).replace("xxxxxxx", "")


async def test_again_it_is_the_same_host_with_another_container(
    server: FakeServer, machine: Machine
) -> None:
    first = await machine.join(server.url)
    who = machine.identity()
    second = await machine.join(server.url)
    assert second != first
    assert set(machine.engine.made) == {second}
    assert machine.identity() == who
    assert len(server.pairs) == 1


async def test_keys_that_the_server_does_not_know_any_more_are_replaced(
    server: FakeServer, machine: Machine
) -> None:
    await machine.join(server.url)
    before = machine.identity()
    server.pairs.clear()
    server.ready_after = 1
    await machine.join(server.url)
    now = machine.identity()
    assert before is not None
    assert now is not None
    assert now.key != before.key
    assert any(line.startswith("Joining anew") for line in machine.said)


async def test_where_the_server_refuses_the_former_agent_runs_again(
    server: FakeServer, machine: Machine
) -> None:
    former = machine.engine.add(NAME, "ours:0")
    server.welcome = Refused(code="EngineTaken", message="this Engine is already host h2")
    with pytest.raises(Rejected, match="already host h2"):
        await machine.join(server.url)
    assert set(machine.engine.made) == {former}
    assert machine.engine.running() == [NAME]


async def test_an_engine_that_stops_no_container_leaves_the_former_agent_running(
    server: FakeServer, machine: Machine
) -> None:
    machine.engine.add(NAME, "ours:0")
    machine.engine.fails.add("stop")
    with pytest.raises(EngineError):
        await machine.join(server.url)
    assert machine.engine.running() == [NAME]
    assert server.hellos == []


async def test_an_agent_that_runs_as_a_program_is_in_the_way(
    server: FakeServer, machine: Machine
) -> None:
    with (
        AgentFolder(machine.data / "agent"),
        pytest.raises(Rejected, match=r"another agent is running.*stop it first"),
    ):
        await machine.join(server.url)


async def test_an_old_engine_is_refused_before_anything_is_stopped(
    server: FakeServer, machine: Machine
) -> None:
    machine.engine.add(NAME, "ours:0")
    machine.engine.api = (1, 40)
    with pytest.raises(Rejected, match=r"too old; accepted: 20\.10 or newer"):
        await machine.join(server.url)
    assert machine.engine.running() == [NAME]


async def test_without_a_container_of_ours_there_is_nothing_to_make_one_of(
    server: FakeServer, machine: Machine
) -> None:
    means = Means(
        data=machine.data,
        engine=machine.engine,
        own_id=None,
        described=Described(),
        say=machine.said.append,
        now_ms=lambda: NOW,
        timing=QUICK,
    )
    with pytest.raises(Rejected, match="pasture agent URL"):
        await install.install(server.url, means)


async def test_a_replacer_puts_its_own_image_in_place(tmp_path: Path) -> None:
    engine = FakeOwn()
    engine.add(NAME, "ours:1")
    mine = engine.add("replacer", "ours:2", label="passing")
    means = Means(
        data=tmp_path,
        engine=engine,
        own_id=mine,
        described=Described(),
        say=lambda _: None,
        now_ms=lambda: NOW,
        timing=QUICK,
        settled_s=0.0,
    )
    await install.replace(means)
    assert engine.named() == {"replacer": "ours:2", NAME: "ours:2"}
