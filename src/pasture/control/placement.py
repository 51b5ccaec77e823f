"""Gives containers their hosts: all unplaced ones of an environment in one plan.

The key is the environment, so that two plans never race for one port. The rules are in
``pasture.schedule``.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from pasture.control.loop import Controller, Io, every, put
from pasture.model.account import Project
from pasture.model.container import REMOVED, Container
from pasture.model.host import Host
from pasture.schedule.place import Fleet, Placed, Refused, place
from pasture.store.query import Where

BATCH = 200  # rows a write


def plan(unplaced: Iterable[Container], fleet: Fleet) -> list[Container]:
    """Return the containers that get a host, or another reason why they have none."""
    waiting = [c for c in unplaced if needs_host(c)]
    following = [answer(a) for a in place(waiting, fleet)]
    before = {c.id: c for c in waiting}
    return [c for c in following if c != before[c.id]]


def needs_host(container: Container) -> bool:
    """Tell whether a container waits for placement."""
    return (
        container.is_live
        and container.host_id is None
        and container.wanted != REMOVED
        and not container.native_container
    )


def answer(answered: Placed | Refused) -> Container:
    """Return the container with what placement decided."""
    match answered:
        case Placed(container, host):
            return replace(container, host_id=host.id, message=None)
        case Refused(container, why):
            return replace(container, message=why)


async def reconcile(io: Io, key: int) -> None:
    """Place what waits in one environment."""
    here = Where("account_id", key)
    unplaced = await io.store.find(Container, here, Where("host_id", op="null"))
    if not any(needs_host(c) for c in unplaced):
        return
    hosts = await io.store.find(Host, here)
    placed = await io.store.find(Container, here, Where("host_id", op="notnull"))
    changed = plan(unplaced, Fleet(hosts, placed))
    for some in batches(changed):
        await put(io, *some)


def batches(rows: Sequence[Container]) -> Iterable[Sequence[Container]]:
    """Split into writes of a bounded size."""
    return (rows[start : start + BATCH] for start in range(0, len(rows), BATCH))


async def of_container(_: Io, container: Container) -> tuple[int, ...]:
    """Hint where a container waits, or frees what another waits for."""
    frees = not container.is_live or container.native_container
    if container.account_id is None or not (frees or needs_host(container)):
        return ()
    return (container.account_id,)


async def of_host(_: Io, host: Host) -> tuple[int, ...]:
    """Hint at the environment of a host that changed."""
    return () if host.account_id is None else (host.account_id,)


CONTROLLER = Controller(
    name="placement",
    reconcile=reconcile,
    keys=every(Project),
    hints={"instance": of_container, "host": of_host},
    workers=2,
)
