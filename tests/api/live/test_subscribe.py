from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from pasture.api.live.subscribe import MOST_WAITING, Ended, Subscriber
from pasture.auth.secrets import hash_key
from pasture.kit.tasks import TaskGroup
from pasture.model.credential import ApiKey
from pasture.model.stack import Stack
from tests.api.world import INSIDE, PROJECT, ROOT, SECRET, World
from tests.support.asgi import AsgiClient, Heard

SOCKET = f"{INSIDE}/subscribe"
CHANGE = "resource.change"


@pytest.fixture(autouse=True)
async def told(world: World) -> AsyncGenerator[None]:
    """Run the hub beside each test."""
    async with TaskGroup() as group:
        running = group.create_task(world.hub.run())
        yield
        running.cancel()


@asynccontextmanager
async def listening(client: AsgiClient, url: str = SOCKET, **query: Any) -> AsyncGenerator[Heard]:
    async with client.listen(url, eventNames=CHANGE, **query) as heard:
        first = await heard.frame()
        assert first["name"] == "ping"
        yield heard


async def change(heard: Heard) -> Any:
    """Return the next frame that is no ping."""
    while (frame := await heard.frame()) is not None and frame["name"] == "ping":
        pass
    return frame


async def test_a_change_is_told_as_get_shows_it(world: World) -> None:
    async with listening(world.project) as heard:
        stack = await world.stack()
        frame = await change(heard)
        while frame["data"]["resource"]["state"] != "active":
            frame = await change(heard)
    assert (frame["name"], frame["resourceType"], frame["resourceId"]) == (
        CHANGE, "stack", stack["id"],
    )  # fmt: skip
    assert frame["data"]["resource"] == (await world.project.get(f"{INSIDE}/stacks/1st1")).json
    assert frame["time"] == world.clock.now
    absent = ("previousIds", "publisher", "replyTo", "context", "transitioning", "listenerKey")
    assert [frame[name] for name in absent] == [None] * 6


async def test_many_changes_of_one_row_are_told_in_few_frames(world: World) -> None:
    async with listening(world.project) as heard:
        stack = await world.stack()
        for n in range(100):
            await world.project.put(f"{INSIDE}/stacks/{stack['id']}", {"description": f"{n}"})
        frames = 0
        while True:
            frame = await change(heard)
            frames += 1
            if frame["data"]["resource"]["description"] == "99":
                break
    assert frames < 50


@pytest.mark.looptime(idle_timeout=None)
async def test_only_a_row_that_was_just_told_of_waits(world: World) -> None:
    world.hub.gather_s = 20
    async with listening(world.project) as heard:
        first = await world.stack("first")
        assert (await change(heard))["data"]["resource"]["name"] == "first"
        await world.project.put(f"{INSIDE}/stacks/{first['id']}", {"description": "later"})
        await world.stack("second")
        assert (await change(heard))["data"]["resource"]["name"] == "second"
        assert (await change(heard))["data"]["resource"]["description"] == "later"


async def test_removed_is_the_last_that_is_told(world: World) -> None:
    stack = await world.stack()
    async with listening(world.project) as heard:
        await world.settle(Stack, stack["id"], "removed")
        assert (await change(heard))["data"]["resource"]["state"] == "removed"
        await world.settle(Stack, stack["id"], "purged")
        await world.stack("next")
        assert (await change(heard))["data"]["resource"]["name"] == "next"


async def test_each_environment_is_told_of_its_own(world: World) -> None:
    other = world.key("other")
    async with listening(world.project) as ours, listening(other, f"{ROOT}/subscribe") as theirs:
        await other.post(f"{ROOT}/stacks", {"name": "theirs"})
        await world.stack("ours")
        assert (await change(ours))["data"]["resource"]["name"] == "ours"
        assert (await change(theirs))["data"]["resource"]["name"] == "theirs"


async def test_a_role_is_told_what_it_sees(world: World) -> None:
    async with listening(world.user("readonly")) as reader, listening(world.project) as owner:
        await world.project.post(
            f"{INSIDE}/containers",
            {"imageUuid": "docker:a", "environment": {"PASSWORD": "x"}, "startOnCreate": False},
        )
        seen, whole = await change(reader), await change(owner)
    assert whole["data"]["resource"]["environment"] == {"PASSWORD": "x"}
    assert "environment" not in seen["data"]["resource"]
    assert set(seen["data"]["resource"]["actions"]) < set(whole["data"]["resource"]["actions"])


async def test_v1_calls_things_its_own_names(world: World) -> None:
    async with listening(world.project, "/v1/projects/1a5/subscribe") as heard:
        await world.stack()
        frame = await change(heard)
    assert (frame["resourceType"], frame["resourceId"]) == ("environment", "1e1")
    assert "/v1/projects/1a5/environments/1e1" in frame["data"]["resource"]["links"]["self"]


async def test_a_page_has_its_actions_under_another_name(world: World) -> None:
    async with listening(world.project, _actionLinks="true") as heard:
        await world.stack()
        assert "actionLinks" in (await change(heard))["data"]["resource"]


@pytest.mark.parametrize(
    ("url", "status"), [(f"{ROOT}/subscribe", 404), (f"{ROOT}/projects/1a6/subscribe", 403)]
)
async def test_listening_needs_an_environment_of_ones_own(
    world: World, url: str, status: int
) -> None:
    async with world.user("member").listen(url) as heard:
        assert await heard.frame() is None
    assert heard.refused == status
    assert heard.words["type"] == "error"


async def test_nobody_does_not_listen(world: World) -> None:
    async with world.nobody.listen(SOCKET) as heard:
        assert await heard.frame() is None
    assert heard.refused == 401


async def test_another_sites_page_does_not_listen(world: World) -> None:
    page = world.project.with_headers(origin="https://evil.test")
    async with page.listen(SOCKET) as heard:
        assert await heard.frame() is None
    assert heard.refused == 403
    assert "a page of another site sent this" in heard.words["message"]


async def test_a_name_of_no_event_is_refused(world: World) -> None:
    async with world.project.listen(SOCKET, eventNames="a b") as heard:
        while await heard.frame() is not None:
            pass
    assert heard.closed == (1008, "eventNames=a b is none; accepted: such as resource.change")


async def test_without_an_upgrade_there_is_nothing(world: World) -> None:
    assert (await world.project.get(SOCKET)).json["data"] == []
    assert (await world.project.post(SOCKET)).status == 201
    assert (await world.admin.get(f"{ROOT}/subscribe")).status == 404
    assert (await world.project.delete(SOCKET)).status == 405


async def test_who_leaves_is_forgotten(world: World) -> None:
    async with listening(world.project):
        assert world.hub.count == 1
    assert world.hub.count == 0


async def test_who_does_not_keep_up_is_ended_in_words(world: World) -> None:
    async with listening(world.project):
        [listener] = world.hub.subscribers(PROJECT)
    slow = Subscriber(listener.context, PROJECT)
    for _ in range(MOST_WAITING):
        slow.take(["frame"])
    assert slow.ended is None
    slow.take(["one more"])
    assert isinstance(slow.ended, Ended)
    assert "read faster" in str(slow.ended)
    assert slow.queue.qsize() == 1, "what waited is dropped"


@pytest.mark.looptime(idle_timeout=None)
async def test_who_loses_the_right_is_ended(world: World) -> None:
    key = ApiKey(account_id=PROJECT, public_value="SHORT", secret_value=hash_key(SECRET),
                 state="active")  # fmt: skip
    made = await world.made(key)
    async with listening(world.nobody.basic("SHORT", SECRET)) as heard:
        await world.settle(ApiKey, f"1c{made.id}", "inactive")
        while await heard.frame() is not None:
            pass
    assert heard.closed is not None
    assert heard.closed[0] == 1008
