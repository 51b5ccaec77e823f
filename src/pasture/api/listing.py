"""What a list is asked for: filters, sort, page (``reference/rancher16-api.md#3``)."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from pasture.api.asked import Asked
from pasture.api.schema import modifiers
from pasture.api.sight import Seen
from pasture.kit.errors import InvalidBodyContent
from pasture.kit.ids import parse
from pasture.model.declare import Field
from pasture.model.query import Page, Where

LIMIT, MOST = 100, 3000
MOST_FILTERS = 100
LARGEST = 2**63 - 1
NOBODY = -1  # a reference that matches no row
NOWHERE = Where("id", NOBODY)
VALUELESS = frozenset({"null", "notnull"})
UNWANTED_IN_SORT = ("sort", "order", "marker")


@dataclass(frozen=True)
class Filter:
    """One filter as it was asked for."""

    wire: str
    modifier: str
    value: str | None
    where: Where


@dataclass(frozen=True)
class Wanted:
    """Which rows of a list, in which order, and which page of them."""

    filters: tuple[Filter, ...]
    sort: str | None  # wire name
    page: Page
    limit: int
    offset: int
    removed: bool

    @property
    def wheres(self) -> list[Where]:
        """The filters as the store takes them."""
        return [f.where for f in self.filters]


def wanted(asked: Asked, seen: Seen) -> Wanted:
    """Return what the query asks for; what it does not know is ignored.

    Raises:
        InvalidBodyContent: there are more filters than any question needs.

    """
    filters = tuple(filters_of(asked, seen))
    if len(filters) > MOST_FILTERS:
        raise InvalidBodyContent(
            f"the query has {len(filters)} filters; accepted: at most {MOST_FILTERS}"
        )
    limit, offset = limit_of(asked.one("limit")), offset_of(asked.one("marker"))
    field = seen.sorts.get(asked.one("sort") or "")
    descending = (asked.one("order") or "").lower() == "desc"
    page = Page(
        sort=field.name if field else "id",
        descending=descending,
        limit=limit + 1,  # one more tells whether there is a next page
        offset=offset,
    )
    return Wanted(
        filters=filters,
        sort=field.wire if field else None,
        page=page,
        limit=limit,
        offset=offset,
        removed=asked.option("_removed") or _asks_for_removed(asked),
    )


def limit_of(text: str | None) -> int:
    """Return the size of a page: 100 unless told, never over 3000; 0 or less asks for that."""
    number = _number(text)
    if number is None:
        return LIMIT
    return MOST if number <= 0 else min(number, MOST)


def offset_of(text: str | None) -> int:
    """Return where a page begins: ``m`` and a number."""
    number = _number(text[1:]) if text and text.startswith("m") else None
    return min(max(number or 0, 0), LARGEST)


def filters_of(asked: Asked, seen: Seen) -> Iterator[Filter]:
    """Give the filters of a query, split at the last underscore."""
    for name, value in asked.query:
        wire, modifier = name, "eq"
        if wire not in seen.filters:
            wire, _, modifier = name.rpartition("_")
        field = seen.filters.get(wire)
        if field is None or modifier not in modifiers(field):
            continue
        if modifier in VALUELESS:
            yield Filter(wire, modifier, None, Where(field.name, op=modifier))
        else:
            where = _compared(field, modifier, seen.named(field, value))
            if seen.is_environment and where.field == "name" and where.op == "eq":
                where = _in_any_case(where)
            yield Filter(wire, modifier, value, where)


def _compared(field: Field, modifier: str, text: str) -> Where:
    """Return a condition on a field; what no value of it can be is fulfilled by no row."""
    value = READ.get(field.wire_type.partition("[")[0], _text)(text)
    if field.wire == "id" and value is None:
        value = parse(text)
    if value is None:
        return NOWHERE
    return Where(field.name, value, modifier)


def _in_any_case(where: Where) -> Where:
    """Return a condition that is met in any letter case too (#3: environments by name)."""
    return where if "%" in where.value else replace(where, op="like")


def _text(text: str) -> str | None:
    return None if "\0" in text else text  # which no database holds


def _number(text: str | None) -> int | None:
    try:
        number = int(text or "")
    except ValueError:
        return None
    return max(min(number, LARGEST), -LARGEST)


def _flag(text: str) -> bool | None:
    return {"true": True, "1": True, "false": False, "0": False}.get(text.lower())


def _date(text: str) -> int | None:
    """Return a time from ISO 8601 or from milliseconds."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return _number(text)
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return int(aware.timestamp() * 1000)


def _reference(text: str) -> int:
    number = parse(text)
    return NOBODY if number is None else number


READ: Mapping[str, Callable[[str], Any]] = {
    "int": _number,
    "date": _date,
    "boolean": _flag,
    "reference": _reference,
}


def _asks_for_removed(asked: Asked) -> bool:
    return any(name.startswith("removed_") for name, _ in asked.query)


def around(asked: Asked, seen: Seen, want: Wanted, *, is_partial: bool) -> dict[str, Any]:
    """Return what a collection says beside its resources: page, sort, filters (#2.1)."""
    following = want.offset + want.limit
    return {
        "sortLinks": {wire: asked.url_with(*UNWANTED_IN_SORT, sort=wire) for wire in seen.sorts},
        "pagination": {
            "first": None,
            "previous": None,
            "next": asked.url_with(marker=f"m{following}") if is_partial else None,
            "limit": want.limit,
            "total": None,
            "partial": is_partial,
        },
        "sort": _sort(asked, want),
        "filters": _filters(seen, want),
    }


def _sort(asked: Asked, want: Wanted) -> dict[str, Any] | None:
    if want.sort is None:
        return None
    order, other = ("desc", "asc") if want.page.descending else ("asc", "desc")
    reverse = asked.url_with("marker", sort=want.sort, order=other)
    return {"name": want.sort, "order": order, "reverse": reverse}


def _filters(seen: Seen, want: Wanted) -> dict[str, Any]:
    found: dict[str, Any] = dict.fromkeys(seen.filters)
    for one in want.filters:
        shown = {"value": one.value, "modifier": one.modifier}
        found[one.wire] = [*(found[one.wire] or ()), shown]
    return found
