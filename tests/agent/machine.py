"""A simulated Engine with an agent on it, for tests of the agent's loops in virtual time."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import Any

from pasture.agent.converge import Converger
from pasture.agent.engine.simulated import Made, SimulatedEngine
from pasture.agent.records import MemoryRecords
from pasture.agent.world import World
from pasture.kit.tasks import TaskGroup
from pasture.wire.frames import Assigned, Observed
from tests.agent.samples import INSTALLATION, LoopClock


class Machine:
    """A simulated Engine and an agent on it."""

    def __init__(self, **engine: Any) -> None:
        self.clock = LoopClock()
        self.engine = SimulatedEngine(clock=self.clock, **engine)
        self.records = MemoryRecords()
        self.changes = 0
        self.world, self.converger = self.new_agent()

    def new_agent(self) -> tuple[World, Converger]:
        world = World(self.records, self.clock, INSTALLATION)
        return world, Converger(self.engine, world, engine_id="SIM1", changed=self.count)

    def count(self) -> None:
        self.changes += 1

    def assign(self, *containers: Assigned) -> None:
        self.converger.look(self.world.assign(containers))

    @asynccontextmanager
    async def agent(self) -> AsyncGenerator[None, None]:
        """Let the agent live; leaving kills it. The next one has only the records."""
        assigned = tuple(self.world.assigned.values())
        self.world, self.converger = self.new_agent()
        self.world.assign(assigned)
        async with TaskGroup() as group:
            living = group.create_task(self.converger.run())
            try:
                yield
            finally:
                living.cancel()
        await self.engine.close()

    def made(self, uuid: str = "a") -> Made | None:
        return self.engine.named(f"r-{uuid}")

    def state(self, uuid: str = "a") -> str | None:
        made = self.made(uuid)
        return made.seen.state if made is not None else None

    def told(self, uuid: str = "a") -> Observed:
        return {o.uuid: o for o in self.world.observed()}[uuid]

    def did(self, call: str) -> int:
        return sum(one == call for one, _ in self.engine.calls)


async def until(condition: Callable[[], object], seconds: float = 300) -> None:
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - virtual time
            await asyncio.sleep(0.05)
