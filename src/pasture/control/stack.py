"""Stacks: active at once, healthy as their services are, removed after all that is in them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from pasture.control.decide import to_remove
from pasture.control.loop import Controller, Io, every, own, put
from pasture.control.settle import end
from pasture.control.settle import plan as settled
from pasture.model.container import REMOVED, Container
from pasture.model.query import Page, Where
from pasture.model.resource import Resource
from pasture.model.service import REMOVED as SERVICE_REMOVED
from pasture.model.service import Service
from pasture.model.stack import Stack

MOST_AT_ONCE = 200


@dataclass(frozen=True)
class Plan:
    """The stack's row as it is to be, and the rows in it that are to go."""

    stack: Stack
    updates: tuple[Resource, ...] = ()


def plan(
    stack: Stack, services: Sequence[Service], containers: Sequence[Container], now_ms: int
) -> Plan:
    """Say what to change; ``containers`` are those in the stack that no service made."""
    if not stack.is_live:
        return Plan(stack)
    if stack.state != "removing":
        return Plan(replace(settled(stack, now_ms), health_state=health(services)))
    if not services and not containers:
        return Plan(end(stack, now_ms))
    going = [
        *(service_to_remove(s) for s in services if s.wanted != SERVICE_REMOVED),
        *(to_remove(c) for c in containers if c.wanted != REMOVED),
    ]
    waits = next((r for r in (*services, *containers) if r.message), None)
    message = f"{waits.name}: {waits.message}" if waits else None
    return Plan(replace(stack, message=message), tuple(going[:MOST_AT_ONCE]))


def service_to_remove(service: Service) -> Service:
    """Return the service as a decision to remove it leaves it."""
    return replace(service, wanted=SERVICE_REMOVED, state="removing")


def health(services: Sequence[Service]) -> str:
    """Return the health of all services together (#4.8)."""
    found = {s.health_state or "initializing" for s in services}
    if found <= {"healthy"}:
        return "healthy"
    if "initializing" in found:
        return "initializing"
    return "degraded" if found & {"healthy", "degraded"} else "unhealthy"


async def reconcile(io: Io, key: int) -> None:
    """Bring one stack one write closer to what is wanted; the write hints at the rest."""
    stack = await io.store.get(Stack, key)
    if stack is None or not stack.is_live:
        return
    services = await io.store.find(Service, Where("stack_id", key))
    containers: list[Container] = []
    if stack.state == "removing":
        containers = await io.store.find(
            Container,
            Where("stack_id", key),
            Where("service_id", op="null"),
            page=Page(limit=MOST_AT_ONCE),
        )
    planned = plan(stack, services, containers, io.clock.now_ms())
    first = [planned.stack] if planned.stack != stack else []
    await put(io, *first, *planned.updates)


async def of_service(_: Io, service: Service) -> tuple[int, ...]:
    """Hint at the stack of a service."""
    return (service.stack_id,)


async def of_container(_: Io, container: Container) -> tuple[int, ...]:
    """Hint at the stack of a standalone container that went: the stack may wait for that."""
    if container.is_live or container.is_supervised or container.stack_id is None:
        return ()
    return (container.stack_id,)


CONTROLLER = Controller(
    name="stack",
    reconcile=reconcile,
    keys=every(Stack),
    hints={"stack": own, "service": of_service, "instance": of_container},
    calm=25.0,
)
