"""Whatever opens a websocket here: no page of another site, by any name, does.

A browser sends cookies along with an upgrade whoever asks for it, and a page reads what comes back.
"""

from collections.abc import Awaitable, Callable

from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocket

from pasture.api.asked import ask
from pasture.api.csrf import check_host, check_page
from pasture.kit.errors import PastureError
from pasture.server.front_door.app import answer_refusal

KnownHost = Callable[[], Awaitable[str]]


class WebsocketOrigin:
    """ASGI middleware. ``known_host``: where nobody proves who they are, the one name of ours."""

    def __init__(self, app: ASGIApp, known_host: KnownHost | None = None) -> None:
        self._app = app
        self._known_host = known_host

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            try:
                await self._check(scope)
            except PastureError as refused:
                websocket = WebSocket(scope, receive, send)
                await websocket.send_denial_response(answer_refusal(refused))
                return
        await self._app(scope, receive, send)

    async def _check(self, scope: Scope) -> None:
        """Refuse what a page of another site may have sent.

        Raises:
            PastureError: it may.

        """
        asked = ask({**scope, "method": "GET"})
        check_page(asked)
        if self._known_host is not None:
            check_host(asked, await self._known_host())
