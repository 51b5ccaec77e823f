"""What is served on the public port: the answer to a ping, hosts' links, then the API."""

from collections.abc import Sequence

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import BaseRoute, Route


async def ping(_: Request) -> PlainTextResponse:
    """Say that requests are served."""
    return PlainTextResponse("pong")


def make(routes: Sequence[BaseRoute]) -> Starlette:
    """Return the app."""
    return Starlette(routes=[Route("/ping", ping), *routes])
