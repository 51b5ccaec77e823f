"""uvicorn's websocket protocol, with two things that it forgets."""

from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

REFUSAL_ENDS = "websocket.http.response.body"


class LivelyWebSocket(WebSocketsSansIOProtocol):
    """Takes a refusal in HTTP as the end of the handshake, or each is logged as our failure.

    A peer's pong is not read while the peer itself waits for us: whether it lives is then the
    kernel's to say, which drops who acknowledges none of our pings (``ports.bind``).
    """

    async def send(self, message: Any) -> None:
        await super().send(message)
        if message["type"] == REFUSAL_ENDS and not message.get("more_body", False):
            self.handshake_complete = True

    def keepalive_timeout(self) -> None:
        if self.read_paused:
            self.pong_timer = None
            self.pending_ping_payload = None
            self.schedule_ping()
        else:
            super().keepalive_timeout()
