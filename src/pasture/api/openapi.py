"""``/openapi.json``: what a role may ask of a version, as OpenAPI 3.1, for tools that read that.

It says what ``/schemas`` says, and where: derived, for each role and each environment its own.
An action is a POST of its resource with ``?action=``, which OpenAPI cannot tell apart by path:
one operation has them all, and ``x-actions`` says what each takes and answers.
"""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, TypeAlias

import msgspec

from pasture import __version__
from pasture.api.json_schema import (
    COMMON,
    GIVEN,
    TEXT,
    Schema,
    collection_of,
    of_type,
    of_value,
    ref,
)
from pasture.api.listing import LIMIT, MOST
from pasture.api.named import IDENTITY, LISTS, SUBSCRIBE
from pasture.api.names import ALIASES, Version
from pasture.api.relations import Kind, Link
from pasture.api.schema import documents, modifiers
from pasture.api.sight import Seen, Sight, sight

Operation: TypeAlias = dict[str, Any]
Paths: TypeAlias = dict[str, dict[str, Operation]]
FILE = "openapi.json"
KEPT = 4  # some 400 kB each
OK, CREATED, ACCEPTED, NO_CONTENT, SWITCHED = 200, 201, 202, 204, 101
VERBS = {"GET": "read", "PUT": "update", "DELETE": "remove"}
ANSWERS_OF = {OK: "Done.", CREATED: "Created.", ACCEPTED: "Begun."}
OF_LISTS = ("limit", "marker", "order", "removed", "counts")
ANYTHING: Schema = {"type": "object"}
OPEN: Operation = {"security": []}  # works without a login


def _parameter(name: str, doc: str, schema: Schema, where: str = "query") -> Schema:
    needed = {"required": True} if where == "path" else {}
    return {"name": name, "in": where, "description": doc, "schema": schema, **needed}


PARAMETERS: Mapping[str, Schema] = {
    "id": _parameter("id", "Such as 1h5.", {"type": "string", "minLength": 1}, "path"),
    "limit": _parameter(
        "limit", f"Size of a page, at most {MOST}.", {"type": "integer", "default": LIMIT}
    ),
    "marker": _parameter("marker", "Where a page begins: pagination.next has it.", TEXT),
    "order": _parameter("order", "Of the sort.", {"type": "string", "enum": ["asc", "desc"]}),
    "removed": _parameter("_removed", "With those that were removed.", {"type": "boolean"}),
    "counts": _parameter("counts", "With how many are in each state.", {"type": "boolean"}),
}
SECURITY: Mapping[str, Schema] = {
    "key": {
        "type": "http",
        "scheme": "basic",
        "description": "Access key and secret key of an API key, or login and password.",
    },
    "token": {"type": "http", "scheme": "bearer", "description": "What POST /token answers."},
}
LOGIN: Schema = {"type": "object", "required": ["code"], "properties": {
    "code": {"type": "string", "description": "login:password"},
}}  # fmt: skip


@lru_cache(KEPT)
def encoded(role: str, version: Version, prefix: str) -> bytes:
    """Return the document of a role with its address, as JSON."""
    return msgspec.json.encode({**openapi(role, version), "servers": [{"url": prefix}]})


def openapi(role: str, version: Version) -> dict[str, Any]:
    """Return the document of a role, of paths as they stand in an environment or outside."""
    seen = sight(role, version)
    by_name = {document["id"]: document for document in documents(role, version)}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": f"Pasture, {version.name}, for {role}",
            "version": __version__,
            "description": "What this login may do here; /schemas says the same of types alone.",
        },
        "security": [{"key": []}, {"token": []}],
        "paths": _paths(seen, by_name, role),
        "components": {
            "schemas": _schemas(seen, by_name),
            "parameters": PARAMETERS,
            "responses": {"error": _response("Refused; code and message say why.", ref("error"))},
            "securitySchemes": SECURITY,
        },
    }


def _schemas(seen: Sight, by_name: Mapping[str, Any]) -> dict[str, Schema]:
    found = {name: of_value(document) for name, document in by_name.items()}
    for one in seen.of.values():
        found |= dict(of_type(one, by_name[one.name]))
        if one.type.name in ALIASES:
            found |= dict(of_type(one, by_name[one.shown_type]))
    return {**found, "schema": ANYTHING, **COMMON}


def _paths(seen: Sight, by_name: Mapping[str, Any], role: str) -> Paths:
    found = _fixed()
    for one in seen.of.values():
        found |= _of_type(one, seen, by_name)
    letters = {named.name: named.letters(role) for named in (IDENTITY, SUBSCRIBE)}
    if LISTS in letters[IDENTITY.name]:
        listing = collection_of(IDENTITY.name)
        found["/identities"] = {"get": _operation("listIdentities", "Who asks.", listing)}
        one_of = _operation("readIdentity", "Who somebody is.", ref(IDENTITY.name))
        found["/identities/{id}"] = {"get": _with(one_of, [_common("id")])}
    if LISTS in letters[SUBSCRIBE.name]:
        found[f"/{SUBSCRIBE.plural}"] = {"get": _subscribe()}
    return found


def _fixed() -> Paths:
    """Return the paths that are no type's."""
    listed = _operation("listTokens", "Whether one is logged in.", ref("collection"))
    log_in = _operation("createToken", "Log in.", ANYTHING, status=CREATED)
    log_out = _operation("removeToken", "Log out.", None, status=NO_CONTENT)
    one = _operation("readSchema", "A type.", ref("schema"))
    return {
        "/": {"get": _operation("readVersion", "Where each collection is.", ANYTHING)},
        f"/{FILE}": {"get": _operation("readOpenapi", "This document.", ANYTHING)},
        "/schemas": {"get": _operation("listSchemas", "All types.", collection_of("schema"))},
        "/schemas/{id}": {"get": _with(one, [_common("id")])},
        "/token": {
            "get": {**listed, **OPEN},
            "post": {**log_in, **_taking(LOGIN, required=True), **OPEN},
            "delete": {**log_out, **OPEN},
        },
    }


def _of_type(seen: Seen, all_seen: Sight, by_name: Mapping[str, Any]) -> Paths:
    """Return the paths of a type: its collection, its resources, what these link to."""
    document = by_name[seen.name]
    item = f"/{seen.path}/{{id}}"
    found: Paths = {f"/{seen.list_path}": _collection(seen, document), item: _item(seen, document)}
    for link in seen.links.values() if found[item] else ():
        found[f"{item}/{link.name.lower()}"] = _link(seen, link, all_seen)
    for stream in seen.type.streams if found[item] else ():
        found[f"{item}/{stream.name.lower()}"] = {
            "get": _with(
                _operation(
                    f"read{_title(seen.name)}{_title(stream.name)}",
                    "Where the stream is, and the token that opens it.",
                    ref(stream.output.value_type.name),
                ),
                [_common("id")],
            )
        }
    return {path: methods for path, methods in found.items() if methods}


def _collection(seen: Seen, document: Mapping[str, Any]) -> dict[str, Operation]:
    found: dict[str, Operation] = {}
    if "GET" in document["collectionMethods"]:
        listing = _operation(
            f"list{_title(seen.plural)}", f"{seen.plural}.", collection_of(seen.name)
        )
        found["get"] = _with(listing, _list_parameters(seen))
    if "POST" in document["collectionMethods"]:
        found["post"] = _creation(f"create{_title(seen.name)}", seen)
    return found


def _creation(name: str, seen: Seen) -> Operation:
    made = _operation(name, f"Create a {seen.name}.", ref(seen.shown_type), status=CREATED)
    return {**made, **_taking(_body(seen, "create", seen.creatable), required=True)}


def _body(seen: Seen, access: str, fields: Mapping[str, Any]) -> Schema:
    """Return the body that a type takes; of who reads only, the schemas say of no field."""
    return ref(seen.name + GIVEN[access]) if fields and not seen.reads_only else ANYTHING


def _list_parameters(seen: Seen) -> list[Schema]:
    """Return what a list may be asked: order, page, and a filter for each field that has them."""
    found = [_common(name) for name in OF_LISTS]
    if seen.sorts:
        sorts: Schema = {"type": "string", "enum": sorted(seen.sorts)}
        found.append(_parameter("sort", "By which field.", sorts))
    for wire, field in sorted(seen.filters.items()):
        more = ", ".join(f"{wire}_{word}" for word in modifiers(field) if word != "eq")
        doc = f"Only with this value; also {more}." if more else "Only with this value."
        found.append(_parameter(wire, doc, TEXT))
    return [*found, *_include(seen)]


def _include(seen: Seen) -> list[Schema]:
    names: Schema = {"type": "string", "enum": [link.name for link in seen.links.values()]}
    return [_parameter("include", "With what it links to.", names)] if seen.links else []


def _item(seen: Seen, document: Mapping[str, Any]) -> dict[str, Operation]:
    found: dict[str, Operation] = {}
    for method in document["resourceMethods"]:
        verb, shown = VERBS[method], ref(seen.shown_type)
        one = _operation(f"{verb}{_title(seen.name)}", f"{_title(verb)} a {seen.name}.", shown)
        found[method.lower()] = _with(one, [_common("id"), *_include(seen)])
    if "put" in found:
        found["put"] |= _taking(_body(seen, "update", seen.updatable), required=True)
    if document["resourceActions"]:
        found["post"] = _actions(seen, document["resourceActions"])
    return found


def _actions(seen: Seen, actions: Mapping[str, Any]) -> Operation:
    """Return the one operation of all actions of a type."""
    of_steps = {step.name for step in seen.type.steps}
    outputs = _any_of(str(said["output"]) for said in actions.values() if said["output"])
    name = f"actOn{_title(seen.name)}"
    acted = _operation(name, f"Run an action of a {seen.name}.", outputs, status=ACCEPTED)
    if actions.keys() - of_steps:
        acted["responses"][str(OK)] = _response(ANSWERS_OF[OK], outputs)
    action = _parameter("action", "Which one.", {"type": "string", "enum": list(actions)})
    inputs = [str(said["input"]) for said in actions.values() if said["input"]]
    body = _taking(_any_of(inputs), required=False) if inputs else {}
    parameters = [_common("id"), {**action, "required": True}]
    return {**_with(acted, parameters), **body, "x-actions": actions}


def _link(seen: Seen, link: Link, all_seen: Sight) -> dict[str, Operation]:
    target = all_seen.of[link.target]
    name = f"{_title(seen.name)}{_title(link.name)}"
    many = collection_of(target.name)
    answer = ref(target.shown_type) if link.kind is Kind.ONE else many
    asked = _include(target) if link.kind is Kind.ONE else [*map(_common, OF_LISTS)]
    doc = "" if link.kind is Kind.ONE else f" Sorted and filtered like /{target.list_path}."
    got = _operation(f"read{name}", f"{link.name} of a {seen.name}.{doc}", answer)
    found = {"get": _with(got, [_common("id"), *asked])}
    if all_seen.creates(link) and target.can("c"):
        found["post"] = _with(_creation(f"create{name}", target), [_common("id")])
    return found


def _subscribe() -> Operation:
    names = _parameter("eventNames", SUBSCRIBE.fields["eventNames"][1], TEXT)
    told = _operation("subscribe", "A websocket that tells of changes.", None, status=SWITCHED)
    return _with(told, [names])


def _operation(name: str, doc: str, answer: Schema | None, *, status: int = OK) -> Operation:
    said = _response(ANSWERS_OF.get(status, doc), answer)
    responses = {str(status): said, "default": {"$ref": "#/components/responses/error"}}
    return {"operationId": name, "summary": doc, "responses": responses}


def _response(doc: str, schema: Schema | None) -> Schema:
    return {"description": doc, **({} if schema is None else {"content": _json(schema)})}


def _taking(schema: Schema, *, required: bool) -> Operation:
    return {"requestBody": {"required": required, "content": _json(schema)}}


def _json(schema: Schema) -> Schema:
    return {"application/json": {"schema": schema}}


def _any_of(names: Iterable[str]) -> Schema:
    found = [ref(name) for name in dict.fromkeys(names)]
    return found[0] if len(found) == 1 else {"anyOf": found}


def _with(operation: Operation, parameters: list[Schema]) -> Operation:
    return {**operation, "parameters": parameters}


def _common(name: str) -> Schema:
    return {"$ref": f"#/components/parameters/{name}"}


def _title(name: str) -> str:
    return name[:1].upper() + name[1:]
