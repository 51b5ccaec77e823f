"""What a fake host says on a stream, in the frames of ``channel.pasture.io``."""

import json
from typing import Any

from aiohttp import WSMsgType, web

from pasture.wire.host_api import CONTROL, ERRORS, INPUT, OUTPUT
from tests.client.fake_api import Talk

Said = tuple[int, bytes]


def out(text: str) -> Said:
    return OUTPUT, text.encode()


def err(text: str) -> Said:
    return ERRORS, text.encode()


async def say(socket: web.WebSocketResponse, *said: Said) -> None:
    for channel, data in said:
        await socket.send_bytes(bytes((channel,)) + data)


async def end(socket: web.WebSocketResponse, **how: Any) -> None:
    await say(socket, (CONTROL, json.dumps(how).encode()))


def says(*said: Said, **how: Any) -> Talk:
    """Return a stream that says this and ends so (exitCode, error)."""

    async def talk(socket: web.WebSocketResponse, _: Any) -> None:
        await say(socket, *said)
        await end(socket, **(how or {"exitCode": None}))

    return talk


def breaks_off(*said: Said) -> Talk:
    """Return a stream that says this, and then its connection breaks."""

    async def talk(socket: web.WebSocketResponse, _: Any) -> None:
        await say(socket, *said)
        transport = socket.get_extra_info("socket")
        assert transport is not None
        transport.shutdown(2)

    return talk


def one_after_the_other(*talks: Talk) -> Talk:
    """Return a stream that is another one each time that it is opened."""
    left = iter(talks)

    async def talk(socket: web.WebSocketResponse, given: Any) -> None:
        await next(left)(socket, given)

    return talk


async def input_of(socket: web.WebSocketResponse) -> bytes:
    """Return what is sent to a stream, up to its end."""
    got = b""
    async for message in socket:
        if message.type is not WSMsgType.BINARY or message.data == bytes((INPUT,)):
            break
        if message.data[0] == INPUT:
            got += message.data[1:]
    return got
