"""What is served on the public port: the answer to a ping, hosts' links, then the API.

What is none of these is refused as the API refuses: in JSON, with words.
"""

import re
import uuid
from collections.abc import Sequence

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from pasture.api.errors import shown, status_of
from pasture.kit.errors import MethodNotAllowed, NotFound
from pasture.server.front_door.forwarded import Forwarded
from pasture.settings.front_door import Network

NO_SUCH_PATH, NO_SUCH_METHOD = 404, 405
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


async def refused(request: Request, error: Exception) -> Response:
    """Say that nothing is served at a path, or not by this method."""
    path = request.url.path[:80]
    if isinstance(error, HTTPException) and error.status_code == NO_SUCH_METHOD:
        refusal = MethodNotAllowed(f"{request.method} of {path!r} is not accepted; GET is")
    else:
        refusal = NotFound(f"nothing is served at {path!r}; the API is at /v2-beta")
    return answer_refusal(refusal)


def answer_refusal(refusal: Exception) -> JSONResponse:
    """Return a refusal as the API answers it."""
    number = uuid.uuid4().hex
    return JSONResponse(
        shown(refusal, number),
        status_code=status_of(refusal),
        headers={"x-request-id": number, "cache-control": "no-store"},
    )


def make(
    routes: Sequence[BaseRoute],
    *,
    proxies: Sequence[Network] = (),
    within: Sequence[Middleware] = (),
) -> Starlette:
    """Return the app; ``within`` see a request as it is after ``Forwarded``."""
    return Starlette(
        routes=[Route("/ping", ping), *routes],
        middleware=[
            Middleware(OneSlash),
            Middleware(Forwarded, proxies=proxies),
            *within,
        ],
        exception_handlers={NO_SUCH_PATH: refused, NO_SUCH_METHOD: refused},
    )
