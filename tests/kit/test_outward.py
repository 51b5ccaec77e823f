"""The way to a server: trusted by one CA, through proxies."""

import ssl
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from pasture.kit.outward import Outward, distrust, fetch_ca
from pasture.kit.proxies import Proxies
from tests.support.certificates import NOW, ca_of, issuer
from tests.support.connect_proxy import ConnectProxy

NAME = "pasture.test"  # this machine itself is never asked through a proxy


async def ping(request: web.Request) -> web.Response:
    return web.Response(text=f"{request.method} {request.path}")


async def echo(request: web.Request) -> web.WebSocketResponse:
    websocket = web.WebSocketResponse()
    await websocket.prepare(request)
    await websocket.send_str(await websocket.receive_str())
    await websocket.close()
    return websocket


@asynccontextmanager
async def served(context: ssl.SSLContext | None = None, ca: str = "") -> AsyncGenerator[int]:
    """Serve on a port of this machine."""

    async def ca_crt(_: web.Request) -> web.Response:
        return web.Response(text=ca, status=200 if ca else 404)

    app = web.Application()
    app.add_routes(
        [web.get("/ping", ping), web.get("/link", echo), web.get("/v1/scripts/ca.crt", ca_crt)]
    )
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context)
    await site.start()
    try:
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


def context_for(folder: Path, *names: str) -> tuple[ssl.SSLContext, str]:
    made = issuer(folder, *names)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(made.pair)
    return context, ca_of(made).pem


def through(proxy: ConnectProxy, *, ca: str | None = None, login: str = "") -> Outward:
    url = f"http://{login}127.0.0.1:{proxy.port}"
    return Outward(ca=ca, proxies=Proxies.from_env({"http_proxy": url, "https_proxy": url}))


async def spoken(outward: Outward, base: str) -> str:
    async with outward.session(base) as http, http.get(f"{base}/ping") as answer:
        return await answer.text()


async def echoed(outward: Outward, base: str) -> str:
    async with outward.for_websocket(base) as http, http.ws_connect(f"{base}/link") as websocket:
        await websocket.send_str("hello")
        return await websocket.receive_str()


async def test_only_the_named_ca_is_trusted(tmp_path: Path) -> None:
    context, pem = context_for(tmp_path / "one")
    _, other = context_for(tmp_path / "other")
    async with served(context, pem) as port:
        base = f"https://localhost:{port}"
        assert await spoken(Outward(ca=pem), base) == "GET /ping"
        assert await echoed(Outward(ca=pem), base) == "hello"
        for outward in (Outward(), Outward(ca=other)):
            with pytest.raises(aiohttp.ClientConnectorCertificateError) as refused:
                await spoken(outward, base)
            assert "not trusted here" in (distrust(refused.value) or "")
        assert await fetch_ca(Outward(), base) == pem


@pytest.mark.parametrize(
    ("case", "words"), [("expired", "has expired"), ("other name", "for other names")]
)
async def test_why_a_certificate_is_not_taken_is_said(
    tmp_path: Path, case: str, words: str
) -> None:
    made = issuer(tmp_path, "localhost" if case == "expired" else "other.example")
    if case == "expired":
        made.bring_up(("localhost", "more"), NOW.replace(year=NOW.year - 3))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(made.pair)
    async with served(context) as port:
        with pytest.raises(aiohttp.ClientConnectorCertificateError) as refused:
            await spoken(Outward(ca=ca_of(made).pem), f"https://localhost:{port}")
        assert words in (distrust(refused.value) or "")


def test_another_failure_is_no_distrust() -> None:
    assert distrust(ConnectionRefusedError()) is None


async def test_tls_goes_through_a_proxy_by_connect(tmp_path: Path) -> None:
    context, pem = context_for(tmp_path, NAME)
    async with served(context, pem) as port, ConnectProxy() as proxy:
        base = f"https://{NAME}:{port}"
        assert await spoken(through(proxy, ca=pem), base) == "GET /ping"
        assert await echoed(through(proxy, ca=pem), base) == "hello"
        assert await fetch_ca(through(proxy), base) == pem
        assert proxy.asked == [f"CONNECT {NAME}:{port}"] * 3


async def test_a_websocket_in_clear_goes_by_connect_too() -> None:
    async with served() as port, ConnectProxy() as proxy:
        base = f"http://{NAME}:{port}"
        assert await spoken(through(proxy), base) == "GET /ping"
        assert await echoed(through(proxy, login="me:it%27s@"), base) == "hello"
        assert proxy.asked == [f"GET {base}/ping", f"CONNECT {NAME}:{port}"]
        assert proxy.authorizations == ["Proxy-Authorization: Basic bWU6aXQncw=="]


async def test_this_machine_is_asked_itself() -> None:
    async with served() as port, ConnectProxy() as proxy:
        assert await echoed(through(proxy), f"http://127.0.0.1:{port}") == "hello"
        assert proxy.asked == []


async def test_a_proxy_that_refuses_is_said() -> None:
    async with served() as port, ConnectProxy(refuses=True) as proxy:
        with pytest.raises(OSError, match=f"asked for {NAME}:{port} and answered '403"):
            await echoed(through(proxy), f"http://{NAME}:{port}")


async def test_a_proxy_that_is_not_there_is_an_error_of_connections() -> None:
    outward = Outward(proxies=Proxies.from_env({"http_proxy": "http://127.0.0.1:1"}))
    with pytest.raises(OSError, match="Connect call failed"):
        await echoed(outward, f"http://{NAME}:8080")
