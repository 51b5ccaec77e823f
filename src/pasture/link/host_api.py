"""The host-api sockets: who has a token reads logs and figures, and speaks with programs, of hosts.

A socket is one stream of one host, or, for figures of a service, a host's containers or an
environment, one of each host that has a part of it (``fan_in.py``). Tokens come from the API; what
they open was decided there.
"""

import asyncio
import logging
from datetime import UTC, datetime

import msgspec
from starlette.responses import JSONResponse
from starlette.routing import BaseRoute, WebSocketRoute
from starlette.websockets import WebSocket

from pasture.auth.authenticate import bearer_of
from pasture.auth.host_token import HostTokens
from pasture.kit.clock import Clock
from pasture.kit.errors import Busy, Unauthorized
from pasture.kit.tasks import TaskGroup, alone
from pasture.link.client import Client, Timing, Vanished
from pasture.link.client_frames import Ill, Input, Said, Size
from pasture.link.fan_in import fan_in
from pasture.link.links import Links
from pasture.link.openings import Opening, opening
from pasture.link.streams import Stream, StreamFailed, pieces
from pasture.model.host import Host
from pasture.model.query import Where
from pasture.store.store import Store
from pasture.wire import host_api
from pasture.wire.frames import Closed
from pasture.wire.host_api import Claims

log = logging.getLogger(__name__)
PATHS = tuple(
    path.rstrip("/") + end
    for path in (
        *(host_api.LOGS, host_api.EXEC, host_api.CONSOLE, host_api.COPY_FROM, host_api.COPY_TO),
        *(host_api.STATS, host_api.HOST_STATS, host_api.PROJECT_STATS),
        *(host_api.CONTAINER_STATS, f"{host_api.STATS}/{{of}}"),
        f"{host_api.CONTAINER_STATS}/{{of}}",  # a container's, or a service's
    )
    for end in ("", "/")
)
NORMAL, FAILED = 1000, 1011


class HostApi:
    """The sockets; ``routes`` to serve."""

    def __init__(
        self,
        store: Store,
        links: Links,
        tokens: HostTokens,
        clock: Clock,
        *,
        timing: Timing | None = None,
    ) -> None:
        self._store, self._links, self._tokens, self._clock = store, links, tokens, clock
        self._timing = timing or Timing()
        self.routes: list[BaseRoute] = [WebSocketRoute(path, self.serve) for path in PATHS]

    async def serve(self, websocket: WebSocket) -> None:
        """Serve one socket from its handshake to its end."""
        try:
            claims = await self._admitted(websocket)
            opened = opening(websocket.url.path, claims, self._now)
        except Unauthorized as refused:
            await websocket.send_denial_response(refusal(refused))
            return
        client = Client(websocket, opened.manner, self._timing)
        began = asyncio.get_running_loop().time()
        try:
            await client.accept()
            await self._serve(client, claims, opened)
        except Vanished:
            log.debug("client vanished")
        finally:
            lasted = asyncio.get_running_loop().time() - began
            log.info("socket closed", extra={"path": route_of(websocket), "s": round(lasted, 1)})

    async def _admitted(self, websocket: WebSocket) -> Claims:
        """Return what the asker may open.

        Raises:
            Unauthorized: there is no token, or none that is good here.

        """
        token = websocket.query_params.get("token")
        token = token or bearer_of(websocket.headers.get("authorization")) or ""
        return msgspec.convert(await self._tokens.claims(token, websocket.url.path), Claims)

    async def _serve(self, client: Client, claims: Claims, opened: Opening) -> None:
        try:
            if opened.purpose is None:
                ended = await fan_in(self._store, self._links, client, claims.resource_id or "")
                await client.close(NORMAL, ended)
                return
            host = await self._host(claims)
            async with self._links.stream(host.id, opened.purpose) as stream:
                closed = await converse(client, stream, muted=opened.muted)
        except (StreamFailed, Busy) as failed:
            closed = Closed(stream=0, error=failed.detail)
        await client.say(closed)
        await client.close(*ending(closed))

    async def _host(self, claims: Claims) -> Host:
        """Return the host that a token is for.

        Raises:
            StreamFailed: it was removed.

        """
        host = await self._store.one(Host, Where("uuid", claims.host_uuid or ""))
        if host is None:
            raise StreamFailed("the host was removed from its environment")
        return host

    def _now(self) -> str:
        """Return the time as a line of a log begins with it."""
        return datetime.fromtimestamp(self._clock.now_ms() / 1000, UTC).isoformat()


async def converse(client: Client, stream: Stream, *, muted: bool) -> Closed:
    """Carry data between a client and a stream until this ends; returns how it did.

    Raises:
        Vanished: the client is gone.
        StreamFailed: it said what it must not.

    """
    with alone(Vanished, StreamFailed):
        async with TaskGroup() as group:
            listening = group.create_task(listen(client, stream))
            while (piece := await stream.read()) is not None:
                if not muted:
                    await client.tell(*piece)
            listening.cancel()
    assert stream.closed is not None
    return stream.closed


async def listen(client: Client, stream: Stream) -> None:
    """Pass on what the client says.

    Raises:
        StreamFailed: it says what it must not.
        Vanished: it is gone.

    """
    while True:
        said: Said = await client.hear()
        match said:
            case Input(data):
                for piece in pieces(data):
                    await room(client, stream)
                    stream.put(piece)
            case Size(width, height):
                stream.resize(width, height)
            case Ill(words):
                raise StreamFailed(f"the client sent {words}")
            case None:
                pass


async def room(client: Client, stream: Stream) -> None:
    """Wait until the program takes input again, as long as the client is there."""
    while True:
        try:
            async with asyncio.timeout(client.timing.probe_s):
                await stream.room()
        except TimeoutError:
            await client.probe()
        else:
            return


def ending(closed: Closed) -> tuple[int, str]:
    """Return the code and the reason that a socket is closed with."""
    if closed.error is not None:
        return FAILED, closed.error
    return NORMAL, "" if closed.exit_code is None else f"exit code {closed.exit_code}"


def route_of(websocket: WebSocket) -> str:
    """Return the path as it may be logged: without what follows the stream's kind."""
    return "/".join(websocket.url.path.split("/")[:3])


def refusal(refused: Unauthorized) -> JSONResponse:
    """Return the answer to who is not let in."""
    body = {"type": "error", "status": 401, "code": refused.code, "message": refused.detail}
    return JSONResponse(body, status_code=401)
