"""What is asked of the store in a read: conditions on attributes, order, a page."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Where:
    """A condition on one attribute (its Python name).

    ``op`` is eq, ne, lt, lte, gt, gte, like, notlike, prefix, null, notnull, in. ``like`` takes
    SQL's ``%`` and no other wildcard; it, ``notlike`` and ``prefix`` make no difference between
    upper and lower case (of ASCII letters), ``eq`` does. ``in`` takes a sequence; an empty one
    meets nothing. A null meets only ``null`` (and ``eq`` None): not ``ne``, not ``notlike``.
    """

    field: str
    value: Any = None
    op: str = "eq"


@dataclass(frozen=True)
class Page:
    """Order and extent of a list; ties and the default order are by id, in the same direction."""

    sort: str = "id"
    descending: bool = False
    limit: int | None = None
    offset: int = 0
