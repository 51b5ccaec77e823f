"""Purges removed rows, and deletes them from the database long after, a bounded batch at a time.

Purged is a word only (#6): the row stays as it is until it is deleted.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace

from pasture.control.loop import Controller, Io, readers
from pasture.control.settle import end
from pasture.model.audit import AuditLog
from pasture.model.credential import Session
from pasture.model.query import Page, Where
from pasture.model.resource import Resource
from pasture.model.types import BY_BASE
from pasture.store.changes import Change, Delete, Update

HOUR_MS = 3_600_000
REMOVED_KEPT_MS = 48 * HOUR_MS
AUDIT_KEPT_MS = 30 * 24 * HOUR_MS
BATCH = 200
PURGED_AFTER_MS = 60_000
PAUSE_S = 60.0
NEXT_BATCH_S = 1.0
ONLY_KEY = 0


def plan(old: Sequence[Resource], expired: Sequence[Resource], now_ms: int) -> list[Change]:
    """Say what to delete for good, and which logins end."""
    return [*map(Delete, old), *(Update(end(row, now_ms)) for row in expired)]


async def reconcile(io: Io, _: int) -> float:
    """Delete a batch of each type; return when to look again."""
    now = io.clock.now_ms()
    most = 0
    for cls in (cls for base in BY_BASE for cls in readers(base)):
        old = await io.store.find(
            cls,
            Where("removed", now - REMOVED_KEPT_MS, "lt"),
            page=Page(limit=BATCH),
            removed=True,
        )
        most = max(most, await _write(io, plan(old, (), now)))
        most = max(most, await _purge(io, cls, now))
    old = await io.store.find(
        AuditLog, Where("created", now - AUDIT_KEPT_MS, "lt"), page=Page(limit=BATCH)
    )
    expired = await io.store.find(Session, Where("expires", now, "lt"), page=Page(limit=BATCH))
    most = max(most, await _write(io, plan(old, expired, now)))
    return NEXT_BATCH_S if most >= BATCH else PAUSE_S


async def _purge(io: Io, cls: type[Resource], now_ms: int) -> int:
    """Purge a batch of the rows of one class, if they are purged at all."""
    purge = cls.type.step("purge")
    if purge is None:
        return 0
    gone = await io.store.find(
        cls,
        Where("state", tuple(purge.begins), "in"),
        Where("removed", now_ms - PURGED_AFTER_MS, "lt"),
        page=Page(limit=BATCH),
        removed=True,
    )
    return await _write(io, [Update(replace(row, state=purge.ends)) for row in gone])


async def _write(io: Io, changes: Sequence[Change]) -> int:
    await io.store.write(*changes)
    return len(changes)


async def only_key(_: Io) -> AsyncIterator[int]:
    """Give the one key that there is."""
    yield ONLY_KEY


CONTROLLER = Controller(name="cleanup", reconcile=reconcile, keys=only_key, workers=1)
