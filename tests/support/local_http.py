"""A small HTTP client for tests: over TCP or a Unix socket, JSON in and out, no redirects."""

import base64
import http.client
import json
import socket
import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

TIMEOUT_S = 10


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def json(self) -> Any:
        """The body, parsed."""
        return json.loads(self.body)


class UnixConnection(http.client.HTTPConnection):
    """HTTP over a Unix socket."""

    def __init__(self, path: Path, timeout: float = TIMEOUT_S) -> None:
        super().__init__("localhost", timeout=timeout)
        self.path = path

    def connect(self) -> None:
        """Connect to the socket's path in place of a host."""
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(str(self.path))


def get(path: Path, target: str) -> Answer:
    """GET over a Unix socket."""
    return ask(UnixConnection(path), "GET", target)


def ask(
    connection: http.client.HTTPConnection,
    method: str,
    target: str,
    body: Any = None,
    *,
    headers: dict[str, str] | None = None,
) -> Answer:
    """Send one request and return the whole answer."""
    sent = None if body is None else json.dumps(body).encode()
    extra = {"Content-Type": "application/json"} if sent is not None else {}
    try:
        connection.request(method, target, sent, extra | (headers or {}))
        got = connection.getresponse()
        return Answer(got.status, got.headers, got.read())
    finally:
        connection.close()


@dataclass(frozen=True)
class Client:
    """Somebody who asks a server: ``client.get("/v2-beta/projects")``, or any URL it gave."""

    address: str  # host:port
    user: str = ""
    password: str = ""
    context: ssl.SSLContext | None = None  # given: it is asked over TLS

    def get(self, target: str) -> Any:
        """Return a resource or a collection."""
        return self.expect(200, "GET", target)

    def post(self, target: str, body: Any = None, status: int = 200) -> Any:
        """Create, or run an action; a creation answers 201."""
        return self.expect(status, "POST", target, {} if body is None else body)

    def create(self, target: str, body: Any) -> Any:
        """Create a resource."""
        return self.post(target, body, 201)

    def put(self, target: str, body: Any) -> Any:
        """Change a resource."""
        return self.expect(200, "PUT", target, body)

    def delete(self, target: str) -> Any:
        """Remove a resource."""
        return self.expect(200, "DELETE", target)

    def expect(self, status: int, method: str, target: str, body: Any = None) -> Any:
        """Ask and return the parsed answer; any other status fails the test with its words."""
        answer = self.ask(method, target, body)
        text = answer.body[:1000].decode(errors="replace")
        assert answer.status == status, f"{method} {target}: {answer.status} {text}"
        return answer.json if answer.body else None

    def ask(self, method: str, target: str, body: Any = None) -> Answer:
        """Ask and return whatever came."""
        parts = urlsplit(target)
        path = f"{parts.path}?{parts.query}" if parts.query else parts.path
        pair = base64.b64encode(f"{self.user}:{self.password}".encode()).decode()
        headers = {"Authorization": f"Basic {pair}"} if self.user else {}
        connection = (
            http.client.HTTPConnection(self.address, timeout=TIMEOUT_S)
            if self.context is None
            else http.client.HTTPSConnection(self.address, timeout=TIMEOUT_S, context=self.context)
        )
        return ask(connection, method, path, body, headers=headers)
