"""uvicorn's websocket protocol, with three things that it forgets."""

import socket
import struct
from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

INTERNET = frozenset({socket.AF_INET, socket.AF_INET6})
REFUSAL_ENDS = "websocket.http.response.body"
LAST_ACK_RECEIVED = struct.Struct("=56xI")  # in the kernel's tcp_info: so many ms ago
LINK = "/link"  # where hosts send assignments' worth of reports
OTHERS_BYTES = 2 * 1024 * 1024  # of a message from anybody else
SILENT_MS = 180_000  # of the kernel at the other end: it asks each two minutes for room at least


class LivelyWebSocket(WebSocketsSansIOProtocol):
    """Takes a refusal in HTTP as the end of the handshake, or each is logged as our failure.

    Messages are small but on hosts' links: what a message may have is bound by path.

    A peer's pong is not read while the peer itself waits for us, and our ping stands behind what
    it does not read: whether it lives is then the kernel's to say, by what the other end's kernel
    acknowledges. Who reads slowly lives: no time within which it must (``ports.bind``) holds here.
    """

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self.conn.max_message_size = OTHERS_BYTES  # until the path is known
        bound = self._socket()
        if bound is not None:
            bound.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, 0)

    def handle_connect(self, event: Any) -> None:
        super().handle_connect(event)
        if event.path.partition("?")[0] == LINK:
            self.conn.max_message_size = self.config.ws_max_size

    async def send(self, message: Any) -> None:
        await super().send(message)
        if message["type"] == REFUSAL_ENDS and not message.get("more_body", False):
            self.handshake_complete = True

    def keepalive_timeout(self) -> None:
        waits = self.read_paused or not self.writable.is_set()
        if waits and self._is_acknowledged():
            self.pong_timer = None
            self.pending_ping_payload = None
            self.schedule_ping()
        else:
            super().keepalive_timeout()

    def _is_acknowledged(self) -> bool:
        """Tell whether the other end's kernel still says that it has what we send."""
        bound = self._socket()
        if bound is None:
            return True
        told = bound.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, LAST_ACK_RECEIVED.size)
        return LAST_ACK_RECEIVED.unpack(told)[0] < SILENT_MS

    def _socket(self) -> socket.socket | None:
        found: socket.socket | None = self.transport.get_extra_info("socket")
        return found if found is not None and found.family in INTERNET else None
