"""Answer GET: a resource, a collection, a link (``reference/rancher16-api.md#2``)."""

from collections.abc import Sequence
from typing import Any

from pasture.api.answer import Answer, read_answer
from pasture.api.context import Context
from pasture.api.counts import counts
from pasture.api.include import included
from pasture.api.listing import NOWHERE, around, wanted
from pasture.api.present import present
from pasture.api.relations import Kind, Link, concrete
from pasture.api.sight import Seen
from pasture.api.views import find, get
from pasture.auth.may import may, owner_field, visible_accounts
from pasture.kit.errors import MethodNotAllowed, NotFound
from pasture.kit.ids import parse
from pasture.model.query import Where
from pasture.model.resource import Resource

LONGEST_ID = 18  # digits


async def find_row(context: Context, cls: type[Resource], text: str) -> Resource:
    """Return the row of an id, as far as the asker may see it.

    Raises:
        NotFound: malformed, unknown, or not theirs.

    """
    number = parse(text)
    if number is None and context.view.sight.plain and text.isdecimal() and len(text) <= LONGEST_ID:
        number = int(text)
    if number is None:
        name = context.view.sight.version.name_of(cls.type)
        raise NotFound(f"there is no {name} {text[:64]!r} here")
    return await row_of(context, cls, number)


async def row_of(context: Context, cls: type[Resource], number: int) -> Resource:
    """Return a row, as far as the asker may see it.

    Raises:
        NotFound: unknown, or not theirs.

    """
    row = await get(context.store, cls, number)
    if row is None or not may(context.identity, "read", row.type, row):
        version = context.view.sight.version
        words = f"{version.name_of(cls.type)} {version.prefix_of(cls.type)}{number}"
        raise NotFound(f"there is no {words} here")
    return row


async def read_one(context: Context, row: Resource) -> Answer:
    """Answer a resource."""
    [shown] = await shown_rows(context, [row])
    return read_answer(shown)


async def shown_rows(context: Context, rows: Sequence[Resource]) -> list[dict[str, Any]]:
    """Return rows as they are shown, with what the query includes."""
    shown = await present(context.store, context.view, rows)
    name = context.asked.one("include")
    if name:
        for one, more in zip(shown, await included(context, rows, name), strict=True):
            one.update(more)
    return shown


async def read_list(context: Context, seen: Seen) -> Answer:
    """Answer the collection of a type."""
    if not may(context.identity, "list", seen.type, None):
        raise MethodNotAllowed(f"{seen.plural} cannot be listed; accepted: GET by id")
    return await collection(context, seen, ())


async def read_link(context: Context, row: Resource, link: Link) -> Answer:
    """Answer what a link leads to: a resource, or a collection."""
    target = context.view.sight.of[link.target]
    if link.kind is Kind.CHILDREN:
        return await collection(
            context, target, (Where(link.field.name, row.id),), parent=row, link=link
        )
    number = getattr(row, link.field.name)
    if link.kind is Kind.ONE_LISTED:
        only = NOWHERE if number is None else Where("id", number)
        return await collection(context, target, (only,))
    if number is None:
        name = context.view.sight.of[type(row)].name
        raise NotFound(f"this {name} has no {link.name}")
    return await read_one(context, await row_of(context, link.target, number))


async def collection(
    context: Context,
    seen: Seen,
    conditions: tuple[Where, ...],
    *,
    parent: Resource | None = None,
    link: Link | None = None,
) -> Answer:
    """Answer one page of a type's rows that fulfil conditions and the query's filters."""
    want = wanted(context.asked, seen)
    where = [*conditions, *want.wheres, *visible(context, seen)]
    rows = await find(context.store, seen.cls, *where, page=want.page, removed=want.removed)
    page = rows[: want.limit]
    counted = {}
    if context.asked.option("counts"):
        counted["counts"] = await counts(context.store, seen, where)
    return read_answer(
        {
            "type": "collection",
            "resourceType": link.resource_type if link else seen.name,
            "links": {"self": context.asked.url},
            "createTypes": create_types(context, seen),
            "actions": {},
            "data": await shown_rows(context, page),
            **around(context.asked, seen, want, is_partial=len(rows) > want.limit),
            "createDefaults": create_defaults(seen, parent, link),
            **counted,
        },
    )


def visible(context: Context, seen: Seen) -> list[Where]:
    """Return the conditions under which the asker sees rows of a type."""
    kinds = [Where("kind", k, "ne") for k in context.view.sight.hidden_kinds(seen.cls)]
    if seen.type.personal and not context.asked.option("all"):
        kinds.append(Where("account_id", context.identity.account))
    accounts = visible_accounts(context.identity, seen.type)
    if accounts is None:
        return kinds
    return [Where(owner_field(seen.type), tuple(sorted(accounts)), "in"), *kinds]


def create_types(context: Context, seen: Seen) -> dict[str, str]:
    """Return where the concrete types of a base collection are created."""
    kinds = concrete(seen.cls)
    if kinds in {(), (seen.cls,)}:
        return {}
    of = context.view.sight.of
    return {
        of[c].name: f"{context.view.prefix}/{of[c].list_path}"
        for c in kinds
        if c in of and of[c].can("c")
    }


def create_defaults(seen: Seen, parent: Resource | None, link: Link | None) -> dict[str, str]:
    """Return what a resource created through a link has: its reference."""
    if parent is None or link is None or not seen.can("c"):
        return {}
    if link.field.wire not in seen.creatable:
        return {}
    return {link.field.wire: seen.version.id_of(parent)}
