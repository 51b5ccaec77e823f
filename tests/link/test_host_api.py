"""The client's end of a host-api socket, with a browser that goes whenever it likes."""

import asyncio
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any

import pytest
from starlette.websockets import WebSocket

from pasture.link.client import Client, Vanished
from pasture.link.client_frames import Channels
from pasture.link.fan_in import fan_in
from pasture.link.host_api import converse
from pasture.link.links import Links
from pasture.link.streams import Stream, StreamFailed
from pasture.model.account import Project
from pasture.store.changes import Create
from pasture.wire.streams import OUTPUT, Attach
from tests.support.stores import open_store

Frame = MutableMapping[str, Any]


class Browser:
    """A client that says this, and then is gone, or stays and hears."""

    def __init__(self, *says: Frame, takes: int | None = None) -> None:
        self.says = [{"type": "websocket.connect"}, *says]
        self.left = takes  # frames that it takes before it is gone; None: all
        self.heard: list[Any] = []

    async def receive(self) -> Frame:
        if not self.says:
            await asyncio.Event().wait()
        return self.says.pop(0)

    async def send(self, message: Frame) -> None:
        if message["type"] == "websocket.send":
            if self.left == 0:
                raise OSError
            self.left = None if self.left is None else self.left - 1
            self.heard.append(message.get("bytes") or message.get("text"))

    async def client(self) -> Client:
        client = Client(
            WebSocket({"type": "websocket", "subprotocols": []}, self.receive, self.send), Channels
        )
        await client.accept()
        return client


GONE: Frame = {"type": "websocket.disconnect", "code": 1001}


def stream() -> Stream:
    """Return a stream of a host that has said one thing."""
    made = Stream(1, Attach(container="c"), lambda: None)
    made.heard(OUTPUT, b"out")
    return made


async def test_a_client_that_goes_ends_its_stream_and_nothing_else() -> None:
    client = await Browser(GONE).client()
    with pytest.raises(Vanished):
        await converse(client, stream(), muted=False)


async def test_a_client_that_takes_nothing_any_more_is_gone() -> None:
    client = await Browser(takes=0).client()
    with pytest.raises(Vanished):
        await converse(client, stream(), muted=False)


async def test_what_a_client_must_not_say_ends_its_stream_in_words() -> None:
    client = await Browser({"type": "websocket.receive", "bytes": b"\xff"}).client()
    with pytest.raises(StreamFailed, match="the client sent"):
        await converse(client, stream(), muted=False)


async def test_a_client_that_goes_ends_the_figures_of_many_hosts(tmp_path: Path) -> None:
    async with open_store(tmp_path) as store:
        await store.write(Create(Project(name="p", state="active")))
        client = await Browser(GONE).client()
        with pytest.raises(Vanished):
            await fan_in(store, Links(), client, "1a1")
