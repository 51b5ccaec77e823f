"""Writes: versions, uniqueness, all or nothing, and neighbours that fail alone."""

import asyncio
import resource as limits
import sqlite3
from collections.abc import AsyncGenerator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from pasture.kit.errors import Conflict, NotUnique, PastureError
from pasture.kit.tasks import TaskGroup
from pasture.model.audit import AuditLog
from pasture.model.container import Container
from pasture.model.credential import AgentApiKey, ApiKey, Password, Registry
from pasture.model.query import Where
from pasture.model.resource import Resource
from pasture.model.setting import Setting
from pasture.model.stack import Stack
from pasture.store import group
from pasture.store.changes import Change, Create, Delete, Event, Update
from pasture.store.sqlite import connect, is_locked, path_of
from pasture.store.store import Store
from tests.support.stores import KEY, StillClock
from tests.support.things import Thing


async def settled(
    store: Store, *writes: Sequence[Change]
) -> list[tuple[Resource, ...] | Exception]:
    """What becomes of writes that are asked for at the same time."""
    asked = (store.write(*changes) for changes in writes)
    return await asyncio.gather(*asked, return_exceptions=True)  # type: ignore[return-value]


async def test_a_new_row_gets_its_identity(store: Store) -> None:
    (made,) = await store.write(Create(Container(name="a")))
    assert (made.id, made.row_version, made.kind) == (1, 1, "container")
    assert made.created == StillClock().now
    assert len(made.uuid) == 36


async def test_what_a_creator_gave_is_kept(store: Store) -> None:
    (made,) = await store.write(Create(Container(uuid="mine", created=5)))
    assert (made.uuid, made.created) == ("mine", 5)


async def test_an_update_names_the_version_that_it_saw(store: Store) -> None:
    (seen,) = await store.write(Create(Stack(name="a", account_id=1)))
    (now,) = await store.write(Update(replace(seen, state="active")))
    assert now == replace(seen, state="active", row_version=2)
    with pytest.raises(Conflict, match="stack 1 was changed or removed after version 1"):
        await store.write(Update(replace(seen, state="removing")))
    assert await store.get(Stack, seen.id) == now


async def test_a_deleted_row_is_gone_and_needs_the_version_seen(store: Store) -> None:
    (seen,) = await store.write(Create(Stack(name="a", account_id=1)))
    (now,) = await store.write(Update(seen))
    with pytest.raises(Conflict):
        await store.write(Delete(seen))
    await store.write(Delete(now))
    assert await store.get(Stack, seen.id) is None
    with pytest.raises(Conflict):
        await store.write(Update(now))


async def test_only_one_of_two_writers_that_saw_the_same_wins(store: Store) -> None:
    (seen,) = await store.write(Create(Stack(name="a", account_id=1)))
    writes = [[Update(replace(seen, state=f"s{i}"))] for i in range(20)]
    outcomes = await settled(store, *writes)
    assert [o for o in outcomes if isinstance(o, tuple)] == [
        (replace(seen, state="s0", row_version=2),)
    ]
    assert sum(isinstance(o, Conflict) for o in outcomes) == 19


async def test_a_write_of_several_changes_is_all_or_nothing(store: Store) -> None:
    (seen,) = await store.write(Create(Stack(name="a", account_id=1)))
    before = store.revision
    with pytest.raises(NotUnique):
        await store.write(
            Update(replace(seen, state="x")),
            Create(Stack(name="b", account_id=1)),
            Create(Stack(name="A", account_id=1)),
        )
    assert await store.find(Stack) == [seen]
    assert store.revision == before


async def test_a_change_may_name_what_the_ones_before_it_made(store: Store) -> None:
    def audit(made: Sequence[Resource]) -> AuditLog:
        return AuditLog(
            auth_type="Basic",
            event_type="api.stack.create",
            resource_type="stack",
            resource_id=made[0].id,
            response_code=201,
        )

    stack, row = await store.write(Create(Stack(name="a", account_id=1)), Create(audit))
    assert isinstance(row, AuditLog)
    assert row.resource_id == stack.id


async def test_a_failing_write_does_not_fail_its_neighbours(store: Store) -> None:
    (seen,) = await store.write(Create(Stack(name="a", account_id=1)))
    (now,) = await store.write(Update(seen))

    def broken(_: Sequence[Resource]) -> Resource:
        raise KeyError("a mistake of the caller's")

    first, taken, late, wrong, last = await settled(
        store,
        [Create(Stack(name="b", account_id=1))],
        [Create(Container()), Create(Stack(name="B", account_id=1))],
        [Update(seen)],
        [Create(Container()), Create(broken)],
        [Update(replace(now, state="x"))],
    )
    assert isinstance(taken, NotUnique)
    assert isinstance(late, Conflict)
    assert isinstance(wrong, KeyError)
    assert isinstance(first, tuple)
    assert isinstance(last, tuple)
    assert await store.find(Stack) == [*last, *first]
    assert await store.find(Container) == []
    assert [e.id async for batch in store_events(store) for e in batch] == [1, 1, 2, 1]


def size(path: str) -> int:
    return Path(path).stat().st_size


async def store_events(store: Store) -> AsyncGenerator[list[Event]]:
    """The feed up to now."""
    async for batch in store.feed(0):
        yield batch
        if batch[-1].revision == store.revision:
            return


TAKEN = [
    (Stack(name="Web", account_id=1), Stack(name="wEB", account_id=1), "name"),
    (Password(public_value="Ann", secret_value="x"),
     Password(public_value="ann", secret_value="y"), "publicValue"),
    (Registry(server_address="Hub", account_id=1), Registry(server_address="hub", account_id=1),
     "serverAddress"),
    (Setting(name="a"), Setting(name="a"), "name"),
]  # fmt: skip
FREE = [
    (Stack(name="web", account_id=1), Stack(name="web", account_id=2)),
    (Container(account_id=1), Container(account_id=1)),
    (ApiKey(public_value="A"), AgentApiKey(public_value="A")),
    (ApiKey(public_value="A"), Password(public_value="A", secret_value="x")),
    (Stack(name="web", account_id=1, removed=5), Stack(name="web", account_id=1)),
]


@pytest.mark.parametrize(("first", "second", "field"), TAKEN)
async def test_a_value_that_is_taken_is_refused_by_its_field(
    first: Resource, second: Resource, field: str, store: Store
) -> None:
    await store.write(Create(first))
    with pytest.raises(NotUnique, match=f"this {field} is taken") as refused:
        await store.write(Create(second))
    assert refused.value.field == field
    assert "accountId" not in refused.value.detail


@pytest.mark.parametrize(("first", "second"), FREE)
async def test_other_owners_kinds_and_removed_rows_take_no_name(
    first: Resource, second: Resource, store: Store
) -> None:
    await store.write(Create(first))
    await store.write(Create(second))


async def test_an_update_may_not_take_a_name_either(store: Store) -> None:
    _, b = await store.write(
        Create(Stack(name="a", account_id=1)), Create(Stack(name="b", account_id=1))
    )
    with pytest.raises(NotUnique):
        await store.write(Update(replace(b, name="A")))


async def test_a_removed_row_frees_its_name(store: Store) -> None:
    (seen,) = await store.write(Create(Stack(name="a", account_id=1)))
    await store.write(Update(replace(seen, removed=5)))
    await store.write(Create(Stack(name="a", account_id=1)))


async def test_a_value_in_a_document_is_unique_too(url: str) -> None:
    async with Store.open(url, key=KEY, clock=StillClock(), types=(Thing,)) as store:
        await store.write(Create(Thing(account_id=1, label="A")))
        with pytest.raises(NotUnique) as refused:
            await store.write(Create(Thing(account_id=1, label="a")))
        assert refused.value.field == "label"


async def test_nothing_to_write_is_nothing(store: Store) -> None:
    assert await store.write() == ()
    assert store.revision == 0


async def test_a_write_that_is_given_up_before_its_turn_does_not_happen(store: Store) -> None:
    async with TaskGroup() as tasks:
        tasks.create_task(store.write(Create(Container(name="first"))))
        await asyncio.sleep(0)  # its commit is on the way
        given_up = tasks.create_task(store.write(Create(Container(name="second"))))
        await asyncio.sleep(0)
        given_up.cancel()
        tasks.create_task(store.write(Create(Container(name="third"))))
    assert [c.name for c in await store.find(Container)] == ["first", "third"]


async def test_more_writes_than_the_queue_has_places_all_come_through(store: Store) -> None:
    number = group.LONGEST_QUEUE + 200
    await asyncio.gather(*(store.write(Create(Container())) for _ in range(number)))
    assert await store.count(Container) == number


async def test_a_batch_is_bounded_by_its_changes_not_by_its_writes(store: Store) -> None:
    told: list[str] = []
    connection = store._group._writer.connection  # pyright: ignore[reportPrivateUsage] - to listen
    connection.set_trace_callback(told.append)
    large, largest = [Create(Container())] * 100, [Create(Container())] * 300
    made = await settled(store, *[large] * 10, largest)
    connection.set_trace_callback(None)
    assert [len(m) for m in made if isinstance(m, tuple)] == [100] * 10 + [300]
    batches = "\n".join(s.split()[0] for s in told).split("BEGIN")[1:]
    assert [b.count("INSERT") // 2 for b in batches] == [100, 200, 200, 200, 200, 100, 300]


async def test_writes_under_way_are_finished_before_the_store_closes(url: str) -> None:
    opened = Store.open(url, key=KEY, clock=StillClock())
    async with TaskGroup() as tasks, opened as store:
        for _ in range(300):
            tasks.create_task(store.write(Create(Container())))
        await asyncio.sleep(0)
    with pytest.raises(PastureError, match="closed"):
        await store.write(Create(Container()))
    async with Store.open(url, key=KEY, clock=StillClock()) as again:
        assert await again.count(Container) == 300


async def test_a_writer_waits_for_another_process(store: Store, url: str) -> None:
    other = sqlite3.connect(path_of(url), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    async with TaskGroup() as tasks:
        waiting = tasks.create_task(store.write(Create(Container())))
        await asyncio.sleep(0.05)
        assert not waiting.done()
        other.execute("COMMIT")
    other.close()
    assert await store.count(Container) == 1


def test_another_writer_is_known_whatever_the_kind_of_busy(url: str) -> None:
    with closing(connect(path_of(url))) as one, closing(connect(path_of(url))) as other:
        one.execute("CREATE TABLE t (x)")
        one.execute("BEGIN")
        one.execute("SELECT * FROM t").fetchall()
        other.execute("INSERT INTO t VALUES (1)")
        with pytest.raises(sqlite3.OperationalError) as failed:
            one.execute("INSERT INTO t VALUES (2)")
    assert failed.value.sqlite_errorcode == sqlite3.SQLITE_BUSY_SNAPSHOT
    assert is_locked(failed.value)


async def test_two_stores_on_one_file_share_the_revisions(store: Store, url: str) -> None:
    async with Store.open(url, key=KEY, clock=StillClock()) as other:
        for opened in (store, other, other, store):
            await opened.write(Create(Container()))
        assert store.revision == 4
        seen = [e.revision async for batch in store_events(store) for e in batch]
        assert seen == [1, 2, 3, 4]


async def test_a_full_database_fails_what_it_cannot_keep_and_goes_on(store: Store) -> None:
    connection = store._group._writer.connection  # pyright: ignore[reportPrivateUsage] - to fill it
    [(pages,)] = connection.execute("PRAGMA page_count")
    connection.execute(f"PRAGMA max_page_count={pages + 2}")
    big, small = Container(description="x" * 100_000), Setting(name="a")
    first, *together = await settled(
        store, [Create(small)], [Create(big)], [Create(Stack(name="b"))]
    )
    assert isinstance(first, tuple)
    for outcome in together:  # of one batch
        assert isinstance(outcome, PastureError)
        assert "nothing was changed" in outcome.detail
        assert "full" in outcome.detail
    assert store.revision == 1
    connection.execute("PRAGMA max_page_count=1000000")
    (made,) = await store.write(Create(big))
    assert await store.find(Container) == [made]
    assert store.revision == 2


async def test_a_disk_that_takes_no_more_fails_the_write_and_loses_nothing(url: str) -> None:
    async with Store.open(url, key=KEY, clock=StillClock()) as store:
        (kept,) = await store.write(Create(Container(name="kept")))
        before = limits.getrlimit(limits.RLIMIT_FSIZE)
        room = size(f"{path_of(url)}-wal") + 20_000
        limits.setrlimit(limits.RLIMIT_FSIZE, (room, before[1]))
        try:
            with pytest.raises(PastureError, match="could not write"):
                await store.write(Create(Container(description="x" * 500_000)))
            assert await store.find(Container) == [kept]
        finally:
            limits.setrlimit(limits.RLIMIT_FSIZE, before)
        (after,) = await store.write(Create(Container(name="after")))
    async with Store.open(url, key=KEY, clock=StillClock()) as again:
        assert await again.find(Container, Where("name", op="notnull")) == [kept, after]
