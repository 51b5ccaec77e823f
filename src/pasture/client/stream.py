"""A stream of a host, from where it is used: a websocket whose messages begin with a channel byte.

``read`` until it returns None; then ``ended`` says how the stream ended. Who stops reading stops
this stream alone. The protocol is in ``wire/host_api.py``.
"""

import json
from dataclasses import dataclass
from typing import Any, cast

import aiohttp

from pasture.client.errors import NotPasture, Unreachable
from pasture.client.transport import broken
from pasture.wire.host_api import CONTROL, INPUT

LARGEST = 16 * 1024 * 1024  # bytes of one message
PIECE = 32 * 1024  # bytes that are sent in one message
GOOD_END = 1000


@dataclass(frozen=True)
class Ended:
    """How a stream ended: the exit code of what ran, if anything did, or why it broke off."""

    exit_code: int | None = None
    error: str | None = None


class Stream:
    """One open stream."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse, base: str) -> None:
        self._socket, self._base = socket, base
        self.ended: Ended | None = None

    async def read(self) -> tuple[int, bytes] | None:
        """Return the next channel and data; None at the end.

        Raises:
            Unreachable: the connection broke before the end.
            NotPasture: what came is none of ours.

        """
        while self.ended is None:
            message = await self._socket.receive()
            match message.type:
                case aiohttp.WSMsgType.BINARY if message.data:
                    channel, data = message.data[0], message.data[1:]
                    if channel == CONTROL:
                        self.ended = ended(data)
                    elif data:
                        return channel, data
                case aiohttp.WSMsgType.CLOSE:
                    self.ended = closed(self._base, message)
                case _:
                    raise lost(self._base, self._socket)
        return None

    async def write(self, data: bytes) -> None:
        """Send input, waiting while it is not taken; what comes after the end goes nowhere."""
        for start in range(0, len(data), PIECE):
            await self._send(INPUT, data[start : start + PIECE])

    async def end_input(self) -> None:
        """Say that no more input will come."""
        await self._send(INPUT, b"")

    async def resize(self, width: int, height: int) -> None:
        """Tell the terminal's size."""
        size = {"width": width, "height": height}
        await self._send(CONTROL, json.dumps(size).encode())

    async def _send(self, channel: int, data: bytes) -> None:
        try:
            await self._socket.send_bytes(bytes((channel,)) + data)
        except (aiohttp.ClientError, ConnectionError):
            return  # the end is read where the answer is: it says more


def ended(text: bytes) -> Ended:
    """Return what a stream's last message says.

    Raises:
        NotPasture: it says nothing that we know.

    """
    try:
        said: Any = json.loads(text)
    except ValueError:
        said = None
    if not isinstance(said, dict):
        raise NotPasture("the server ended the stream in words that are not known here")
    fields = cast("dict[str, Any]", said)
    code, error = fields.get("exitCode"), fields.get("error")
    return Ended(code if isinstance(code, int) else None, None if error is None else str(error))


def closed(base: str, message: aiohttp.WSMessage) -> Ended:
    """Return what a close frame says that came before any last message.

    Raises:
        Unreachable: it was no end in good order.

    """
    if message.data == GOOD_END:
        return Ended()
    raise Unreachable(f"{base} ended the stream: {message.extra or f'code {message.data}'}")


def lost(base: str, socket: aiohttp.ClientWebSocketResponse) -> Exception:
    """Return what it means that a socket gives nothing more."""
    error = socket.exception()
    return broken(base, error if isinstance(error, Exception) else ConnectionResetError())
