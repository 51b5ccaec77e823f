"""A server of /v2-beta in memory, with the shapes of the wire reference, sections 1 to 4.

Rows are plain JSON; ``then`` says what becomes of a row, one patch each time it is looked at.
"""

import ssl
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from aiohttp import encode_basic_auth, web

PROJECT = "1a5"
TOKEN = "a-session-token"
KEY, SECRET = "KEY0123456789", "secret-of-the-key"
USER, PASSWORD = "admin", "correct horse"
TYPES = {
    "containers": ("container", "i"),
    "services": ("service", "s"),
    "stacks": ("stack", "st"),
    "hosts": ("host", "h"),
    "registrationTokens": ("registrationToken", "c"),
}
ACTIONS: Mapping[tuple[str, str], Mapping[str, str]] = {
    ("container", "running"): {"stop": "stopping", "restart": "restarting"},
    ("container", "stopped"): {"start": "starting", "remove": "removing"},
    ("service", "active"): {"deactivate": "deactivating", "remove": "removing"},
    ("service", "inactive"): {"activate": "activating", "remove": "removing"},
    ("stack", "active"): {"remove": "removing"},
    ("host", "active"): {"deactivate": "deactivating"},
    ("host", "inactive"): {"activate": "activating", "remove": "removing"},
}
AFTER = {
    "stopping": "stopped",
    "starting": "running",
    "restarting": "running",
    "creating": "running",
    "removing": "removed",
    "deactivating": "inactive",
    "activating": "active",
    "registering": "active",
    "updating-active": "active",
}
CREATED = {
    "containers": "creating",
    "services": "registering",
    "stacks": "activating",
    "registrationTokens": "registering",
}
Row = dict[str, Any]
CHANNELS = "channel.pasture.io"
STREAM_TOKEN = "opens-one-stream"
Talk = Callable[[web.WebSocketResponse, Any], Awaitable[None]]  # with what the action was given


@dataclass(frozen=True)
class Asked:
    """One request as it came in."""

    method: str
    path: str
    query: Mapping[str, str]
    body: Any
    headers: Mapping[str, str]


@dataclass
class FakeApi:
    """The server; use it as a context manager in a running loop."""

    page_size: int = 100
    rows: dict[str, list[Row]] = field(default_factory=lambda: {name: [] for name in TYPES})
    then: dict[str, list[Row]] = field(default_factory=dict[str, list[Row]])
    then_after: dict[tuple[str, str], list[Row]] = field(  # by id and action
        default_factory=dict[tuple[str, str], list[Row]]
    )
    asked: list[Asked] = field(default_factory=list[Asked])
    refusals: dict[tuple[str, str], tuple[int, Any]] = field(
        default_factory=dict[tuple[str, str], tuple[int, Any]]
    )
    project_names: Mapping[str, str] = field(default_factory=lambda: {PROJECT: "Default"})
    passwords: list[Row] = field(default_factory=list[Row])
    talks: dict[str, Talk] = field(default_factory=dict[str, Talk])  # by action, link, or feed
    given: dict[str, Any] = field(default_factory=dict[str, Any])  # with the last such action
    link_host: str | None = None  # a proxy wrote this into links
    tls: ssl.SSLContext | None = None
    ca: str = ""  # what it says is its own CA
    url: str = ""
    _runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_route("*", "/{tail:.*}", self.handle)
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0, ssl_context=self.tls)
        await site.start()
        self.url = f"http{'s' if self.tls else ''}://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.stop()

    async def stop(self) -> None:
        """Be away from now on."""
        assert self._runner is not None
        await self._runner.cleanup()

    def add(self, collection: str, **given: Any) -> Row:
        """Put a row there, as if it had settled."""
        type_name, letters = TYPES[collection]
        number = len(self.rows[collection]) + 1
        row: Row = {
            "id": f"1{letters}{number}",
            "type": type_name,
            "name": None,
            "state": "running" if collection == "containers" else "active",
            "transitioning": "no",
            "transitioningMessage": None,
            "created": "2026-01-01T00:00:00Z",
            "createdTS": 1_767_225_600_000,
            **given,
        }
        self.rows[collection].append(row)
        return row

    def bodies(self, method: str) -> list[Any]:
        """Return the bodies that came with a method."""
        return [a.body for a in self.asked if a.method == method]

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer one request."""
        if request.headers.get("Upgrade") == "websocket":
            return await self.talk(request)
        raw = await request.read()
        body = await request.json() if raw else None
        self.asked.append(
            Asked(request.method, request.path, dict(request.query), body, dict(request.headers))
        )
        if request.path == "/v1/scripts/ca.crt":
            return web.Response(text=self.ca, status=200 if self.ca else 404)
        refusal = self.refusals.get((request.method, request.path))
        if refusal is not None:
            status, answer = refusal
            if isinstance(answer, str):
                return web.Response(status=status, text=answer, content_type="text/html")
            return web.json_response(answer, status=status)
        return self.routed(request, body)

    def routed(self, request: web.Request, body: Any) -> web.Response:
        """Answer what nobody set a refusal for."""
        parts = [p for p in request.path.split("/") if p]
        if parts[:2] == ["v2-beta", "token"]:
            return self.token(request, body)
        if not self.knows(request):
            return error(401, "Unauthorized")
        return self.known(request, parts, body)

    def known(self, request: web.Request, parts: list[str], body: Any) -> web.Response:
        """Answer somebody who is known."""
        if parts == ["v2-beta", "projects"]:
            if request.method == "POST":
                return self.new_project(body)
            rows = [self.project(key, name) for key, name in self.project_names.items()]
            return web.json_response(collection_body("project", rows))
        if parts[:2] == ["v2-beta", "passwords"]:
            return self.password(request, body)
        if parts[:2] != ["v2-beta", "projects"] or parts[3] not in TYPES:
            return error(404, "Not Found")
        if (name := request.query.get("action") or "/".join(parts[5:])) in self.talks:
            return self.opens(name, body)
        return self.in_project(request, parts[3], parts[4:], body)

    def new_project(self, body: Any) -> web.Response:
        """Make an environment."""
        key = f"1a{len(self.project_names) + 5}"
        self.project_names = {**self.project_names, key: body["name"]}
        return web.json_response(self.project(key, body["name"]), status=201)

    async def talk(self, request: web.Request) -> web.StreamResponse:
        """Serve a stream or the feed."""
        name = request.path.rpartition("/")[2]
        proof = f"Bearer {TOKEN if name == 'feed' else STREAM_TOKEN}"
        if request.headers.get("Authorization") != proof:
            return web.Response(status=401)
        socket = web.WebSocketResponse(protocols=(CHANNELS,))
        await socket.prepare(request)
        await self.talks[name](socket, self.given.get(name) or dict(request.query))
        await socket.close()
        return socket

    def opens(self, name: str, given: Any) -> web.Response:
        """Answer where a stream is."""
        self.given[name] = given
        url = self.absolute(f"/v1/{name}").replace("http", "ws", 1)
        return web.json_response({"type": "hostAccess", "url": url, "token": STREAM_TOKEN})

    def token(self, request: web.Request, body: Any) -> web.Response:
        """Answer a login or logout."""
        if request.method == "DELETE":
            return web.Response(status=204)
        if body != {"code": f"{USER}:{PASSWORD}"}:
            return error(401, "Unauthorized")
        answer: Row = {"id": TOKEN, "type": "token", "jwt": TOKEN, "links": {}, "actions": {}}
        return web.json_response(answer, status=201)

    def password(self, request: web.Request, body: Any) -> web.Response:
        """List the passwords, or change one."""
        if request.method == "POST":
            if body["oldSecret"] != PASSWORD:
                return error(422, "InvalidOldPassword", detail="this is not the password now")
            return web.json_response({"id": "1c1", "type": "password"}, status=202)
        url = self.absolute("/v2-beta/passwords")
        rows: list[Row] = [
            {**row, "actions": {"changesecret": f"{url}/{row['id']}/?action=changesecret"}}
            for row in self.passwords
        ]
        return web.json_response(collection_body("password", rows))

    def knows(self, request: web.Request) -> bool:
        """Whether the request carries one of the proofs."""
        proof = request.headers.get("Authorization")
        return proof in {f"Bearer {TOKEN}", encode_basic_auth(KEY, SECRET)}

    def in_project(
        self, request: web.Request, collection: str, rest: list[str], body: Any
    ) -> web.Response:
        """Answer what is asked of a collection or a row of it."""
        if not rest:
            if request.method == "POST":
                return self.create(collection, body)
            return self.listed(request, collection)
        row = next((r for r in self.rows[collection] if r["id"] == rest[0]), None)
        if row is None:
            return error(404, "Not Found")
        action = request.query.get("action")
        if action is not None:
            if action == "adopt":
                row |= {"strayUuid": None, "nativeContainer": False}
            else:
                row |= moving(ACTIONS[row["type"], row["state"]][action])
                patches = self.then.get(row["id"], [])
                self.then[row["id"]] = self.then_after.get((row["id"], action), patches)
            return web.json_response(self.shown(collection, row), status=202)
        if request.method == "PUT":
            row |= body | moving("updating-active")
        elif request.method == "DELETE":
            row |= moving("removing")
        else:
            self.advance(row)
        return web.json_response(self.shown(collection, row))

    def create(self, collection: str, body: Any) -> web.Response:
        """Create a row."""
        row = self.add(collection, **body, **moving(CREATED[collection]))
        return web.json_response(self.shown(collection, row), status=201)

    def listed(self, request: web.Request, collection: str) -> web.Response:
        """Answer one page of a collection."""
        special = {"limit", "marker"}
        filters = {k: v for k, v in request.query.items() if k not in special}
        live = [r for r in self.rows[collection] if r["state"] != "removed"]
        rows = [r for r in live if all(meets(r, k, v) for k, v in filters.items())]
        start = int(request.query.get("marker", "m0")[1:])
        end = start + self.page_size
        shown = [self.shown(collection, r) for r in rows[start:end]]
        following = None
        if end < len(rows):
            following = self.absolute(str(request.rel_url.update_query(marker=f"m{end}")))
        return web.json_response(collection_body(TYPES[collection][0], shown, following))

    def advance(self, row: Row) -> None:
        """Let time pass for a row: its next patch, or the end of what is under way."""
        patches = self.then.get(row["id"])
        if patches:
            row |= patches.pop(0)
        elif row["transitioning"] == "yes":
            row |= {"state": AFTER[row["state"]], "transitioning": "no"}
            row |= {"transitioningMessage": None}
            if "scale" in row:
                row["currentScale"] = row["scale"]

    def project(self, id: str, name: str) -> Row:
        """Return an environment with the links of its collections."""
        base = self.absolute(f"/v2-beta/projects/{id}")
        links = {"self": base} | {c: f"{base}/{c}" for c in TYPES}
        fields = {"id": id, "type": "project", "name": name, "state": "active"}
        return {**fields, "transitioning": "no", "links": links, "actions": {}}

    def shown(self, collection: str, row: Row) -> Row:
        """Return a row with its links and the actions of its state."""
        url = self.absolute(f"/v2-beta/projects/{PROJECT}/{collection}/{row['id']}")
        names = [
            *ACTIONS.get((row["type"], row["state"]), ()),
            *(["adopt"] if is_stray(row) else []),
        ]
        links = {"self": url} | {name: f"{url}/{name}" for name in self.talks if "Stats" in name}
        names += [name for name in self.talks if "Stats" not in name and name != "feed"]
        actions = {name: f"{url}/?action={name}" for name in names}
        return {**row, "links": links, "actions": actions}

    def absolute(self, path: str) -> str:
        """Return a URL as links have it."""
        return f"{self.link_host or self.url}{path}"


def meets(row: Row, name: str, value: str) -> bool:
    """Tell whether a row meets a filter."""
    field, _, op = name.partition("_")
    return row.get(field) is not None if op == "notnull" else row.get(name) == value


def is_stray(row: Row) -> bool:
    """Tell whether a container is not known any more."""
    return row.get("strayUuid") is not None


def moving(state: str, message: str = "In Progress") -> Row:
    """Return the patch that sets something under way."""
    return {"state": state, "transitioning": "yes", "transitioningMessage": message}


def failed(state: str, message: str) -> Row:
    """Return the patch that ends in an error."""
    return {"state": state, "transitioning": "error", "transitioningMessage": message}


def collection_body(type_name: str, rows: list[Row], following: str | None = None) -> Row:
    """Return a collection's body."""
    pagination = {
        "first": None,
        "previous": None,
        "next": following,
        "limit": 100,
        "total": None,
        "partial": following is not None,
    }
    return {
        "type": "collection",
        "resourceType": type_name,
        "links": {},
        "createTypes": {},
        "actions": {},
        "data": rows,
        "sortLinks": {},
        "pagination": pagination if type_name != "project" else None,
        "sort": None,
        "filters": {},
        "createDefaults": {},
    }


def error(status: int, code: str, **more: Any) -> web.Response:
    """Return an error as the API says it."""
    return web.json_response(error_body(status, code, **more), status=status)


def error_body(status: int, code: str, **more: Any) -> Row:
    """Return an error's body."""
    body: Row = {
        "id": "e",
        "type": "error",
        "links": {},
        "actions": {},
        "status": status,
        "code": code,
    }
    return {**body, "message": code, "detail": None, **more}
