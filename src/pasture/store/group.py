"""Group commit: writes that come while a batch is on its way to the disk go together in the next.

The queue is bounded: who finds it full waits for a place.
"""

import asyncio
import time
from collections import deque
from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from typing import Any

from pasture.kit.errors import PastureError
from pasture.kit.histogram import Histogram
from pasture.model.resource import Resource
from pasture.store.changes import Change
from pasture.store.feed import Feed
from pasture.store.writer import Committed, Writer

LARGEST_BATCH = 256  # changes, but for a larger write: bounds how long the loop is busy with one
LONGEST_QUEUE = 4096


@dataclass
class Commits:
    """What became of batches, for who watches the server."""

    writes: int = 0
    failed: int = 0  # batches that the database itself refused
    is_failing: bool = False  # the last one
    seconds: Histogram = field(default_factory=Histogram)  # of a batch, the disk included


class GroupCommit:
    """The queue before the writer's thread; lives on one event loop."""

    def __init__(
        self,
        writer: Writer,
        thread: Executor,
        feed: Feed,
    ) -> None:
        self._writer = writer
        self._thread = thread
        self._feed = feed
        self._loop = asyncio.get_running_loop()
        self._queue: deque[tuple[Sequence[Change], asyncio.Future[tuple[Resource, ...]]]] = deque()
        self._places = asyncio.Semaphore(LONGEST_QUEUE)
        self._idle = asyncio.Event()
        self._idle.set()
        self._closed = False
        self.commits = Commits()

    @property
    def waiting(self) -> int:
        """How many writes wait for their batch."""
        return len(self._queue)

    async def write(self, changes: Sequence[Change]) -> tuple[Resource, ...]:
        """Return the rows written, once they are on the disk."""
        async with self._places:
            if self._closed:
                raise PastureError("the store is closed")
            answer: asyncio.Future[tuple[Resource, ...]] = self._loop.create_future()
            self._queue.append((changes, answer))
            if self._idle.is_set():
                self._next()
            return await answer

    async def close(self) -> None:
        """Take no more writes and wait for those taken."""
        self._closed = True
        await self._idle.wait()

    def _next(self) -> None:
        batch: list[tuple[Sequence[Change], asyncio.Future[tuple[Resource, ...]]]] = []
        size = 0
        while self._queue:
            changes, answer = self._queue[0]
            if batch and size + len(changes) > LARGEST_BATCH:
                break
            self._queue.popleft()
            if not answer.done():  # who asked may have been cancelled
                batch.append((changes, answer))
                size += len(changes)
        if not batch:
            self._idle.set()
            return
        self._idle.clear()
        answers = [answer for _, answer in batch]
        began = time.perf_counter()
        running = self._commit([changes for changes, _ in batch])
        running.add_done_callback(lambda done: self._finish(answers, done, began))

    def _commit(self, batch: Sequence[Sequence[Change]]) -> "asyncio.Future[Committed]":
        try:
            applied = self._writer.begin(batch)
        except Exception as bug:  # noqa: BLE001 - those who wait must learn of it
            broken: asyncio.Future[Committed] = self._loop.create_future()
            broken.set_exception(bug)
            return broken
        if applied is None:
            return self._loop.run_in_executor(self._thread, self._writer.wait_and_commit, batch)
        return self._loop.run_in_executor(self._thread, self._writer.commit, applied)

    def _finish(
        self,
        answers: list[asyncio.Future[tuple[Resource, ...]]],
        done: "asyncio.Future[Committed]",
        began: float,
    ) -> None:
        failed = done.exception()
        self._count(len(answers), time.perf_counter() - began, done)
        if failed is None:
            committed = done.result()
            if committed.events:
                self._feed.add(committed.before, committed.events)
            outcomes: Sequence[Any] = committed.outcomes
        else:
            outcomes = [failed] * len(answers)
        for answer, outcome in zip(answers, outcomes, strict=True):
            if answer.done():
                continue
            if isinstance(outcome, BaseException):
                answer.set_exception(outcome)
            else:
                answer.set_result(outcome)
        self._next()

    def _count(self, writes: int, took_s: float, done: "asyncio.Future[Committed]") -> None:
        commits = self.commits
        commits.writes += writes
        commits.seconds.add(took_s)
        commits.is_failing = done.exception() is not None or done.result().is_lost
        commits.failed += commits.is_failing
