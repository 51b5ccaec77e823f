"""Websockets are opened by programs and by our own pages alone."""

from typing import Any

import pytest
from starlette.types import Receive, Scope, Send

from pasture.server.front_door.websocket_origin import WebsocketOrigin


async def asked(known: str | None = None, **headers: str) -> tuple[int, bytes]:
    """Return the status that an upgrade gets: 101 where the app had it, and the words."""
    sent: list[Any] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "websocket.accept"})

    async def receive() -> Any:
        return {"type": "websocket.connect"}

    async def send(message: Any) -> None:
        sent.append(message)

    async def known_host() -> str:
        return known or ""

    scope: Scope = {
        "type": "websocket",
        "scheme": "ws",
        "path": "/v2-beta/subscribe",
        "query_string": b"",
        "headers": [
            (k.replace("_", "-").encode(), v.encode())
            for k, v in {"host": "pasture.example:8080", **headers}.items()
        ],
        "client": ("192.0.2.1", 1),
        "extensions": {"websocket.http.response": {}},
    }
    pages = WebsocketOrigin(app, None if known is None else known_host)
    await pages(scope, receive, send)
    if sent[0]["type"] == "websocket.accept":
        return 101, b""
    return sent[0]["status"], b"".join(m.get("body", b"") for m in sent[1:])


@pytest.mark.parametrize(
    ("case", "headers", "status"),
    [
        ("a program", {}, 101),
        ("our page", {"origin": "http://pasture.example:8080",
                      "sec_fetch_site": "same-origin"}, 101),
        ("a proxy's", {"origin": "https://p.example", "x_forwarded_proto": "https",
                       "x_forwarded_host": "p.example"}, 101),
        ("another's page", {"origin": "http://evil.example"}, 403),
        ("another port", {"origin": "http://pasture.example:81"}, 403),
        ("a sandbox", {"origin": "null"}, 403),
        ("another site", {"sec_fetch_site": "cross-site"}, 403),
        ("a neighbour", {"sec_fetch_site": "same-site"}, 403),
        ("its cookie", {"origin": "http://evil.example", "cookie": "token=abc"}, 403),
    ],
)  # fmt: skip
async def test_a_page_of_another_site_opens_none(
    case: str, headers: dict[str, str], status: int
) -> None:
    got, words = await asked(**headers)
    assert got == status, case
    assert status == 101 or b"accepted: from a page of this server" in words


@pytest.mark.parametrize(
    ("known", "host", "status"),
    [
        ("https://pasture.example", "pasture.example", 101),
        ("", "127.0.0.1:8080", 101),
        ("", "localhost:8080", 101),
        ("", "pasture.example", 403),
        ("https://pasture.example", "evil.example", 403),
    ],
)
async def test_in_open_mode_a_name_must_be_ours(known: str, host: str, status: int) -> None:
    assert (await asked(known, host=host))[0] == status
    assert (await asked(None, host=host))[0] == 101


async def test_requests_are_others_to_judge() -> None:
    seen: list[str] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(scope["type"])

    await WebsocketOrigin(app)({"type": "http"}, None, None)  # pyright: ignore[reportArgumentType]
    assert seen == ["http"]
