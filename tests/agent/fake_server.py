"""A small server on loopback: the other end of the agent's link, as a test wants it."""

import asyncio
import base64
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import msgspec
from aiohttp import WSMsgType, web
from aiohttp.test_utils import TestServer

from pasture.wire import frames
from pasture.wire.frames import Accepted, Assigned, Assignment, FromServer, Hello, Report, Welcome

TOKEN = "abc:123:def"


def welcome(**changes: Any) -> Welcome:
    given: dict[str, Any] = {
        "protocol": 1,
        "version": "1",
        "installation": "inst-1",
        "history": "hist-1",
        "host_id": "1h1",
        "host_name": "h1",
        "project": "p",
    }
    return Welcome(**(given | changes))


class FakeServer:
    """Accepts every report, and keeps what was said."""

    def __init__(self) -> None:
        self.welcome: FromServer = welcome()
        self.containers: tuple[Assigned, ...] = ()
        self.hash = "hash-0"
        self.accepts = True
        self.beats = True
        self.history = "hist-1"  # by which keys are unknown
        self.handshake = 0  # answered instead of a link
        self.tokens = {TOKEN}
        self.pairs: dict[str, tuple[str, str]] = {}
        self.ready_after = 1  # GETs until a registration shows its keys
        self.heard: list[Any] = []
        self.data: list[bytes] = []  # of streams, as it came
        self.hellos: list[Hello] = []
        self.open: web.WebSocketResponse | None = None
        self.base = ""
        self.script_text = '#!/bin/sh\nexport CATTLE_URL="http://s/v1"\n'
        self.date = "Tue, 06 Oct 2026 00:00:00 GMT"

    @property
    def url(self) -> str:
        return f"{self.base}/v1/scripts/{TOKEN}"

    @property
    def reports(self) -> list[Report]:
        return [f for f in self.heard if isinstance(f, Report)]

    @asynccontextmanager
    async def serving(self) -> AsyncGenerator["FakeServer", None]:
        app = web.Application()
        app.router.add_get("/link", self.link)
        app.router.add_get("/v1/scripts/{token}", self.script)
        app.router.add_get("/v2-beta/register", self.registered)
        app.router.add_post("/v2-beta/register", self.register)
        server = TestServer(app)
        await server.start_server()
        self.base = str(server.make_url("")).rstrip("/")
        try:
            yield self
        finally:
            await self.hang_up()
            await server.close()

    async def script(self, request: web.Request) -> web.Response:
        if request.match_info["token"] not in self.tokens:
            return web.Response(status=404, text="this registration token is unknown")
        return web.Response(text=self.script_text, headers={"Date": self.date})

    async def say(self, frame: FromServer) -> None:
        assert self.open is not None
        await self.open.send_str(frames.encode(frame).decode())

    async def hang_up(self) -> None:
        if self.open is not None:
            await self.open.close()

    async def assign(self, *containers: Assigned, hash: str) -> None:
        self.containers, self.hash = containers, hash
        await self.say(Assignment(hash=hash, containers=containers))

    async def link(self, request: web.Request) -> web.StreamResponse:
        if self.handshake:
            return web.Response(status=self.handshake)
        if basic(request) not in self.pairs.values():
            return web.Response(status=401, headers={frames.HISTORY: self.history})
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self.open = socket
        async for message in socket:
            if message.type is WSMsgType.TEXT:
                await self.hear(frames.decode_from_agent(message.data))
            elif message.type is WSMsgType.BINARY:
                self.data.append(message.data)
        return socket

    async def hear(self, frame: frames.FromAgent) -> None:
        self.heard.append(frame)
        match frame:
            case Hello():
                self.hellos.append(frame)
                await self.say(self.welcome)
                known = (frame.history, frame.assignment) == ("hist-1", self.hash)
                if isinstance(self.welcome, Welcome) and not known:
                    await self.say(Assignment(hash=self.hash, containers=self.containers))
            case Report() if self.accepts:
                await self.say(Accepted(number=frame.number))
            case frames.Heartbeat() if self.beats:
                await self.say(frame)
            case _:
                pass

    def may_register(self, request: web.Request) -> bool:
        login, password = basic(request)
        return login == "registrationToken" and password in self.tokens

    async def register(self, request: web.Request) -> web.Response:
        if not self.may_register(request):
            return web.Response(status=401)
        key = (await request.json())["key"]
        self.pairs.setdefault(key, (f"access-{len(self.pairs)}", "secret"))
        return web.json_response({"key": key, "state": "activating"}, status=201)

    async def registered(self, request: web.Request) -> web.Response:
        if not self.may_register(request):
            return web.Response(status=401)
        key = request.query["key"]
        if key not in self.pairs:
            return web.json_response({"data": []})
        access, secret = self.pairs[key]
        self.ready_after -= 1
        shown = {"accessKey": access, "secretKey": secret} if self.ready_after < 0 else {}
        return web.json_response({"data": [{"key": key, **shown}]})


def basic(request: web.Request) -> tuple[str, str]:
    given = base64.b64decode(request.headers["Authorization"].removeprefix("Basic ")).decode()
    login, _, password = given.partition(":")
    return login, password


async def soon(condition: Any, seconds: float = 5) -> Any:
    async with asyncio.timeout(seconds):
        while not (value := condition()):  # noqa: ASYNC110 - another program's state
            await asyncio.sleep(0.005)
    return value


def raw(frame: str, **fields: Any) -> str:
    return msgspec.json.encode({"frame": frame, **fields}).decode()
