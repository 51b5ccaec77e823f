import asyncio
from pathlib import Path
from typing import cast

import pytest

from pasture.kit.tasks import TaskGroup
from pasture.link.dispatch import dispatch
from pasture.link.links import Links
from pasture.link.streams import Streams
from pasture.model.container import Container
from pasture.store.changes import Create
from pasture.store.store import Store
from pasture.wire.frames import Refused
from tests.link.world import FixedClock, open_store


class Ear:
    """A session that remembers what it was told."""

    def __init__(self, agent_id: int, host_id: int) -> None:
        self.agent_id, self.host_id = agent_id, host_id
        self.project_id: int | None = 1
        self.looked = asyncio.Event()
        self.looks: list[int] = []
        self.all = asyncio.Event()
        self.ended: str | None = None
        self.streams = Streams(self.looked.set)

    def look(self, container_id: int) -> None:
        self.looks.append(container_id)
        self.looked.set()

    def look_at_all(self) -> None:
        self.all.set()

    def end(self, refused: Refused | None, reason: str) -> None:
        self.ended = reason


def test_the_host_of_a_container_and_who_was_told_of_it_are_concerned() -> None:
    links, here, there = Links(), Ear(1, 11), Ear(2, 12)
    links.enter(here)
    links.enter(there)
    assert links.concerned(5, 11) == [here]
    assert links.concerned(5, None) == []
    links.hold(12, 5)
    assert links.concerned(5, 11) == [here, there]
    assert links.concerned(5, None) == [there]
    assert links.concerned(5, 12) == [there]


def test_a_container_that_moved_is_held_by_its_new_host_whoever_heard_of_it_first() -> None:
    links, old, new = Links(), Ear(1, 11), Ear(2, 12)
    links.enter(old)
    links.enter(new)
    links.hold(11, 5)
    links.hold(12, 5)  # the new host was told first
    links.release(11, 5)
    assert links.concerned(5, None) == [new]


def test_who_reads_its_rows_just_now_is_told_of_everything() -> None:
    links, loading, other = Links(), Ear(1, 11), Ear(2, 12)
    links.enter(loading)
    links.enter(other)
    with links.loading(loading):
        assert links.concerned(5, 99) == [loading]
    assert links.concerned(5, 99) == []


def test_a_session_takes_the_place_of_the_agents_former_one() -> None:
    links, first, second = Links(), Ear(1, 11), Ear(1, 11)
    links.enter(first)
    links.hold(11, 5)
    links.enter(second)
    assert first.ended is not None
    links.leave(first)
    assert links.by_host[11] is second
    assert links.concerned(5, None) == []
    links.leave(second)
    assert not links.by_agent
    assert not links.by_host


async def some(store: Store, count: int) -> None:
    for _ in range(count):
        await store.write(Create(Container(image_uuid="docker:x", account_id=1, host_id=11)))


async def test_a_feed_that_was_left_behind_makes_everybody_look(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    url = f"sqlite:///{tmp_path}/test.db"
    async with Store.open(url, key=b"k" * 32, clock=FixedClock(), feed_kept=5) as store:
        await some(store, 20)
    async with Store.open(url, key=b"k" * 32, clock=FixedClock(), feed_kept=5) as store:
        links, ear = Links(), Ear(1, 11)
        links.enter(ear)
        async with TaskGroup() as group:
            running = group.create_task(dispatch(store, links, 1))
            async with asyncio.timeout(5):
                await ear.all.wait()
            running.cancel()
    assert [r.getMessage() for r in caplog.records if r.levelname in {"WARNING", "ERROR"}] == [
        "feed lost, looking at everything"
    ]


async def test_the_dispatch_ends_with_the_store(tmp_path: Path) -> None:
    async with TaskGroup() as group:
        async with open_store(tmp_path) as store:
            running = group.create_task(dispatch(store, Links(), store.revision))
            await asyncio.sleep(0)
        async with asyncio.timeout(5):
            await running


class FailsOnce:
    """A store whose first read of containers fails."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.failures = 0

    def __getattr__(self, name: str) -> object:
        return getattr(self.store, name)

    async def find(self, *args: object, **options: object) -> object:
        if not self.failures:
            self.failures += 1
            raise OSError("disk")
        return await self.store.find(*args, **options)  # type: ignore[arg-type] # passed on as given


@pytest.mark.looptime
async def test_a_read_that_fails_makes_everybody_look_and_the_feed_goes_on(tmp_path: Path) -> None:
    async with open_store(tmp_path) as store:
        links, ear = Links(), Ear(1, 11)
        links.enter(ear)
        failing = cast("Store", FailsOnce(store))
        async with TaskGroup() as group:
            running = group.create_task(dispatch(failing, links, store.revision))
            await some(store, 1)
            async with asyncio.timeout(5):
                await ear.all.wait()
            await some(store, 1)
            async with asyncio.timeout(5):
                await ear.looked.wait()
            running.cancel()
        assert ear.looks == [2]
