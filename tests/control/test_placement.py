"""The placement controller's memory: what it knows of a fleet, and when it forgets it."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

from pasture.control.loop import Io
from pasture.control.placement import Placement
from pasture.kit.errors import Conflict
from pasture.model.container import Container
from pasture.model.host import Host
from pasture.model.resource import Resource
from pasture.store.changes import Change, Create, Update
from pasture.store.store import Store
from tests.control.rows import container, host, project
from tests.support.stores import StillClock, open_store


class Watched:
    """The real store; counts what is read of it, and loses races where a test says so."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.reads: list[tuple[str, str]] = []
        self.races_to_lose = 0

    async def find(self, cls: type[Resource], *where: Any, **more: Any) -> list[Resource]:
        self.reads.append((cls.type.name, where[-1].op))
        return await self.store.find(cls, *where, **more)

    async def get(self, cls: type[Resource], number: int) -> Resource | None:
        return await self.store.get(cls, number)

    async def write(self, *changes: Change) -> tuple[Resource, ...]:
        if self.races_to_lose:
            self.races_to_lose -= 1
            raise Conflict("somebody else was first")
        return await self.store.write(*changes)


class Room:
    def __init__(self, store: Store) -> None:
        self.store = store
        self.watched = Watched(store)
        self.placement = Placement()
        self.io = Io(cast("Store", self.watched), StillClock())
        self.key = 0

    async def create(self, row: Resource) -> Resource:
        (made,) = await self.store.write(Create(replace(row, account_id=self.key)))
        return made

    async def waiting(self, number: int, **more: Any) -> int:
        """Make a container that waits, and hint at it as the feed does."""
        row = container(number, host_id=None, state="creating", **more)
        made = cast("Container", await self.create(replace(row, uuid="")))
        assert await self.placement.of_container(self.io, made) == (self.key,)
        return made.id

    async def place(self) -> list[tuple[str, str]]:
        """Place what waits, and return what was read for it."""
        self.watched.reads.clear()
        await self.placement.reconcile(self.io, self.key)
        return self.watched.reads

    async def row(self, number: int) -> Container:
        row = await self.store.get(Container, number)
        assert row is not None
        return row


@asynccontextmanager
async def room(folder: Path) -> AsyncGenerator[Room]:
    async with open_store(folder) as store:
        made = Room(store)
        (owner,) = await store.write(Create(replace(project(), uuid="")))
        made.key = owner.id
        await made.create(replace(host(), uuid=""))
        yield made


WAITING = ("container", "in")
NEWEST = ("container", "notnull")  # which address was given last
ALL = [WAITING, NEWEST, ("host", "eq"), ("container", "notnull")]


async def test_the_fleet_is_read_once_and_then_known(tmp_path: Path) -> None:
    async with room(tmp_path) as r:
        first = await r.waiting(1, ports=("80:80",))
        assert await r.place() == ALL
        assert (await r.row(first)).host_id == 1
        second = await r.waiting(2, ports=("80:80",))
        assert await r.place() == [WAITING]
        assert (await r.row(second)).message == "port 80 is in use on host h1"


async def test_nothing_is_read_of_the_fleet_where_nothing_waits(tmp_path: Path) -> None:
    async with room(tmp_path) as r:
        assert await r.place() == []
        gone = await r.row(await r.waiting(1))
        await r.store.write(Update(replace(gone, wanted="removed")))
        assert await r.place() == [WAITING]
        assert await r.place() == []


async def test_a_reason_that_is_known_is_not_written_again(tmp_path: Path) -> None:
    async with room(tmp_path) as r:
        first = await r.waiting(1, labels={"io.rancher.scheduler.affinity:host_label": "a=b"})
        await r.place()
        version = (await r.row(first)).row_version
        await r.place()
        assert (await r.row(first)).row_version == version


async def test_what_the_feed_tells_changes_the_fleet(tmp_path: Path) -> None:
    async with room(tmp_path) as r:
        first = await r.waiting(1, ports=("80:80",))
        await r.place()
        gone = replace(await r.row(first), removed=7, state="removed")
        (gone,) = await r.store.write(Update(gone))
        assert await r.placement.of_container(r.io, cast("Container", gone)) == (r.key,)
        (more,) = await r.store.write(Create(replace(host(2), uuid="", account_id=r.key)))
        assert await r.placement.of_host(r.io, cast("Host", more)) == (r.key,)
        second, third = await r.waiting(2, ports=("80:80",)), await r.waiting(3, ports=("80:80",))
        assert await r.place() == [WAITING]
        assert [(await r.row(n)).host_id for n in (second, third)] == [1, 2]


async def test_a_lost_race_or_a_resync_makes_it_read_the_fleet_anew(tmp_path: Path) -> None:
    async with room(tmp_path) as r:
        first = await r.waiting(1)
        r.watched.races_to_lose = 1
        with pytest.raises(Conflict):
            await r.place()
        anew = [WAITING, *ALL[2:]]
        assert await r.place() == anew
        assert (await r.row(first)).host_id == 1
        assert [key async for key in r.placement.keys(r.io)] == []
        await r.waiting(2)
        assert await r.place() == anew


async def test_at_the_start_it_looks_for_who_waits(tmp_path: Path) -> None:
    async with room(tmp_path) as r:
        first = await r.waiting(1)
        r.placement = Placement()
        assert [key async for key in r.placement.keys(r.io)] == [r.key]
        assert await r.place() == ALL
        assert (await r.row(first)).host_id == 1


async def test_only_what_waits_or_frees_something_is_a_hint() -> None:
    hint, io = Placement().of_container, cast("Io", None)
    assert await hint(io, container(state="running")) == ()
    assert await hint(io, container(host_id=None)) == (5,)
    assert await hint(io, container(host_id=None, wanted="removed")) == ()
    assert await hint(io, container(removed=7)) == (5,)
    assert await hint(io, container(native_container=True)) == (5,)
    assert await hint(io, container(host_id=None, account_id=None)) == ()
    assert await Placement().of_host(io, host(account_id=None)) == ()
