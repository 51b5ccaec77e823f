"""HTTP over a Unix socket or TCP: to the server's own socket and to the Engine."""

import http.client
import json
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

TIMEOUT_S = 10.0


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    body: bytes

    @property
    def text(self) -> str:
        """The body as text, without the newline at its end."""
        return self.body.decode(errors="replace").strip()

    @property
    def json(self) -> Any:
        """The body, parsed."""
        return json.loads(self.body)


class UnixConnection(http.client.HTTPConnection):
    """A connection to a socket's path."""

    def __init__(self, path: str, timeout: float) -> None:
        super().__init__("localhost", timeout=timeout)
        self.path = path

    def connect(self) -> None:
        """Connect to the path in place of a host."""
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


def ask(
    url: str,
    target: str,
    method: str = "GET",
    *,
    timeout: float = TIMEOUT_S,
    headers: Mapping[str, str] | None = None,
    ca: str | None = None,
) -> Answer:
    """Ask what listens at ``unix:///path``, ``tcp://address:port`` or ``http(s)://address:port``.

    ``ca`` is the PEM of the only CA that is trusted; without it, those of this machine are.

    Raises:
        OSError: nothing listens there, or this user may not ask it.

    """
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=timeout)
    if parts.scheme == "unix":
        connection = UnixConnection(parts.path, timeout)
    elif parts.scheme == "https":
        trusting = ssl.create_default_context(cadata=ca)
        connection = http.client.HTTPSConnection(parts.netloc, timeout=timeout, context=trusting)
    try:
        connection.request(method, target, headers=headers or {})
        got = connection.getresponse()
        return Answer(got.status, got.read())
    except http.client.HTTPException as error:
        raise ConnectionError(f"{url} speaks no HTTP: {error!r}") from error
    finally:
        connection.close()
