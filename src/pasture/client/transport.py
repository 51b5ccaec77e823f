"""One request and its answer over aiohttp: a deadline on each, every failure in our words.

URLs in answers are followed on the origin that was logged in to and on no other: credentials never
leave it, whatever host a proxy wrote into a link.
"""

import asyncio
import json
import socket
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from types import TracebackType
from typing import Any, Self, cast
from urllib.parse import urlsplit

import aiohttp

from pasture.client.access import Access, KeyPair, Token
from pasture.client.errors import ApiError, ClientError, NotPasture, TooSlow, Unreachable
from pasture.kit import ca
from pasture.kit.ca import CaCertificate
from pasture.kit.outward import Outward, distrust, fetch_ca

DEADLINE_S = 30.0
FIRST_REFUSAL = 400
REDIRECTS = range(300, 400)
# a peer that is gone is noticed by the kernel: pings are not answered while somebody reads slowly
KEEPALIVE = ((socket.TCP_KEEPIDLE, 20), (socket.TCP_KEEPINTVL, 10), (socket.TCP_KEEPCNT, 3))


class Transport:
    """Send requests to one server as one asker."""

    def __init__(self, access: Access, *, deadline_s: float = DEADLINE_S) -> None:
        parts = urlsplit(access.url)
        self.base = access.url
        self.origin = f"{parts.scheme}://{parts.netloc}"
        self.deadline_s = deadline_s
        self._outward = outward(access)
        self._headers = {"Accept": "application/json", "X-API-No-Challenge": "true"}
        if access.proof is not None:
            self._headers["Authorization"] = authorization(access.proof)
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._session = self._outward.session(
            self.base,
            headers=self._headers,
            timeout=aiohttp.ClientTimeout(total=self.deadline_s),
            cookie_jar=aiohttp.DummyCookieJar(),
        )
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._session is not None:
            await self._session.close()

    async def ask(
        self,
        method: str,
        url: str,
        *,
        body: Mapping[str, Any] | None = None,
        query: Mapping[str, str] | None = None,
    ) -> Any:
        """Send one request and return its answer's JSON (None where it has no body).

        Raises:
            ApiError: the server refused.
            Unreachable: nobody answers.
            TooSlow: no answer in time.
            NotPasture: the answer is none of ours.

        """
        assert self._session is not None, "use it as a context manager"
        try:
            async with self._session.request(
                method,
                self.here(url),
                json=body,
                params=query,
                allow_redirects=False,
            ) as answer:
                raw = await answer.read()
                return self._read(answer.status, answer.headers, raw)
        except TimeoutError as error:
            raise TooSlow(f"{self.base} gave no answer within {self.deadline_s:g} s") from error
        except (aiohttp.ClientError, OSError) as error:
            raise broken(self.base, error) from error

    @asynccontextmanager
    async def websocket(
        self,
        url: str,
        *,
        protocols: tuple[str, ...] = (),
        token: str | None = None,
        largest: int,
    ) -> AsyncGenerator[aiohttp.ClientWebSocketResponse]:
        """Open a websocket on our own origin, as the asker or with a token of its own.

        Raises:
            ApiError: the server refuses.
            Unreachable: nobody answers.
            TooSlow: no answer in time.

        """
        proof = {} if token is None else {"Authorization": authorization(Token(token))}
        place = self.here(url)
        async with self._outward.for_websocket(self.base, headers=self._headers | proof) as http:
            try:
                async with asyncio.timeout(self.deadline_s):
                    opened = await http.ws_connect(place, protocols=protocols, max_msg_size=largest)
            except TimeoutError as error:
                raise TooSlow(f"{self.base} gave no answer within {self.deadline_s:g} s") from error
            except aiohttp.WSServerHandshakeError as error:
                raise denied(self.base, error) from error
            except (aiohttp.ClientError, OSError) as error:
                raise broken(self.base, error) from error
            async with opened:
                keep_alive(opened.get_extra_info("socket"))
                yield opened

    def here(self, url: str) -> str:
        """Return a link's URL on our own origin."""
        if url.startswith("/"):
            return self.base + url
        parts = urlsplit(url)
        return self.origin + parts.path + (f"?{parts.query}" if parts.query else "")

    def _read(self, status: int, headers: Mapping[str, str], raw: bytes) -> Any:
        if status in REDIRECTS:
            target = headers.get("Location", "another place")
            raise NotPasture(f"{self.base} redirects to {target}: log in with that URL")
        try:
            answer = json.loads(raw) if raw.strip() else None
        except ValueError as error:
            raise NotPasture(strange(self.base, status, headers)) from error
        if status < FIRST_REFUSAL:
            return answer
        if not isinstance(answer, dict):
            raise NotPasture(strange(self.base, status, headers))
        raise refusal(status, cast("dict[str, Any]", answer))


class Untrusted(Unreachable):
    """Its certificate is not taken: this may be another server."""


def outward(access: Access) -> Outward:
    """Return the way to a server."""
    return Outward(ca=access.ca, proxies=access.proxies)


async def is_trusted(access: Access) -> None:
    """See whether a server's certificate is taken; nothing of who asks is sent.

    Raises:
        Untrusted: it is not.
        Unreachable: nobody answers.

    """
    try:
        async with (
            asyncio.timeout(DEADLINE_S),
            outward(access).session(access.url) as http,
            http.get(f"{access.url}/ping", allow_redirects=False),
        ):
            return
    except TimeoutError as error:
        raise Unreachable(f"{access.url} gave no answer within {DEADLINE_S:g} s") from error
    except (aiohttp.ClientError, OSError) as error:
        raise broken(access.url, error) from error


async def named_ca(access: Access) -> CaCertificate | None:
    """Return the CA that a server says is its own, which proves nothing; None: it names none.

    Raises:
        Unreachable: nobody answers.

    """
    try:
        async with asyncio.timeout(DEADLINE_S):
            return ca.read(await fetch_ca(outward(access), access.url))
    except aiohttp.ClientResponseError:
        return None
    except TimeoutError as error:
        raise Unreachable(f"{access.url} gave no answer within {DEADLINE_S:g} s") from error
    except (aiohttp.ClientError, OSError) as error:
        raise broken(access.url, error) from error


def authorization(proof: KeyPair | Token) -> str:
    """Return the header that proves who asks.

    Raises:
        ClientError: HTTP cannot carry such a name.

    """
    match proof:
        case Token(text):
            return f"Bearer {text}"
        case KeyPair(key, secret):
            if ":" in key:
                raise ClientError("a login name or access key has no ':' in it")
            return aiohttp.encode_basic_auth(key, secret, encoding="utf-8")


def refusal(status: int, body: Mapping[str, Any]) -> ApiError:
    """Return the error that a body of type ``error`` says."""
    code = str(body.get("code") or status)
    words = body.get("detail") or body.get("message")
    field = body.get("fieldName")
    return ApiError(status, code, words and str(words), field and str(field))


def denied(base: str, error: aiohttp.WSServerHandshakeError) -> ClientError:
    """Return what a refused handshake means; its body is not read."""
    match error.status:
        case 401:
            return ApiError(401, "Unauthorized", f"{base} does not take this login or token")
        case 403:
            return ApiError(403, "Forbidden", f"{base} does not let you in there")
        case 404:
            return NotPasture(
                f"{base} has no such stream: is a proxy in between, or is the server older?"
            )
        case status:
            return Unreachable(f"{base} opened no stream (HTTP {status})")


def keep_alive(opened: socket.socket | None) -> None:
    """Have the kernel see whether the other side is there still."""
    if opened is None:
        return
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for option, value in KEEPALIVE:
        opened.setsockopt(socket.IPPROTO_TCP, option, value)


def strange(base: str, status: int, headers: Mapping[str, str]) -> str:
    """Say that an answer is none of ours."""
    kind = headers.get("Content-Type", "no content type")
    return f"{base} answers, but not as a Pasture server does (HTTP {status}, {kind}): is it one?"


def broken(base: str, error: Exception) -> ClientError:
    """Return what a failed connection means, in one sentence."""
    match error:
        case aiohttp.ClientConnectorDNSError():
            return Unreachable(f"the host name in {base} is not known: check the URL")
        case aiohttp.ClientConnectorCertificateError():
            return Untrusted(f"{base} is not trusted: {distrust(error)}")
        case aiohttp.ClientSSLError():
            return Unreachable(f"no TLS connection to {base}: {error}")
        case aiohttp.ClientConnectorError():
            return Unreachable(
                f"no Pasture server answers at {base}: is it running? `make status` tells"
            )
        case aiohttp.InvalidURL():
            return NotPasture(f"{base} is no URL of a server")
        case _:
            return Unreachable(f"{base} closed the connection before it had answered")
