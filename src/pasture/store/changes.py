"""What is asked of the store in a write: values, so that SQLite and PostgreSQL do the same."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from pasture.model.resource import Resource


@dataclass(frozen=True)
class Create:
    """Insert a row. The store gives id, uuid (where empty), created, kind and row_version 1.

    A function instead of a resource is called with the results of the changes before it in the
    same write: an audit row can name the row that the write made.
    """

    resource: Resource | Callable[[Sequence[Resource]], Resource]


@dataclass(frozen=True)
class Update:
    """Replace a row. ``resource.row_version`` is the version that was seen; else ``Conflict``."""

    resource: Resource


@dataclass(frozen=True)
class Delete:
    """Take a row out of the database for good; the same rule about the version."""

    resource: Resource


Change: TypeAlias = Create | Update | Delete


@dataclass(frozen=True, slots=True)
class Event:
    """One committed change: look at this row. Never says what happened to it."""

    revision: int
    base: str  # base type: names the table
    kind: str  # as in the row
    id: int
    account_id: int | None
