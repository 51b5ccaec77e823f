"""The tables that follow from the declarations: one a base type, and those of the store itself.

Whatever is no column stands in one of two JSON documents, keyed by attribute name: ``spec`` has
what a user may give and what is internal, ``status`` the rest.
"""

import hashlib
import re
import typing
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from pasture.model.declare import Field
from pasture.model.resource import Resource

SPEC, STATUS = "spec", "status"
ALWAYS_COLUMNS = ("id", "row_version")
INT64 = 2**63  # whole numbers are kept from -INT64 to below INT64
BIG = sa.BigInteger()
TEXT = sa.Text()
ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DOCUMENT = sa.JSON()
SCALARS: Mapping[Any, "sa.types.TypeEngine[Any]"] = {
    str: TEXT,
    int: BIG,
    float: sa.Double(),
    bool: sa.Boolean(),
}


def table_name(base: str) -> str:
    """Return the table of a base type: ``auditLog`` is ``audit_log``."""
    return re.sub(r"([A-Z])", r"_\1", base).lower()


def scalar(field: Field) -> Any:
    """Return the single type of a field's values (str, int, float, bool), or None."""
    inner = [a for a in (typing.get_args(field.hint) or (field.hint,)) if a is not type(None)]
    return inner[0] if len(inner) == 1 and inner[0] in SCALARS else None


def document(field: Field) -> str:
    """Return which of the two documents has a field that is no column."""
    return SPEC if not field.access or set("cu") & set(field.access) else STATUS


@dataclass(frozen=True)
class Unique:
    """A rule that no two live rows share these values; ``index`` is what the database calls it."""

    index: str
    cls: type[Resource]
    attributes: tuple[str, ...]


class Tables:
    """All tables of a list of types, as SQLAlchemy Core declares them."""

    def __init__(self, types: Sequence[type[Resource]]) -> None:
        self.types = tuple(types)
        self.metadata = sa.MetaData()
        self.meta = sa.Table(
            "meta",
            self.metadata,
            sa.Column("name", TEXT, primary_key=True),
            sa.Column("value", TEXT, nullable=False),
        )
        self.feed = sa.Table(
            "feed",
            self.metadata,
            sa.Column("revision", ROW_ID, primary_key=True, autoincrement=False),
            sa.Column("base", TEXT, nullable=False),
            sa.Column("kind", TEXT, nullable=False),
            sa.Column("id", BIG, nullable=False),
            sa.Column("account_id", BIG),
        )
        self.kinds: dict[str, dict[str, type[Resource]]] = {}
        for cls in self.types:
            self.kinds.setdefault(cls.type.base, {})[cls.type.name] = cls
        self._declared: dict[tuple[type[Resource], str], list[Field]] = {}
        self.of_base = {base: self._resources(base) for base in self.kinds}
        self.unique = [self._guard(cls, names) for cls in self.types for names in cls.type.unique]

    def classes(self, cls: type[Resource]) -> tuple[type[Resource], ...]:
        """Return the classes whose rows a read of ``cls`` gives, itself first."""
        others = self.kinds[cls.type.base].values() if cls.type.parent is None else ()
        return (cls, *(c for c in others if c is not cls))

    def table(self, cls: type[Resource]) -> sa.Table:
        """Return the table that has a type's rows."""
        return self.of_base[cls.type.base]

    def value(self, cls: type[Resource], attribute: str) -> "sa.ColumnElement[Any]":
        """Return the SQL expression of an attribute: its column, or a part of a document."""
        table = self.table(cls)
        if attribute in table.c:
            return table.c[attribute]
        declared = self.declared(cls, attribute)
        parts = [
            table.c[where].op("->>")(sa.literal_column(f"'{attribute}'"))
            for where in dict.fromkeys(document(f) for f in declared)
        ]
        found = parts[0] if len(parts) == 1 else sa.func.coalesce(*parts)
        return sa.cast(found, SCALARS.get(scalar(declared[0]), TEXT))

    def declared(self, cls: type[Resource], attribute: str) -> list[Field]:
        """Return how the classes read through ``cls`` declare an attribute, its own first.

        Raises:
            LookupError: none of them has it.

        """
        found = self._declared.get((cls, attribute))
        if found is None:
            found = [f for c in self.classes(cls) for f in c.type.fields if f.name == attribute]
            if not found:
                raise LookupError(f"{cls.type.name} has no attribute {attribute!r}")
            self._declared[cls, attribute] = found  # as many as there are attributes
        return found

    def lists(self, cls: type[Resource], attributes: Sequence[str]) -> list[int]:
        """Return at which places there are attributes that hold several values."""
        return [
            place
            for place, name in enumerate(attributes)
            if scalar(self.declared(cls, name)[0]) is None
        ]

    def shape(self, base: str) -> str:
        """Return a fingerprint of where each attribute of a base type stands."""
        places = [
            (kind, f.name, "column" if f.name in self.of_base[base].c else document(f))
            for kind, cls in sorted(self.kinds[base].items())
            for f in cls.type.fields
        ]
        return hashlib.sha256(repr(places).encode()).hexdigest()

    def _resources(self, base: str) -> sa.Table:
        fields = [f for cls in self.kinds[base].values() for f in cls.type.fields]
        columns = {f.name: f for f in fields if f.column and f.name not in ALWAYS_COLUMNS}
        name = table_name(base)
        table = sa.Table(
            name,
            self.metadata,
            sa.Column("id", ROW_ID, primary_key=True),
            sa.Column("row_version", BIG, nullable=False),
            *(sa.Column(f.name, SCALARS[scalar(f)]) for f in columns.values()),
            sa.Column(SPEC, DOCUMENT, nullable=False),
            sa.Column(STATUS, DOCUMENT, nullable=False),
            sqlite_autoincrement=True,  # an id is never given twice
        )
        for column in indexed(columns.values()):
            sa.Index(f"ix_{name}_{column}", table.c[column])
        return table

    def _guard(self, cls: type[Resource], attributes: tuple[str, ...]) -> Unique:
        table = self.table(cls)
        live = table.c.removed.is_(None)
        if cls.type.parent is not None:
            live &= table.c.kind == sa.literal_column(f"'{cls.type.name}'")
        values = [self.value(cls, a) for a in attributes]
        folded = [sa.func.lower(v) if isinstance(v.type, sa.Text) else v for v in values]
        index = f"ux_{table_name(cls.type.name)}_{'_'.join(attributes)}"
        made = sa.Index(index, *folded, unique=True, sqlite_where=live, postgresql_where=live)
        if made.table is None:  # only expressions: the index could not tell whose it is
            table.append_constraint(made)
        return Unique(index, cls, attributes)


def indexed(columns: Iterable[Field]) -> list[str]:
    """Return the columns that get an index: those that tell few rows from many."""
    return [f.name for f in columns if f.name not in {"kind", "removed"}]
