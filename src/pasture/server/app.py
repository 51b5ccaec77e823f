"""What is served on the public port: the answer to a ping, hosts' links, then the API."""

import re
from collections.abc import Sequence

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Receive, Scope, Send

SLASHES = re.compile("//+")


class OneSlash:
    """Takes several slashes in a row of a path as one."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if "//" in scope.get("path", ""):
            scope = {**scope, "path": SLASHES.sub("/", scope["path"])}
        await self._app(scope, receive, send)


async def ping(_: Request) -> PlainTextResponse:
    """Say that requests are served."""
    return PlainTextResponse("pong")


def make(routes: Sequence[BaseRoute]) -> Starlette:
    """Return the app."""
    return Starlette(routes=[Route("/ping", ping), *routes], middleware=[Middleware(OneSlash)])
