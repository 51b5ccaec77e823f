"""Types with nothing to do: their *during* states end at once.

The states on the way are collapsed into one write: a fresh API key is active a few milliseconds
after it was asked for, for the price of one more transaction.
"""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TypeVar

from pasture.control.loop import Controller, Io, every, own, put
from pasture.model.account import Account, Project, ProjectMember
from pasture.model.credential import Credential, Registry
from pasture.model.preference import UserPreference
from pasture.model.resource import Resource
from pasture.model.steps import settle

R = TypeVar("R", bound=Resource)
GONE = "removed"


def plan(row: R, now_ms: int) -> R:
    """Return the row in the state where it comes to rest."""
    state = row.state
    while (following := settle(row.type.steps, state)) is not None:
        state = following
    if state == row.state:
        return row
    return end(row, now_ms) if state == GONE else replace(row, state=state)


def end(row: R, now_ms: int) -> R:
    """Return the row as removed: gone for its users, its name free, kept for a while."""
    return replace(row, state=GONE, removed=now_ms, message=None, failed=False, progress=None)


def controller(cls: type[Resource]) -> Controller:
    """Return the controller of a type with nothing to do."""
    name = cls.type.name
    return Controller(
        name=name,
        reconcile=_reconcile(cls),
        keys=every(cls),
        hints={cls.type.base: own},
        workers=2,
    )


def _reconcile(cls: type[Resource]) -> Callable[[Io, int], Awaitable[None]]:
    async def reconcile(io: Io, key: int) -> None:
        """Bring one row to rest."""
        row = await io.store.get(cls, key)
        if row is None or isinstance(row, Project):  # a project takes its rows along: project.py
            return
        settled = plan(row, io.clock.now_ms())
        if settled is not row:
            await put(io, settled)

    return reconcile


CONTROLLERS = tuple(
    controller(cls) for cls in (Account, Credential, ProjectMember, Registry, UserPreference)
)
