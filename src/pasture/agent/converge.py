"""Settles containers: asks ``plan`` for a step, has it carried out, and asks again.

Serial per container, all containers beside each other. A container is settled when somebody
points at it: the watcher, a new assignment, or its own timer.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable

from pasture.agent import plan
from pasture.agent.acts import Acts, Overtaken
from pasture.agent.engine.engine import (
    Engine,
    EngineError,
    EngineTimeout,
    EngineUnreachable,
    NoSuchContainer,
    StuckContainer,
)
from pasture.agent.network import ManagedNetwork
from pasture.agent.watch import EngineReplaced, Pace, Watcher
from pasture.agent.world import World
from pasture.kit.tasks import TaskGroup, alone
from pasture.wire.frames import Assigned

log = logging.getLogger(__name__)
MOST_STEPS = 12  # for one container in a row, then it has to wait a moment
BREATH_S = 1.0


class Converger:
    """One Engine, one world, and what brings them together."""

    def __init__(
        self,
        engine: Engine,
        world: World,
        *,
        engine_id: str | None = None,
        pace: Pace | None = None,
        changed: Callable[[], None] = lambda: None,
    ) -> None:
        pace = pace or Pace()
        self.world = world
        self.watcher = Watcher(
            engine, world, pace=pace, point=self.look, changed=changed, engine_id=engine_id
        )
        self.network = ManagedNetwork(
            engine.networks,
            installation=lambda: world.installation,
            changed=changed,
            poll_s=pace.poll_s,
        )
        self._acts = Acts(
            engine,
            world,
            pace=pace,
            inspect=self.watcher.inspect,
            network=self.network,
            changed=changed,
        )
        self._changed = changed
        self._pointed: set[str] = set()
        self._busy: set[str] = set()
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._poke = asyncio.Event()

    def look(self, uuids: Iterable[str]) -> None:
        """Point at containers: their entry or their state may have changed."""
        pointed = set(uuids)
        self._acts.reconsider(pointed)
        self._pointed |= pointed
        self._poke.set()

    @property
    def engine_error(self) -> str | None:
        """What is wrong with the Engine, in words."""
        return self.watcher.health.error(now=self.world.clock.now_ms())

    async def run(self) -> None:
        """Converge until cancelled.

        Raises:
            EngineReplaced: what answers is no longer the Engine of this host.

        """
        try:
            with alone(EngineReplaced):
                async with TaskGroup() as group:
                    group.create_task(self.watcher.run())
                    group.create_task(self.network.run())
                    group.create_task(self._dispatch(group))
        finally:
            for timer in self._timers.values():
                timer.cancel()

    async def _dispatch(self, group: TaskGroup) -> None:
        while True:
            await self._poke.wait()
            self._poke.clear()
            ready = self._pointed - self._busy
            self._pointed -= ready
            self._busy |= ready
            for uuid in ready:
                group.create_task(self._settle(uuid))

    async def _settle(self, uuid: str) -> None:
        """Bring one container as far as can be done now; a bug in it must not stop the others."""
        try:
            await self._step_by_step(uuid)
        except Exception as error:
            log.exception("container not settled", extra={"uuid": uuid})
            want = self.world.assigned.get(uuid)
            if want is not None:
                self.world.failed(want, f"the agent failed with it: {error!r}")
            self._look_later(uuid, BREATH_S)
        finally:
            self._busy.discard(uuid)
            if uuid in self._pointed:
                self._poke.set()
            self._changed()

    async def _step_by_step(self, uuid: str) -> None:
        self._cancel_timer(uuid)
        for _ in range(MOST_STEPS):
            await self.watcher.synced.wait()
            want = self.world.wanted(uuid)
            step = self.world.decide(uuid)
            if want is None or step is None:
                return
            match step:
                case plan.Rest(until):
                    if until is not None:
                        self._look_later(uuid, (until - self.world.clock.now_ms()) / 1000)
                    return
                case plan.Note():
                    await self.world.note(want, step)
                case _:
                    await self._try(want, step)
            self._changed()
        self._look_later(uuid, BREATH_S)

    async def _try(self, want: Assigned, step: plan.Act) -> None:
        try:
            await self._acts.carry_out(want, step)
        except Overtaken:
            log.info("container step given up", extra=_fields(want, step))
        except EngineUnreachable:
            self.watcher.lost()
        except EngineTimeout as error:
            self.watcher.hangs(error)
            self._failed(want, step, error)
        except NoSuchContainer as error:
            if not await self._has_vanished(want):
                self._failed(want, step, error)
        except EngineError as error:
            self._failed(want, step, error)
        else:
            self.watcher.health.acts()
            log.info("container step done", extra=_fields(want, step))

    async def _has_vanished(self, want: Assigned) -> bool:
        """Look whether it is gone: the Engine says "not found" also of a network that it needs."""
        seen = self.world.find(want.uuid)
        return seen is None or await self.watcher.inspect(seen.id) is None

    def _failed(self, want: Assigned, step: plan.Act, error: EngineError) -> None:
        log.warning("container step failed", extra=_fields(want, step) | {"why": str(error)})
        stuck = None
        if isinstance(error, StuckContainer) and isinstance(step, plan.Start):
            stuck = step.id
        self.world.failed(want, str(error), stuck=stuck)

    def _look_later(self, uuid: str, seconds: float) -> None:
        self._cancel_timer(uuid)
        loop = asyncio.get_running_loop()
        self._timers[uuid] = loop.call_later(max(seconds, 0.01), self._look_again, uuid)

    def _look_again(self, uuid: str) -> None:
        self._timers.pop(uuid, None)
        seen = self.world.find(uuid)
        if seen is not None:
            self.watcher.hint(seen.id)
        self.look([uuid])

    def _cancel_timer(self, uuid: str) -> None:
        timer = self._timers.pop(uuid, None)
        if timer is not None:
            timer.cancel()


def _fields(want: Assigned, step: plan.Act) -> dict[str, str]:
    return {"container": want.id, "called": want.name, "step": type(step).__name__.lower()}
