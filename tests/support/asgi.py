"""A small client for ASGI apps in this process: requests in, parsed answers out."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast
from urllib.parse import quote, urlencode, urlsplit

App = Any  # an ASGI app
BASE = "http://pasture.test"


@dataclass(frozen=True)
class Reply:
    """What came back."""

    status: int
    headers: list[tuple[str, str]]
    content: bytes

    def header(self, name: str) -> str | None:
        """Return the first header of a name."""
        return next((v for k, v in self.headers if k == name.lower()), None)

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.content)

    @property
    def code(self) -> str:
        """The code of an error."""
        return cast("str", self.json["code"])


@dataclass(frozen=True)
class AsgiClient:
    """Speaks to one app, with the same headers each time."""

    app: App
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    peer: str = "192.0.2.7"

    def with_headers(self, **headers: str) -> "AsgiClient":
        """Return a client with further headers; ``_`` in a name stands for ``-``."""
        more = {k.replace("_", "-").lower(): v for k, v in headers.items()}
        return AsgiClient(self.app, {**self.headers, **more}, self.peer)

    def basic(self, login: str, secret: str) -> "AsgiClient":
        """Return a client with Basic credentials."""
        pair = base64.b64encode(f"{login}:{secret}".encode()).decode()
        return self.with_headers(authorization=f"Basic {pair}")

    def bearer(self, token: str) -> "AsgiClient":
        """Return a client with a session's token."""
        return self.with_headers(authorization=f"Bearer {token}")

    async def get(self, url: str, **query: Any) -> Reply:
        """GET; a whole address is taken as its path and query."""
        return await self.send("GET", url, query=query)

    async def post(self, url: str, body: Any = None, **query: Any) -> Reply:
        """POST a JSON body."""
        return await self.send("POST", url, body=body, query=query)

    async def put(self, url: str, body: Any = None, **query: Any) -> Reply:
        """PUT a JSON body."""
        return await self.send("PUT", url, body=body, query=query)

    async def delete(self, url: str, body: Any = None, **query: Any) -> Reply:
        """DELETE."""
        return await self.send("DELETE", url, body=body, query=query)

    async def send(
        self,
        method: str,
        url: str,
        *,
        body: Any = None,
        content: bytes | None = None,
        query: Mapping[str, Any] | None = None,
    ) -> Reply:
        """Send a request; ``content`` is a body as it is, ``body`` one to be written as JSON."""
        raw = content if content is not None else b"" if body is None else json.dumps(body).encode()
        chunks = [raw[i : i + 65536] for i in range(0, len(raw), 65536)] or [b""]
        scope = self._scope(method, url, query or {}, len(raw))
        started: list[Mapping[str, Any]] = []
        parts: list[bytes] = []

        async def receive() -> dict[str, Any]:
            chunk = chunks.pop(0) if chunks else b""
            return {"type": "http.request", "body": chunk, "more_body": bool(chunks)}

        async def send(message: Mapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                started.append(message)
            else:
                parts.append(message.get("body", b""))

        await self.app(scope, receive, send)
        [start] = started
        headers = [(k.decode("latin-1"), v.decode("latin-1")) for k, v in start["headers"]]
        return Reply(start["status"], headers, b"".join(parts))

    def _scope(
        self, method: str, url: str, query: Mapping[str, Any], length: int
    ) -> dict[str, Any]:
        address = urlsplit(url)
        asked = "&".join(q for q in (address.query, urlencode(query, doseq=True)) if q)
        headers = {"host": urlsplit(BASE).netloc, "content-length": str(length), **self.headers}
        return {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": address.path,
            "raw_path": quote(address.path).encode(),
            "query_string": asked.encode(),
            "root_path": "",
            "headers": [(k.encode(), v.encode("latin-1")) for k, v in headers.items()],
            "client": (self.peer, 50000),
            "server": ("pasture.test", 80),
        }
