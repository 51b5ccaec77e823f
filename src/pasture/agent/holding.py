"""What the host holds of its server. All of it is on disk before it is obeyed.

Else an agent that is killed would come back to an older assignment than the one that it reported
on: it would make again what a tombstone, accepted and let go since, had removed. Whatever changes
while one write is under way goes into the next, so a burst of changes costs few writes.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import msgspec

from pasture.agent.records import Held
from pasture.wire.frames import Assigned, Assignment, Changes

Keep = Callable[[Held], Awaitable[None]]
Obey = Callable[[Sequence[Assigned], Sequence[str]], None]


class Holding:
    """The last word of the server. ``obey`` is told what changed: entries to set, uuids to drop."""

    def __init__(self, held: Held, keep: Keep, obey: Obey) -> None:
        self.head = msgspec.structs.replace(held, containers=())
        self._told = {one.uuid: one for one in held.containers}
        self._keep = keep
        self._obey = obey
        self._touched: set[str] = set()
        self._changed = asyncio.Event()

    def note(self, **head: Any) -> None:
        """Take note of something else than containers."""
        self.head = msgspec.structs.replace(self.head, **head)
        self._changed.set()

    def assign(self, frame: Assignment) -> None:
        """Take a whole assignment."""
        new = {one.uuid: one for one in frame.containers}
        self._touched |= {uuid for uuid, one in new.items() if self._told.get(uuid) != one}
        self._touched |= self._told.keys() - new.keys()
        self._told = new
        self.note(hash=frame.hash)

    def change(self, frame: Changes) -> bool:
        """Take changes; False: they are changes of something else than what is held."""
        if frame.base != self.head.hash:
            return False
        for uuid in frame.dropped:
            self._told.pop(uuid, None)
        self._told |= {one.uuid: one for one in frame.set}
        self._touched.update(frame.dropped, (one.uuid for one in frame.set))
        self.note(hash=frame.hash)
        return True

    def forget(self) -> None:
        """Forget what a database wanted; nothing of it is obeyed any more."""
        self.head = Held(about=self.head.about)
        self._told.clear()
        self._touched.clear()

    async def run(self) -> None:
        """Write what changes, and have it obeyed, until cancelled."""
        while True:
            await self._changed.wait()
            self._changed.clear()
            touched, self._touched = self._touched, set()
            given = [self._told[uuid] for uuid in touched if uuid in self._told]
            dropped = [uuid for uuid in touched if uuid not in self._told]
            held = msgspec.structs.replace(self.head, containers=tuple(self._told.values()))
            await self._keep(held)
            if touched and held.history == self.head.history:
                self._obey(given, dropped)
