"""uvicorn's HTTP protocol with the bounds that it lacks: head and body in time, all of it in size.

What cannot be answered any more, because an answer is under way, ends the connection.
"""

import asyncio
import re
from http import HTTPStatus
from typing import Any

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from pasture.server.front_door.census import Census

HEAD_BYTES = 64 * 1024
MOST_HEADERS = 256
MOST_PIPELINED = 32
HEAD_S = 15.0
BODY_S = 60.0
HOST = re.compile(rb"[A-Za-z0-9._~!$&'()*+,;=%-]*(:[0-9]{1,5})?|\[[0-9A-Fa-f:.]+\](:[0-9]{1,5})?")
NO_HOST_NEEDED = frozenset({"1.0", "0.9"})


class Refused(ValueError):
    """Raised in the parser's callbacks, so that it stops: the answer is written already."""


class Config(uvicorn.Config):
    """uvicorn's settings of one server, and what its connections share."""

    census: Census


class BoundedHttp(HttpToolsProtocol):
    """Refuses who sends a head too long, or head or body too slowly."""

    config: Config

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._in_head = True
        self._stuck_bytes = 0  # that came, whole chunks, since the last step forward
        self._moved = False  # the chunk at hand was a step forward: a body's bytes, an end
        self._trailer_bytes = 0
        self._heard_any = False  # of a request that is not over
        self._deadline: asyncio.TimerHandle | None = None
        self._address: str | None = None  # under which it is counted

    def connection_made(self, transport: asyncio.Transport) -> None:
        super().connection_made(transport)
        if self.client is not None and not self.config.census.enter(self.client[0]):
            self._refuse(
                HTTPStatus.SERVICE_UNAVAILABLE,
                f"{self.client[0]} has {self.config.census.most} connections here; accepted: "
                "fewer, or, if it is a proxy, that it is named in --trusted-proxies",
            )
            return
        self._address = self.client[0] if self.client is not None else None
        self._set_deadline(HEAD_S)

    def connection_lost(self, exc: Exception | None) -> None:
        self._leave()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self.transport.is_closing():
            return
        if self._in_head and self._deadline is None:
            self._set_deadline(HEAD_S)
        self._heard_any = True
        self._moved = False
        super().data_received(data)
        self._stuck_bytes = 0 if self._moved else self._stuck_bytes + len(data)
        if self._stuck_bytes > HEAD_BYTES:
            self._refuse_head()

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._in_head = True

    def on_header(self, name: bytes, value: bytes) -> None:
        if self._in_head:
            super().on_header(name, value)
            return
        self._trailer_bytes += len(name) + len(value)  # else dropped: they are no headers
        if self._trailer_bytes > HEAD_BYTES:
            self._refuse_head()
            raise Refused

    def on_headers_complete(self) -> None:
        if len(self.headers) > MOST_HEADERS or self._head_size() > HEAD_BYTES:
            self._refuse_head()
            raise Refused
        if not self._has_good_host():
            self._refuse(HTTPStatus.BAD_REQUEST, "accepted: one Host header, a name and a port")
            raise Refused
        if len(self.pipeline) >= MOST_PIPELINED:
            self.transport.abort()
            raise Refused
        self._in_head, self._moved, self._trailer_bytes = False, True, 0
        self._set_deadline(BODY_S)
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        self._moved = True
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._in_head = self._moved = True
        self._heard_any = False
        self._set_deadline(None)
        super().on_message_complete()

    def send_400_response(self, msg: str) -> None:
        if self.transport.is_closing():
            return
        self.config.census.refused[HTTPStatus.BAD_REQUEST] += 1
        if self._is_answering():
            self.transport.close()
        else:
            super().send_400_response(msg)

    def handle_websocket_upgrade(self) -> None:
        if self.transport.is_closing():
            return
        self._leave()
        super().handle_websocket_upgrade()

    def _head_size(self) -> int:
        return len(self.url) + sum(len(n) + len(v) for n, v in self.headers)

    def _has_good_host(self) -> bool:
        """Tell whether there is one Host, and no two readers could take it for different ones."""
        hosts = [value for name, value in self.headers if name == b"host"]
        if not hosts:
            return self.parser is None or self.parser.get_http_version() in NO_HOST_NEEDED
        return len(hosts) == 1 and HOST.fullmatch(hosts[0]) is not None

    def _is_answering(self) -> bool:
        """Tell whether an answer is under way, which another one would run into."""
        cycle = self.cycle
        is_begun = cycle and cycle.response_started and not cycle.response_complete
        return bool(self.pipeline or is_begun)

    def _refuse_head(self) -> None:
        self._refuse(
            HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
            f"accepted: a head of {HEAD_BYTES} bytes and {MOST_HEADERS} headers",
        )

    def _refuse(self, status: HTTPStatus, words: str) -> None:
        """Answer in words, where one can, and close."""
        if self.transport.is_closing():
            return
        self.config.census.refused[status] += 1
        if not self._is_answering():
            self.transport.write(answer(status, words))
        self.transport.close()

    def _leave(self) -> None:
        """Stop counting, and waiting for, this connection."""
        self._set_deadline(None)
        if self._address is not None:
            self.config.census.leave(self._address)
            self._address = None

    def _set_deadline(self, seconds: float | None) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
        self._deadline = None
        if seconds is not None:
            self._deadline = self.loop.call_later(seconds, self._too_slow)

    def _too_slow(self) -> None:
        self._deadline = None
        if self._heard_any:
            self._refuse(
                HTTPStatus.REQUEST_TIMEOUT,
                f"accepted: a head within {HEAD_S:.0f} seconds, a body within {BODY_S:.0f}",
            )
        elif not self.transport.is_closing():
            self.transport.close()


def answer(status: HTTPStatus, words: str) -> bytes:
    """Return an answer that ends its connection."""
    body = f"{words}\n".encode()
    return (
        f"HTTP/1.1 {status.value} {status.phrase}\r\ncontent-type: text/plain; charset=utf-8\r\n"
        f"content-length: {len(body)}\r\nconnection: close\r\n\r\n"
    ).encode() + body
