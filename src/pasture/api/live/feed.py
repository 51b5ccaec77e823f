"""Our own feed: changes of an environment in order, to go on with after a lost connection.

``GET .../feed?after=REVISION`` as a websocket. Each frame is ``{"revision": N, "changes": [...]}``;
a change is ``{"type", "id", "resource"}``, the resource as GET shows it now, or null where it is no
longer there. Without ``after`` the first frame says where the feed is; a client that lists then,
and goes on with later frames, misses nothing. A frame without changes comes at least every five
seconds. Where what follows ``after`` is no longer kept, or is of another database, the socket is
closed with 4410: list anew.

Each reader reads at its own pace, so a slow one costs nothing but its own lag.
"""

import asyncio
from collections.abc import Mapping
from typing import Any, NoReturn

from pasture.api.answer import encode
from pasture.api.context import Context
from pasture.api.live.listener import OVER, POLICY, Ended, Listener
from pasture.api.live.shown import Key, concerned, is_theirs, rows_of, shown
from pasture.kit.tasks import TaskGroup
from pasture.model.resource import Resource
from pasture.model.types import BY_NAME
from pasture.store.changes import Event
from pasture.store.feed import FeedGap
from pasture.store.store import Store

GATHER_S = 0.1  # a reader is told at once of what changed in this time
REST_S = 5.0  # between two words of where the feed is
GAP = 4410  # our close code: what follows is not kept
LONGEST = 18  # digits


class Feed:
    """Speaks the feed on sockets."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def speak(self, listener: Listener) -> NoReturn:
        """Tell one listener of every change after the revision that they name."""
        given = listener.context.asked.one("after")
        reader = Reader(self._store, listener)
        if given is None:
            reader.after = self._store.revision
            await listener.send(frame(reader.after, []))
        else:
            reader.after = revision(given)
        async with TaskGroup() as group:
            group.create_task(reader.rest())
            group.create_task(reader.read())
        raise AssertionError("a feed ends by raising")


class Reader:
    """One listener's place in the feed."""

    def __init__(self, store: Store, listener: Listener) -> None:
        self._store, self._listener = store, listener
        self.after = 0
        self._turn = asyncio.Lock()  # what a frame says is behind it was sent before it

    async def read(self) -> NoReturn:
        """Tell of what follows.

        Raises:
            Ended: there is no more, or what follows is not kept.

        """
        try:
            async for events in self._store.feed(self.after):
                async with self._turn:
                    await self._tell(events)
                    self.after = events[-1].revision
                await asyncio.sleep(GATHER_S)
        except FeedGap as gap:
            raise Ended(GAP, f"{gap.detail}: list anew") from gap
        raise Ended(OVER, "the server ends")

    async def rest(self) -> NoReturn:
        """Say now and then where the feed is."""
        while True:
            await asyncio.sleep(REST_S)
            async with self._turn:
                await self._listener.send(frame(self.after, []))

    async def _tell(self, events: list[Event]) -> None:
        ours = self._listener.project
        keys = dict.fromkeys((e.kind, e.id) for e in events if concerned(e) == ours)
        if not keys:
            return
        context = self._listener.context
        rows = {(row.type.name, row.id): row for row in await rows_of(self._store, keys)}
        resources = await shown(self._store, rows.values(), context)
        changes = [
            change(key, resources.get(key), context)
            for key in keys
            if is_told(key, rows.get(key), context)
        ]
        if changes:
            await self._listener.send(frame(events[-1].revision, changes))


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
