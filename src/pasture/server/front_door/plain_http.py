"""What plain HTTP is told at a port that speaks TLS: where to go, or why not."""

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket

from pasture.kit.errors import InvalidBodyContent
from pasture.server.front_door.app import answer_refusal

READS = frozenset({"GET", "HEAD"})
KEEPS_METHOD = 307  # and no browser remembers it after TLS is switched off


async def plain(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer one request; what came in clear is not acted on."""
    if scope["type"] == "websocket":
        websocket = WebSocket(scope, receive, send)
        await websocket.send_denial_response(refusal(websocket.headers.get("host")))
        return
    request = Request(scope, receive)
    await moved(request)(scope, receive, send)


def moved(request: Request) -> Response:
    """Return the answer: browsers and scripts that read are led on."""
    host = request.headers.get("host")
    if request.method not in READS or host is None:
        return refusal(host)
    url = f"https://{host}{request.url.path}"
    return RedirectResponse(
        f"{url}?{request.url.query}" if request.url.query else url,
        KEEPS_METHOD,
        headers={"connection": "close"},
    )


def refusal(host: str | None) -> JSONResponse:
    """Return the answer to what would have acted."""
    where = f"https://{host}" if host else "https"
    return answer_refusal(
        InvalidBodyContent(f"this port speaks TLS; nothing was done; accepted: {where[:300]}")
    )
