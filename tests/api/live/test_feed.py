from collections.abc import AsyncGenerator
from typing import Any

import pytest

from pasture.api.live.feed import MOST_WAITING
from pasture.kit.tasks import TaskGroup
from pasture.model.stack import Stack
from pasture.store.changes import Delete
from tests.api.world import INSIDE, PROJECT, ROOT, World
from tests.support.asgi import Heard

SOCKET = f"{INSIDE}/feed"


@pytest.fixture(autouse=True)
async def told(world: World) -> AsyncGenerator[None]:
    """Run the feed beside each test."""
    async with TaskGroup() as group:
        running = group.create_task(world.hub.feed.run())
        yield
        running.cancel()


async def changes(heard: Heard, kind: str = "stack") -> list[Any]:
    """Return the next changes of a type."""
    while (frame := await heard.frame()) is not None:
        if found := [change for change in frame["changes"] if change["type"] == kind]:
            return found
    raise AssertionError(f"closed: {heard.closed}")


async def test_the_first_frame_says_where_the_feed_is(world: World) -> None:
    async with world.project.listen(SOCKET) as heard:
        first = await heard.frame()
        assert first == {"revision": world.store.revision, "changes": []}
        stack = await world.stack()
        [change] = await changes(heard)
    assert (change["id"], change["resource"]["name"]) == (stack["id"], "web")


async def test_a_reader_goes_on_where_it_was(world: World) -> None:
    await world.stack("seen")
    after = world.store.revision
    await world.stack("missed")
    async with world.project.listen(SOCKET, after=after) as heard:
        found = await changes(heard)
    assert [change["resource"]["name"] for change in found] == ["missed"]


async def test_what_is_gone_for_good_is_told_as_nothing(world: World) -> None:
    stack = await world.stack()
    row = await world.store.get(Stack, 1)
    assert row is not None
    after = world.store.revision
    await world.store.write(Delete(row))
    async with world.project.listen(SOCKET, after=after) as heard:
        found = await changes(heard)
    assert found == [{"type": "stack", "id": stack["id"], "resource": None}]


async def test_of_another_environment_nothing_is_told(world: World) -> None:
    other = world.key("other")
    async with world.project.listen(SOCKET) as heard:
        await other.post(f"{ROOT}/stacks", {"name": "theirs"})
        await world.stack("ours")
        assert [c["resource"]["name"] for c in await changes(heard)] == ["ours"]


async def test_all_are_told_and_a_role_what_it_sees(world: World) -> None:
    reader = world.user("readonly")
    async with (
        world.project.listen(SOCKET) as one,
        world.project.listen(SOCKET) as another,
        reader.listen(SOCKET) as less,
    ):
        for heard in (one, another, less):
            await heard.frame()
        body = {"imageUuid": "docker:a", "environment": {"KEY": "x"}, "startOnCreate": False}
        await world.project.post(f"{INSIDE}/containers", body)
        whole = await changes(one, "container")
        assert whole[0]["resource"]["environment"] == {"KEY": "x"}
        assert await changes(another, "container") == whole
        assert "environment" not in (await changes(less, "container"))[0]["resource"]


async def test_who_lags_reads_by_itself_and_goes_along_again(world: World) -> None:
    async with world.project.listen(SOCKET) as heard:
        await world.stack("first")
        await changes(heard)
        [place] = world.hub.feed.places(PROJECT)
        for _ in range(MOST_WAITING + 1):
            place.take((0, "{}"))
        assert place.queue.qsize() == 1, "what waited is dropped"
        for name in ("second", "third"):
            await world.stack(name)
            while (await changes(heard))[-1]["resource"]["name"] != name:
                pass
        assert place not in world.hub.feed.places(PROJECT)
    assert not world.hub.feed.places(PROJECT)


@pytest.mark.parametrize(
    ("after", "code", "words"),
    [
        ("99999", 4410, "revision 99999 is not in this database, which is at"),
        ("soon", 1008, "after=soon is no revision; accepted: a number from a frame"),
    ],
)
async def test_what_cannot_be_gone_on_from_is_said(
    world: World, after: str, code: int, words: str
) -> None:
    async with world.project.listen(SOCKET, after=after) as heard:
        assert await heard.frame() is None
    assert heard.closed is not None
    assert heard.closed[0] == code
    assert heard.closed[1].startswith(words)


@pytest.mark.looptime(idle_timeout=None)
async def test_a_quiet_feed_says_where_it_is(world: World) -> None:
    async with world.project.listen(SOCKET) as heard:
        first = await heard.frame()
        assert await heard.frame() == first
