"""What a host is told of the managed network, and what it says of it."""

from pathlib import Path
from typing import Any

import pytest

from pasture.link.assignment import Around, assigned
from pasture.model.account import Project
from pasture.model.container import Container
from pasture.model.host import Host
from pasture.model.run import JOINED
from pasture.wire.frames import Attachment, Changes, Heartbeat, Network, Observed
from tests.link.world import World, world

SUBNET = "10.42.0.0/16"
AT: dict[str, Any] = {"primary_ip_address": "10.42.1.1", "mac_address": "02:42:0a:2a:01:01"}
HERE = Attachment(subnet=SUBNET, address="10.42.1.1", mac="02:42:0a:2a:01:01")


@pytest.mark.parametrize(
    ("case", "fields", "subnet", "expected"),
    [
        ("placed", AT, SUBNET, HERE),
        ("in a smaller one", AT, "10.42.0.0/20", Attachment(
            subnet="10.42.0.0/20", address="10.42.1.1", mac="02:42:0a:2a:01:01")),
        ("no address yet", {}, SUBNET, None),
        ("no subnet", AT, None, None),
        ("on the bridge", {**AT, "network_mode": "bridge"}, SUBNET, None),
        ("made by hand", {**AT, "native_container": True, "external_id": "e", "generation": 2},
         SUBNET, None),
    ],
)  # fmt: skip
def test_a_place_in_the_network(
    case: str, fields: dict[str, Any], subnet: str | None, expected: Attachment | None
) -> None:
    given: dict[str, Any] = {"id": 7, "uuid": "u", "account_id": 1, "host_id": 3, **fields}
    row = Container(**given)
    entry = assigned(row, Around(subnet=subnet))
    assert entry is not None
    assert entry.network == expected, case
    told = {} if expected is None else {
        "io.rancher.container.ip": f"10.42.1.1/{(subnet or '').partition('/')[2]}",
        "io.rancher.container.mac_address": "02:42:0a:2a:01:01",
    }  # fmt: skip
    assert entry.labels == told


async def with_subnet(here: World, project: int = 1) -> None:
    row = await here.store.get(Project, project)
    assert row is not None
    await here.change(row, subnet=SUBNET)


async def test_a_host_is_told_its_environments_network_and_says_whether_it_has_room(
    tmp_path: Path,
) -> None:
    async with world(tmp_path) as here:
        agent, host = await here.joined()
        await with_subnet(here)
        assert await agent.expect(Network) == Network(subnet=SUBNET)
        await agent.quiet()
        await agent.send(Heartbeat(subnet=SUBNET, network_error="it overlaps eth0"))
        await here.until(host, checked_subnet=SUBNET, network_error="it overlaps eth0")
        await agent.send(Heartbeat(subnet=SUBNET))
        await here.until(host, checked_subnet=SUBNET, network_error=None)


async def test_what_the_host_sees_does_not_overwrite_what_the_server_chose(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        await with_subnet(here)
        agent, host = await joined_with_network(here)
        web = await here.container(host, name="web", **AT)
        (entry,) = (await agent.expect(Changes)).set
        assert entry.network == HERE
        await agent.report(Observed(state="running", uuid=web.uuid, applied=1, ip="10.42.0.77"))
        web = await here.now(web)
        assert (web.engine_state, web.primary_ip_address) == ("running", "10.42.1.1")
        await agent.report(Observed(state="absent", uuid=web.uuid, applied=1))
        assert (await here.now(web)).primary_ip_address == "10.42.1.1"


async def test_containers_that_were_placed_before_learn_their_network(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        agent, host = await here.joined()
        await here.container(host, name="web", **AT)
        assert [c.network for c in (await agent.expect(Changes)).set] == [None]
        await with_subnet(here)
        assert await agent.expect(Network) == Network(subnet=SUBNET)
        assert [c.network for c in (await agent.expect(Changes)).set] == [HERE]


async def test_who_shares_a_network_is_told_whose(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        agent, host = await here.joined()
        web = await here.container(host, name="web")
        await agent.expect(Changes)
        await here.container(host, name="log", network_mode=JOINED, network_container_id=web.id)
        assert [c.joins for c in (await agent.expect(Changes)).set] == [web.uuid]


async def joined_with_network(here: World) -> tuple[Any, Host]:
    """Connect an agent, which is told of the network before its assignment."""
    agent = await here.agent()
    frames = [await agent.receive() for _ in range(3)]
    assert Network(subnet=SUBNET) in frames
    (host,) = await here.store.find(Host)
    return agent, host
