"""Types that show other types' rows: read like all others, with ids that lead back."""

from dataclasses import replace
from typing import Any
from urllib.parse import quote

import pytest

from pasture.api import views
from pasture.model.account import Project
from pasture.model.container import Container
from pasture.model.host import Host
from pasture.model.port import Port
from pasture.model.query import Page
from pasture.model.resource import Resource
from pasture.model.service import LaunchConfig, Service
from pasture.model.stack import Stack
from pasture.model.storage import Image, Volume
from pasture.model.types import TYPES
from pasture.store.changes import Update
from tests.api.world import INSIDE, OTHER_PROJECT, PROJECT, ROOT, World
from tests.support.asgi import AsgiClient

HOST, OTHER_HOST = 1, 2
VIEWS = [cls for cls in TYPES if cls.type.is_view]
each_view = pytest.mark.parametrize("cls", VIEWS, ids=lambda c: c.type.name)


async def container(world: World, name: str, **more: Any) -> Container:
    given: dict[str, Any] = {
        "account_id": PROJECT,
        "host_id": HOST,
        "image_uuid": "docker:busybox:1",
        "state": "running",
    }
    return await world.made(Container(name=name, **(given | more)))


async def service(world: World) -> Service:
    stack = await world.made(Stack(name="shop", account_id=PROJECT, state="active"))
    launch = LaunchConfig(image_uuid="docker:busybox:1")
    given = Service(name="web", stack_id=stack.id, account_id=PROJECT, launch_config=launch)
    return await world.made(given)


async def full(world: World) -> None:
    """Make rows from which each view shows several, in two environments."""
    web = await service(world)
    more = [Host(name="h3", account_id=PROJECT, engine_id="e3", hostname="box", state="removing",
                 agent_ip_address="192.0.2.3", message="waits for its agent")]  # fmt: skip
    [third] = [await world.made(row) for row in more]
    await world.made(Project(name="Third", state="active", subnet="10.44.0.0/16"))
    await world.made(Project(name="Fourth", state="registering", subnet="10.45.0.0/20"))
    for number in range(3):
        await container(
            world,
            f"web-{number}",
            service_id=web.id,
            network_mode="managed",
            primary_ip_address=f"10.42.1.{number}",
            ports=("80:8080/tcp", f"{9000 + number}:53/udp"),
            data_volumes=("data:/data", "/etc:/host/etc:ro", "/anonymous"),
        )
    await container(world, "moved", host_id=third.id, data_volumes=("data:/data",),
                    image_uuid="docker:nginx:1.27", ports=("80/tcp",))  # fmt: skip
    await container(world, "waits", host_id=None, state="creating", message="no host",
                    data_volumes=("data:/data",))  # fmt: skip
    await container(world, "other", account_id=OTHER_PROJECT, host_id=OTHER_HOST, ports=("80:80",),
                    data_volumes=("data:/data:ro",), primary_ip_address="172.17.0.2")  # fmt: skip
    await container(world, "by-hand", native_container=True, state="stopping",
                    published_ports=("0.0.0.0:32768:80/tcp",))  # fmt: skip


async def rows(client: AsgiClient, path: str) -> list[dict[str, Any]]:
    reply = await client.get(path)
    assert reply.status == 200, reply.content
    return reply.json["data"]


async def one(client: AsgiClient, path: str) -> dict[str, Any]:
    reply = await client.get(path)
    assert reply.status == 200, reply.content
    return reply.json


def picked(found: list[dict[str, Any]], *fields: str) -> list[tuple[Any, ...]]:
    return [tuple(row[f] for f in fields) for row in found]


@each_view
async def test_each_is_listed_and_found_by_its_id(world: World, cls: type[Resource]) -> None:
    await full(world)
    found = await rows(world.admin, f"{ROOT}/{cls.type.plural}")
    assert len(found) > 1
    assert len({row["id"] for row in found}) == len(found)
    assert len({row["uuid"] for row in found}) == len(found)
    for row in found:
        assert await one(world.admin, f"{ROOT}/{cls.type.plural}/{row['id']}") == row


@each_view
async def test_a_filter_finds_what_the_whole_list_has(world: World, cls: type[Resource]) -> None:
    await full(world)
    path = f"{ROOT}/{cls.type.plural}"
    everything = await rows(world.admin, path)
    document = await one(world.admin, f"{ROOT}/schemas/{cls.type.name}")
    for wire, filters in document["collectionFilters"].items():
        for value in {str(row[wire]) for row in everything if row[wire] is not None}:
            found = await rows(world.admin, f"{path}?{wire}={quote(value)}")
            assert found == [r for r in everything if str(r[wire]) == value], wire
        if "null" in filters["modifiers"]:
            found = await rows(world.admin, f"{path}?{wire}_null")
            assert found == [r for r in everything if r[wire] is None], wire


@each_view
async def test_pages_make_up_the_list_in_every_order(world: World, cls: type[Resource]) -> None:
    await full(world)
    path = f"{ROOT}/{cls.type.plural}"
    for sort in (await one(world.admin, path))["sortLinks"]:
        for order in ("asc", "desc"):
            asked = f"{path}?sort={sort}&order={order}"
            whole = await rows(world.admin, asked)
            paged: list[Any] = []
            for page in range(len(whole)):
                paged += await rows(world.admin, f"{asked}&limit=1&marker=m{page}")
            assert paged == whole
            last = await one(world.admin, f"{asked}&limit=1&marker=m{len(whole) - 1}")
            assert last["pagination"]["next"] is None


@each_view
async def test_an_order_is_that_of_its_values(world: World, cls: type[Resource]) -> None:
    await full(world)
    path = f"{ROOT}/{cls.type.plural}"
    for sort in set((await one(world.admin, path))["sortLinks"]) - {"id"}:
        field = next(f for f in cls.type.fields if f.wire == sort)
        found = await views.find(world.store, cls, page=Page(sort=field.name))
        values = [getattr(row, field.name) for row in found]
        set_ones = [v for v in values if v is not None]
        assert values == [None] * (len(values) - len(set_ones)) + sorted(set_ones)


@each_view
async def test_every_link_of_each_row_is_answered(world: World, cls: type[Resource]) -> None:
    await full(world)
    for number, address in ((HOST, "192.0.2.1"), (OTHER_HOST, "192.0.2.2")):
        host = await world.store.get(Host, number)
        assert host is not None
        await world.store.write(Update(replace(host, agent_ip_address=address)))
    for row in await rows(world.admin, f"{ROOT}/{cls.type.plural}"):
        for name, address in row["links"].items():
            reply = await world.admin.get(address.removeprefix("http://pasture.test"))
            assert reply.status == 200, (name, reply.content)


@each_view
async def test_what_is_somebody_elses_is_not_there(world: World, cls: type[Resource]) -> None:
    await full(world)
    if not cls.type.roles["project"]:
        assert (await world.project.get(f"{ROOT}/{cls.type.plural}")).status == 404
        return
    everything = await rows(world.admin, f"{ROOT}/{cls.type.plural}")
    own = await rows(world.project, f"{ROOT}/{cls.type.plural}")
    assert picked(own, "id") == [(r["id"],) for r in everything if r["accountId"] == "1a5"]
    for row in everything:
        wanted = 200 if row["accountId"] == "1a5" else 404
        found = await world.project.get(f"{ROOT}/{cls.type.plural}/{row['id']}")
        assert found.status == wanted


@each_view
async def test_nobody_changes_one(world: World, cls: type[Resource]) -> None:
    await full(world)
    path = f"{ROOT}/{cls.type.plural}"
    [first, *_] = await rows(world.admin, path)
    for who in (world.admin, world.key("service")):
        assert (await who.post(path, {"name": "x"})).status == 405
        assert (await who.put(f"{path}/{first['id']}", {"name": "x"})).status == 405
        assert (await who.delete(f"{path}/{first['id']}")).status == 405
        assert (await who.post(f"{path}/{first['id']}?action=remove", {})).status == 422


@each_view
@pytest.mark.parametrize("number", ["0", "9999", "10001999", "999999999999999999"])
async def test_an_id_that_nothing_has_is_not_found(
    world: World, cls: type[Resource], number: str
) -> None:
    await full(world)
    assert (await world.admin.get(f"{ROOT}/{cls.type.plural}/1x{number}")).status == 404


async def test_a_removed_owner_takes_along_what_is_shown_of_it(world: World) -> None:
    made = await container(world, "web", ports=("80:80",), data_volumes=("data:/data",))
    await world.settle(Container, f"1i{made.id}", "removed")
    for plural in ("ports", "mounts", "volumes", "images"):
        assert await rows(world.project, f"{ROOT}/{plural}") == []
        [gone] = await rows(world.project, f"{ROOT}/{plural}?_removed")
        assert (gone["state"], gone["removed"]) == ("removed", "2023-11-14T22:13:20Z")
        found = await one(world.project, f"{ROOT}/{plural}/{gone['id']}")
        assert found["state"] == "removed"


async def test_a_port_is_what_was_asked_for_and_what_the_engine_chose(world: World) -> None:
    made = await container(
        world,
        "web",
        ports=("80:8080/tcp", "8080/tcp", "127.0.0.1:53:53/udp"),
        published_ports=(
            "0.0.0.0:32768:8080/tcp", "0.0.0.0:80:8080/tcp", "127.0.0.1:53:53/udp",
        ),
        primary_ip_address="10.42.1.1",
    )  # fmt: skip
    found = await rows(world.project, f"{ROOT}/containers/1i{made.id}/ports")
    assert picked(found, "publicPort", "privatePort", "protocol", "bindAddress") == [
        (80, 8080, "tcp", None),
        (32768, 8080, "tcp", None),
        (53, 53, "udp", "127.0.0.1"),
    ]
    assert {row["privateIpAddressId"] for row in found} == {f"1ia{made.id}0000"}
    assert {row["publicIpAddressId"] for row in found} == {"1ia10001"}


async def test_a_port_of_a_kind_that_we_do_not_make_is_shown_too(world: World) -> None:
    await container(world, "by-hand", native_container=True, ports=("9000:9000/sctp", "odd"))
    [found] = await rows(world.project, f"{ROOT}/ports")
    assert (found["publicPort"], found["protocol"]) == (9000, "sctp")


async def test_a_volume_that_several_have_is_one_and_says_where_it_is(world: World) -> None:
    for name in ("one", "two"):
        await container(world, name, data_volumes=("data:/data", "/scratch"))
    await container(world, "ro", data_volumes=("data:/in:ro",))
    await container(world, "elsewhere", host_id=OTHER_HOST, data_volumes=("data:/data",))
    found = await rows(world.project, f"{ROOT}/volumes?sort=name")
    assert picked(found, "name", "hostId") == [
        ("data", "1h1"), ("data", "1h2")
    ]  # fmt: skip
    [data] = [v for v in found if (v["name"], v["hostId"]) == ("data", "1h1")]
    assert picked(data["mounts"], "instanceName", "path", "volumeName") == [
        ("one", "/data", "data"), ("two", "/data", "data"), ("ro", "/in", "data")
    ]  # fmt: skip
    mounted = await rows(world.project, f"{ROOT}/volumes/{data['id']}/mounts")
    assert picked(mounted, "instanceId", "permissions") == [
        ("1i1", "rw"), ("1i2", "rw"), ("1i3", "ro")
    ]  # fmt: skip


async def test_a_volume_stays_the_same_when_the_first_that_had_it_goes(world: World) -> None:
    for name in ("one", "two"):
        await container(world, name, data_volumes=("data:/data",))
    [before] = await rows(world.project, f"{ROOT}/volumes")
    await world.settle(Container, "1i1", "removed")
    [after] = await rows(world.project, f"{ROOT}/volumes")
    assert after["id"] == before["id"]
    assert picked(after["mounts"], "instanceId") == [("1i2",)]
    by_id = await one(world.project, f"{ROOT}/volumes/{before['id']}")
    assert (by_id["state"], picked(by_id["mounts"], "instanceId")) == ("active", [("1i2",)])


async def test_a_path_of_the_host_is_a_volume_that_says_so(world: World) -> None:
    await container(world, "logs", data_volumes=("/var/log:/in:ro",), volume_driver="nfs")
    [found] = await rows(world.project, f"{ROOT}/volumes")
    assert (found["isHostPath"], found["uri"]) == (True, "file:///var/log")
    assert (found["name"], found["driver"]) == ("/var/log", "local")


async def test_what_a_container_has_is_reached_from_it_and_its_host(world: World) -> None:
    await full(world)
    first = f"{INSIDE}/containers/1i1"
    assert picked(await rows(world.project, f"{first}/mounts"), "path") == [
        ("/data",), ("/host/etc",), ("/anonymous",)
    ]  # fmt: skip
    assert {v["name"] for v in await rows(world.project, f"{first}/volumes")} == {"data", "/etc"}
    assert picked(await rows(world.project, f"{first}/ipAddresses"), "address") == [("10.42.1.0",)]
    [exposed] = await rows(world.project, f"{first}/serviceExposeMaps")
    assert (exposed["ipAddress"], exposed["managed"]) == ("10.42.1.0", True)
    host = f"{INSIDE}/hosts/1h3"
    assert (await one(world.project, f"{host}/physicalHost"))["name"] == "box"
    assert picked(await rows(world.project, f"{host}/ipAddresses"), "address") == [("192.0.2.3",)]
    assert picked(await rows(world.project, f"{host}/ports"), "privatePort") == [(80,)]
    assert picked(await rows(world.project, f"{host}/volumes"), "name") == [("data",)]
    [pool] = await rows(world.project, f"{host}/storagePools")
    assert pool["hostIds"] == ["1h3"]
    pooled = await rows(world.project, f"{INSIDE}/storagePools/{pool['id']}/volumes")
    assert pooled == await rows(world.project, f"{host}/volumes")
    assert len(await rows(world.project, f"{INSIDE}/services/1s1/serviceExposeMaps")) == 3


async def test_related_rows_of_a_page_are_embedded(world: World) -> None:
    await full(world)
    for link, counts in {
        "volumes": [2, 2, 2, 1],
        "ports": [2, 2, 2, 1],
        "mounts": [3, 3, 3, 1],
    }.items():
        found = await rows(world.project, f"{INSIDE}/containers?include={link}&limit=4")
        assert [len(row[link]) for row in found] == counts, link
    [port, *_] = await rows(world.project, f"{INSIDE}/ports?include=instance&limit=1")
    assert port["instance"]["name"] == "web-0"
    [host, *_] = await rows(world.project, f"{INSIDE}/hosts?include=physicalHost")
    assert host["physicalHost"]["id"] == host["physicalHostId"] == "1ph10000"


async def test_an_environment_has_a_network_with_its_subnet(world: World) -> None:
    made = await world.made(Project(name="Lab", state="active", subnet="10.44.0.0/16"))
    [network] = await rows(world.admin, f"{ROOT}/projects/1a{made.id}/networks")
    [subnet] = await rows(world.admin, f"{ROOT}/networks/{network['id']}/subnets")
    assert {k: subnet[k] for k in ("networkAddress", "cidrSize", "gateway", "startAddress")} == {
        "networkAddress": "10.44.0.0", "cidrSize": 16, "gateway": "10.44.0.1",
        "startAddress": "10.44.1.0",
    }  # fmt: skip
    inside = await container(world, "in", account_id=made.id, network_mode="managed",
                             primary_ip_address="10.44.1.5")  # fmt: skip
    shown = await one(world.admin, f"{ROOT}/containers/1i{inside.id}")
    assert shown["primaryNetworkId"] == network["id"]
    [address] = await rows(world.admin, f"{ROOT}/networks/{network['id']}/ipAddresses")
    assert address["address"] == "10.44.1.5"


async def test_what_is_under_way_is_told_with_what_it_waits_for(world: World) -> None:
    made = await container(world, "web", state="starting", message="pulling nginx")
    await container(world, "idle")
    [found] = await rows(world.admin, f"{ROOT}/processInstances")
    told = ("processName", "resourceType", "resourceId", "exitReason", "phase")
    assert tuple(found[k] for k in told) == (
        "instance.start", "container", str(made.id), "pulling nginx", "STARTED"
    )  # fmt: skip
    await world.settle(Container, f"1i{made.id}", "running")
    assert await rows(world.admin, f"{ROOT}/processInstances") == []
    assert (await world.admin.get(f"{ROOT}/processInstances/{found['id']}")).status == 404


def test_every_kept_type_that_has_steps_is_watched() -> None:
    [shown] = [cls for cls in VIEWS if cls.type.name == "processInstance"]
    watched = [source.owner for source in shown.type.sources]
    for cls in TYPES:
        if cls.type.steps and not cls.type.is_view:
            through = [o for o in watched if o.type.base == cls.type.base]
            assert len(through) == 1, cls.type.name
            assert through[0] is cls or through[0].type.parent is None, cls.type.name
            assert cls.type.transitional <= through[0].type.transitional


@each_view
def test_what_narrows_names_attributes_that_both_have(cls: type[Resource]) -> None:
    own = {f.name for f in cls.type.fields}
    for source in cls.type.sources:
        theirs = {f.name for f in source.owner.type.fields}
        assert "id" in source.narrow
        assert set(source.narrow) | source.lacks <= own
        assert {way.attribute for way in source.narrow.values()} | {*source.alike} <= theirs
        assert not set(source.narrow) & source.lacks


async def test_no_more_owners_are_read_than_the_page_needs(world: World) -> None:
    for number in range(130):
        await container(world, f"c{number}", ports=(f"{1000 + number}:80",))
    reading = views.Reading(world.store, Port, (), Page(limit=3), removed=False)
    await reading.read(Port.type.sources[0])
    assert reading.owners == views.FIRST_PART
    by_port = Page(sort="public_port", descending=True, limit=2)
    last = await views.find(world.store, Port, page=by_port)
    assert [row.public_port for row in last] == [1129, 1128]


async def test_owners_that_are_alike_are_read_once(world: World) -> None:
    for number in range(200):
        await container(world, f"c{number}", data_volumes=("data:/data",))
    for cls in (Image, Volume):
        reading = views.Reading(world.store, cls, (), Page(limit=3), removed=False)
        await reading.read(cls.type.sources[0])
        assert reading.owners == 1
    [volume] = await views.find(world.store, Volume)
    assert len(volume.mounts) == 200


async def test_there_is_an_end_to_what_one_read_looks_at(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "MOST_OWNERS", 3)
    for number in range(4):
        await container(world, f"c{number}", ports=(f"{1000 + number}:80",))
    refused = await world.project.get(f"{ROOT}/ports?sort=publicPort")
    assert refused.status == 400
    assert "accepted: a filter by" in refused.json["message"]
    assert len(await rows(world.project, f"{ROOT}/ports?instanceId=1i1")) == 1


@pytest.mark.parametrize("who", ["admin", "owner", "member"])
async def test_every_link_of_an_environment_is_answered(world: World, who: str) -> None:
    await full(world)
    client = world.admin if who == "admin" else world.user(who)
    project = await one(client, f"{ROOT}/projects/1a5")
    assert {"ports", "volumes", "networks", "projectMembers"} <= set(project["links"])
    streams = {name for name in project["links"] if name.endswith("Stats")}
    for name in set(project["links"]) - streams:
        address = project["links"][name]
        reply = await client.get(address.removeprefix("http://pasture.test"))
        assert reply.status == 200, (name, reply.content)
