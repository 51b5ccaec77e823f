"""Writes whose refusal says which row has what no two may have."""

from collections.abc import Sequence
from itertools import product
from typing import Any

from pasture.api.context import Context
from pasture.auth.may import may
from pasture.kit.errors import NotUnique
from pasture.kit.ids import show
from pasture.model.declare import Scope, camel
from pasture.model.query import Page, Where
from pasture.model.resource import Resource
from pasture.store.changes import Change

SOME = Page(limit=100)  # more than one only where the value has a %, which stands for anything
OWNER = "account_id"


async def store_unique(
    context: Context, wanted: Sequence[Resource], *changes: Change
) -> tuple[Resource, ...]:
    """Write, ``wanted`` being what somebody asked for.

    Raises:
        NotUnique: another row has one of its values, or one that clashes; the words name it,
            where the asker sees it.

    """
    for row in wanted:
        await check_apart(context, row)
    try:
        return await context.store.write(*changes)
    except NotUnique as taken:
        rules = [r for r in wanted[0].type.unique if camel(r[-1]) == taken.field]
        for row, rule in product(wanted, rules):
            other = await who_has(context, row, rule)
            if other is not None:
                raise type(taken)(words(other, rule), field=taken.field) from taken
        raise


async def check_apart(context: Context, wanted: Resource) -> None:
    """Refuse a value that clashes with another row's.

    Only equal ones are kept apart by the store itself: of two that clash and are asked for in the
    same instant, both may stay.

    Raises:
        NotUnique: there is one.

    """
    kind = wanted.type
    for rule in kind.apart:
        value = getattr(wanted, rule.attribute)
        if value is None:
            continue
        for other in await context.store.find(type(wanted), Where(rule.attribute, op="notnull")):
            if other.id != wanted.id and rule.clash(value, getattr(other, rule.attribute)):
                seen = may(context.identity, "read", other.type, other)
                whose = (
                    f"{kind.name} {show(kind.base, other.id)}" if seen else f"another {kind.name}"
                )
                wire = camel(rule.attribute)
                raise NotUnique(
                    f"{wire} {value} clashes with {getattr(other, rule.attribute)} of {whose};"
                    " accepted: one apart from those of all others",
                    field=wire,
                )


async def who_has(context: Context, wanted: Resource, rule: tuple[str, ...]) -> Resource | None:
    """Return the row that has the values of a rule, as far as the asker may see it."""
    alikes = (alike(wanted, a) for a in rule)
    for other in await context.store.find(type(wanted), *alikes, page=SOME):
        if same(wanted, other, rule):
            return other if may(context.identity, "read", other.type, other) else None
    return None


def alike(wanted: Resource, attribute: str) -> Where:
    """Return the condition of what has the same value: of texts, in any letter case."""
    value: Any = getattr(wanted, attribute)
    return Where(attribute, value, "like" if isinstance(value, str) else "eq")


def same(wanted: Resource, other: Resource, rule: tuple[str, ...]) -> bool:
    """Tell whether another row has all the values of a rule."""
    pairs = ((getattr(wanted, a), getattr(other, a)) for a in rule)
    return other.id != wanted.id and all(folded(a) == folded(b) for a, b in pairs)


def folded(value: Any) -> Any:
    """Return a value as the rule compares it."""
    return value.lower() if isinstance(value, str) else value


def words(other: Resource, rule: tuple[str, ...]) -> str:
    """Say which row has it."""
    kind, attribute = other.type, rule[-1]
    return (
        f"{kind.name} {show(kind.base, other.id)} ({other.state}) has the {camel(attribute)} "
        f"{getattr(other, attribute)}{where(other, rule)}; letter case makes no difference"
    )


def where(other: Resource, rule: tuple[str, ...]) -> str:
    """Say within what a value is unique."""
    if OWNER in rule:
        return " in this environment" if other.type.scope is Scope.PROJECT else " in this account"
    within = [f.ref for f in other.type.fields if f.name in rule[:-1] and f.ref]
    return f" in this {' and '.join(within)}" if within else ""
