"""Change one row however often somebody else writes it meanwhile: read, apply, write, again."""

from collections.abc import Callable
from typing import TypeVar

from pasture.kit.errors import Conflict
from pasture.model.resource import Resource
from pasture.store.changes import Update
from pasture.store.store import Store

R = TypeVar("R", bound=Resource)
TRIES = 20


async def amend(store: Store, cls: type[R], number: int, change: Callable[[R], R]) -> R | None:
    """Apply a pure change to a row; nothing is written where it changes nothing.

    Returns:
        The row as it is now; None where there is none.

    Raises:
        Conflict: it was lost to other writers ``TRIES`` times in a row.

    """
    for _ in range(TRIES):
        seen = await store.get(cls, number)
        if seen is None:
            return None
        wanted = change(seen)
        if wanted == seen:
            return seen
        try:
            await store.write(Update(wanted))
        except Conflict:
            continue
        return wanted
    raise Conflict(f"{cls.type.name} {number} was written by others {TRIES} times in a row")
