"""SQL for reads and writes: compiled once a shape, then only values are bound.

Every value is bound as a parameter; only declared names become part of a statement's text.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.engine import Dialect

from pasture.kit.errors import Invalid
from pasture.model.declare import Field
from pasture.model.query import Where
from pasture.model.resource import Resource
from pasture.store.tables import ALWAYS_COLUMNS, INT64, Tables, scalar

CACHED_SHAPES = 2048
LONGEST_PATTERN = 4096
LARGEST_IN = 30_000  # SQLite takes 32 766 parameters, PostgreSQL 32 767
COUNT = "number"
ESCAPE = "\\"

NOTHING = sa.literal_column("0") == sa.literal_column("1")  # false() would drop its neighbours

Shape = tuple[tuple[str, str, int], ...]  # (attribute, op, number of values) of each condition
Values = list[Any]


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement's text and the names of its parameters, in their order."""

    sql: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """What else than its conditions names the statement of a list."""

    sort: str
    descending: bool
    removed: bool
    limited: bool
    alike: tuple[str, ...] = ()


COMPARE: Mapping[str, Callable[[Any, Any], Any]] = {
    "eq": lambda have, given: have == given,
    "ne": lambda have, given: have != given,
    "lt": lambda have, given: have < given,
    "lte": lambda have, given: have <= given,
    "gt": lambda have, given: have > given,
    "gte": lambda have, given: have >= given,
    "like": lambda have, given: have.ilike(given, escape=ESCAPE),
    "notlike": lambda have, given: have.not_ilike(given, escape=ESCAPE),
    "prefix": lambda have, given: have.ilike(given, escape=ESCAPE),
}
PATTERNS = frozenset({"like", "notlike", "prefix"})
VALUELESS = frozenset({"null", "notnull", "filled", "empty"})
OPS = frozenset({*COMPARE, *VALUELESS, "in"})
EMPTY: sa.ColumnElement[str] = sa.literal_column("'[]'")  # as a list without elements is written


class Statements:
    """The statements of one set of tables for one database."""

    def __init__(self, tables: Tables, dialect: Dialect) -> None:
        self.tables = tables
        self.dialect = dialect
        self.insert = {base: self._insert(t) for base, t in tables.of_base.items()}
        self.update = {base: self._update(t) for base, t in tables.of_base.items()}
        self.delete = {base: self._delete(t) for base, t in tables.of_base.items()}
        self.select = lru_cache(CACHED_SHAPES)(self._select)
        self.count = lru_cache(CACHED_SHAPES)(self._count)
        self.values = lru_cache(CACHED_SHAPES)(self._values)
        self.get = lru_cache(None)(self._get)
        self.meta = self.compiled(sa.select(tables.meta))
        feed = tables.feed
        self.feed_insert = self.compiled(feed.insert())
        self.feed_page = self.compiled(
            sa.select(feed)
            .where(feed.c.revision > sa.bindparam("after"))
            .order_by(feed.c.revision)
            .limit(sa.bindparam("limit"))
            .offset(sa.bindparam("offset"))
        )
        self.feed_last = self.compiled(sa.select(sa.func.max(feed.c.revision)))
        self.feed_trim = self.compiled(
            feed.delete().where(feed.c.revision <= sa.bindparam("until"))
        )

    def compiled(self, statement: "sa.sql.ClauseElement") -> Statement:
        """Return a statement as this database takes it."""
        compiled = cast("Any", statement.compile(dialect=self.dialect))
        fixed = [name for name, value in compiled.params.items() if value is not None]
        assert not fixed, f"values in the statement that nobody would bind: {fixed}"
        return Statement(str(compiled), tuple(compiled.positiontup))

    def _insert(self, table: sa.Table) -> Statement:
        given: dict[str, Any] = {c.name: sa.bindparam(c.name) for c in table.c if c.name != "id"}
        return self.compiled(table.insert().values(given).returning(table.c.id))

    def _update(self, table: sa.Table) -> Statement:
        given: dict[str, Any] = {
            c.name: sa.bindparam(c.name) for c in table.c if c.name not in ALWAYS_COLUMNS
        }
        given["row_version"] = table.c.row_version + sa.literal_column("1")
        return self.compiled(table.update().where(*seen(table)).values(given))

    def _delete(self, table: sa.Table) -> Statement:
        return self.compiled(table.delete().where(*seen(table)))

    def _get(self, cls: type[Resource]) -> Statement:
        table = self.tables.table(cls)
        query = sa.select(table).where(table.c.id == sa.bindparam("id_"))
        return self.compiled(query.where(*self._kind(cls)))

    def _select(self, cls: type[Resource], shape: Shape, listing: Listing) -> Statement:
        table = self.tables.table(cls)
        conditions = self._conditions(cls, shape, listing.removed)
        if listing.alike:
            same = [self.tables.value(cls, attribute) for attribute in listing.alike]
            oldest = sa.select(sa.func.min(table.c.id)).where(*conditions).group_by(*same)
            conditions = [table.c.id.in_(oldest.scalar_subquery())]
        query = sa.select(table).where(*conditions)
        query = query.order_by(*self._order(cls, listing.sort, listing.descending))
        if listing.limited:
            query = query.limit(sa.bindparam("limit")).offset(sa.bindparam("offset"))
        return self.compiled(query)

    def _order(
        self, cls: type[Resource], sort: str, descending: bool
    ) -> "list[sa.ColumnElement[Any]]":
        by_id = self.tables.table(cls).c.id
        if sort == "id":
            return [by_id.desc() if descending else by_id]
        by = self.tables.value(cls, sort)
        return (
            [by.desc().nulls_last(), by_id.desc()]
            if descending
            else [by.asc().nulls_first(), by_id]
        )

    def _count(self, cls: type[Resource], shape: Shape, removed: bool) -> Statement:
        table = self.tables.table(cls)
        query = sa.select(sa.func.count().label(COUNT)).select_from(table)
        return self.compiled(query.where(*self._conditions(cls, shape, removed)))

    def _values(self, cls: type[Resource], attributes: tuple[str, ...], shape: Shape) -> Statement:
        table = self.tables.table(cls)
        columns = [self.tables.value(cls, name).label(name) for name in attributes]
        query = sa.select(*columns).where(*self._conditions(cls, shape, removed=False))
        return self.compiled(query.order_by(table.c.id))

    def _conditions(
        self, cls: type[Resource], shape: Shape, removed: bool
    ) -> "list[sa.ColumnElement[bool]]":
        found = self._kind(cls)
        if not removed:
            found.append(self.tables.table(cls).c.removed.is_(None))
        taken = 0
        for attribute, op, number in shape:
            have = self.tables.value(cls, attribute)
            given = [sa.bindparam(f"v{taken + i}", type_=have.type) for i in range(number)]
            taken += number
            found.append(condition(have, op, given))
        return found

    def _kind(self, cls: type[Resource]) -> "list[sa.ColumnElement[bool]]":
        if cls.type.parent is None:
            return []
        return [self.tables.table(cls).c.kind == sa.literal_column(f"'{cls.type.name}'")]

    def conditions(self, cls: type[Resource], where: Sequence[Where]) -> tuple[Shape, Values]:
        """Return the shape of conditions, which names a statement, and the values to bind.

        Raises:
            Invalid: the field cannot be compared like that.

        """
        shape: list[tuple[str, str, int]] = []
        bound: Values = []
        for w in where:
            op, values = bind(self.tables.declared(cls, w.field)[0], w)
            shape.append((w.field, op, len(values)))
            bound += values
        return tuple(shape), bound


def seen(table: sa.Table) -> "list[sa.ColumnElement[bool]]":
    """Return the condition that a row still is as its writer saw it."""
    return [table.c.id == sa.bindparam("id_"), table.c.row_version == sa.bindparam("seen")]


def condition(have: Any, op: str, given: Sequence[Any]) -> Any:
    """Return one condition's SQL."""
    match op:
        case "null":
            return have.is_(None)
        case "notnull":
            return have.is_not(None)
        case "filled":
            return have != EMPTY
        case "empty":
            return have == EMPTY
        case "in":
            return have.in_(given) if given else NOTHING
        case _:
            return COMPARE[op](have, given[0])


def bind(field: Field, where: Where) -> tuple[str, Values]:
    """Return the op that is meant and its values as the database compares them.

    Raises:
        Invalid: the field cannot be compared like that.

    """
    op, value = where.op, where.value
    if op not in OPS:
        raise ValueError(f"{op!r} is no operator; accepted: {', '.join(sorted(OPS))}")
    if value is None and op in {"eq", "ne"}:
        op = "null" if op == "eq" else "notnull"
    if op in VALUELESS:
        return op, []
    kind = scalar(field)
    if kind is None or field.secret is not None:
        raise Invalid(f"{field.wire} cannot be compared; accepted: null, notnull", field=field.wire)
    if op == "in":
        return op, padded(
            [checked(field, kind, v) for v in dict.fromkeys(cast("Iterable[Any]", value))]
        )
    if op in PATTERNS:
        return op, [pattern(field, kind, op, value)]
    return op, [checked(field, kind, value)]


def padded(values: Values) -> Values:
    """Return the values, the last one repeated: few lengths make few statements to compile."""
    if len(values) > LARGEST_IN:
        raise ValueError(f"{len(values)} values for 'in'; at most {LARGEST_IN} are accepted")
    length = min(1 << max(len(values) - 1, 0).bit_length(), LARGEST_IN)
    return values + values[-1:] * (length - len(values))


def checked(field: Field, kind: Any, value: Any) -> Any:
    """Return a value that has the field's type.

    Raises:
        Invalid: it has another one.

    """
    fits = isinstance(value, (int, float) if kind is float else kind)
    if not fits or (kind is not bool and isinstance(value, bool)):
        raise Invalid(f"{value!r} is no {field.wire_type}", field=field.wire)
    if isinstance(value, str) and not storable(value):
        raise Invalid("NUL and half characters cannot be stored", field=field.wire)
    if isinstance(value, int) and not -INT64 <= value < INT64:
        return float("inf") if value > 0 else float("-inf")  # compares as the number would
    return value


def storable(text: str) -> bool:
    """Tell whether every database takes this text."""
    return "\0" not in text and not any("\ud800" <= c <= "\udfff" for c in text)


def pattern(field: Field, kind: Any, op: str, value: Any) -> str:
    r"""Return SQL's pattern: only ``%`` is a wildcard in it, and nothing in a prefix.

    Raises:
        Invalid: the field is no text, or the pattern too long.

    """
    if kind is not str:
        raise Invalid(f"{op} compares text, and {field.wire} is none", field=field.wire)
    text = checked(field, kind, value)
    if len(text) > LONGEST_PATTERN:
        raise Invalid(f"at most {LONGEST_PATTERN} characters are compared", field=field.wire)
    text = text.replace(ESCAPE, ESCAPE * 2).replace("_", ESCAPE + "_")
    return text if op != "prefix" else text.replace("%", ESCAPE + "%") + "%"
