"""The client's end of a host-api socket."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from starlette.websockets import WebSocket, WebSocketDisconnect

from pasture.link.client_frames import LARGEST, Channels, Ill, Manner, Message, Said
from pasture.wire.frames import Closed
from pasture.wire.host_api import CHANNELS

LONGEST_REASON = 123  # bytes that a close frame holds
CLOSE_S = 5.0


class Vanished(Exception):
    """The client is gone. Never leaves this package."""


@dataclass(frozen=True)
class Timing:
    """Seconds; tests shorten them."""

    probe_s: float = (
        5.0  # while a program takes no input: between looks whether its client is there
    )
    relook_s: float = 5.0  # between looks at what a resource has on which hosts


class Client:
    """One client: what it says and is told, in its manner."""

    def __init__(
        self, websocket: WebSocket, manner: Callable[[], Manner], timing: Timing | None = None
    ) -> None:
        self.timing = timing or Timing()
        self._websocket = websocket
        self._speaks_channels = CHANNELS in websocket.scope.get("subprotocols", ())
        self._manner: Manner = Channels() if self._speaks_channels else manner()

    async def accept(self) -> None:
        """Answer the handshake."""
        try:
            await self._websocket.accept(CHANNELS if self._speaks_channels else None)
        except WebSocketDisconnect as error:
            raise Vanished from error

    async def hear(self) -> Said:
        """Return what the client says next.

        Raises:
            Vanished: it is gone.

        """
        message = await self._websocket.receive()
        if message["type"] == "websocket.disconnect":
            raise Vanished
        said: Message = message.get("text") or message.get("bytes") or ""
        if len(said) > LARGEST:
            return Ill(f"a frame of {len(said)} bytes; accepted: {LARGEST}")
        return self._manner.heard(said)

    async def tell(self, channel: int, data: bytes) -> None:
        """Pass on data.

        Raises:
            Vanished: nobody is there.

        """
        for message in self._manner.data(channel, data):
            await self._send(message)

    async def say(self, closed: Closed) -> None:
        """Tell how the stream ended.

        Raises:
            Vanished: nobody is there.

        """
        for message in self._manner.last(closed):
            await self._send(message)

    async def probe(self) -> None:
        """See whether somebody is there.

        Raises:
            Vanished: nobody is.

        """
        await self._send(self._manner.nothing())

    async def close(self, code: int, reason: str) -> None:
        """Close the socket, where it is open still."""
        short = reason.encode()[:LONGEST_REASON].decode(errors="ignore")
        try:
            async with asyncio.timeout(CLOSE_S):
                await self._websocket.close(code, short)
        except (TimeoutError, RuntimeError, WebSocketDisconnect) as error:
            raise Vanished from error

    async def _send(self, message: Message) -> None:
        try:
            if isinstance(message, str):
                await self._websocket.send_text(message)
            else:
                await self._websocket.send_bytes(message)
        except (WebSocketDisconnect, RuntimeError) as error:  # RuntimeError: closed before
            raise Vanished from error
