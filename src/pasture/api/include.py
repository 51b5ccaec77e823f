"""``include=<link>``: the related resources of a page, found in one read (#3)."""

from collections.abc import Sequence
from itertools import islice
from typing import Any

from pasture.api.context import Context
from pasture.api.present import present
from pasture.api.relations import Kind, Link
from pasture.api.views import find
from pasture.auth.may import may
from pasture.model.query import Page, Where
from pasture.model.resource import Resource

MOST = 10_000  # related resources of one page


async def included(context: Context, rows: Sequence[Resource], name: str) -> list[dict[str, Any]]:
    """Return for each row what it includes under the link's name; nothing for an unknown link."""
    found: list[dict[str, Any]] = [{} for _ in rows]
    for cls in {type(row) for row in rows}:
        link = context.view.sight.of[cls].links.get(name.lower())
        if link is not None:
            places = [i for i, row in enumerate(rows) if type(row) is cls]
            many = await related(context, link, [rows[i] for i in places])
            flat = [one for some in many for one in some]
            shown = iter(await present(context.store, context.view, flat))
            for place, some in zip(places, many, strict=True):
                found[place] = {link.name: _shown(link, list(islice(shown, len(some))))}
    return found


async def related(context: Context, link: Link, rows: Sequence[Resource]) -> list[list[Resource]]:
    """Return for each row the visible resources that a link leads to."""
    own, theirs = ("id", link.field.name) if link.kind is Kind.CHILDREN else (link.field.name, "id")
    keys = {getattr(row, own) for row in rows} - {None}
    where = Where(theirs, tuple(sorted(keys)), "in")
    found: dict[Any, list[Resource]] = {}
    by = theirs if link.kind is Kind.CHILDREN else None
    for one in await find(context.store, link.target, where, page=Page(limit=MOST), by=by):
        if may(context.identity, "read", one.type, one):
            found.setdefault(getattr(one, theirs), []).append(one)
    return [found.get(getattr(row, own), []) for row in rows]


def _shown(link: Link, shown: list[dict[str, Any]]) -> Any:
    if link.kind is Kind.ONE:
        return shown[0] if shown else None
    return shown
