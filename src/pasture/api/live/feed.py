"""Our own feed: changes of an environment in order, to go on with after a lost connection.

``GET .../feed?after=REVISION`` as a websocket. Each frame is ``{"revision": N, "changes": [...]}``;
a change is ``{"type", "id", "resource"}``, the resource as GET shows it now, or null where it is no
longer there. Without ``after`` the first frame says where the feed is; a client that lists then,
and goes on with later frames, misses nothing. A frame without changes comes at least every five
seconds. Where what follows ``after`` is no longer kept, or is of another database, the socket is
closed with 4410: list anew.

One follower of the store's feed renders and encodes a change once for all who see it alike. Who
comes with an earlier revision, or lags, reads what it lacks at its own pace, and then goes along.
"""

import asyncio
from collections.abc import Generator, Hashable, Mapping, Sequence
from contextlib import aclosing, contextmanager
from dataclasses import dataclass, field
from typing import Any, NoReturn

from pasture.api.answer import encode
from pasture.api.context import Context
from pasture.api.live.listener import OVER, POLICY, Ended, Listener
from pasture.api.live.shown import Key, concerned, is_theirs, rows_of, sees_like, shown
from pasture.api.live.turns import in_turns
from pasture.model.resource import Resource
from pasture.model.types import BY_NAME
from pasture.store.changes import Event
from pasture.store.feed import FeedGap
from pasture.store.follow import follow
from pasture.store.store import Store

GATHER_S = 0.05  # readers are told at once of what changed in this time
REST_S = 5.0  # of silence, then a reader is told where the feed is
MOST_WAITING = 100  # frames for one reader; who has more reads anew from where they are
GAP = 4410  # our close code: what follows is not kept
LONGEST = 18  # digits
Told = tuple[int, str]  # a frame, and the revision that it reaches


@dataclass(eq=False)
class Place:
    """One who goes along: each frame after ``since`` is queued; None where there was no room."""

    context: Context
    since: int
    queue: asyncio.Queue[Told | None] = field(
        default_factory=lambda: asyncio.Queue[Told | None](MOST_WAITING)
    )

    def take(self, told: Told) -> None:
        """Queue a frame; a queue that is full ends."""
        if self.queue.full():
            self.end()
        else:
            self.queue.put_nowait(told)

    def end(self) -> None:
        """Forget what waits, and say so."""
        while not self.queue.empty():
            self.queue.get_nowait()
        self.queue.put_nowait(None)


class Feed:
    """Speaks the feed on sockets."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.revision = store.revision  # who comes now is told of what follows
        self.told = self.revision  # all places have been given what there was until here
        self._places: dict[int, set[Place]] = {}  # by environment

    def places(self, project: int) -> frozenset[Place]:
        """Return who goes along in an environment."""
        return frozenset(self._places.get(project, ()))

    async def run(self) -> None:
        """Tell of changes until cancelled."""
        await follow(self.store, self.revision, self._pass_on, self._lost)

    async def speak(self, listener: Listener) -> NoReturn:
        """Tell one listener of every change after the revision that they name.

        Raises:
            Ended: there is no more, or what follows is not kept.

        """
        given = listener.context.asked.one("after")
        reader = Reader(self, listener, self.store.revision if given is None else revision(given))
        if given is None:
            await listener.send(frame(reader.after, []))
        try:
            await reader.read()
        except FeedGap as gap:
            raise Ended(GAP, f"{gap.detail}: list anew") from gap

    @contextmanager
    def going_along(self, listener: Listener) -> Generator[Place]:
        """Give a place among those who are told of what is new."""
        place = Place(listener.context, self.revision)
        there = self._places.setdefault(listener.project, set())
        there.add(place)
        try:
            yield place
        finally:
            there.discard(place)
            if not there and self._places.get(listener.project) is there:
                del self._places[listener.project]

    async def _pass_on(self, events: list[Event]) -> None:
        """Tell all of changes."""
        last = events[-1].revision
        keys = keys_of(events)
        frames: dict[tuple[int, Hashable], str] = {}
        while unlike := self._unlike(keys, frames):  # others may come meanwhile
            for (project, alike), context in unlike.items():
                changes = await changes_of(self.store, keys[project], context)
                frames[project, alike] = frame(last, changes) if changes else ""
        told = [
            (place, text)
            for project in keys
            for place in self.places(project)
            if (text := frames[project, sees_like(place.context, project)])
        ]
        self.revision = last
        async for place, text in in_turns(told):
            place.take((last, text))
        self.told = last
        if frames:
            await asyncio.sleep(GATHER_S)

    def _unlike(
        self, keys: Mapping[int, object], frames: Mapping[tuple[int, Hashable], str]
    ) -> dict[tuple[int, Hashable], Context]:
        """Return who is to be told and has no frame yet: one of all who see alike."""
        found: dict[tuple[int, Hashable], Context] = {}
        for project in keys:
            for place in self.places(project):
                found[project, sees_like(place.context, project)] = place.context
        return {who: context for who, context in found.items() if who not in frames}

    async def _lost(self) -> None:
        """Have all read by themselves: changes were missed here."""
        self.revision = self.told = self.store.revision
        for project in self._places:
            for place in self.places(project):
                place.end()


class Reader:
    """One listener's place in the feed."""

    def __init__(self, feed: Feed, listener: Listener, after: int) -> None:
        self._feed, self._listener = feed, listener
        self.after = after

    async def read(self) -> NoReturn:
        """Tell of what follows: first of what was before now, then along with the others.

        Raises:
            Ended: there is no more.
            FeedGap: what follows is not kept.

        """
        while True:
            with self._feed.going_along(self._listener) as place:
                await self._catch_up(place.since)
                await self._go_along(place)

    async def _catch_up(self, until: int) -> None:
        store = self._feed.store
        if until <= self.after <= store.revision:
            return
        async with aclosing(store.feed(self.after)) as pages:
            async for events in pages:
                await self._tell(events)
                self.after = events[-1].revision
                if self.after >= until:
                    return
        raise Ended(OVER, "the server ends")

    async def _tell(self, events: Sequence[Event]) -> None:
        keys = keys_of(events).get(self._listener.project, ())
        changes = await changes_of(self._feed.store, keys, self._listener.context)
        if changes:
            await self._listener.send(frame(events[-1].revision, changes))

    async def _go_along(self, place: Place) -> None:
        """Send what is queued until there is no room in the queue, and say where the feed is."""
        while True:
            try:
                async with asyncio.timeout(REST_S):
                    told = await place.queue.get()
            except TimeoutError:
                if place.queue.empty():
                    self.after = max(self.after, self._feed.told)
                    await self._listener.send(frame(self.after, []))
                continue
            if told is None:
                return
            reached, text = told
            if reached > self.after:
                await self._listener.send(text)
                self.after = reached


def keys_of(events: Sequence[Event]) -> dict[int, list[Key]]:
    """Return which rows changed in each environment, each once."""
    found: dict[int, dict[Key, None]] = {}
    for event in events:
        project = concerned(event)
        if project is not None:
            found.setdefault(project, {})[event.kind, event.id] = None
    return {project: list(keys) for project, keys in found.items()}


async def changes_of(store: Store, keys: Sequence[Key], context: Context) -> list[dict[str, Any]]:
    """Return what a listener is told of rows that changed."""
    rows = {(row.type.name, row.id): row for row in await rows_of(store, keys)}
    resources = await shown(store, rows.values(), context)
    return [
        change(key, resources.get(key), context)
        for key in keys
        if is_told(key, rows.get(key), context)
    ]


def is_told(key: Key, row: Resource | None, context: Context) -> bool:
    """Tell whether a change is the asker's business; of a row that is gone its type decides."""
    if row is not None:
        return is_theirs(row, context)
    return key[0] in BY_NAME and BY_NAME[key[0]] in context.view.sight.of


def change(key: Key, resource: Mapping[str, Any] | None, context: Context) -> dict[str, Any]:
    """Return what a listener is told of one row."""
    seen = context.view.sight.of[BY_NAME[key[0]]]
    named = f"{seen.version.prefix_of(seen.type)}{key[1]}"
    shown_id = named if resource is None else resource["id"]
    return {"type": seen.shown_type, "id": shown_id, "resource": resource}


def frame(revision: int, changes: list[dict[str, Any]]) -> str:
    """Return a frame as text."""
    return encode({"revision": revision, "changes": changes}).decode()


def revision(text: str) -> int:
    """Parse a revision.

    Raises:
        Ended: it is none.

    """
    if not text.isascii() or not text.isdigit() or len(text) > LONGEST:
        raise Ended(POLICY, f"after={text[:40]} is no revision; accepted: a number from a frame")
    return int(text)
