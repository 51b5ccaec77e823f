"""The feed: every change once, in commit order, from any revision still kept."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pasture.kit.tasks import TaskGroup
from pasture.model.container import Container
from pasture.model.credential import ApiKey
from pasture.model.stack import Stack
from pasture.store import feed
from pasture.store.changes import Create, Delete, Event, Update
from pasture.store.feed import Feed, FeedGap
from pasture.store.store import Store
from tests.support.stores import KEY, StillClock

WRITERS, WRITES = 16, 60


async def until(batches: AsyncIterator[list[Event]], revision: int) -> list[Event]:
    """Read on up to a revision."""
    found: list[Event] = []
    while not found or found[-1].revision < revision:
        found += await anext(batches)
    return found


async def write_much(store: Store) -> None:
    async def one(account: int) -> None:
        for _ in range(WRITES // 2):
            (made,) = await store.write(Create(Container(account_id=account)))
            await store.write(Update(made))

    await asyncio.gather(*(one(a) for a in range(WRITERS)))


async def test_each_kind_of_change_is_one_event_that_says_where_to_look(store: Store) -> None:
    key, stack = await store.write(Create(ApiKey(account_id=3)), Create(Stack(name="a")))
    (stack,) = await store.write(Update(replace(stack, account_id=9)))
    await store.write(Delete(stack))
    assert await until(store.feed(0), 4) == [
        Event(1, "credential", "apiKey", key.id, 3),
        Event(2, "stack", "stack", stack.id, None),
        Event(3, "stack", "stack", stack.id, 9),
        Event(4, "stack", "stack", stack.id, 9),
    ]
    assert store.revision == 4


async def test_a_reader_beside_many_writers_sees_each_revision_once_in_order(
    store: Store,
) -> None:
    total = WRITERS * WRITES
    async with TaskGroup() as tasks:
        readers = [tasks.create_task(until(store.feed(0), total)) for _ in range(3)]
        await write_much(store)
    for reader in readers:
        assert [e.revision for e in reader.result()] == list(range(1, total + 1))
    versions = [e.id for e in readers[0].result()]
    assert all(versions.count(number) == 2 for number in set(versions))


@given(data=st.data())
@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
async def test_a_reader_resumes_from_any_revision(data: st.DataObject, store: Store) -> None:
    if not store.revision:
        await write_much(store)
    after = data.draw(st.integers(0, store.revision - 1))
    found = await until(store.feed(after), store.revision)
    assert [e.revision for e in found] == list(range(after + 1, store.revision + 1))


async def test_the_feed_goes_on_after_the_store_was_opened_again(url: str) -> None:
    async with Store.open(url, key=KEY, clock=StillClock()) as store:
        await write_much(store)
        seen = await until(store.feed(0), store.revision)
    async with Store.open(url, key=KEY, clock=StillClock()) as again:
        assert again.revision == len(seen)
        assert await until(again.feed(0), len(seen)) == seen
        batches = again.feed(again.revision)
        await again.write(Create(Container()))
        assert [e.revision for e in await anext(batches)] == [len(seen) + 1]


async def test_a_slow_reader_is_given_pages_of_bounded_length(store: Store) -> None:
    batches = store.feed(0)
    await write_much(store)
    sizes = [len(await anext(batches)), len(await anext(batches))]
    assert sizes == [feed.PAGE, WRITERS * WRITES - feed.PAGE]


async def test_what_is_remembered_is_bounded_and_the_table_has_the_rest() -> None:
    table = [Event(n, "stack", "stack", n, None) for n in range(1, 101)]
    asked: list[int] = []

    def read(after: int, limit: int) -> list[Event]:
        asked.append(after)
        return table[after : after + limit]

    short = Feed(0, read, remembered=8)
    for start in range(0, 100, 5):
        short.add(start, table[start : start + 5])
    assert await anext(short.follow(94)) == table[94:]
    assert asked == []
    assert await anext(short.follow(80)) == table[80:]
    assert asked == [80]


async def test_a_reader_waits_until_something_is_committed(store: Store) -> None:
    batches = store.feed(0)
    async with TaskGroup() as tasks:
        waiting = tasks.create_task(until(batches, 1))
        await asyncio.sleep(0)
        assert not waiting.done()
        await store.write(Create(Container()))
    assert len(waiting.result()) == 1


async def test_a_revision_no_longer_kept_is_a_gap(url: str) -> None:
    async with Store.open(url, key=KEY, clock=StillClock(), feed_kept=16) as store:
        for _ in range(100):
            await store.write(Create(Container()))
    async with Store.open(url, key=KEY, clock=StillClock(), feed_kept=16) as store:
        with pytest.raises(FeedGap, match="no longer kept"):
            await anext(store.feed(60))
        kept = await until(store.feed(100 - 16), 100)
        assert [e.revision for e in kept] == list(range(85, 101))


async def test_a_revision_of_another_history_is_a_gap(store: Store) -> None:
    with pytest.raises(FeedGap, match="not in this database"):
        await anext(store.feed(5))


async def test_the_feed_ends_when_the_store_closes(url: str) -> None:
    opened = Store.open(url, key=KEY, clock=StillClock())
    async with TaskGroup() as tasks, opened as store:
        reading = tasks.create_task(everything(store.feed(0)))
        await asyncio.sleep(0)
    assert reading.result() == []


async def everything(batches: AsyncIterator[list[Event]]) -> list[Event]:
    """Read to the end."""
    return [event async for batch in batches for event in batch]
