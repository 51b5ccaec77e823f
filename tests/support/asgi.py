"""A small client for ASGI apps in this process: requests in, parsed answers out."""

import asyncio
import base64
import json
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, cast
from urllib.parse import quote, urlencode, urlsplit

from pasture.kit.tasks import TaskGroup

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

        answered = asyncio.Event()

        async def receive() -> dict[str, Any]:
            if not chunks:  # the client stays until it has its answer
                await answered.wait()
                return {"type": "http.disconnect"}
            chunk = chunks.pop(0)
            return {"type": "http.request", "body": chunk, "more_body": bool(chunks)}

        async def send(message: Mapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                started.append(message)
            else:
                parts.append(message.get("body", b""))
                if not message.get("more_body"):
                    answered.set()

        await self.app(scope, receive, send)
        [start] = started
        headers = [(k.decode("latin-1"), v.decode("latin-1")) for k, v in start["headers"]]
        return Reply(start["status"], headers, b"".join(parts))

    @asynccontextmanager
    async def listen(self, url: str, **query: Any) -> AsyncGenerator["Heard"]:
        """Open a websocket; what comes of it is heard until the block is left."""
        scope = self._scope("GET", url, query, 0) | {"type": "websocket", "scheme": "ws"}
        scope["extensions"] = {"websocket.http.response": {}}
        heard = Heard()
        async with TaskGroup() as group:
            serving = group.create_task(self.app(scope, heard.receive, heard.take))
            try:
                yield heard
            finally:
                heard.leave()
                await asyncio.wait({serving}, timeout=5)
                serving.cancel()

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


class Heard:
    """The client's end of one websocket: what the server sent, in order."""

    def __init__(self) -> None:
        self.closed: tuple[int, str] | None = None
        self.refused: int | None = None  # status, where the handshake was
        self.is_slow = False  # a slow one takes nothing
        self._words = b""
        self._frames: asyncio.Queue[Any] = asyncio.Queue()
        self._left = asyncio.Event()
        self._received = 0

    @property
    def words(self) -> Any:
        """The body of a refusal."""
        return json.loads(self._words)

    async def frame(self) -> Any:
        """Return the next frame; None where the server closed or refused."""
        async with asyncio.timeout(8):
            return await self._frames.get()

    def leave(self) -> None:
        """Go away."""
        self._left.set()

    async def receive(self) -> dict[str, Any]:
        self._received += 1
        if self._received == 1:
            return {"type": "websocket.connect"}
        await self._left.wait()
        return {"type": "websocket.disconnect", "code": 1006}

    async def take(self, message: Mapping[str, Any]) -> None:
        match message["type"]:
            case "websocket.send":
                while self.is_slow:
                    await self._left.wait()
                self._frames.put_nowait(json.loads(message["text"]))
            case "websocket.close":
                self.closed = (message["code"], message.get("reason") or "")
                self._frames.put_nowait(None)
            case "websocket.http.response.start":
                self.refused = message["status"]
            case "websocket.http.response.body":
                self._words += message["body"]
                self._frames.put_nowait(None)
            case _:
                assert message["type"] == "websocket.accept"
