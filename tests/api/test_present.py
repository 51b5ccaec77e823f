"""Fields that are read of other rows when one is shown, and those that are always null."""

import pytest

from pasture.api.blank import BLANK
from pasture.api.sight import sight
from pasture.model.container import Container
from pasture.model.host import Host
from pasture.model.service import Service
from pasture.model.stack import Stack
from pasture.model.types import BY_NAME
from pasture.store.changes import Create
from tests.api.world import OTHER_PROJECT, PROJECT, ROOT, World


async def fleet(world: World) -> None:
    """Make two services of a stack, with containers on the host."""
    stack = await world.made(Stack(name="web", account_id=PROJECT, state="active"))
    for name in ("a", "b"):
        service = Service(name=name, stack_id=stack.id, account_id=PROJECT, state="active")
        await world.made(service)
    rows = [
        Container(name=f"c{n}", image_uuid="docker:a", account_id=PROJECT, host_id=1,
                  service_id=1, stack_id=stack.id, state="running")
        for n in range(3)
    ]  # fmt: skip
    await world.store.write(*(Create(row) for row in rows))


async def test_a_resource_names_its_children(world: World) -> None:
    await fleet(world)
    await world.settle(Container, "1i2", "removed")
    services = (await world.project.get(f"{ROOT}/services")).json["data"]
    assert [s["instanceIds"] for s in services] == [["1i1", "1i3"], []]
    host = (await world.project.get(f"{ROOT}/hosts/1h1")).json
    stack = (await world.project.get(f"{ROOT}/stacks/1st1")).json
    assert host["instanceIds"] == ["1i1", "1i3"]
    assert stack["serviceIds"] == ["1s1", "1s2"]
    containers = (await world.project.get(f"{ROOT}/containers")).json["data"]
    assert [c["serviceIds"] for c in containers] == [["1s1"], ["1s1"]]
    changed = (await world.project.put(f"{ROOT}/stacks/1st1", {"description": "d"})).json
    assert (changed["description"], changed["serviceIds"]) == ("d", ["1s1", "1s2"])


async def test_what_is_included_names_its_children_too(world: World) -> None:
    await fleet(world)
    found = (await world.project.get(f"{ROOT}/stacks", include="services")).json["data"]
    assert [s["instanceIds"] for s in found[0]["services"]] == [["1i1", "1i2", "1i3"], []]
    containers = (await world.project.get(f"{ROOT}/containers", include="service")).json["data"]
    assert [c["service"]["id"] for c in containers] == ["1s1"] * 3


async def test_v1_has_no_such_lists(world: World) -> None:
    await fleet(world)
    for path in ("services/1s1", "hosts/1h1", "environments/1e1", "containers/1i1"):
        shown = (await world.project.get(f"/v1/{path}")).json
        assert not {"instanceIds", "serviceIds"} & set(shown), path


async def test_the_store_finds_children_by_their_parent(world: World) -> None:
    await fleet(world)
    assert await world.store.children(Container, "service_id", [1, 2, 9]) == {1: [1, 2, 3]}
    assert await world.store.children(Container, "service_id", []) == {}
    assert await world.store.children(Host, "account_id", [PROJECT, OTHER_PROJECT]) == {
        PROJECT: [1], OTHER_PROJECT: [2],
    }  # fmt: skip


async def test_with_plain_ids_there_are_numbers(world: World) -> None:
    await fleet(world)
    for client in (world.admin, world.key("service")):
        shown = (await client.get(f"{ROOT}/services/1", _plainId="true")).json
        assert (shown["id"], shown["stackId"], shown["instanceIds"]) == ("1", "1", ["1", "2", "3"])
        assert shown["links"]["self"] == f"http://pasture.test{ROOT}/services/1s1"
    owner = (await world.user("owner").get(f"{ROOT}/projects/1a5/services", _plainId="")).json
    assert [s["id"] for s in owner["data"]] == ["1s1", "1s2"]
    for path in ("services/1", "services/1?_plainId=false"):
        assert (await world.admin.get(f"{ROOT}/{path}")).status == 404


async def test_a_field_of_1_6_that_is_not_used_is_null(world: World) -> None:
    await fleet(world)
    shown = (await world.project.get(f"{ROOT}/containers/1i1")).json
    assert {shown[wire] for wire in BLANK["container"]} == {None}
    declared = (await world.project.get(f"{ROOT}/schemas/container")).json["resourceFields"]
    for wire, kind in BLANK["container"].items():
        assert (declared[wire]["type"], declared[wire]["create"]) == (kind, False)
    older = (await world.project.get("/v1/hosts/1h1")).json
    assert "stackId" not in older


@pytest.mark.parametrize("name", BLANK)
def test_what_is_declared_has_left_the_table_of_unused_fields(name: str) -> None:
    cls = BY_NAME[name]
    seen = sight("admin").of[cls]
    declared = {*seen.by_wire, *(d.wire for d in cls.type.derived), *(g.wire for g in seen.gathers)}
    assert declared & set(BLANK[name]) == set()
