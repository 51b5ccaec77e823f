"""The link's way out: frames go at once, data of streams one message at a time.

A frame therefore waits for one message of data at most, however many streams have something to
say; among themselves streams take turns.
"""

import asyncio
from typing import Protocol

import aiohttp

from pasture.wire import frames
from pasture.wire.streams import message


class LinkLost(Exception):
    """The link broke, or had to be given up; the next one may do better."""


class Socket(Protocol):
    """What is needed of the websocket; each call waits while the socket is full."""

    async def send_str(self, data: str) -> None:
        """Send a text message."""
        ...

    async def send_bytes(self, data: bytes) -> None:
        """Send a binary message."""
        ...


class Outbox:
    """All that this agent says on one link goes through here."""

    def __init__(self, socket: Socket) -> None:
        self._socket = socket
        self._turn = asyncio.Lock()

    async def frame(self, frame: frames.FromAgent) -> None:
        """Send a frame.

        Raises:
            LinkLost: the link is broken.

        """
        try:
            await self._socket.send_str(frames.encode(frame).decode())
        except (aiohttp.ClientError, OSError) as error:
            raise LinkLost(str(error) or type(error).__name__) from error

    async def data(self, stream: int, channel: int, data: bytes) -> None:
        """Send data of a stream when it is its turn.

        Raises:
            LinkLost: the link is broken.

        """
        async with self._turn:
            try:
                await self._socket.send_bytes(message(stream, channel, data))
            except (aiohttp.ClientError, OSError) as error:
                raise LinkLost(str(error) or type(error).__name__) from error
