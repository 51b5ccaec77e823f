"""Requests and websockets as they are served: how many, how they ended, how long they took."""

import time
from collections import Counter
from collections.abc import Mapping
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pasture.kit.histogram import Histogram

METHODS = frozenset({"GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH"})
OTHER = "other"
SOCKETS = frozenset(
    {
        "link", "subscribe", "feed", "logs", "exec", "console", "stats", "hoststats",
        "containerstats", "copyfrom", "copyto",
    }
)  # fmt: skip
RESPONSE, BROKEN = "http.response.start", 500


class Traffic:
    """The counts; methods and paths that are not ours are counted as one."""

    def __init__(self) -> None:
        self.requests: Counter[tuple[str, str]] = Counter()  # by method and class of the status
        self.seconds: dict[str, Histogram] = {}  # by method
        self.sockets: Counter[str] = Counter()  # open now

    def answered(self, method: str, status: int, took_s: float) -> None:
        """Count a request that was answered."""
        method = method if method in METHODS else OTHER
        self.requests[method, f"{status // 100}xx"] += 1
        self.seconds.setdefault(method, Histogram()).add(took_s)


class Measured:
    """ASGI middleware that counts what its app serves."""

    def __init__(self, app: ASGIApp, traffic: Traffic) -> None:
        self._app = app
        self._traffic = traffic

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await self._socket(scope, receive, send)
            return
        began = time.perf_counter()
        status = BROKEN

        async def watching(message: Message) -> None:
            nonlocal status
            if message["type"] == RESPONSE:
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, watching)
        finally:
            self._traffic.answered(scope["method"], status, time.perf_counter() - began)

    async def _socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        kind = kind_of(scope)
        self._traffic.sockets[kind] += 1
        try:
            await self._app(scope, receive, send)
        finally:
            self._traffic.sockets[kind] -= 1


def kind_of(scope: Mapping[str, Any]) -> str:
    """Return which of our sockets a path is."""
    words = scope["path"].lower().split("/")
    return next((word for word in reversed(words) if word in SOCKETS), OTHER)
