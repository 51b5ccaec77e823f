"""Reports of a host whose link was replaced while one was being stored."""

from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest

from pasture.link.entrance import admit
from pasture.link.hello import Refuse
from pasture.link.links import LinkEnded, Links
from pasture.link.record import record
from pasture.model.container import Container
from pasture.model.host import Agent, Host
from pasture.model.resource import Resource
from pasture.store.changes import Change, Create, Update
from pasture.store.store import Store
from pasture.wire.frames import Observed, Report
from tests.link.test_dispatch import Ear
from tests.link.world import FixedClock, greeting, open_store, populate

HOST = Host(id=11, name="h1", account_id=1, agent_id=1, engine_id="E1")


def report(state: str) -> Report:
    return Report(number=1, full=True, containers=(Observed(state=state, uuid="u1"),))


async def one_container(store: Store) -> Container:
    row = Container(image_uuid="docker:x", account_id=1, host_id=HOST.id, uuid="u1")
    [made] = await store.write(Create(row))
    return cast("Container", made)


class Beaten:
    """A store where the host's next link writes its report first."""

    def __init__(self, store: Store, host: Host) -> None:
        self._store, self._host = store, host
        self.is_beaten = False

    def __getattr__(self, name: str) -> object:
        return getattr(self._store, name)

    async def write(self, *changes: Change) -> tuple[Resource, ...]:
        if not self.is_beaten:
            self.is_beaten = True
            await record(self._store, self._host, report("running"), is_current=lambda: True)
        return await self._store.write(*changes)


async def test_an_old_report_is_not_merged_over_that_of_the_next_link(tmp_path: Path) -> None:
    async with open_store(tmp_path) as store:
        row = await one_container(store)
        beaten = Beaten(store, HOST)
        with pytest.raises(LinkEnded, match="later link"):
            await record(
                cast("Store", beaten),
                HOST,
                report("exited"),
                is_current=lambda: not beaten.is_beaten,
            )
        now = await store.get(Container, row.id)
        assert now is not None
        assert now.engine_state == "running"


class Watched:
    """A store that remembers whether the former link had ended at each write."""

    def __init__(self, store: Store, former: Ear) -> None:
        self._store, self._former = store, former
        self.ended: list[bool] = []

    def __getattr__(self, name: str) -> object:
        return getattr(self._store, name)

    async def write(self, *changes: Change) -> tuple[Resource, ...]:
        self.ended.append(self._former.ended is not None)
        return await self._store.write(*changes)


async def test_a_former_link_ends_before_the_hello_of_the_next_is_written(tmp_path: Path) -> None:
    async with open_store(tmp_path) as store:
        await populate(store, 1)
        links, former = Links(), Ear(1, 1)
        links.enter(former)
        watched = Watched(store, former)
        agent = await store.get(Agent, 1)
        assert agent is not None
        await store.write(Update(replace(agent, state="active")))
        host = await admit(
            cast("Store", watched), FixedClock(), 1, greeting(), address=None, links=links
        )
        assert not isinstance(host, Refuse)
        assert watched.ended == [True]
