"""Services: as many containers as wanted, no two with one index.

New containers are written together with the service's row, whose ``create_index`` they raise: a
second plan made from old facts conflicts as a whole. A container that goes is its host's or its
owner's matter until its row is removed; its index and name are taken until then.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from pasture.control.decide import kept, to_remove, to_start, to_stop
from pasture.control.loop import Controller, Io, every, own
from pasture.control.settle import end
from pasture.control.unit import Place, create, free_indexes, stuck, target_hosts
from pasture.kit.errors import NotUnique
from pasture.model.account import Project
from pasture.model.container import REMOVED, STOPPED, Container
from pasture.model.host import Host
from pasture.model.query import Where
from pasture.model.service import INACTIVE, Service, is_global
from pasture.model.service import REMOVED as SERVICE_REMOVED
from pasture.model.stack import Stack
from pasture.store.changes import Change, Create, Update

MOST_AT_ONCE = 250  # containers that one write makes or changes
NAME_TAKEN_S = 15.0
UP = frozenset({"running", "starting", "restarting", "creating", "stopping"})  # to be stopped


@dataclass(frozen=True)
class Plan:
    """The service's row as it is to be, containers to make, containers to change."""

    service: Service
    creates: tuple[Container, ...] = ()
    updates: tuple[Container, ...] = ()


def plan(service: Service, containers: Sequence[Container], place: Place, now_ms: int) -> Plan:
    """Say what to change. ``containers``: the service's rows that are not removed."""
    if not service.is_live:
        return Plan(service)
    if service.wanted == SERVICE_REMOVED or place.is_going:
        return _plan_removed(service, containers, now_ms)
    if service.wanted == INACTIVE:
        return _plan_inactive(service, containers)
    return _plan_active(service, containers, place)


def _plan_removed(service: Service, containers: Sequence[Container], now_ms: int) -> Plan:
    if not containers:
        return Plan(end(replace(service, current_scale=0, wanted=SERVICE_REMOVED), now_ms))
    doomed = [to_remove(c) for c in containers if c.wanted != REMOVED]
    waits = next((c for c in containers if c.message), None)
    message = f"{waits.name}: {waits.message}" if waits else None
    return Plan(
        replace(service, state="removing", wanted=SERVICE_REMOVED, message=message),
        updates=tuple(doomed[:MOST_AT_ONCE]),
    )


def _plan_inactive(service: Service, containers: Sequence[Container]) -> Plan:
    live = kept(containers)
    stopping = [to_stop(c) for c in live if c.wanted != STOPPED]
    at_rest = not stopping and not any(c.state in UP for c in live)
    state = "inactive" if at_rest else "deactivating"
    message = None if at_rest else stuck(live, "stopped")
    summed = _summed(replace(service, state=state, message=message, failed=False), live, 0)
    return Plan(summed, updates=tuple(stopping[:MOST_AT_ONCE]))


def _plan_active(service: Service, containers: Sequence[Container], place: Place) -> Plan:
    live = kept(containers)
    surplus, missing = _differences(service, live, place)
    doomed = {c.id for c in surplus}
    staying = [c for c in live if c.id not in doomed]
    starting = [to_start(c) for c in staying if c.wanted == STOPPED and c.state == "stopped"]
    missing = missing[: MOST_AT_ONCE - len(surplus)]
    indexes = free_indexes(containers, len(missing))
    creates = tuple(
        create(service, place, index=index, create_index=service.create_index + n, host_id=host)
        for n, (index, host) in enumerate(zip(indexes, missing, strict=True), start=1)
    )
    is_done = not (surplus or missing or starting) and all(c.state == "running" for c in staying)
    return Plan(
        _summed(
            _shown(
                replace(service, create_index=service.create_index + len(creates)), staying, is_done
            ),
            staying,
            len(staying) + len(missing),
        ),
        creates,
        tuple(map(to_remove, surplus)) + tuple(starting[:MOST_AT_ONCE]),
    )


def _differences(
    service: Service, live: Sequence[Container], place: Place
) -> tuple[list[Container], list[int | None]]:
    """Return the containers that are too many, and for each missing one the host it is for."""
    newest = sorted(live, key=lambda c: -(c.create_index or 0))
    launch = service.launch_config
    if launch is None:
        return newest[:MOST_AT_ONCE], []
    if is_global(service):
        hosts = target_hosts(launch.labels, place.hosts)
        first = {c.requested_host_id: c.id for c in newest}  # the oldest of a host stays
        surplus = [
            c
            for c in newest
            if c.requested_host_id not in hosts.allowed or first[c.requested_host_id] != c.id
        ]
        return surplus[:MOST_AT_ONCE], [h for h in hosts.wanted if h not in first]
    surplus = newest[: max(0, len(live) - service.scale)]
    missing = [launch.requested_host_id] * max(0, service.scale - len(live))
    return surplus[:MOST_AT_ONCE], list(missing)


def _shown(service: Service, staying: Sequence[Container], is_done: bool) -> Service:
    """Return the service in the state that follows: active stays active whatever its units do."""
    if is_done or service.state == "active":
        message = None if is_done else stuck(staying, "running")
        return replace(service, state="active", message=message, failed=False)
    updating = service.state == "updating-active"
    return replace(
        service,
        state="updating-active" if updating else "activating",
        message=stuck(staying, "running"),
        failed=any(c.failed for c in staying),
    )


def _summed(service: Service, live: Sequence[Container], expected: int) -> Service:
    """Return the service with its number of running units, and its health from that."""
    running = sum(c.state == "running" for c in live)
    new = any(c.first_running is None for c in live) or expected > len(live)
    health = "unhealthy"
    if running >= expected:
        health = "healthy"
    elif new:
        health = "initializing"
    elif running:
        health = "degraded"
    return replace(service, current_scale=running, health_state=health)


async def reconcile(io: Io, key: int) -> float | None:
    """Bring one service one write closer to what is wanted; the write hints at the rest."""
    service = await io.store.get(Service, key)
    if service is None or not service.is_live:
        return None
    containers = await io.store.find(Container, Where("service_id", key))
    planned = plan(service, containers, await _place(io, service), io.clock.now_ms())
    try:
        await io.store.write(*changes(service, planned))
    except NotUnique as taken:
        told = replace(service, message=f"a container's name is taken: {taken.detail}")
        if told != service:
            await io.store.write(Update(told))
        return NAME_TAKEN_S
    return None


def changes(seen: Service, planned: Plan) -> list[Change]:
    """Return the writes of a plan; what makes containers names the service's version."""
    first: list[Change] = [Update(planned.service)] if planned.service != seen else []
    return [*first, *map(Create, planned.creates), *map(Update, planned.updates)]


async def _place(io: Io, service: Service) -> Place:
    stack = await io.store.get(Stack, service.stack_id)
    project = await io.store.get(Project, service.account_id) if service.account_id else None
    hosts: list[Host] = []
    if is_global(service):
        hosts = await io.store.find(Host, Where("account_id", service.account_id))
    return Place(stack, project, tuple(hosts))


async def of_container(_: Io, container: Container) -> tuple[int, ...]:
    """Hint at the service of a container."""
    return (container.service_id,) if container.service_id else ()


async def of_host(io: Io, host: Host) -> list[int]:
    """Hint at the services that want a unit on each host."""
    found = await io.store.find(Service, Where("account_id", host.account_id))
    return [s.id for s in found if is_global(s)]


async def of_stack(io: Io, stack: Stack) -> list[int]:
    """Hint at the services of a stack that goes."""
    if stack.is_live and stack.state != "removing":
        return []
    return [s.id for s in await io.store.find(Service, Where("stack_id", stack.id))]


CONTROLLER = Controller(
    name="service",
    reconcile=reconcile,
    keys=every(Service),
    hints={"service": own, "instance": of_container, "host": of_host, "stack": of_stack},
    calm=25.0,
)
