"""The action adopt, over HTTP: who is offered it, what is written, what is refused."""

from typing import Any

from pasture.model import labels
from pasture.model.audit import AuditLog
from pasture.model.container import Container
from pasture.model.query import Where
from pasture.model.service import LaunchConfig, Service
from pasture.model.stack import Stack
from pasture.store.changes import Create
from tests.api.world import PROJECT, ROOT, World

OF_WEB = {
    labels.UUID: "lost",
    labels.NAME: "app-web-2",
    labels.SERVICE_NAME: "app/web",
    labels.STACK_NAME: "app",
}


async def service(world: World, *, scale: int = 1) -> None:
    await world.made(Stack(name="app", account_id=PROJECT, state="active"))
    await world.made(
        Service(
            name="web",
            stack_id=1,
            account_id=PROJECT,
            state="active",
            wanted="active",
            scale=scale,
            launch_config=LaunchConfig(image_uuid="docker:nginx"),
        )
    )


async def stray(world: World, **more: Any) -> Container:
    known: dict[str, Any] = {
        "name": "r-app-web-2-lost",
        "account_id": PROJECT,
        "host_id": 1,
        "state": "running",
        "image_uuid": "docker:nginx",
        "native_container": True,
        "external_id": "e1",
        "engine_state": "running",
        "stray_uuid": "lost",
        "found_name": "r-app-web-2-lost",
        "labels": OF_WEB,
        "applied": 1,
    }
    return await world.made(Container(**{**known, **more}))


async def test_a_stray_is_shown_with_its_uuid_and_the_way_back(world: World) -> None:
    await stray(world)
    await world.made(Container(name="mine", account_id=PROJECT, state="running", host_id=1))
    found = (await world.project.get(f"{ROOT}/containers", strayUuid_notnull="true")).json["data"]
    assert [(c["name"], c["strayUuid"]) for c in found] == [("r-app-web-2-lost", "lost")]
    assert "adopt" in found[0]["actions"]
    mine = (await world.project.get(f"{ROOT}/containers/1i2")).json
    assert "adopt" not in mine["actions"]
    refused = await world.project.post(f"{ROOT}/containers/1i2?action=adopt", {})
    assert (refused.status, refused.json["code"]) == (422, "ActionNotAvailable")


async def test_adopted_it_is_a_unit_of_its_service_again(world: World) -> None:
    await service(world)
    await stray(world)
    answer = await world.project.post(f"{ROOT}/containers/1i1?action=adopt", {})
    assert answer.status == 202, answer.content
    shown = answer.json
    assert (shown["name"], shown["uuid"], shown["state"]) == ("app-web-2", "lost", "running")
    assert (shown["serviceIds"], shown["nativeContainer"], shown["strayUuid"]) == (
        ["1s1"], False, None,
    )  # fmt: skip
    row = await world.store.get(Service, 1)
    assert row is not None
    assert (row.create_index, row.scale) == (1, 1)
    [audit] = await world.store.find(AuditLog, Where("event_type", "api.container.adopt"))
    assert audit.resource_id == 1


async def test_a_service_without_room_is_named_and_may_be_widened(world: World) -> None:
    await service(world, scale=0)
    await stray(world)
    refused = await world.project.post(f"{ROOT}/containers/1i1?action=adopt", {})
    assert refused.status == 422
    assert "service web wants 0" in refused.json["message"]
    widened = await world.project.post(f"{ROOT}/containers/1i1?action=adopt", {"scaleUp": True})
    assert widened.status == 202, widened.content
    row = await world.store.get(Service, 1)
    assert row is not None
    assert row.scale == 1


async def test_a_name_that_is_taken_leaves_it_the_one_that_it_has(world: World) -> None:
    await world.store.write(
        Create(Container(name="app-web-2", account_id=PROJECT, state="running", host_id=1))
    )
    await stray(world)
    answer = await world.project.post(f"{ROOT}/containers/1i2?action=adopt", {"standalone": True})
    assert (answer.status, answer.json["name"]) == (202, "r-app-web-2-lost")


async def test_a_copy_of_what_is_known_is_refused_by_name(world: World) -> None:
    await world.made(
        Container(name="web", uuid="lost", account_id=PROJECT, state="running", host_id=1)
    )
    await stray(world)
    refused = await world.project.post(f"{ROOT}/containers/1i2?action=adopt", {})
    assert refused.status == 422
    assert "container web (1i1) is known" in refused.json["message"]
