"""Keeps the agent's view of the Engine true.

Events are hints: *look at this container*. A slow poll is the safety net, and after every loss of
the event stream everything is looked at anew. Nobody may act before ``synced`` is set: what was
not looked at would seem absent.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass

from pasture.agent.engine.engine import (
    About,
    Engine,
    EngineError,
    EngineTimeout,
    EngineUnreachable,
    Seen,
)
from pasture.agent.health import Health
from pasture.agent.world import World
from pasture.kit.backoff import delay_s
from pasture.kit.tasks import TaskGroup, first

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Pace:
    """How often, and how many at once."""

    probe_s: float = 10.0
    poll_s: float = 30.0
    first_retry_s: float = 0.5
    longest_retry_s: float = 5.0
    gather_s: float = 0.05  # what was done here is looked at by who did it
    looks: int = 8
    acts: int = 8  # starts and removals at once: more buys nothing
    creates: int = 3  # they are cheap: a few keep the starts supplied
    stops: int = 16  # these mostly wait
    notice_s: float = 2.0  # what lasts longer is told


class EngineReplaced(Exception):
    """Another Engine answers at the address: another host."""


class Watcher:
    """Looks at one Engine, and points at the containers that somebody should see to."""

    def __init__(
        self,
        engine: Engine,
        world: World,
        *,
        pace: Pace,
        point: Callable[[Iterable[str]], None],
        changed: Callable[[], None],
        engine_id: str | None = None,
    ) -> None:
        self.health = Health()
        self.about: About | None = None
        self.met = asyncio.Event()  # the Engine said who it is
        self.synced = asyncio.Event()  # the Engine is there and was looked at in full
        self._engine = engine
        self._world = world
        self._pace = pace
        self._point = point
        self._changed = changed
        self._engine_id = engine_id
        self._looks = asyncio.Semaphore(pace.looks)
        self._hinted: set[str] = set()
        self._hint = asyncio.Event()
        self._lost = asyncio.Event()

    async def run(self) -> None:
        """Watch until cancelled.

        Raises:
            EngineReplaced: what answers is no longer the Engine of this host.

        """
        async with TaskGroup() as group:
            group.create_task(self._watch())
            group.create_task(self._probe())

    def hint(self, id: str) -> None:
        """Look at a container soon."""
        self._hinted.add(id)
        self._hint.set()

    def lost(self) -> None:
        """Somebody could not reach the Engine: nothing more is done before it is found again."""
        self.synced.clear()
        self._lost.set()

    def hangs(self, error: EngineTimeout) -> None:
        """Somebody got no answer."""
        self.health.hangs(str(error), now=self._world.clock.now_ms())
        self._changed()

    async def inspect(self, id: str, summary: Seen | None = None) -> Seen | None:
        """Look at one container; where the Engine fails with it, its summary must do.

        Raises:
            EngineUnreachable: nobody answers.

        """
        try:
            async with self._looks:
                self._hinted.discard(id)  # this look sees what was hinted before it
                seen = await self._engine.inspect(id)
        except EngineUnreachable:
            raise
        except EngineError as error:
            log.warning("container not inspected", extra={"engine_id": id, "why": str(error)})
            if isinstance(error, EngineTimeout):
                self.hangs(error)
            seen = summary or self._world.seen.get(id)
        touched = self._world.lose(id) if seen is None else self._world.put(seen)
        if touched is not None:
            self._point([touched])
        return seen

    async def _watch(self) -> None:
        failures = 0
        while True:
            try:
                async with self._engine.events() as hints:
                    await self._meet()
                    await self._resync()
                    failures = 0
                    await self._follow(hints)
            except* EngineError as group:
                self._say_lost(str(first(group)))
            failures += 1
            await asyncio.sleep(
                delay_s(
                    failures,
                    first_s=self._pace.first_retry_s,
                    longest_s=self._pace.longest_retry_s,
                )
            )

    def _say_lost(self, error: str) -> None:
        if self.synced.is_set() or self.about is None:
            log.warning("Engine not there", extra={"why": error})
        self.synced.clear()
        self.health.silent(error)
        self._changed()

    async def _meet(self) -> None:
        """Ask who it is: this takes the Engine's locks, so an answer means that it is well."""
        about = await self._engine.about()
        if self._engine_id is not None and about.engine_id != self._engine_id:
            raise EngineReplaced(
                f"another Engine answers (id {about.engine_id}, not {self._engine_id}): "
                "start the agent again to join it as a host of its own"
            )
        self._engine_id = about.engine_id
        self.about = about
        self.health.answers()
        self.met.set()

    async def _resync(self) -> None:
        listed = await self._engine.containers()
        here = {one.id for one in listed}
        for lost in self._world.seen.keys() - here:
            self._world.lose(lost)
        async with TaskGroup() as group:
            for one in listed:
                group.create_task(self.inspect(one.id, summary=one))
        self._world.forget_strangers()
        self._lost.clear()
        self.synced.set()
        self._point(self._world.assigned)
        self._changed()
        log.info("Engine looked at", extra={"containers": len(listed)})

    async def _follow(self, hints: AsyncIterator[str]) -> None:
        async with TaskGroup() as group:
            group.create_task(self._take_hints(hints))
            group.create_task(self._inspect_hinted())
            group.create_task(self._poll())

    async def _take_hints(self, hints: AsyncIterator[str]) -> None:
        async for hinted in hints:
            self.hint(hinted)
        raise EngineUnreachable("the Engine closed its stream of events")

    async def _inspect_hinted(self) -> None:
        while True:
            await self._hint.wait()
            await asyncio.sleep(self._pace.gather_s)
            self._hint.clear()
            hinted, self._hinted = self._hinted, set()
            async with TaskGroup() as group:
                for one in hinted:
                    group.create_task(self.inspect(one))
            self._changed()

    async def _poll(self) -> None:
        """Look at what an event should have told of, and did not."""
        while True:
            try:
                async with asyncio.timeout(self._pace.poll_s):
                    await self._lost.wait()
            except TimeoutError:
                await self._compare()
            else:
                raise EngineUnreachable("the Engine could not be reached")

    async def _compare(self) -> None:
        listed = {one.id: one for one in await self._engine.containers()}
        known = self._world.seen
        gone = known.keys() - listed.keys()
        new = {one.id for one in listed.values() if _differs(known.get(one.id), one)}
        for hinted in gone | new:
            self.hint(hinted)
        self._changed()  # what to report depends on the time, too

    async def _probe(self) -> None:
        while True:
            await asyncio.sleep(self._pace.probe_s)
            if not self.synced.is_set():
                continue  # _watch is asking already
            before = self.health.error(now=self._world.clock.now_ms())
            try:
                await self._meet()
            except EngineError as error:
                self.health.silent(str(error))
            if self.health.error(now=self._world.clock.now_ms()) != before:
                self._changed()


def _differs(known: Seen | None, listed: Seen) -> bool:
    return known is None or not known.complete or known.state != listed.state
