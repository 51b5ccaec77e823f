"""The API in a browser: an answer's JSON as a page, with its links, actions and forms.

Nothing on the page is from elsewhere, and nothing in an answer becomes more than text
(``markup``); the header ``Content-Security-Policy`` says the same to the browser.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from importlib.resources import files
from typing import Any, cast

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from pasture.api.answer import JSON, Answer
from pasture.api.asked import Asked, cookies
from pasture.api.browser.forms import SchemaOf, action_form, button, create_form, edit_form, folded
from pasture.api.browser.markup import NOTHING, Child, Markup, join, tag, text
from pasture.api.context import Context
from pasture.api.csrf import is_browser
from pasture.api.schema import schema
from pasture.api.v1 import VERSIONS
from pasture.kit.ids import show

HTML = "text/html; charset=utf-8"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = (
    ("content-security-policy", POLICY),
    ("referrer-policy", "no-referrer"),  # an address may hold a token
    ("x-frame-options", "DENY"),
)
FOLDER = "/api-ui"
FILES = {"view.js": "text/javascript; charset=utf-8", "view.css": "text/css; charset=utf-8"}
FOREVER = "public, max-age=31536000, immutable"
LARGEST = 4 * 1024 * 1024  # bytes of JSON that become a page
COLUMNS = (
    "name", "state", "healthState", "type", "imageUuid", "hostname", "scale", "login", "value",
    "eventType", "pluralName", "collectionMethods", "publicValue", "description",
    "transitioningMessage", "created",
)  # fmt: skip
MOST_COLUMNS = 6
MODIFIERS = ("eq", "ne", "like", "notlike", "prefix", "lt", "lte", "gt", "gte", "null", "notnull")
ACTION = "?action="  # is sent, not looked at
INDENT = "  "
DEEPEST = 50 * len(INDENT)  # what is inside is written in one line


def wants_html(asked: Asked) -> bool:
    """Tell whether an answer is for a person's eyes: ``_format`` says, or a browser's headers."""
    named = asked.one("_format")
    if named in {"html", "json"}:
        return named == "html"
    return is_browser(asked) and "*/*" in asked.headers.get("accept", "*/*")


def page(answer: Answer, asked: Asked, context: Context | None) -> Answer:
    """Return an answer as a page; what is no JSON, or too much of it, stays as it is."""
    if answer.content_type != JSON or not answer.body or len(answer.body) > LARGEST:
        return answer
    shown = msgspec.json.decode(answer.body)
    body = tag(
        "body",
        _header(asked, context),
        tag("main", *_content(shown, asked, context)),
    )
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("title", f"{_title(shown)} - Pasture API"),
        tag("link", rel="stylesheet", href=_address("view.css")),
        tag("script", src=_address("view.js"), defer=True),
    )
    content = f"<!doctype html>{tag('html', head, body, lang='en')}".encode()
    headers = (*answer.headers, *HEADERS)
    return replace(answer, body=content, content_type=HTML, headers=headers)


def routes() -> list[BaseRoute]:
    """Return the routes of the page's own script and style."""
    return [Route(f"{FOLDER}/{name}", _file) for name in FILES]


async def _file(request: Request) -> Response:
    name = request.url.path.rpartition("/")[2]
    headers = {"cache-control": FOREVER, "x-content-type-options": "nosniff"}
    return Response(_content_of(name), media_type=FILES[name], headers=headers)


@cache
def _content_of(name: str) -> bytes:
    return (files("pasture.api") / "browser" / name).read_bytes()


@cache
def _address(name: str) -> str:
    """Return where a file is, with its content's sum: it may be kept for good."""
    return f"{FOLDER}/{name}?{hashlib.sha256(_content_of(name)).hexdigest()[:12]}"


def _header(asked: Asked, context: Context | None) -> Markup:
    crumbs: list[Child] = [tag("a", asked.version, href=asked.root)]
    if asked.project is not None:
        crumbs.append(
            tag("a", asked.project, href=f"{asked.root}/projects/{asked.project}".lower())
        )
    at = asked.root if asked.project is None else f"{asked.root}/projects/{asked.project}"
    for part in asked.parts:
        at = f"{at}/{part}".lower()
        crumbs.append(tag("a", part, href=at))
    return tag(
        "header",
        tag("strong", "Pasture API"),
        tag("nav", join(crumbs, " / "), aria_label="path"),
        tag("nav", join(_tools(asked, context), " "), aria_label="tools"),
    )


def _tools(asked: Asked, context: Context | None) -> Sequence[Child]:
    others = [tag("a", v, href=f"{asked.base_url}/{v}") for v in VERSIONS if v != asked.version]
    json = tag("a", "JSON", href=asked.url_with("_format", _format="json"))
    if context is None:
        return [*others, json]
    who = context.identity
    where = "" if who.project is None else f" in environment {show('account', who.project)}"
    words = f"{who.account_name or 'nameless'} ({show('account', who.account)}), {who.role}{where}"
    log_out = NOTHING
    if "token" in cookies(asked.headers):
        log_out = button("log out", f"{asked.root}/token/current", "DELETE")
    schemas = tag("a", "schemas", href=f"{context.view.prefix}/schemas")
    projects = tag("a", "environments", href=f"{asked.root}/projects")
    return [tag("span", words, class_="who"), log_out, projects, schemas, *others, json]


def _title(shown: Any) -> str:
    if shown.get("type") == "collection":
        return f"{shown.get('resourceType')}: {len(shown['data'])}"
    name = shown.get("name") or shown.get("message") or ""
    return " ".join(str(w) for w in (shown.get("type"), shown.get("id"), name) if w)


def _content(shown: Any, asked: Asked, context: Context | None) -> Sequence[Child]:
    schema_of = _schemas(context)
    if shown.get("type") == "collection":
        return _collection(shown, asked, schema_of)
    parts: list[Child] = [tag("h1", _title(shown))]
    if shown.get("type") == "error":
        words = [str(shown[w]) for w in ("status", "code", "message", "detail") if shown.get(w)]
        parts.append(tag("p", ": ".join(words), class_="error"))
    else:
        words = [str(shown[w]) for w in ("state", "transitioningMessage") if shown.get(w)]
        parts += [tag("p", ": ".join(words)), *_acts(shown, schema_of)]
    parts += [_links(shown), _json_of(shown, asked)]
    return parts


def _schemas(context: Context | None) -> SchemaOf:
    if context is None:
        return lambda _: None
    sight, prefix = context.view.sight, context.view.prefix
    return lambda name: schema(sight.role, sight.version, name, prefix)


def _acts(shown: Mapping[str, Any], schema_of: SchemaOf) -> list[Child]:
    """Return what can be done with a resource: its actions, edit, delete."""
    declared = schema_of(shown.get("type") or "")
    own = shown.get("links", {}).get("self")
    if declared is None or own is None:
        return []
    actions: dict[str, str] = shown.get("actionLinks") or shown.get("actions") or {}
    plain: list[Child] = []
    folding: list[Child] = []
    for name, url in actions.items():
        taken = declared["resourceActions"].get(name, {}).get("input")
        takes = None if taken is None else schema_of(taken)
        if takes is None:
            plain.append(button(name, url, "POST"))
        else:
            folding.append(folded(name, action_form(name, takes, url, schema_of)))
    if "PUT" in declared["resourceMethods"]:
        folding.append(folded("edit", edit_form(declared, shown, own, schema_of)))
    if "DELETE" in declared["resourceMethods"]:
        plain.append(button("delete", own, "DELETE"))
    return [tag("div", *plain, class_="acts"), *folding]


def _links(shown: Mapping[str, Any]) -> Markup:
    found: dict[str, str] = shown.get("links", {})
    links = [
        tag("a", name, href=url)
        for name, url in sorted(found.items())
        if name != "self" and url.startswith(("http://", "https://"))
    ]
    return tag("nav", join(links, " "), class_="links", aria_label="links") if links else NOTHING


def _collection(shown: Any, asked: Asked, schema_of: SchemaOf) -> Sequence[Child]:
    data = cast("list[dict[str, Any]]", shown["data"])
    return [
        tag("h1", _title(shown)),
        _making(shown, asked, schema_of),
        _filtering(shown, asked),
        _table(data, shown.get("sortLinks") or {}, shown.get("sort")),
        _paging(shown, asked),
        tag("details", tag("summary", "JSON"), _json_of(shown, asked)),
    ]


def _making(shown: Any, asked: Asked, schema_of: SchemaOf) -> Markup:
    """Return the forms that make what the collection shows, of each type that it may be."""
    places: dict[str, str] = shown.get("createTypes") or {shown["resourceType"]: asked.url}
    found: list[Child] = []
    for name, url in places.items():
        declared = schema_of(name)
        if declared is not None and "POST" in declared["collectionMethods"]:
            form = create_form(declared, url, schema_of, shown.get("createDefaults") or {})
            found.append(folded(f"create {name}", form))
    return join(found)


def _filtering(shown: Any, asked: Asked) -> Markup:
    """Return the filters in force, each with a way out, and the form that adds one."""
    filters: dict[str, Any] = shown.get("filters") or {}
    if not filters:
        return NOTHING
    chips = [
        tag("a", f"{name}={value} \u00d7", href=asked.url_with(name, "marker"), class_="chip")
        for name, value in asked.query
        if name in filters or name.rpartition("_")[0] in filters
    ]
    form = tag(
        "form",
        tag("select", *(tag("option", n) for n in sorted(filters)), name="field"),
        tag("select", *(tag("option", m) for m in MODIFIERS), name="modifier"),
        tag("input", name="value", type="text", placeholder="value", aria_label="value"),
        tag("button", "Filter", type="submit"),
        data_filter=asked.url_with("marker"),
        class_="filter",
    )
    return tag("div", form, join(chips, " "), class_="filters")


def _table(data: Sequence[Mapping[str, Any]], sorts: Mapping[str, str], sort: Any) -> Markup:
    if not data:
        return tag("p", "Nothing here.")
    held = [c for c in COLUMNS if any(row.get(c) not in (None, [], {}) for row in data)]
    columns = ("id", *held[:MOST_COLUMNS])
    head = [tag("th", _heading(c, sorts, sort), scope="col") for c in columns]
    rows = [tag("tr", *(tag("td", _cell(row, c)) for c in columns)) for row in data]
    table = tag("table", tag("thead", tag("tr", *head)), tag("tbody", *rows))
    return tag("div", table, class_="wide")


def _heading(column: str, sorts: Mapping[str, str], sort: Any) -> Child:
    if sort is not None and sort["name"] == column:
        arrow = "\u25b2" if sort["order"] == "asc" else "\u25bc"
        return tag("a", f"{column} {arrow}", href=sort["reverse"])
    return tag("a", column, href=sorts[column]) if column in sorts else column


def _cell(row: Mapping[str, Any], column: str) -> Child:
    value = row.get(column)
    own = row.get("links", {}).get("self")
    if column == "id" and own is not None:
        return tag("a", str(value), href=own)
    if isinstance(value, list):
        return ", ".join(str(v) for v in cast("list[Any]", value))
    return None if value is None else str(value)


def _paging(shown: Any, asked: Asked) -> Markup:
    pagination: dict[str, Any] = shown.get("pagination") or {}
    found: list[Child] = []
    if asked.has("marker"):
        found.append(tag("a", "first page", href=asked.url_with("marker")))
    if pagination.get("next"):
        found.append(tag("a", "next page", href=pagination["next"], rel="next"))
    return tag("nav", join(found, " "), aria_label="pages") if found else NOTHING


def _json_of(shown: Any, asked: Asked) -> Markup:
    return tag("pre", Markup("".join(_written(shown, "\n", asked.base_url.lower()))))


def _written(value: Any, line: str, base: str) -> list[str]:
    """Return a value as indented JSON whose addresses of ours are links."""
    deeper = line + INDENT
    if len(line) > DEEPEST:
        return [_quoted(value)]
    if isinstance(value, dict) and value:
        pairs = cast("dict[str, Any]", value).items()
        parts = [f"{_quoted(k)}: {''.join(_written(v, deeper, base))}" for k, v in pairs]
        return ["{", deeper, f",{deeper}".join(parts), line, "}"]
    if isinstance(value, list) and value:
        parts = ["".join(_written(v, deeper, base)) for v in cast("list[Any]", value)]
        return ["[", deeper, f",{deeper}".join(parts), line, "]"]
    if isinstance(value, str) and value.startswith(f"{base}/") and ACTION not in value:
        return [tag("a", _quoted(value), href=value)]
    return [_quoted(value)]


def _quoted(value: Any) -> Markup:
    return text(msgspec.json.encode(value).decode())
