"""From a path to its handler: root, schemas, named exceptions, then every type alike.

Order of refusals: id (404), type (404), action (422), method (405), fields (#4).
"""

from collections.abc import Mapping
from typing import Any

from pasture.api import openapi
from pasture.api.actions import act
from pasture.api.answer import Answer, json_answer
from pasture.api.asked import Asked
from pasture.api.change import create, remove, update
from pasture.api.context import Context
from pasture.api.identity import answer_identities
from pasture.api.live.subscribe import answer_subscribe
from pasture.api.named import SUBSCRIBE, listed
from pasture.api.names import V2_BETA
from pasture.api.read import find_row, read_link, read_list, read_one
from pasture.api.relations import Link
from pasture.api.schema import all_schemas, schema
from pasture.api.setting import answer_settings
from pasture.api.sight import Seen
from pasture.api.streams import answer_stream
from pasture.auth.identity import KNOWN
from pasture.kit.errors import InvalidAction, MethodNotAllowed, NotFound
from pasture.kit.ids import show
from pasture.model.resource import Resource
from pasture.model.setting import Setting

SCHEMAS = frozenset({"schema", "schemas"})
IDENTITIES = frozenset({"identity", "identities"})
WITH_ID, WITH_LINK = 2, 3  # parts of a path
LETTER_OF = {"POST": "c", "PUT": "u", "DELETE": "d"}


async def dispatch(context: Context) -> Answer:
    """Answer a request whose asker is known."""
    if not context.asked.parts:
        return root(context)
    word = context.asked.parts[0].lower()
    if word in SCHEMAS:
        return schemas(context)
    if word == openapi.FILE:
        return document(context)
    if word in IDENTITIES:
        return await answer_identities(context)
    if word == SUBSCRIBE.name:
        return answer_subscribe(context)
    return await on_type(context, seen_type(context, word))


async def on_type(context: Context, seen: Seen) -> Answer:
    """Answer a request for a type, a resource of it, or a link of that."""
    asked = context.asked
    if asked.method == "POST" and asked.has("action"):
        check_acts_on_resource(asked)
    if seen.cls is Setting:
        return await answer_settings(context, seen)
    if len(asked.parts) < WITH_ID:
        return await on_collection(context, seen)
    row = await find_row(context, seen.cls, asked.parts[1])
    if len(asked.parts) >= WITH_LINK:
        return await on_link(context, row, asked.parts[2])
    return await on_resource(context, row)


def check_acts_on_resource(asked: Asked) -> None:
    """Refuse an action on what is no resource.

    Raises:
        InvalidAction: it is a collection or a link.

    """
    if len(asked.parts) != WITH_ID:
        raise InvalidAction(
            f"{asked.path[:64]} has no actions; accepted: POST of a resource with ?action=",
            field="action",
        )


def seen_type(context: Context, word: str) -> Seen:
    """Return what the asker sees of a type by any spelling.

    Raises:
        NotFound: unknown, or invisible to the asker's role.

    """
    sight = context.view.sight
    found = sight.version.find(word)
    seen = None if found is None else sight.of.get(found)
    if seen is None:
        raise NotFound(
            f"there is no type {word[:64]!r} here; {context.view.prefix}/schemas has all"
        )
    return seen


async def on_collection(context: Context, seen: Seen) -> Answer:
    """Answer a request for a type."""
    check_version(context, seen)
    match context.asked.method:
        case "GET":
            return await read_list(context, seen)
        case "POST":
            return await create(context, seen, {})
        case method:
            raise MethodNotAllowed(f"{method} of {seen.plural} is not accepted; GET, POST are")


async def on_resource(context: Context, row: Resource) -> Answer:
    """Answer a request for a resource: of its concrete type, whatever the path said."""
    seen = context.view.sight.of[type(row)]
    check_version(context, seen)
    action = context.asked.one("action")
    match context.asked.method:
        case "POST" if action is not None:
            return await act(context, seen, row, action.lower())
        case "GET":
            return await read_one(context, row)
        case "PUT":
            return await update(context, seen, row)
        case "DELETE":
            return await remove(context, seen, row)
        case method:
            raise MethodNotAllowed(
                f"{method} of a {seen.name} is not accepted; GET, PUT, DELETE and "
                "POST with ?action= are"
            )


async def on_link(context: Context, row: Resource, name: str) -> Answer:
    """Answer a request for what a resource links to, or that creates it there."""
    from_type = context.view.sight.of[type(row)]
    stream = from_type.streams.get(name.lower())
    if stream is not None:
        return await answer_stream(context, row, stream)
    link = from_type.links.get(name.lower())
    if link is None:
        raise NotFound(f"a {from_type.name} has no link {name[:64]!r}")
    match context.asked.method:
        case "GET":
            return await read_link(context, row, link)
        case "POST" if context.view.sight.creates(link):
            seen = context.view.sight.of[link.target]
            return await create(context, seen, preset(row, link))
        case method:
            raise MethodNotAllowed(f"{method} of {link.name} is not accepted; GET is")


def check_version(context: Context, seen: Seen) -> None:
    """Refuse what the asker's role may do with a type, but not in this version.

    Raises:
        MethodNotAllowed: it is that.

    """
    method = context.asked.method
    if LETTER_OF.get(method) in seen.withheld:
        raise MethodNotAllowed(
            f"{method} of {seen.plural} is not accepted in {seen.version.name}; "
            f"it is in {V2_BETA.name}"
        )


def preset(row: Resource, link: Link) -> Mapping[str, Any]:
    """Return the reference that a child created through a link has."""
    return {link.field.wire: show(row.type.base, row.id)}


def schemas(context: Context) -> Answer:
    """Answer all schemas of the asker's role, or one.

    Raises:
        NotFound: no such schema is visible.

    """
    asked, view, version = context.asked, context.view, context.view.sight.version
    if asked.method != "GET":
        raise MethodNotAllowed(f"{asked.method} of schemas is not accepted; GET is")
    role = described_role(context)
    if len(asked.parts) < WITH_ID:
        return Answer(200, all_schemas(role, version, view.prefix, asked.url))
    found = schema(role, version, asked.parts[1], view.prefix)
    if found is None:
        raise NotFound(f"there is no schema {asked.parts[1][:64]!r} here")
    return json_answer(200, found)


def document(context: Context) -> Answer:
    """Answer the OpenAPI document of the asker's role, or of another that an admin names.

    Raises:
        MethodNotAllowed: it is no GET.
        NotFound: it is no document, but something of it.

    """
    asked, view = context.asked, context.view
    if asked.method != "GET":
        raise MethodNotAllowed(f"{asked.method} of {openapi.FILE} is not accepted; GET is")
    if len(asked.parts) >= WITH_ID:
        raise NotFound(f"{openapi.FILE} is one document; nothing is below it")
    role, version = described_role(context), view.sight.version
    return Answer(200, openapi.encoded(role, version, view.prefix))


def described_role(context: Context) -> str:
    """Return whose view is described: the asker's, or that of a role which an admin names."""
    role, other = context.identity.role, context.asked.one("_role") or ""
    return other if role == "admin" and other in KNOWN else role


def root(context: Context) -> Answer:
    """Answer the version: where each collection is that the asker's role may list.

    Raises:
        MethodNotAllowed: it is no GET.

    """
    asked, view = context.asked, context.view
    if asked.method != "GET":
        raise MethodNotAllowed(f"{asked.method} is not accepted here; GET is")
    links = {s.plural: f"{view.prefix}/{s.list_path}" for s in view.sight.listed}
    links |= {n.plural: f"{view.prefix}/{n.plural}" for n in listed(context.identity.role)}
    shown = {
        "id": asked.version,
        "type": "apiVersion",
        "links": {"self": asked.url, "schemas": f"{view.prefix}/schemas", **links},
        "actions": {},
    }
    return json_answer(200, shown)
