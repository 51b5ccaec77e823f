"""What is asked of the store in a read: conditions on attributes, order, a page.

The same in Python, for rows that no store has: ``meets`` and ``in_order``.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, TypeVar

R = TypeVar("R")


@dataclass(frozen=True)
class Where:
    """A condition on one attribute (its Python name).

    ``op`` is eq, ne, lt, lte, gt, gte, like, notlike, prefix, null, notnull, in; of a list also
    filled (it has something) and empty. ``like`` takes
    SQL's ``%`` and no other wildcard; it, ``notlike`` and ``prefix`` make no difference between
    upper and lower case (of ASCII letters), ``eq`` does. ``in`` takes a sequence; an empty one
    meets nothing. A null meets only ``null`` (and ``eq`` None): not ``ne``, not ``notlike``.
    """

    field: str
    value: Any = None
    op: str = "eq"


@dataclass(frozen=True)
class Page:
    """Order and extent of a list; ties and the default order are by id, in the same direction.

    ``alike``: of the rows that have the same values in these attributes only the oldest is given.
    """

    sort: str = "id"
    descending: bool = False
    limit: int | None = None
    offset: int = 0
    alike: tuple[str, ...] = ()


def meets(value: Any, where: Where) -> bool:
    """Tell whether a value fulfils a condition, as the store would of a row that has it."""
    op = VALUELESS.get(where.op)
    if op is None and where.value is None:
        op = VALUELESS.get({"eq": "null", "ne": "notnull"}.get(where.op, ""))
    if op is not None:
        return op(value)
    return value is not None and COMPARE[where.op](value, where.value)


def in_order(rows: Iterable[R], page: Page) -> list[R]:
    """Return rows in a page's order: as the store sorts, nulls first, ties by id."""
    value, number = attrgetter(page.sort), attrgetter("id")

    def place(row: R) -> tuple[bool, Any, int]:
        found = value(row)
        return (False, 0, number(row)) if found is None else (True, found, number(row))

    return sorted(rows, key=place, reverse=page.descending)


def is_like(text: str, pattern: str) -> bool:
    """Tell whether a text is like SQL's pattern with ``%``, in time that grows with both alone."""
    first, *rest = ascii_lower(pattern).split("%")
    text = ascii_lower(text)
    if not rest:
        return text == first
    if not text.startswith(first):
        return False
    at = len(first)
    for part in rest[:-1]:
        found = text.find(part, at)
        if found < 0:
            return False
        at = found + len(part)
    return len(text) - at >= len(rest[-1]) and text.endswith(rest[-1])


def ascii_lower(text: str) -> str:
    """Return a text with ASCII's letters in lower case, and no others."""
    return text.translate(LOWER)


LOWER = {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}
VALUELESS: Mapping[str, Callable[[Any], bool]] = {
    "null": lambda have: have is None,
    "notnull": lambda have: have is not None,
    "filled": bool,
    "empty": lambda have: have is not None and not have,
}
COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "eq": lambda have, given: have == given,
    "ne": lambda have, given: have != given,
    "lt": lambda have, given: have < given,
    "lte": lambda have, given: have <= given,
    "gt": lambda have, given: have > given,
    "gte": lambda have, given: have >= given,
    "in": lambda have, given: have in given,
    "like": is_like,
    "notlike": lambda have, given: not is_like(have, given),
    "prefix": lambda have, given: ascii_lower(have).startswith(ascii_lower(given)),
}
