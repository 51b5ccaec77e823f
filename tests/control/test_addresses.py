"""Environments' subnets and containers' addresses, with all controllers over the real store."""

from collections.abc import Callable, Collection
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pasture.control.project import Contents, plan
from pasture.model.account import Project
from pasture.model.container import Container, remove, start, stop
from pasture.model.resource import Resource
from pasture.model.subnet import DEFAULTS
from pasture.schedule.address import NO_SUBNET
from pasture.store.changes import Create
from tests.control import rows
from tests.control.rows import NOW, SUBNET
from tests.control.world import World, standalone, world
from tests.support.stores import open_store

WISH = {"io.rancher.container.requested_ip": "10.42.1.1"}


@pytest.mark.parametrize(
    ("case", "project", "taken", "subnet"),
    [
        ("the first", {"subnet": None}, (), DEFAULTS[0]),
        ("the next", {"subnet": None, "state": "registering"}, DEFAULTS[:1], DEFAULTS[1]),
        ("as asked for", {"subnet": "192.168.0.0/16"}, (), "192.168.0.0/16"),
        ("none is left", {"subnet": None}, DEFAULTS, None),
        ("one that went", {"subnet": None, "state": "removed", "removed": 1}, (), None),
    ],
)
def test_which_subnet(
    case: str, project: dict[str, Any], taken: Collection[str], subnet: str | None
) -> None:
    row = rows.project(**project)
    changed = {r.id: r for r in plan(row, Contents(), NOW, taken)}.get(row.id, row)
    assert isinstance(changed, Project)
    assert changed.subnet == subnet, case


async def until(w: World, seen: Resource, holds: Callable[[Any], bool]) -> Any:
    """Wait until a row is so."""

    async def is_so() -> bool:
        return holds(await w.store.get(type(seen), seen.id))

    await w.until(is_so)
    return await w.store.get(type(seen), seen.id)


async def environments(w: World, holds: Callable[[list[Project]], bool]) -> list[Project]:
    """Wait until the environments are so."""

    async def are_so() -> bool:
        return holds(await w.store.find(Project))

    await w.until(are_so)
    return await w.store.find(Project)


async def test_environments_of_an_older_database_get_one_each_and_one_more_waits(
    tmp_path: Path,
) -> None:
    async with open_store(tmp_path) as store:
        old = await store.write(
            *(
                Create(Project(kind="project", name=f"p{n}", state="active"))
                for n in range(len(DEFAULTS) + 1)
            )
        )
    async with world(tmp_path) as w:
        found = await environments(w, lambda ps: sum(p.subnet is not None for p in ps) == 16)
        assert {p.subnet for p in found} == {*DEFAULTS, None}
        last = next(p for p in found if p.subnet is None)
        first = next(p for p in found if p.subnet == DEFAULTS[3])
        assert {p.id for p in found} == {p.id for p in old}

        await w.host(last, "h1", checked_subnet=DEFAULTS[3])
        waits = await w.create(standalone(last))
        await until(w, waits, lambda c: c.message == NO_SUBNET)
        other = await w.create(standalone(last, name="other", network_mode="bridge"))
        await w.becomes(other, "running")

        await w.amend(first, lambda p: replace(p, state="removing"))
        await w.becomes(first, "removed")
        assert (await w.becomes(waits, "running")).primary_ip_address == "10.45.1.1"


async def test_an_address_is_kept_while_the_container_is_and_then_not_given_at_once(
    tmp_path: Path,
) -> None:
    async with world(tmp_path) as w:
        project = await w.create(
            Project(kind="project", name="p", state="registering", subnet=SUBNET)
        )
        await w.host(project, "h1")
        first = await w.becomes(await w.create(standalone(project)), "running")
        at = (first.primary_ip_address, first.mac_address)
        assert at == ("10.42.1.1", "02:42:0a:2a:01:01")
        await w.amend(first, lambda c: replace(stop(c, None), state="stopping"))
        first = await w.becomes(first, "stopped")
        assert (first.primary_ip_address, first.mac_address) == at
        await w.amend(first, lambda c: replace(start(c, None), state="starting"))
        first = await w.becomes(first, "running")
        assert (first.primary_ip_address, first.mac_address) == at

        w.deaf.add(first.host_id or 0)  # its host is away: it may run there still
        await w.amend(first, lambda c: replace(remove(c, None), state="removing"))
        second = await w.create(standalone(project, name="two", labels=WISH))
        second = await until(w, second, lambda c: c.host_id is not None)
        assert second.primary_ip_address == "10.42.1.2"
    async with world(tmp_path) as w:  # the host is back, the server was away
        await w.becomes(first, "removed")
        third = await w.becomes(await w.create(standalone(project, name="three")), "running")
        assert third.primary_ip_address == "10.42.1.3", "it goes on behind the last one"
        fourth = await w.create(standalone(project, name="four", labels=WISH))
        assert (await w.becomes(fourth, "running")).primary_ip_address == "10.42.1.1"


async def test_many_at_once_get_an_address_each(tmp_path: Path) -> None:
    async with world(tmp_path) as w:
        project = await w.project()
        hosts = [await w.host(project, f"h{n}") for n in range(3)]
        service = await w.service(await w.stack(project), scale=60)
        await w.becomes(service, "active")
        made = await w.store.find(Container)
        assert len({c.primary_ip_address for c in made}) == 60
        assert len({c.mac_address for c in made}) == 60
        assert {c.host_id for c in made} == {h.id for h in hosts}
