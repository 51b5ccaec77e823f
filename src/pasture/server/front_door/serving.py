"""uvicorn as a part of this process: our signals, our logs, our bounds."""

import asyncio
import logging
import resource
import socket
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass

import uvicorn
from starlette.types import ASGIApp

from pasture.kit.tasks import TaskGroup
from pasture.server.front_door.census import Census
from pasture.server.front_door.entrance import PATIENCE_S, Entrance, Secured
from pasture.server.front_door.http import BoundedHttp, Config
from pasture.server.front_door.plain_http import plain
from pasture.server.front_door.websocket import LivelyWebSocket
from pasture.wire.frames import MAX_FRAME

KEEP_ALIVE_S = 30
LAST_ANSWERS_S = 2  # at the end, for requests that are being answered
MOST_CONNECTIONS, LEAST_CONNECTIONS = 50_000, 100
OTHER_FILES = 200  # that the server opens beside connections
PING_S, PONG_S = 20.0, 20.0  # of websockets: proxies cut what is silent for a minute
QUIET = ("uvicorn.error", "uvicorn.asgi")
# what clients do wrong is counted, or anybody could fill the log
CLIENTS_FAULT = frozenset({"Invalid HTTP request received.", "Unsupported upgrade request."})


class Server(uvicorn.Server):
    """A server that leaves the signals to who composes it."""

    @contextmanager
    def capture_signals(self) -> Generator[None]:
        yield


@dataclass(frozen=True)
class Served:
    """One server and where it takes its connections from: a socket, or an entrance of its own."""

    server: Server
    bound: socket.socket
    entrance: Entrance | None = None


def server(app: ASGIApp, census: Census | None = None) -> Server:
    """Return a server of an app; run it with ``serve(sockets=[...])``."""
    return Server(config(app, census or Census()))


def config(app: ASGIApp, census: Census) -> Config:
    """Return how an app is served."""
    made = Config(
        app,
        http=BoundedHttp,
        ws=LivelyWebSocket,
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=KEEP_ALIVE_S,
        timeout_graceful_shutdown=LAST_ANSWERS_S,
        limit_concurrency=most_connections(),
        ws_max_size=MAX_FRAME,
        ws_per_message_deflate=False,
        ws_ping_interval=PING_S,
        ws_ping_timeout=PONG_S,
    )
    made.census = census
    return made


def over_tls(
    app: ASGIApp,
    bound: socket.socket,
    secured: Secured,
    census: Census,
    *,
    patience_s: float = PATIENCE_S,
) -> Served:
    """Return a server that speaks TLS, and tells plain HTTP so."""
    one = server(app, census)
    aside = config(plain, census)
    aside.load()

    def protocol(settings: Config) -> asyncio.Protocol:
        loop = asyncio.get_running_loop()
        return BoundedHttp(settings, one.server_state, {}, _loop=loop)

    return Served(
        one,
        bound,
        Entrance(
            bound,
            secured,
            secure=lambda: protocol(config_of(one)),
            plain=lambda: protocol(aside),
            census=census,
            patience_s=patience_s,
        ),
    )


def config_of(one: Server) -> Config:
    """Return a server's settings, which are ours."""
    assert isinstance(one.config, Config)
    return one.config


def quiet() -> None:
    """Let uvicorn say what somebody should look at, and no more."""
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
        logging.getLogger(name).addFilter(is_ours)


def is_ours(record: logging.LogRecord) -> bool:
    """Tell whether a log line says more than that a client is wrong."""
    return record.msg not in CLIENTS_FAULT


def most_connections() -> int:
    """Return how many connections may be open: they are files."""
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return max(LEAST_CONNECTIONS, min(MOST_CONNECTIONS, files - OTHER_FILES))


async def serve(servers: list[Served], stop: asyncio.Event) -> None:
    """Serve until told to stop; answers that are under way are given first."""
    async with TaskGroup() as group:
        entrances: list[asyncio.Task[None]] = []
        for one in servers:
            if one.entrance is not None:
                entrances.append(group.create_task(one.entrance.run()))
            sockets = [one.bound] if one.entrance is None else []
            group.create_task(one.server.serve(sockets=sockets))
        await stop.wait()
        for entrance in entrances:
            entrance.cancel()
        for one in servers:
            one.server.should_exit = True
