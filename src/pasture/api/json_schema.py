"""Our schemas as JSON Schema (2020-12): of what is given to create and update, of what is shown.

Made of the documents that ``/schemas`` answers, so of a role's view in a version.
"""

from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

from pasture.api.sight import Seen

Schema: TypeAlias = dict[str, Any]
HERE = "#/components/schemas/"
TEXT: Schema = {"type": "string"}
PLAIN: Mapping[str, Schema] = {
    "string": TEXT, "password": TEXT, "enum": TEXT, "blob": TEXT,
    "int": {"type": "integer"}, "float": {"type": "number"}, "boolean": {"type": "boolean"},
    "date": {"type": "string", "format": "date-time"}, "json": {}, "reference": TEXT,
}  # fmt: skip
LIMITS = {"min": "minimum", "max": "maximum", "minLength": "minLength", "maxLength": "maxLength"}
GIVEN = {"create": "Create", "update": "Update"}  # by access: how the body's schema ends
TEXTS: Schema = {"type": "object", "additionalProperties": TEXT}
AROUND: Mapping[str, Schema] = {  # what each resource has beside its fields
    "id": TEXT, "type": TEXT, "baseType": TEXT, "links": TEXTS, "actions": TEXTS,
}  # fmt: skip
COMMON: Mapping[str, Schema] = {
    "collection": {
        "type": "object",
        "required": ["type", "resourceType", "links", "data"],
        "properties": {
            "type": {"const": "collection"},
            "resourceType": TEXT,
            "links": TEXTS,
            "actions": TEXTS,
            "createTypes": TEXTS,
            "createDefaults": {"type": "object"},
            "data": {"type": "array", "items": {"type": "object"}},
            "sortLinks": TEXTS,
            "sort": {"type": ["object", "null"]},
            "filters": {"type": "object"},
            "pagination": {
                "type": ["object", "null"],
                "properties": {
                    **{w: {"type": ["string", "null"]} for w in ("first", "previous", "next")},
                    "limit": {"type": "integer"},
                    "total": {"type": ["integer", "null"]},
                    "partial": {"type": "boolean"},
                },
            },
        },
    },
    "error": {
        "type": "object",
        "required": ["type", "status", "code", "message"],
        "properties": {
            "id": TEXT,
            "type": {"const": "error"},
            "status": {"type": "integer"},
            "code": TEXT,
            "message": TEXT,
            "detail": {"type": ["string", "null"]},
            "fieldName": TEXT,
        },
    },
}


def ref(name: str) -> Schema:
    """Return a reference to a schema of the same document."""
    return {"$ref": f"{HERE}{name}"}


def collection_of(name: str) -> Schema:
    """Return the schema of a collection of a type."""
    data = {"type": "array", "items": ref(name)}
    return {"allOf": [ref("collection"), {"properties": {"data": data}}]}


def of_type(seen: Seen, document: Mapping[str, Any]) -> Iterator[tuple[str, Schema]]:
    """Give the schemas of a type by name: what is shown, and the bodies that it takes."""
    name, fields = document["id"], document["resourceFields"]
    shown = {wire: _shown(spec) for wire, spec in fields.items()}
    if seen.shows_agent_state:
        shown["state"] = {**TEXT, "description": "Its own, or its agent's while it is active."}
    shown |= {
        f"{wire}TS": {"type": ["integer", "null"], "description": f"{wire}, in milliseconds."}
        for wire, spec in fields.items()
        if spec["type"] == "date"
    }
    yield name, {"type": "object", "properties": {**shown, **AROUND}}
    for access, ending in GIVEN.items():
        given = {wire: spec for wire, spec in fields.items() if spec[access]}
        if given:
            yield name + ending, _body(given, needs=access == "create")


def of_value(document: Mapping[str, Any]) -> Schema:
    """Return the schema of a value inside others: given and shown in the same form."""
    return _body(document["resourceFields"], needs=False)


def of_field(wire_type: str) -> Schema:
    """Return the schema of a wire type such as ``array[reference[host]]``."""
    word, bracket, rest = wire_type.partition("[")
    inner = rest.removesuffix("]")
    if bracket and word == "array":
        return {"type": "array", "items": of_field(inner)}
    if bracket and word == "map":
        return {"type": "object", "additionalProperties": of_field(inner)}
    if bracket:
        return {**PLAIN[word], "description": f"The id of a {inner}."}
    return PLAIN[word] if word in PLAIN else ref(word)


def _body(fields: Mapping[str, Any], *, needs: bool) -> Schema:
    needed = [wire for wire, spec in fields.items() if needs and spec.get("required")]
    body: Schema = {"type": "object", "properties": {w: _given(s) for w, s in fields.items()}}
    return {**body, "required": needed} if needed else body


def _given(spec: Mapping[str, Any]) -> Schema:
    """Return the schema of a field with all that its value must be."""
    limits = {LIMITS[word]: spec[word] for word in LIMITS if word in spec}
    if "validChars" in spec:
        limits["pattern"] = f"^[{spec['validChars']}]*$"
    if "default" in spec:
        limits["default"] = spec["default"]
    return {**_described(spec), **limits}


def _shown(spec: Mapping[str, Any]) -> Schema:
    """Return the schema of a field in answers: what is secret, or there once, is null in others."""
    is_held_back = spec["type"] == "password" or spec.get("readOnCreateOnly", False)
    return _described({**spec, "nullable": spec["nullable"] or is_held_back})


def _described(spec: Mapping[str, Any]) -> Schema:
    schema = of_field(spec["type"])
    if "options" in spec and spec["type"] == "enum":
        schema = {**schema, "enum": spec["options"]}
    if spec["nullable"]:
        schema = {"anyOf": [schema, {"type": "null"}]} if schema else {}
    return {**schema, "description": spec["description"]}
