"""How a machine joins: with a registration URL it gets a key pair of its own from the server."""

import asyncio
import hashlib
import logging
import re
import secrets
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar
from urllib.parse import quote, unquote

import aiohttp
import msgspec

from pasture.agent.records import Identity
from pasture.agent.session import FORBIDDEN, LinkLost, Rejected, Timing
from pasture.agent.trust import Trust
from pasture.kit.backoff import delay_s
from pasture.kit.outward import distrust

log = logging.getLogger(__name__)
URL = re.compile(
    r"(?P<base>https?://[^/?#]+(?:/[^?#]*?)?)/v[0-9][\w.-]*(?:/projects/\w+)?/scripts/(?P<token>[^/?#]+)/?"
)
SERVER = re.compile(r"https?://[^/?#@\s]+/")
LONGEST_TEXT = 300
REFUSED = range(400, 500)
NOT_THERE = 404  # of a server that is still starting
MOVED = range(300, 400)
T = TypeVar("T")


def parse(url: str) -> tuple[str, str]:
    """Return the server's base URL and the token of a registration URL.

    Raises:
        Rejected: it is none.

    """
    match = URL.fullmatch(url.strip())
    if match is None:
        raise Rejected(
            f"{_without_secrets(url)} is no registration URL; "
            "accepted: http://SERVER:8080/v1/scripts/TOKEN"
        )
    return match["base"], unquote(match["token"])


def url_of(base: str, token: str) -> str:
    """Return the registration URL of a server and a token."""
    return f"{base}/v1/scripts/{quote(token, safe=':')}"


def _without_secrets(url: str) -> str:
    """Return of an ill URL what cannot be its token, for the log."""
    server = SERVER.match(url.strip())
    return f"{server.group()}..." if server else "what was given"


def fingerprint(base: str, token: str) -> str:
    """Return what a registration is remembered by: the token itself is not kept."""
    return hashlib.sha256(f"{base} {token}".encode()).hexdigest()[:32]


def new_identity(base: str, token: str) -> Identity:
    """Return an identity that has yet to be registered.

    The key is kept before it is sent: the same key again gets the same pair.
    """
    return Identity(base=base, joined_with=fingerprint(base, token), key=secrets.token_hex(64))


async def pinned(identity: Identity, trust: Trust, timing: Timing) -> Identity:
    """Return the identity with the CA that its server is trusted by; waits for the server.

    Raises:
        Rejected: the server has another CA than the one that is meant.

    """
    ca = await _patiently(lambda: trust.ca_of(identity.base, identity.ca), timing)
    return msgspec.structs.replace(identity, ca=ca)


async def register(
    identity: Identity, token: str, timing: Timing, trust: Trust | None = None
) -> Identity:
    """Return the identity with its key pair; waits for the server as long as it takes.

    Raises:
        Rejected: the server does not know the token.

    """
    headers = {"Authorization": aiohttp.encode_basic_auth("registrationToken", token)}
    outward = (trust or Trust()).outward(identity.ca)
    async with outward.session(identity.base, headers=headers) as http:

        async def ask() -> Identity | None:
            return await _pair(http, identity, create=False) or await _pair(
                http, identity, create=True
            )

        async def ask_again() -> Identity | None:
            return await _pair(http, identity, create=False)

        found, looks = await _patiently(ask, timing), 0
        while found is None:
            looks += 1  # rarer each time: a server that is late has many to let in
            await asyncio.sleep(
                delay_s(looks, first_s=timing.ask_s, longest_s=timing.longest_retry_s)
            )
            found = await _patiently(ask_again, timing)
        return found


async def _patiently(ask: Callable[[], Awaitable[T]], timing: Timing) -> T:
    failures = 0
    while True:
        try:
            async with asyncio.timeout(timing.open_s):
                return await ask()
        except (aiohttp.ClientError, OSError, LinkLost) as error:
            failures += 1
            if (untrusted := distrust(error)) is not None:
                raise Rejected(f"the server is not trusted: {untrusted}") from error
            why = str(error) or "no answer"
            log.warning("server not there, trying again", extra={"why": why})
        await asyncio.sleep(
            delay_s(failures, first_s=timing.first_retry_s, longest_s=timing.longest_retry_s)
        )


async def _pair(
    http: aiohttp.ClientSession, identity: Identity, *, create: bool
) -> Identity | None:
    """Ask for the key pair, or for a registration. None: not there yet."""
    url = f"{identity.base}/v2-beta/register"
    call = (
        http.post(url, json={"key": identity.key}, allow_redirects=False)
        if create
        else http.get(url, params={"key": identity.key}, allow_redirects=False)
    )
    async with call as response:
        if response.status in MOVED:
            target = response.headers.get("Location", "").partition("/v2-beta")[0]
            raise Rejected(
                f"{identity.base} sends on to {target[:LONGEST_TEXT] or 'another place'}: take the "
                "join command anew from there"
            )
        if response.status >= REFUSED.start:
            raise _refusal(response.status, await response.text())
        found = msgspec.json.decode(await response.read(), type=dict[str, Any])
    entries: list[dict[str, Any]] = found.get("data") or []
    for entry in entries:
        if entry.get("accessKey") and entry.get("secretKey"):
            return msgspec.structs.replace(
                identity, access_key=entry["accessKey"], secret_key=entry["secretKey"]
            )
    return None


def _refusal(status: int, text: str) -> Exception:
    if status in FORBIDDEN:
        return Rejected(f"the server does not know this registration token ({status})")
    short = " ".join(text.split())[:LONGEST_TEXT]
    if status in REFUSED and status != NOT_THERE:
        return Rejected(f"the server refuses the registration ({status}): {short}")
    return LinkLost(f"the server answered {status}: {short}")
