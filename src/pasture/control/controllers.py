"""The explicit list of controllers. A new one runs once it is named here."""

from pasture.control import (
    agent,
    cleanup,
    container,
    host,
    loop,
    placement,
    project,
    register,
    service,
    settle,
    stack,
)
from pasture.control.loop import Controller, Tallies
from pasture.kit.clock import Clock
from pasture.store.store import Store


def controllers() -> tuple[Controller, ...]:
    """Return all controllers, those that remember something with a memory of their own."""
    return (
        *settle.CONTROLLERS,
        project.CONTROLLER,
        register.CONTROLLER,
        agent.CONTROLLER,
        host.CONTROLLER,
        placement.controller(),
        container.CONTROLLER,
        service.CONTROLLER,
        stack.CONTROLLER,
        cleanup.CONTROLLER,
    )


async def run(store: Store, clock: Clock, tallies: Tallies | None = None) -> None:
    """Run all controllers until cancelled; ``tallies`` gets one of each."""
    await loop.run(controllers(), store, clock, tallies)
