"""One host's managed network over a simulated Engine: looked for room for, made, mended."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from pasture.agent.bridge import Bridge
from pasture.agent.engine.engine import EngineError
from pasture.agent.engine.networks import Route
from pasture.agent.engine.simulated import SimulatedEngine
from pasture.agent.network import BLOCKED_S, RETRY_S, ManagedNetwork
from pasture.agent.plan import WAITS_FOR_NETWORK
from pasture.kit.tasks import TaskGroup
from pasture.model.run import JOINED
from pasture.wire.frames import Assigned, Attachment
from tests.agent.machine import Machine, until
from tests.agent.samples import INSTALLATION, want

SUBNET = "10.42.0.0/16"
BRIDGE = Bridge(INSTALLATION, SUBNET)
POLL_S = 30.0

pytestmark = pytest.mark.looptime(idle_timeout=None)


class Watched:
    """A managed network that runs, and what it told."""

    def __init__(self, engine: SimulatedEngine) -> None:
        self.engine = engine
        self.told = asyncio.Event()
        self.network = ManagedNetwork(
            engine.networks, installation=lambda: INSTALLATION, changed=self.told.set, poll_s=POLL_S
        )

    async def news(self, seconds: float = 60) -> str | None:
        """Return what is in the way now, once it was told anew."""
        async with asyncio.timeout(seconds):
            await self.told.wait()
        self.told.clear()
        assert self.network.checked is not None
        return self.network.error


@asynccontextmanager
async def watched(engine: SimulatedEngine) -> AsyncGenerator[Watched]:
    made = Watched(engine)
    async with TaskGroup() as group:
        running = group.create_task(made.network.run())
        yield made
        running.cancel()


def managed(uuid: str = "a", address: str = "10.42.1.1", **more: Any) -> Assigned:
    at = Attachment(subnet=SUBNET, address=address, mac="02:42:0a:2a:01:01")
    return want(uuid, network=at, spec={"network_mode": "managed"}, **more)


async def test_room_is_looked_for_and_nothing_made() -> None:
    async with watched(SimulatedEngine()) as one:
        one.network.tell(SUBNET)
        assert await one.news() is None
        assert one.network.checked == SUBNET
        assert one.engine.networks.made == {}


async def test_what_is_in_the_way_is_told_and_that_it_went() -> None:
    async with watched(SimulatedEngine()) as one:
        one.engine.networks.make("theirs", "10.42.7.0/24")
        one.network.tell(SUBNET)
        assert "overlaps Docker network theirs (10.42.7.0/24)" in (await one.news() or "")
        with pytest.raises(EngineError, match="overlaps Docker network theirs"):
            await one.network.ensure(managed())
        del one.engine.networks.made["theirs"]
        assert await one.news(BLOCKED_S + 1) is None
        assert await one.network.ensure(managed()) == BRIDGE


async def test_what_comes_in_its_way_later_is_noticed() -> None:
    async with watched(SimulatedEngine()) as one:
        one.network.tell(SUBNET)
        assert await one.news() is None
        one.engine.networks.machine.append(Route("10.0.0.0/8", "tun0"))
        assert "by interface tun0" in (await one.news(POLL_S + 1) or "")


async def test_a_route_is_in_the_way_too_and_another_subnet_is_not() -> None:
    async with watched(SimulatedEngine()) as one:
        one.engine.networks.machine.append(Route("10.42.0.0/24", "cni0"))
        one.network.tell(SUBNET)
        assert "by interface cni0" in (await one.news() or "")
        one.network.tell("10.43.0.0/16")
        assert await one.news() is None
        assert one.network.checked == "10.43.0.0/16"


async def test_an_engine_that_does_not_answer_is_asked_again() -> None:
    async with watched(SimulatedEngine()) as one:
        one.engine.knobs.fails_with["networks"] = "no answer"
        one.network.tell(SUBNET)
        await asyncio.sleep(RETRY_S / 2)
        assert one.network.checked is None
        one.engine.knobs.fails_with.clear()
        assert await one.news(RETRY_S + 1) is None


async def test_containers_in_no_managed_network_need_no_bridge() -> None:
    one = Watched(SimulatedEngine())
    assert await one.network.ensure(want()) is None
    assert one.engine.calls == []


async def test_it_is_made_once_however_many_start_together() -> None:
    one = Watched(SimulatedEngine())
    async with TaskGroup() as group:
        for number in range(8):
            group.create_task(one.network.ensure(managed(str(number))))
    assert [name for name, _ in one.engine.calls].count("network create") == 1
    assert one.engine.networks.made[BRIDGE.name].subnets == (SUBNET,)


async def test_one_that_is_there_is_taken() -> None:
    engine = SimulatedEngine()
    await engine.networks.create(BRIDGE.create_body())
    one = Watched(engine)
    await one.network.ensure(managed())
    await one.network.ensure(managed())
    assert [name for name, _ in engine.calls] == ["network create", "network inspect"]


async def test_one_that_differs_is_made_anew_where_nobody_uses_it() -> None:
    engine = SimulatedEngine()
    await engine.networks.create(Bridge(INSTALLATION, "10.43.0.0/16").create_body())
    await Watched(engine).network.ensure(managed())
    assert engine.networks.made[BRIDGE.name].subnets == (SUBNET,)


async def test_one_of_somebody_else_is_left_alone() -> None:
    engine = SimulatedEngine()
    engine.networks.make(BRIDGE.name, SUBNET)
    with pytest.raises(EngineError, match="was not made by this installation: remove it"):
        await Watched(engine).network.ensure(managed())
    assert engine.networks.made[BRIDGE.name].labels == {}


async def test_a_container_is_made_in_it_with_its_address() -> None:
    machine = Machine()
    async with machine.agent():
        machine.assign(managed(labels={"io.rancher.container.ip": "10.42.1.1/16"}))
        await until(lambda: machine.state() == "running")
        made = machine.made()
        assert made is not None
        assert made.body["HostConfig"]["NetworkMode"] == BRIDGE.name
        assert made.seen.labels["io.rancher.container.ip"] == "10.42.1.1/16"
        assert machine.told().ip == "10.42.1.1"


async def test_what_is_in_the_way_is_said_on_the_container_until_it_went() -> None:
    machine = Machine()
    async with machine.agent():
        machine.engine.networks.make("theirs", SUBNET)
        machine.assign(managed(supervised=True))
        await until(lambda: "overlaps Docker network theirs" in (machine.told().message or ""))
        assert machine.made() is None
        del machine.engine.networks.made["theirs"]
        await until(lambda: machine.state() == "running")
        assert machine.told().message is None


async def test_a_network_that_vanished_is_made_again_for_a_container_that_starts() -> None:
    machine = Machine()
    async with machine.agent():
        machine.assign(managed(supervised=True))
        await until(lambda: machine.state() == "running")
        machine.engine.kill_by_hand("r-a")
        del machine.engine.networks.made[BRIDGE.name]
        await until(lambda: machine.state() == "running", 60)
        assert machine.did("network attach") == 1
        assert machine.told().ip == "10.42.1.1"
    assert machine.did("create") == 1, "it is the same container"


async def test_without_an_address_it_waits_in_words() -> None:
    machine = Machine()
    async with machine.agent():
        machine.assign(want(spec={"network_mode": "managed"}))
        await until(lambda: "has not said yet which address" in (machine.told().message or ""))
        machine.assign(managed())
        await until(lambda: machine.state() == "running")


def joined(**more: Any) -> Assigned:
    return want("b", joins="a", spec={"network_mode": JOINED, "network_container_id": 1}, **more)


async def test_who_shares_a_network_starts_after_the_one_that_has_it() -> None:
    machine = Machine()
    machine.engine.knobs.start_delay_s = 3
    async with machine.agent():
        machine.assign(joined(), managed())
        await until(lambda: machine.told("b").message == WAITS_FOR_NETWORK)
        await until(lambda: machine.state("b") == "running")
        first, second = machine.made("a"), machine.made("b")
        assert first is not None
        assert second is not None
        assert second.body["HostConfig"]["NetworkMode"] == f"container:{first.seen.id}"


async def test_who_shares_a_network_of_one_that_was_made_anew_is_made_anew() -> None:
    machine = Machine()
    async with machine.agent():
        machine.assign(joined(supervised=True), managed(supervised=True))
        await until(lambda: machine.state("b") == "running")
        machine.engine.kill_by_hand("r-b")
        machine.engine.remove_by_hand("r-a")
        await until(lambda: machine.state("a") == machine.state("b") == "running")
        first, second = machine.made("a"), machine.made("b")
        assert first is not None
        assert second is not None
        assert second.body["HostConfig"]["NetworkMode"] == f"container:{first.seen.id}"


async def test_the_engine_refuses_two_networks_that_overlap_and_one_in_use() -> None:
    engine = SimulatedEngine()
    engine.networks.make("one", "10.42.0.0/16")
    with pytest.raises(EngineError, match="overlaps"):
        engine.networks.make("two", "10.42.8.0/24")
    with pytest.raises(EngineError, match="already exists"):
        engine.networks.make("one", "10.43.0.0/16")
    with pytest.raises(EngineError, match="not found"):
        await engine.networks.attach("none", "c", {})
