"""``/schemas``: what a role may do with each type, as clients read it (``#2.3``)."""

from collections.abc import Callable, Iterator, Mapping
from functools import cache, lru_cache
from typing import Any

import msgspec

from pasture.api.named import CREATES, LISTS, NAMED, Named
from pasture.api.names import ALIASES, V2_BETA, Version
from pasture.api.shape import shape_of
from pasture.api.sight import READS_ONLY, Seen, Sight, sight
from pasture.api.values import is_visible
from pasture.model.declare import MISSING, Action, Field, Value, ValueType, plural_of
from pasture.model.types import BY_NAME

TEXT = ("eq", "ne", "prefix", "like", "notlike", "null", "notnull")
NUMBER = ("eq", "ne", "lt", "lte", "gt", "gte", "null", "notnull")
CHOICE = ("eq", "ne", "null", "notnull")
EXACT = ("eq",)
MODIFIERS: Mapping[str, tuple[str, ...]] = {
    "string": TEXT, "int": NUMBER, "float": NUMBER, "date": NUMBER,
    "boolean": CHOICE, "enum": CHOICE, "reference": CHOICE,
}  # fmt: skip
PLAIN: tuple[Callable[[], Any], ...] = (
    dict,
    list,
    tuple,
)  # factories of defaults that are the same for every row
KEPT = 32  # some 80 kB each
ENDS: tuple[tuple[str, Callable[[Field], Any]], ...] = (
    ("min", lambda f: f.minimum),
    ("max", lambda f: f.maximum),
    ("minLength", lambda f: f.min_length),
    ("maxLength", lambda f: f.max_length),
    ("validChars", lambda f: f.chars),
    ("options", lambda f: list(f.options) or None),
)


def modifiers(field: Field) -> tuple[str, ...]:
    """Return the modifiers that a filter on a field takes.

    Who asks for what no answer shows must name it in full, not find it out piece by piece.
    """
    if "r" not in field.access:
        return EXACT
    if field.wire == "state":
        return CHOICE
    return MODIFIERS.get(field.wire_type.partition("[")[0], TEXT)


def schema(role: str, version: Version, word: str, prefix: str) -> dict[str, Any] | None:
    """Return one schema by any spelling, None where the role does not see it."""
    found = _by_word(role, version).get(word.lower())
    return None if found is None else _at(found, prefix)


@lru_cache(KEPT)
def all_schemas(role: str, version: Version, prefix: str, url: str) -> bytes:
    """Return the collection of all schemas of a role, encoded; ``url`` is its own."""
    return msgspec.json.encode(
        {
            "type": "collection",
            "resourceType": "schema",
            "links": {"self": url},
            "createTypes": {},
            "actions": {},
            "data": [_at(s, prefix) for s in documents(role, version)],
            "sortLinks": {},
            "pagination": None,
            "sort": None,
            "filters": {},
            "createDefaults": {},
        }
    )


def _at(document: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    """Return a schema with its addresses."""
    own = f"{prefix}/schemas/{document['id'].lower()}"
    links = {"self": own}
    if "GET" in document["collectionMethods"]:
        links["collection"] = f"{prefix}/{document['pluralName'].lower()}"
    return {**document, "links": links}


@cache
def _by_word(role: str, version: Version) -> Mapping[str, dict[str, Any]]:
    return {
        word.lower(): document
        for document in documents(role, version)
        for word in (document["pluralName"], document["id"])
    }


@cache
def documents(role: str, version: Version = V2_BETA) -> tuple[dict[str, Any], ...]:
    """Return a role's schemas without addresses, by id."""
    seen = sight(role, version)
    found = {s.name: _resource(s) for s in seen.of.values()}
    for name, alias in ALIASES.items():
        if name in found:
            found[alias] = _aliased(found[name], alias)
    for value in _values(seen):
        found.setdefault(value.name, _value(value, role))
    for named in NAMED:
        if named.letters(role):
            found[named.name] = _named_one(named, role)
    found["schema"] = _document("schema", "schemas", collection=("GET",), resource=("GET",))
    return tuple(found[name] for name in sorted(found))


def _document(
    name: str,
    plural: str,
    *,
    collection: tuple[str, ...] = (),
    resource: tuple[str, ...] = (),
    **more: Any,
) -> dict[str, Any]:
    empty: dict[str, Any] = {
        "resourceFields": {},
        "resourceActions": {},
        "collectionActions": {},
        "collectionFields": {},
        "collectionFilters": {},
        "includeableLinks": [],
    }
    return {
        "id": name,
        "type": "schema",
        "links": {},
        "actions": {},
        "pluralName": plural,
        "resourceMethods": list(resource),
        "collectionMethods": list(collection),
        **empty,
        **more,
    }


def _named_one(named: Named, role: str) -> dict[str, Any]:
    letters = named.letters(role)
    collection = {LISTS: "GET", CREATES: "POST"}
    return _document(
        named.name,
        named.plural,
        collection=tuple(m for letter, m in collection.items() if letter in letters),
        resource=("GET",),
        resourceFields={w: _read_only(*said) for w, said in named.fields.items()},
        collectionFilters={w: {"modifiers": list(EXACT)} for w in named.filters},
    )


def _aliased(document: dict[str, Any], alias: str) -> dict[str, Any]:
    """Return the schema of what a type is shown as: resources only, the list is the type's."""
    return {**document, "id": alias, "pluralName": f"{alias}s", "collectionMethods": []}


def _resource(seen: Seen) -> dict[str, Any]:
    methods = {"rg": "GET", "u": "PUT", "d": "DELETE"}
    collection = {"r": "GET", "c": "POST"}
    fields = {f.wire: _field(f, seen) for f in seen.fields}
    fields |= {d.wire: _read_only(d.wire_type, d.doc) for d in seen.type.derived}
    fields |= {g.wire: _read_only(g.wire_type, g.doc) for g in seen.gathers}
    fields |= {w: _read_only(t, "Not used here: null.") for w, t in seen.blank.items()}
    if seen.type.states:
        fields |= _transition(seen)
    if seen.by_name:
        fields["id"]["type"] = "string"
    return _document(
        seen.name,
        seen.plural,
        collection=tuple(m for some, m in collection.items() if seen.can(some)),
        resource=tuple(m for some, m in methods.items() if seen.can(some)),
        resourceFields=dict(sorted(fields.items())),
        resourceActions=_actions(seen),
        collectionFilters={w: {"modifiers": list(modifiers(f))} for w, f in seen.filters.items()},
        includeableLinks=[link.name for link in seen.links.values()],
    )


def _field(field: Field, seen: Seen) -> dict[str, Any]:
    shown = _described(field, reads_only=seen.reads_only)
    shown["create"] &= field.wire in seen.creatable
    shown["update"] &= field.wire in seen.updatable
    if any(rule[-1] == field.name for rule in seen.type.unique):
        shown["unique"] = True
    return shown


def _described(field: Field, *, reads_only: bool) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "type": "password" if field.secret else field.wire_type,
        "nullable": field.nullable,
        "create": "c" in field.access and not reads_only,
        "update": "u" in field.access and not reads_only,
        "description": field.doc,
    }
    if field.required:
        shown["required"] = True
    if field.secret is None and (default := _default(field)) is not None:
        shown["default"] = default
    if "o" in field.access:
        shown["readOnCreateOnly"] = True
    shown |= {name: value for name, of in ENDS if (value := of(field)) is not None}
    return shown


def _default(field: Field) -> Any:
    if field.default is MISSING:
        return None
    if callable(field.default):
        return field.default() if field.default in PLAIN else None  # others make a new one each
    return field.default


def _read_only(wire_type: str, doc: str) -> dict[str, Any]:
    return {
        "type": wire_type,
        "nullable": True,
        "create": False,
        "update": False,
        "description": doc,
    }


def _transition(seen: Seen) -> dict[str, Any]:
    read_only = {"create": False, "update": False}
    return {
        "state": {
            "type": "enum",
            "nullable": False,
            "options": list(seen.type.states),
            "description": "Life-cycle state.",
            **read_only,
        },
        "transitioning": {
            "type": "enum",
            "nullable": False,
            "options": ["yes", "no", "error"],
            "description": "Whether something is under way, or failed.",
            **read_only,
        },
        "transitioningMessage": {
            "type": "string",
            "nullable": True,
            "description": "What the state waits for or why it failed.",
            **read_only,
        },
        "transitioningProgress": {
            "type": "int",
            "nullable": True,
            "description": "Percent, where known.",
            **read_only,
        },
    }


def _actions(seen: Seen) -> dict[str, Any]:
    output = seen.version.name_of(BY_NAME.get(seen.type.base, seen.cls).type)
    found: dict[str, Any] = {}
    for run in seen.runs:
        gives = run.output if isinstance(run, Action) else output
        found[run.name] = {"input": _called(run.input), "output": _called(gives)}
    return dict(sorted(found.items()))


def _called(named: type[Any] | str | None) -> str | None:
    return named if named is None or isinstance(named, str) else named.value_type.name


def _value(value: ValueType, role: str) -> dict[str, Any]:
    fields = {
        f.wire: _described(f, reads_only=role in READS_ONLY)
        for f in value.fields
        if is_visible(f, role)
    }
    return _document(
        value.name,
        plural_of(value.name),
        resource=("GET",),
        resourceFields=dict(sorted(fields.items())),
    )


def _values(seen: Sight) -> Iterator[ValueType]:
    """Give each value type that stands in what a role sees, and what actions take and answer."""
    for view in seen.of.values():
        for field in view.fields:
            yield from _within(field)
        for named in _named(view):
            if isinstance(named, type):
                yield from _of(named)


def _named(view: Seen) -> Iterator[type[Value] | str | None]:
    """Give what the actions and streams of a type take and answer."""
    for run in view.runs:
        yield run.input
        yield run.output if isinstance(run, Action) else None
    for stream in view.type.streams:
        yield stream.output


def _within(field: Field) -> Iterator[ValueType]:
    value = shape_of(field.hint).value
    if value is not None:
        yield from _of(value)


def _of(value: type[Value]) -> Iterator[ValueType]:
    yield value.value_type
    for field in value.value_type.fields:
        yield from _within(field)
