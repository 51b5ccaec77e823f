"""Rows that changed, as those who listen see them."""

from collections.abc import Hashable, Iterable, Mapping
from typing import Any

from pasture.api.context import Context
from pasture.api.present import present
from pasture.auth.may import ACCOUNTS, READ, may
from pasture.model.query import Where
from pasture.model.resource import Resource
from pasture.model.types import BY_NAME
from pasture.store.changes import Event
from pasture.store.store import Store

ASKED = 500  # rows a query
GONE = frozenset({"purging", "purged"})  # states that nobody is told of: "removed" was the last
Key = tuple[str, int]  # kind and number


def concerned(event: Event) -> int | None:
    """Return the environment that a change belongs to: one's own row, or a row in it."""
    return event.id if event.base == ACCOUNTS else event.account_id


async def rows_of(store: Store, keys: Iterable[Key]) -> list[Resource]:
    """Return the rows as they are now, removed ones too; kinds that are no type are left out."""
    by_kind: dict[str, list[int]] = {}
    for kind, number in keys:
        if kind in BY_NAME:
            by_kind.setdefault(kind, []).append(number)
    found: list[Resource] = []
    for kind, numbers in by_kind.items():
        for start in range(0, len(numbers), ASKED):
            some = tuple(numbers[start : start + ASKED])
            found += await store.find(BY_NAME[kind], Where("id", some, "in"), removed=True)
    return found


async def shown(
    store: Store, rows: Iterable[Resource], context: Context
) -> dict[Key, Mapping[str, Any]]:
    """Return rows as the asker sees them; those that they do not see are left out."""
    theirs = [row for row in rows if row.state not in GONE and is_theirs(row, context)]
    resources = await present(store, context.view, theirs)
    return {(row.type.name, row.id): one for row, one in zip(theirs, resources, strict=True)}


def is_theirs(row: Resource, context: Context) -> bool:
    """Tell whether the asker may see a row."""
    in_sight = type(row) in context.view.sight.of
    return in_sight and may(context.identity, READ, row.type, row)


def sees_like(context: Context, project: int) -> Hashable:
    """Return what is the same for all listeners of an environment who are shown the same."""
    view = context.view
    rules = view.ruled is None or project in view.ruled
    return context.identity.role, view.prefix, view.origin.version, view.action_key, rules
