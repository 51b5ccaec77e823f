"""Resources as rows and back.

Every field is written explicitly, defaults too, so that a filter sees what a reader sees. A field
that this version does not know is left alone when read, and gone once the row is written.
"""

import dataclasses
import typing
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, cast

import msgspec

from pasture.kit.errors import Invalid, PastureError
from pasture.model.declare import Field, Secret, camel
from pasture.model.resource import Resource
from pasture.store.seal import Seal
from pasture.store.tables import ALWAYS_COLUMNS, INT64, SPEC, STATUS, Tables, document, scalar

encode_json = msgspec.json.Encoder().encode
decode_json = msgspec.json.Decoder().decode
NUL_ESCAPED = b"\\u0000"


@dataclass(frozen=True)
class Row:
    """A resource as it is stored, beside its id and version."""

    columns: tuple[Any, ...]  # in the order of Layout.columns
    spec: str
    status: str


class Document:
    """One of a row's two JSON documents: which attributes it has, and how they are written."""

    def __init__(self, table: str, fields: Sequence[Field]) -> None:
        self.names = tuple(f.name for f in fields)
        self._read = attrgetter(*self.names, "id")  # two names at least: always a tuple
        self._nested = tuple(f.name for f in fields if has_values(f.hint))
        self._numbers = tuple(f.name for f in fields if scalar(f) is int)
        self._sealed = {f.name: f"{table}.{f.name}" for f in fields if f.secret is Secret.SEALED}

    def encode(self, resource: Resource, seal: Seal) -> dict[str, Any]:
        """Return the document as plain values."""
        made = dict(zip(self.names, self._read(resource), strict=False))
        for name in self._nested:
            if made[name]:
                made[name] = plain(made[name])
        for name in self._numbers:
            if (number := made[name]) is not None and not -INT64 <= number < INT64:
                raise Invalid(f"{number} is too large to be stored", field=camel(name))
        for name, where in self._sealed.items():
            if made[name] is not None:
                made[name] = seal.close(made[name], where)
        return made

    def open(self, values: dict[str, Any], seal: Seal) -> None:
        """Open what is sealed, in place."""
        for name, where in self._sealed.items():
            if values.get(name) is not None:
                values[name] = seal.open(values[name], where)


class Layout:
    """How one class's instances lie in their table."""

    def __init__(self, cls: type[Resource], table: str, columns: Sequence[str]) -> None:
        self.cls = cls
        self.base = cls.type.base
        self.columns = tuple(c for c in columns if c not in {*ALWAYS_COLUMNS, SPEC, STATUS})
        fields = {f.name: f for f in cls.type.fields}
        self.nullable = frozenset(n for n, f in fields.items() if f.nullable)
        self._known = frozenset(fields)
        present = tuple(c for c in self.columns if c in fields)
        self._present = attrgetter(*present)
        self._present_names = present
        inside = [f for n, f in fields.items() if n not in columns]
        self.spec = Document(table, [f for f in inside if document(f) == SPEC])
        self.status = Document(table, [f for f in inside if document(f) == STATUS])
        self._selected = tuple(columns)

    def encode(self, resource: Resource, seal: Seal) -> Row:
        """Return the row of a resource.

        Raises:
            Invalid: a text has what databases do not take.

        """
        columns = self._present(resource)
        if any("\0" in v for v in columns if type(v) is str):
            refuse_nul(dict(zip(self._present_names, columns, strict=True)))
        if self._present_names != self.columns:
            found = dict(zip(self._present_names, columns, strict=True))
            columns = tuple(found.get(c) for c in self.columns)
        return Row(
            columns,
            text_of(self.spec.encode(resource, seal)),
            text_of(self.status.encode(resource, seal)),
        )

    def with_unknown(self, old: str, new: str) -> str:
        """Return the new document with what only the old one has and this version does not know."""
        unknown = {k: v for k, v in decode_json(old).items() if k not in self._known}
        return text_of(unknown | decode_json(new)) if unknown else new

    def decode(
        self, row: Sequence[Any], seal: Seal, fresh: frozenset[str] = frozenset()
    ) -> Resource:
        """Return the resource of a row; ``fresh`` columns hold nothing yet, their default counts.

        Raises:
            PastureError: the row does not fit the type.

        """
        values = dict(zip(self._selected, row, strict=True))
        spec: dict[str, Any] = decode_json(values.pop(SPEC))
        status: dict[str, Any] = decode_json(values.pop(STATUS))
        merged = status | spec
        for name, value in values.items():
            if value is not None or (name in self.nullable and name not in fresh):
                merged[name] = value
        self.spec.open(merged, seal)
        self.status.open(merged, seal)
        try:
            return msgspec.convert(merged, self.cls)
        except msgspec.ValidationError as wrong:
            raise PastureError(
                f"row {values['id']} of {self.base} is no {self.cls.type.name}: {wrong}"
            ) from wrong


class Rows:
    """Every type's layout."""

    def __init__(self, tables: Tables, seal: Seal) -> None:
        self.seal = seal
        self.layouts: dict[type[Resource], Layout] = {}
        self._by_kind: dict[str, dict[str, Layout]] = {}
        self._kind_at: dict[str, int] = {}
        self.columns: dict[str, tuple[str, ...]] = {}
        self._root: dict[str, Layout] = {}
        for cls in tables.types:
            base, table = cls.type.base, tables.table(cls)
            names = [
                str(c.name) for c in table.c
            ]  # not SQLAlchemy's kind of str: msgspec is strict
            layout = self.layouts[cls] = Layout(cls, table.name, names)
            self._by_kind.setdefault(base, {})[cls.type.name] = layout
            self.columns[base] = tuple(names)
            self._kind_at[base] = names.index("kind")
            if cls.type.parent is None:
                self._root[base] = layout

    def layout(self, base: str, kind: str) -> Layout:
        """Return the layout of a kind; one that is no type of its own has its base type's.

        Raises:
            PastureError: this version knows no such kind.

        """
        found = self._by_kind[base].get(kind) or self._root.get(base)
        if found is None:
            raise PastureError(f"this version knows no {kind!r} among the rows of {base}")
        return found

    def encode(self, resource: Resource) -> Row:
        """Return the row of a resource.

        Raises:
            Invalid: its kind belongs to another type.

        """
        layout = self.layouts[type(resource)]
        if self.layout(layout.base, resource.kind) is not layout:
            raise Invalid(
                f"kind {resource.kind!r} is not one of a {layout.cls.type.name}", field="kind"
            )
        return layout.encode(resource, self.seal)

    def decode(self, base: str, row: Sequence[Any], fresh: frozenset[str] = frozenset()) -> Any:
        """Return the resource of a row, as its concrete class."""
        return self.layout(base, row[self._kind_at[base]]).decode(row, self.seal, fresh)


def text_of(values: Mapping[str, Any]) -> str:
    """Return a document's JSON.

    Raises:
        Invalid: a text in it has a NUL.

    """
    encoded = encode_json(values)
    if NUL_ESCAPED in encoded:  # maybe only a backslash and letters: look at the values
        refuse_nul(values)
    return encoded.decode()


def refuse_nul(values: Mapping[str, Any]) -> None:
    """Refuse a text with a NUL in any of the attributes: PostgreSQL does not take it.

    Raises:
        Invalid: one has it.

    """
    for name, value in values.items():
        if has_nul(value):
            wire = camel(name)
            raise Invalid(f"{wire} has a NUL character, which cannot be stored", field=wire)


def has_nul(value: Any) -> bool:
    """Tell whether a text anywhere inside has a NUL."""
    match value:
        case str():
            return "\0" in value
        case dict():
            return any(has_nul(v) for kv in cast("dict[Any, Any]", value).items() for v in kv)
        case list() | tuple():
            return any(has_nul(v) for v in cast("Sequence[Any]", value))
        case _:
            return False


def has_values(hint: Any) -> bool:
    """Tell whether a type hint has a dataclass anywhere inside."""
    return dataclasses.is_dataclass(hint) or any(has_values(a) for a in typing.get_args(hint))


def plain(value: Any) -> Any:
    """Return dataclasses as dictionaries of all their fields, at any depth.

    ``msgspec`` alone leaves out what its own ``convert`` had left at a class's default.
    """
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in cast("Sequence[Any]", value)]
    if isinstance(value, dict):
        return {k: plain(v) for k, v in cast("dict[Any, Any]", value).items()}
    if dataclasses.is_dataclass(value):
        return {f.name: plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    return value
