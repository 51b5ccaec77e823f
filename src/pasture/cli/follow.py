"""Reading logs: of one container once or as they come, and of several in the order of time.

Who follows is not stopped by a connection that breaks: the log is on the host, and is read on from
where it was.
"""

import asyncio
import heapq
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pasture.cli.exits import Failure
from pasture.cli.lines import Line, Place, Splitter
from pasture.cli.patience import Patience, Say
from pasture.client.client import Client
from pasture.client.errors import ApiError, ClientError, TooSlow, Unreachable
from pasture.client.resource import Resource
from pasture.kit.tasks import TaskGroup

NOT_NOW = frozenset({422, 503})  # it is not made yet; its host is away
GONE = 404
AHEAD = 4  # messages of one container that wait for another's
TOGETHER = 500  # lines that are written at once

Take = Callable[["Source", list[Line]], Awaitable[None]]


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which lines."""

    lines: int | None  # the last so many; None: all
    since: str | None
    follow: bool = False

    def given(self, place: Place) -> Mapping[str, Any]:
        """Return what is asked of a container that was read up to a place."""
        since, lines = self.since, self.lines
        if place.since is not None:
            since, lines = place.since, None
        return {"follow": self.follow, "lines": lines, "since": since or "", "timestamps": True}


@dataclass
class Source:
    """One container's log among several."""

    seen: Resource
    is_new: bool = False  # it came while others were followed: all of it is new
    place: Place = field(default_factory=Place)
    failed: Failure | ClientError | None = None
    _came: asyncio.Queue[list[Line] | None] = field(
        default_factory=lambda: asyncio.Queue[list[Line] | None](maxsize=AHEAD)
    )
    _lines: deque[Line] = field(default_factory=deque[Line])

    @property
    def name(self) -> str:
        """What it is called."""
        return self.seen.name or self.seen.id

    @property
    def has_to_wait(self) -> bool:
        """Whether the next line is not there yet."""
        return not self._lines and self._came.empty()

    async def fill(self, client: Client, wanted: Wanted) -> None:
        """Read it; a failure is kept, so that the others are read all the same."""
        try:
            why = await read(client, self, wanted, lambda _, lines: self._came.put(lines))
            if why is not None:
                self.failed = Failure(why)
        except ClientError as error:
            self.failed = error
        await self._came.put(None)

    async def next(self) -> Line | None:
        """Return its next line, None at the end."""
        while not self._lines:
            came = await self._came.get()
            if came is None:
                return None
            self._lines.extend(came)
        return self._lines.popleft()


async def read(client: Client, source: Source, wanted: Wanted, take: Take) -> str | None:
    """Read a container's log to its end; returns why it broke off, None where it did not.

    Raises:
        ClientError: it cannot be read, or the connection broke.

    """
    splitter, place = Splitter(), source.place
    place.begin()
    async with client.stream(source.seen, "logs", wanted.given(place)) as stream:
        while (piece := await stream.read()) is not None:
            await take(source, [one for one in splitter.feed(*piece) if place.takes(one)])
    await take(source, [one for one in splitter.end() if place.takes(one)])
    return None if stream.ended is None else stream.ended.error


async def follow(client: Client, source: Source, wanted: Wanted, take: Take, *, say: Say) -> None:
    """Read a container's log until it stops, whatever happens to the connection.

    Raises:
        ClientError: it cannot be read.
        Failure: it could not be for too long.

    """
    patience = Patience(say, source.name)

    async def taken(source: Source, lines: list[Line]) -> None:
        patience.over()
        await take(source, lines)

    while not source.seen.is_gone:
        try:
            if "logs" not in source.seen.actions:
                source.seen = await client.again(source.seen)
            why = await read(client, source, wanted, taken)
            if why is None:
                return
            await patience.wait(Failure(why))
        except (Unreachable, TooSlow) as error:
            await patience.wait(error)
        except ApiError as error:
            if error.status not in NOT_NOW:
                raise
            await patience.wait(error)
        source.seen = await look(client, source.seen)


async def look(client: Client, seen: Resource) -> Resource:
    """Return a container as it is now; as it was, while the server is away."""
    try:
        return await client.again(seen)
    except (Unreachable, TooSlow):
        return seen
    except ApiError as error:
        if error.status != GONE:
            raise
        return Resource({**seen.fields, "state": "removed"})


async def merge(client: Client, sources: Sequence[Source], wanted: Wanted, take: Take) -> None:
    """Read several logs that end, and take their lines in the order of time."""
    async with TaskGroup() as group:
        for source in sources:
            group.create_task(source.fill(client, wanted))
        run: list[Line] = []
        of: Source | None = None
        async for source, line in in_order(sources):
            if of is not None and (source is not of or len(run) >= TOGETHER):
                await take(of, run)
                run = []
            of = source
            run.append(line)
            if source.has_to_wait:
                await take(source, run)
                run = []
        if of is not None:
            await take(of, run)


async def in_order(sources: Sequence[Source]) -> AsyncIterator[tuple[Source, Line]]:
    """Yield the lines of all in the order of time."""
    heads: list[tuple[Line, int]] = []
    for number, source in enumerate(sources):
        if (first := await source.next()) is not None:
            heapq.heappush(heads, (first, number))
    while heads:
        line, number = heapq.heappop(heads)
        yield sources[number], line
        if (following := await sources[number].next()) is not None:
            heapq.heappush(heads, (following, number))
