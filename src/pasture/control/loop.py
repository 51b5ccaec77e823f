"""Run any reconciler: level-triggered, serial per key, parallel across keys, with backoff.

A hint says *look at this key*, never what happened; a reconcile that must wait returns in how many
seconds to look again. Hints come from the store's feed, all keys at the start and whenever the
feed was lost, and all keys again now and then as a safety net.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from pasture.control.queue import Queue
from pasture.kit.backoff import delay_s
from pasture.kit.clock import Clock
from pasture.kit.errors import Conflict, PastureError
from pasture.kit.tasks import TaskGroup
from pasture.model.query import Page, Where
from pasture.model.resource import Resource
from pasture.model.types import BY_BASE
from pasture.store.changes import Event, Update
from pasture.store.follow import follow
from pasture.store.store import Store

log = logging.getLogger(__name__)

RESYNC_S = 300.0  # all keys again this often, whatever the feed said
RESYNC_STEP, RESYNC_PAUSE_S = 20, 0.1  # 200 a second: nobody is to notice
FIRST_PAUSE_S = 0.02  # 1 000 a second: at the start all hosts come back, too
RECONCILE_TIMEOUT_S = 60.0
CONFLICTS_AT_ONCE = 5  # tries without a pause after losing a race
CONFLICT_PAUSE_S = 0.1
MOST_CALM_S = 1.0
PAGE = 500  # rows that are read at once when all keys are listed


@dataclass(frozen=True)
class Io:
    """What a reconcile may touch."""

    store: Store
    clock: Clock


Hint: TypeAlias = Callable[[Io, Any], Awaitable[Iterable[int]]]


@dataclass(frozen=True)
class Controller:
    """A named reconcile, what its keys are, and which rows hint at which keys.

    ``hints``: base type -> the keys that a changed row of it touches. ``keys``: all keys.
    ``calm``: after a look that took t, the next one at the same key comes ``calm * t`` later, so
    that a look which reads many rows is not taken for each change of one of them.
    """

    name: str
    reconcile: Callable[[Io, int], Awaitable[float | None]]
    keys: Callable[[Io], AsyncIterator[int]]
    hints: Mapping[str, Hint] = field(default_factory=dict[str, Hint])
    workers: int = 4
    calm: float = 0.0


@dataclass
class Tally:
    """What a controller did so far, for who watches the server."""

    queue: Queue
    looks: int = 0
    failures: int = 0


Tallies: TypeAlias = dict[str, Tally]  # by the controller's name


async def run(
    controllers: Sequence[Controller], store: Store, clock: Clock, tallies: Tallies | None = None
) -> None:
    """Run the controllers until cancelled; ``tallies`` gets one of each."""
    io = Io(store, clock)
    loops = [_Loop(c, io) for c in controllers]
    if tallies is not None:
        tallies.update((one.controller.name, one.tally) for one in loops)
    missed = _Missed()
    try:
        async with TaskGroup() as tasks:
            tasks.create_task(
                follow(
                    store,
                    None,
                    lambda events: _dispatch(loops, events, io),
                    missed.tell,
                )
            )
            tasks.create_task(_resync_now_and_then(loops, missed))
            for loop in loops:
                for _ in range(loop.controller.workers):
                    tasks.create_task(loop.work())
    finally:
        for loop in loops:
            loop.queue.close()


class _Loop:
    """One controller at work."""

    def __init__(self, controller: Controller, io: Io) -> None:
        self.controller = controller
        self.queue = Queue()
        self.tally = Tally(self.queue)
        self._io = io
        self._failures: dict[int, int] = {}

    async def resync(self, pause_s: float) -> None:
        """Look at all keys, behind those that were hinted at; with a pause after a few of them."""
        added = 0
        async for key in self.controller.keys(self._io):
            self.queue.add_anyway(key)
            added += 1
            if added % RESYNC_STEP == 0:
                await asyncio.sleep(pause_s)

    async def hint(self, row: Resource) -> None:
        hint = self.controller.hints.get(row.type.base)
        if hint is not None:
            for key in await hint(self._io, row):
                self.queue.add(key)

    async def work(self) -> None:
        clock = asyncio.get_running_loop().time
        while True:
            key = await self.queue.take()
            began = clock()
            again_s = await self._turn(key)
            calm_s = min(MOST_CALM_S, self.controller.calm * (clock() - began))
            if calm_s:
                self.queue.done_after(key, calm_s)
            else:
                self.queue.done(key)
            if again_s is not None:
                self.queue.add_after(key, again_s)

    async def _turn(self, key: int) -> float | None:
        """Look at one key; return in how many seconds to look again."""
        self.tally.looks += 1
        try:
            async with asyncio.timeout(RECONCILE_TIMEOUT_S):
                again_s = await self._try(key)
        except Exception as error:  # noqa: BLE001 - logged; a loop outlives what it looks at
            return self._back_off(key, error)
        self._failures.pop(key, None)
        return again_s

    async def _try(self, key: int) -> float | None:
        for _ in range(CONFLICTS_AT_ONCE):
            try:
                return await self.controller.reconcile(self._io, key)
            except Conflict:  # somebody else wrote first: look again and decide anew
                continue
        return CONFLICT_PAUSE_S

    def _back_off(self, key: int, error: Exception) -> float:
        self.tally.failures += 1
        failures = self._failures[key] = self._failures.get(key, 0) + 1
        again_s = delay_s(failures)
        log.error(
            "reconcile failed",
            extra={
                "controller": self.controller.name,
                "key": key,
                "failures": failures,
                "again_s": again_s,
                "error": str(error) or type(error).__name__,
            },
            exc_info=None if isinstance(error, PastureError) else error,
        )
        return again_s


class _Missed:
    """Whether hints were missed: all keys are looked at beside those that come from then on."""

    def __init__(self) -> None:
        self.event = asyncio.Event()

    async def tell(self) -> None:
        self.event.set()


async def _resync_now_and_then(loops: Sequence[_Loop], missed: _Missed) -> None:
    failures, again_s = 0, RESYNC_S
    await missed.event.wait()  # at the start, all were
    while True:
        pause_s = FIRST_PAUSE_S if missed.event.is_set() else RESYNC_PAUSE_S
        missed.event.clear()
        try:
            for loop in loops:
                await loop.resync(pause_s)
        except Exception:
            failures += 1
            again_s = delay_s(failures)
            log.exception("resync failed")
        else:
            failures, again_s = 0, RESYNC_S
        with suppress(TimeoutError):
            async with asyncio.timeout(again_s):
                await missed.event.wait()


async def _dispatch(loops: Sequence[_Loop], events: Iterable[Event], io: Io) -> None:
    """Hint at the keys of the rows that changed; each row is read once for all controllers."""
    changed: dict[str, set[int]] = {}
    heard = {base for loop in loops for base in loop.controller.hints}
    for event in events:
        if event.base in heard:
            changed.setdefault(event.base, set()).add(event.id)
    for base, ids in changed.items():
        async for row in rows(io, base, ids):
            for loop in loops:
                await loop.hint(row)


async def rows(io: Io, base: str, ids: Iterable[int]) -> AsyncIterator[Resource]:
    """Yield the rows of a base with these ids, removed ones too."""
    wanted = sorted(ids)
    for start in range(0, len(wanted), PAGE):
        some = wanted[start : start + PAGE]
        for cls in readers(base):
            for row in await io.store.find(cls, Where("id", some, "in"), removed=True):
                yield row


def readers(base: str) -> tuple[type[Resource], ...]:
    """Return the classes that together read every row of a base."""
    classes = BY_BASE[base]
    return tuple(c for c in classes if c.type.parent is None) or classes


def every(*classes: type[Resource]) -> Callable[[Io], AsyncIterator[int]]:
    """Return the lister of the ids of all live rows of these classes, and of those in purging."""

    async def keys(io: Io) -> AsyncIterator[int]:
        for cls in classes:
            last = 0
            while True:
                page = await io.store.find(cls, Where("id", last, "gt"), page=Page(limit=PAGE))
                for row in page:
                    yield row.id
                if len(page) < PAGE:
                    break
                last = page[-1].id
            for row in await io.store.find(cls, Where("state", "purging"), removed=True):
                yield row.id

    return keys


async def own(_: Io, row: Resource) -> tuple[int]:
    """Hint at the row's own key."""
    return (row.id,)


async def put(io: Io, *changed: Resource) -> None:
    """Write the rows that a plan changed, all or none."""
    await io.store.write(*(Update(row) for row in changed))
