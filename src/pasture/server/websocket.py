"""uvicorn's websocket protocol, which forgets that a refusal ends a handshake too."""

from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

REFUSAL_ENDS = "websocket.http.response.body"


class RefusingWebSocket(WebSocketsSansIOProtocol):
    """Takes a refusal in HTTP as the end of the handshake, or each is logged as our failure."""

    async def send(self, message: Any) -> None:
        await super().send(message)
        if message["type"] == REFUSAL_ENDS and not message.get("more_body", False):
            self.handshake_complete = True
