import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any, cast

import pytest

from pasture.control import loop
from pasture.control.loop import RESYNC_S, Controller, Io
from pasture.kit.errors import Conflict
from pasture.kit.tasks import TaskGroup
from pasture.model.resource import Resource
from pasture.model.stack import Stack
from pasture.store.changes import Create, Event
from pasture.store.feed import FeedGap
from pasture.store.store import Store
from tests.support.stores import StillClock, open_store

pytestmark = pytest.mark.looptime
Does = Callable[[int], Awaitable[float | None]]


class FakeStore:
    """Rows that are just there, and a feed that a test fills."""

    def __init__(self) -> None:
        self.revision = 0
        self.batches: asyncio.Queue[list[Event] | Exception | None] = asyncio.Queue()
        self.found: list[tuple[str, list[int]]] = []

    async def feed(self, after: int) -> AsyncIterator[list[Event]]:
        while (batch := await self.batches.get()) is not None:
            if isinstance(batch, Exception):
                raise batch
            yield batch

    async def find(self, cls: type[Resource], where: Any, **_: Any) -> list[Resource]:
        self.found.append((cls.type.name, list(where.value)))
        return [Stack(id=n, name=f"s{n}") for n in where.value]


class Turns:
    """Counts looks at keys, each of which does what the test says."""

    def __init__(
        self, *keys: int, does: Callable[[int], Awaitable[float | None]] | None = None
    ) -> None:
        self.looks: list[tuple[int, float]] = []
        self.listed = 0
        self._keys, self._does = keys, does
        self._begin = asyncio.get_running_loop().time()

    async def keys(self, io: Io) -> AsyncIterator[int]:
        self.listed += 1
        for key in self._keys:
            yield key

    async def reconcile(self, io: Io, key: int) -> float | None:
        self.looks.append((key, asyncio.get_running_loop().time() - self._begin))
        return await self._does(key) if self._does else None

    def controller(self, **more: Any) -> Controller:
        return Controller(name="test", reconcile=self.reconcile, keys=self.keys, **more)


def raising(*errors: Exception | None) -> Does:
    left = list(errors)

    async def does(_: int) -> float | None:
        error = left.pop(0) if left else None
        if error is not None:
            raise error
        return None

    return does


async def run_for(seconds: float, store: FakeStore, *controllers: Controller) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await loop.run(controllers, cast("Store", store), StillClock())


async def test_every_key_is_looked_at_at_the_start_and_again_now_and_then() -> None:
    turns = Turns(1, 2)
    await run_for(RESYNC_S + 1, FakeStore(), turns.controller())
    assert turns.looks == [(1, 0), (2, 0), (1, RESYNC_S), (2, RESYNC_S)]


async def test_a_failing_key_is_tried_again_later_each_time(
    caplog: pytest.LogCaptureFixture,
) -> None:
    turns = Turns(7, does=raising(ValueError("bug"), ValueError("bug"), TimeoutError()))
    await run_for(60, FakeStore(), turns.controller())
    assert [at for _, at in turns.looks] == [0, 1, 3, 7]
    assert [vars(r)["key"] for r in caplog.records] == [7, 7, 7]
    assert vars(caplog.records[2])["error"] == "TimeoutError"


async def test_failures_are_forgotten_after_a_success() -> None:
    turns = Turns(7, does=raising(ValueError("bug"), None, ValueError("bug")))
    store = FakeStore()
    controller = turns.controller(hints={"stack": loop.own})
    async with TaskGroup() as tasks:
        tasks.create_task(run_for(10, store, controller))
        await asyncio.sleep(2)
        store.batches.put_nowait([Event(1, "stack", "stack", 7, 5)])
    assert [at for _, at in turns.looks] == [0, 1, 2, 3]


async def test_a_failing_key_holds_up_no_other() -> None:
    async def does(key: int) -> float | None:
        if key == 1:
            await asyncio.Event().wait()
        return None

    turns = Turns(1, 2, 3, does=does)
    await run_for(30, FakeStore(), turns.controller(workers=2))
    assert [key for key, _ in turns.looks] == [1, 2, 3]


async def test_a_key_that_hangs_is_given_up() -> None:
    turns = Turns(1, does=lambda _: asyncio.sleep(1e6))
    await run_for(loop.RECONCILE_TIMEOUT_S + 2, FakeStore(), turns.controller())
    assert [at for _, at in turns.looks] == [0, loop.RECONCILE_TIMEOUT_S + 1]


async def test_a_lost_race_is_tried_again_at_once_and_then_soon() -> None:
    lost = [Conflict("lost")] * loop.CONFLICTS_AT_ONCE
    turns = Turns(1, does=raising(*lost))
    await run_for(10, FakeStore(), turns.controller())
    assert [at for _, at in turns.looks] == [0] * loop.CONFLICTS_AT_ONCE + [loop.CONFLICT_PAUSE_S]


async def test_a_reconcile_says_when_to_look_again() -> None:
    async def does(_: int) -> float | None:
        return 40.0

    turns = Turns(1, does=does)
    await run_for(100, FakeStore(), turns.controller())
    assert [at for _, at in turns.looks] == [0, 40, 80]


async def test_one_key_is_never_looked_at_twice_at_a_time() -> None:
    async def does(_: int) -> float | None:
        await asyncio.sleep(5)
        return None

    turns, store = Turns(1, does=does), FakeStore()
    controller = turns.controller(hints={"stack": loop.own})
    async with TaskGroup() as tasks:
        tasks.create_task(run_for(20, store, controller))
        for revision in range(1, 4):
            await asyncio.sleep(1)
            store.batches.put_nowait([Event(revision, "stack", "stack", 1, 5)])
    assert [at for _, at in turns.looks] == [0, 5]


async def test_a_look_that_takes_long_is_not_taken_for_each_change() -> None:
    async def does(_: int) -> float | None:
        await asyncio.sleep(0.1)
        return None

    turns, store = Turns(1, does=does), FakeStore()
    controller = turns.controller(hints={"stack": loop.own}, calm=4)
    async with TaskGroup() as tasks:
        tasks.create_task(run_for(20, store, controller))
        for revision in range(1, 5):
            await asyncio.sleep(0.12)
            store.batches.put_nowait([Event(revision, "stack", "stack", 1, 5)])
    assert [at for _, at in turns.looks] == pytest.approx([0, 0.5])


async def test_a_batch_of_events_reads_each_row_once_and_only_those_that_somebody_hears() -> None:
    store, one, other = FakeStore(), Turns(), Turns()

    async def both(_: Io, row: Resource) -> Iterable[int]:
        return (row.id, row.id + 100)

    store.batches.put_nowait(
        [
            Event(1, "stack", "stack", 3, 5),
            Event(2, "host", "host", 4, 5),
            Event(3, "stack", "stack", 3, 5),
        ]
    )
    await run_for(
        5,
        store,
        one.controller(hints={"stack": loop.own}),
        other.controller(hints={"stack": both, "service": both}),
    )
    assert store.found == [("stack", [3])]
    assert [key for key, _ in one.looks] == [3]
    assert [key for key, _ in other.looks] == [3, 103]


async def test_a_lost_feed_means_looking_at_everything() -> None:
    store, turns = FakeStore(), Turns(1)
    asyncio.get_running_loop().call_later(1, store.batches.put_nowait, FeedGap("too old"))
    await run_for(5, store, turns.controller())
    assert [at for _, at in turns.looks] == [0, 1]


async def test_a_failing_feed_is_followed_again_after_a_pause(
    caplog: pytest.LogCaptureFixture,
) -> None:
    store, turns = FakeStore(), Turns(1)
    store.batches.put_nowait(OSError("disk"))
    await run_for(5, store, turns.controller())
    assert [at for _, at in turns.looks] == [0, 1]
    assert "feed failed" in caplog.text


async def test_all_keys_are_looked_at_again_a_few_at_a_time() -> None:
    turns = Turns(*range(1, 101))
    await run_for(RESYNC_S + 60, FakeStore(), turns.controller())
    first = [at for _, at in turns.looks if at < RESYNC_S]
    again = [at for _, at in turns.looks if at >= RESYNC_S]
    assert len(first) == 100
    assert max(first) == pytest.approx(0.08)
    assert len(again) == 100
    assert max(again) - min(again) == pytest.approx(0.4)


async def test_a_failing_resync_ends_nothing(caplog: pytest.LogCaptureFixture) -> None:
    turns = Turns(1)

    async def keys(io: Io) -> AsyncIterator[int]:
        if turns.listed == 1:
            turns.listed += 1
            raise OSError("disk")
        async for key in turns.keys(io):
            yield key

    controller = Controller(name="test", reconcile=turns.reconcile, keys=keys)
    await run_for(RESYNC_S + 5, FakeStore(), controller)
    assert [at for _, at in turns.looks] == [0, RESYNC_S + 1], "it is tried again soon"
    assert "resync failed" in caplog.text


async def test_a_closed_store_is_not_read_again() -> None:
    store, turns = FakeStore(), Turns(1)
    store.batches.put_nowait(None)
    await run_for(5, store, turns.controller())
    assert turns.listed == 1


@pytest.mark.looptime(False)
async def test_all_rows_are_listed_page_by_page_and_rows_are_read_by_base(tmp_path: Path) -> None:
    count = 2 * loop.PAGE + 1
    async with open_store(tmp_path) as store:
        io = Io(store, StillClock())
        rows = [Stack(name=f"s{number}", account_id=1) for number in range(count)]
        gone = Stack(name="gone", account_id=1, state="purging", removed=1)
        await store.write(*map(Create, [*rows, gone]))
        assert [key async for key in loop.every(Stack)(io)] == list(range(1, count + 2))
        assert [r.id async for r in loop.rows(io, "stack", {5, 1, count + 1, 7777})] == [
            1,
            5,
            count + 1,
        ]
