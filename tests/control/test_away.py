"""A host that was away for long, and what no controller touches: containers that nobody knows."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pasture.control import cleanup, container, host, project, service, stack
from pasture.control.loop import Io
from pasture.control.project import Contents
from pasture.control.unit import Place
from pasture.link.assignment import assigned
from pasture.model.container import REMOVED, Container, remove, stop
from pasture.model.host import LINK_CLOSED, LINK_OPEN, Agent, Host
from pasture.model.resource import Resource
from tests.control import rows
from tests.control.world import World, standalone, world

WEEK_MS = 8 * 86_400_000
YEAR_MS = 366 * 86_400_000


async def linked(w: World, host: Host, state: str) -> None:
    agent = await w.store.get(Agent, host.agent_id or 0)
    assert agent is not None
    since = w.clock.now_ms()
    await w.amend(agent, lambda a: replace(a, link_state=state, link_since=since))


async def cleaned(w: World) -> None:
    for _ in range(5):
        await cleanup.reconcile(Io(w.store, w.clock), cleanup.ONLY_KEY)


async def test_what_was_decided_while_a_host_was_away_waits_for_it(tmp_path: Path) -> None:
    async with world(tmp_path) as w:
        where = await w.project()
        host = await w.host(where, "oak")
        gone = await w.create(standalone(where, name="gone"))
        kept = await w.create(standalone(where, name="kept"))
        web = await w.service(await w.stack(where), scale=1)
        for one, state in ((gone, "running"), (kept, "running"), (web, "active")):
            await w.becomes(one, state)
        w.deaf.add(host.id)
        await linked(w, host, LINK_CLOSED)
        await w.amend(gone, lambda c: replace(remove(c, None), state="removing"))
        await w.amend(kept, lambda c: replace(stop(c, None), state="stopping"))
        await w.amend(web, lambda s: replace(s, scale=2, state="updating-active"))
        w.clock.now += WEEK_MS
        await cleaned(w)
        tombstone = await w.store.get(Container, gone.id)
        assert tombstone is not None
        entry = assigned(tombstone)
        assert entry is not None
        assert entry.wanted == REMOVED
        w.deaf.clear()
        await linked(w, host, LINK_OPEN)
        for one in (gone, kept):
            await w.amend(one, lambda c: replace(c, description="heard again"))
        await w.becomes(gone, "removed")
        await w.becomes(kept, "stopped")
        await w.becomes(web, "active")
        assert (await w.becomes(host, "active")).is_live


@pytest.mark.parametrize("jump", [YEAR_MS, -YEAR_MS])
async def test_a_server_whose_clock_jumps_removes_nothing_that_lives(
    tmp_path: Path, jump: int
) -> None:
    async with world(tmp_path) as w:
        where = await w.project()
        host = await w.host(where, "oak")
        made = await w.create(standalone(where))
        await w.becomes(made, "running")
        await linked(w, host, LINK_CLOSED)
        w.clock.now += jump
        await cleaned(w)
        await linked(w, host, LINK_OPEN)
        await w.becomes(host, "active")
        assert (await w.becomes(made, "running")).is_live


def stray(**more: Any) -> Container:
    """Return a container that is ours by its labels, and that nobody decided anything about."""
    known: dict[str, Any] = {
        "native_container": True,
        "stray_uuid": "lost",
        "external_id": "e1",
        "engine_state": "running",
        "applied": 1,
        "labels": {"io.rancher.stack_service.name": "app/web"},
    }
    return rows.container(77, **{**known, **more})


strays = st.builds(
    stray,
    engine_state=st.sampled_from(["running", "exited", "paused", "created", "restarting", "dead"]),
    state=st.sampled_from(["running", "stopped", "starting", "stopping"]),
    wanted=st.sampled_from(["running", "stopped"]),
)


def all_plans(one: Container, on_remove: str, now_ms: int) -> list[Resource]:
    """Return what every controller makes of a world with that container, where something goes."""
    oak = rows.host(state="removing", on_remove=on_remove)
    going = rows.stack(state="removing")
    web = rows.service(wanted="removed", state="removing", scale=0)
    empty = rows.project(state="removing")
    return [
        container.plan(one, rows.host(), now_ms),
        container.plan(one, replace(oak, removed=1), now_ms),
        *host.plan_removal(oak, [one], now_ms).containers,
        *stack.plan(going, [web], [], now_ms).updates,
        *service.plan(web, [], Place(going, empty), now_ms).updates,
        *project.plan(empty, Contents([oak], [one]), now_ms),
    ]


@given(one=strays, on_remove=st.sampled_from(["keep", "remove"]))
def test_no_plan_removes_a_container_that_nobody_knows(one: Container, on_remove: str) -> None:
    for row in all_plans(one, on_remove, rows.NOW):
        if isinstance(row, Container):
            entry = assigned(row)
            assert entry is None or entry.wanted != REMOVED
