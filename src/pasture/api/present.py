"""Rows as clients see them, with what has to be read for it: the ids of their children.

Whoever shows rows does it through here; ``render`` alone knows the row and nothing else.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from pasture.api.render import View, render
from pasture.model.resource import Resource
from pasture.store.store import Store


async def present(
    store: Store, view: View, rows: Sequence[Resource], once: Mapping[str, Any] | None = None
) -> list[dict[str, Any]]:
    """Return rows as they are shown; ``once`` are secrets that this answer alone shows."""
    shown = [render(row, view, once) for row in rows]
    for cls in {type(row) for row in rows}:
        for one in view.sight.of[cls].gathers:
            places = [i for i, row in enumerate(rows) if type(row) is cls]
            found = await store.children(one.cls, one.by, [rows[i].id for i in places])
            for place in places:
                numbers = found.get(rows[place].id, ())
                shown[place][one.wire] = [f"{one.id_prefix}{number}" for number in numbers]
    return shown


async def present_one(
    store: Store, view: View, row: Resource, once: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Return a row as it is shown."""
    [shown] = await present(store, view, [row], once)
    return shown
