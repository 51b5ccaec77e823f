"""Where the live sockets are served: in an environment, in every version."""

from collections.abc import Awaitable, Callable

from starlette.routing import BaseRoute, WebSocketRoute
from starlette.websockets import WebSocket

from pasture.api.context import Api
from pasture.api.live.listener import Sockets, Speaker
from pasture.api.live.subscribe import Hub
from pasture.api.v1 import VERSIONS

PLACES = ("", "/projects/{project}")


def routes(api: Api, hub: Hub) -> list[BaseRoute]:
    """Return the routes of the sockets; whether one may listen there is decided by who asks."""
    sockets = Sockets(api)
    words: dict[str, Speaker] = {"subscribe": hub, "feed": hub.feed}
    return [
        WebSocketRoute(f"/{version}{place}/{word}", serving(sockets, speaker))
        for version in VERSIONS
        for place in PLACES
        for word, speaker in words.items()
    ]


def serving(sockets: Sockets, speaker: Speaker) -> Callable[[WebSocket], Awaitable[None]]:
    """Return the endpoint that serves a speaker."""

    async def endpoint(socket: WebSocket) -> None:
        await sockets.serve(socket, speaker)

    return endpoint
