"""How a server is reached from here: which CA it is trusted by, and through which proxy.

Only who opens connections imports this; aiohttp takes its time to load.
"""

import asyncio
import base64
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

import aiohttp
from aiohttp.client_proto import ResponseHandler

from pasture.kit import ca
from pasture.kit.proxies import PORTS, Proxies

CONNECT_S = 30.0
LONGEST_ANSWER = 16 * 1024
END = b"\r\n\r\n"


@dataclass(frozen=True, kw_only=True)
class Outward:
    """The way to one server; ``ca`` is the PEM of the only CA that is trusted, if one is named."""

    ca: str | None = None
    proxies: Proxies = field(default_factory=Proxies)

    def session(
        self, base: str, *, headers: Mapping[str, str] | None = None, **more: Any
    ) -> aiohttp.ClientSession:
        """Return a session for requests at a server's base URL."""
        trusted = True if self.ca is None else ca.trusting(self.ca)
        return aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(ssl=trusted),
            proxy=self.proxies.to(base),
            headers=headers,
            **more,
        )

    def for_websocket(
        self, base: str, *, headers: Mapping[str, str] | None = None, **more: Any
    ) -> aiohttp.ClientSession:
        """Return a session for a websocket: proxies pass one on only after CONNECT."""
        proxy = self.proxies.to(base)
        if proxy is None or urlsplit(base).scheme in {"https", "wss"}:
            return self.session(base, headers=headers, **more)
        return aiohttp.ClientSession(connector=Tunnel(urlsplit(proxy)), headers=headers, **more)


async def fetch_ca(outward: Outward, base: str) -> str:
    """Return the certificate that a server names as its CA's; nothing is trusted for it.

    Raises:
        aiohttp.ClientError: it cannot be fetched.

    """
    connector = aiohttp.TCPConnector(ssl=ca.unchecked())
    proxy = outward.proxies.to(base)
    async with (
        aiohttp.ClientSession(connector=connector, proxy=proxy) as http,
        http.get(f"{base}/v1/scripts/ca.crt", allow_redirects=False, raise_for_status=True) as got,
    ):
        return (await got.content.read(LONGEST_ANSWER)).decode(errors="replace")


def distrust(error: BaseException) -> str | None:
    """Return in words why a server's certificate is not taken; None: that is not what failed."""
    found = getattr(error, "certificate_error", error)
    if not isinstance(found, ssl.SSLCertVerificationError):
        return None
    match found.verify_code:
        case 10:  # X509_V_ERR_CERT_HAS_EXPIRED
            return "its certificate has expired: renew it (or is this machine's clock wrong?)"
        case 62 | 64:  # X509_V_ERR_HOSTNAME_MISMATCH, X509_V_ERR_IP_ADDRESS_MISMATCH
            return (
                f"its certificate is for other names ({found.verify_message}): use one of those, "
                "or name this one by the setting api.host or --public-url at the server"
            )
        case _:
            return (
                f"its certificate is of a CA that is not trusted here ({found.verify_message}): "
                "say which one is meant by its fingerprint or its file"
            )


class Tunnel(aiohttp.BaseConnector):
    """Reaches plain HTTP through a proxy's CONNECT."""

    def __init__(self, proxy: SplitResult) -> None:
        super().__init__()
        self._proxy = proxy

    async def _create_connection(
        self,
        req: aiohttp.ClientRequest,
        traces: list[Any],  # noqa: ARG002 - aiohttp's own signature, as the next
        timeout: aiohttp.ClientTimeout,  # noqa: ASYNC109
    ) -> ResponseHandler:
        target = f"{req.url.host}:{req.url.port}"
        proxy, secure = self._proxy, self._proxy.scheme == "https"
        async with asyncio.timeout(timeout.sock_connect or CONNECT_S):
            transport, asked = await self._loop.create_connection(
                lambda: Asking(target, self._proxy),
                proxy.hostname or "",
                proxy.port or PORTS.get(proxy.scheme, PORTS["http"]),
                ssl=True if secure else None,
            )
            try:
                await asked.opened
            except BaseException:
                transport.close()
                raise
        spoken = self._factory()
        transport.set_protocol(spoken)
        spoken.connection_made(transport)
        return spoken


class Asking(asyncio.Protocol):
    """Asks a proxy for a way to somebody."""

    def __init__(self, target: str, proxy: SplitResult) -> None:
        self.opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._target, self._proxy = target, proxy
        self._heard = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        transport.write(connect(self._target, self._proxy))

    def data_received(self, data: bytes) -> None:
        self._heard += data
        if END in self._heard:
            self._judge(self._heard.split(b"\r\n", 1)[0])
        elif len(self._heard) > LONGEST_ANSWER:
            self._fail("speaks without end")

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's signature
        self._fail("closed the connection")

    def _judge(self, status: bytes) -> None:
        words = status.decode("latin-1").split(" ", 2)
        if len(words) > 1 and words[1].startswith("2") and not self.opened.done():
            self.opened.set_result(None)
        else:
            self._fail(f"answered {' '.join(words[1:])!r}")

    def _fail(self, how: str) -> None:
        if not self.opened.done():
            words = f"the proxy {self._proxy.hostname} was asked for {self._target} and {how}"
            self.opened.set_exception(ConnectionError(words))


def connect(target: str, proxy: SplitResult) -> bytes:
    """Return the request for a way."""
    lines = [f"CONNECT {target} HTTP/1.1", f"Host: {target}"]
    if proxy.username:
        pair = f"{unquote(proxy.username)}:{unquote(proxy.password or '')}"
        lines.append(f"Proxy-Authorization: Basic {base64.b64encode(pair.encode()).decode()}")
    return "\r\n".join([*lines, "", ""]).encode("latin-1")
