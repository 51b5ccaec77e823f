"""uvicorn as a part of this process: our signals, our logs, our bounds."""

import asyncio
import logging
import socket
from collections.abc import Generator
from contextlib import contextmanager

import uvicorn
from starlette.types import ASGIApp

from pasture.kit.tasks import TaskGroup
from pasture.server.http import BoundedHttp
from pasture.server.websocket import RefusingWebSocket
from pasture.wire.frames import MAX_FRAME

KEEP_ALIVE_S = 30
LAST_ANSWERS_S = 2  # at the end, for requests that are being answered
MOST_CONNECTIONS = 10_000
QUIET = ("uvicorn.error", "uvicorn.asgi")


class Server(uvicorn.Server):
    """A server that leaves the signals to who composes it."""

    @contextmanager
    def capture_signals(self) -> Generator[None]:
        yield


def server(app: ASGIApp) -> Server:
    """Return a server of an app; run it with ``serve(sockets=[...])``."""
    return Server(
        uvicorn.Config(
            app,
            http=BoundedHttp,
            ws=RefusingWebSocket,
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_keep_alive=KEEP_ALIVE_S,
            timeout_graceful_shutdown=LAST_ANSWERS_S,
            limit_concurrency=MOST_CONNECTIONS,
            ws_max_size=MAX_FRAME,
            ws_per_message_deflate=False,
        )
    )


def quiet() -> None:
    """Let uvicorn say what somebody should look at, and no more."""
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


async def serve(servers: list[tuple[Server, socket.socket]], stop: asyncio.Event) -> None:
    """Serve until told to stop; answers that are under way are given first."""
    async with TaskGroup() as group:
        for one, bound in servers:
            group.create_task(one.serve(sockets=[bound]))
        await stop.wait()
        for one, _ in servers:
            one.should_exit = True
