"""Tokens that open one stream of one host for five minutes (``reference/rancher16-api.md#5.7``).

JWTs, RS256, verifiable by anybody with the public key at ``/v1/scripts/api.crt``. One opens only
the path that it was made for. What signs (``auth/signing.py``) is imported with the first token: it
takes 16 MB, and most processes that import this never see one.
"""

import asyncio
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any, Protocol

from pasture.kit.clock import Clock
from pasture.kit.errors import Unauthorized

if TYPE_CHECKING:
    from pasture.auth.signing import SigningKey

ISSUER, SUBJECT = "http://cattle.io", "cattle"
VALID_S = 300
EARLY_S = 5  # a server whose clock is behind the one that signed
PATH = "path"  # our own claim: the one path that it opens
LONGEST = 64 * 1024


@dataclass(frozen=True)
class KeyPair:
    """A private key, and the name that tells it from others."""

    id: str
    pem: str


class Keys(Protocol):
    """Where the key pair is kept: the same at every start, and for every server."""

    async def pair(self) -> KeyPair:
        """Return the key pair; made where there is none yet."""
        ...


class HostTokens:
    """Makes tokens and looks at them."""

    def __init__(self, keys: Keys, clock: Clock) -> None:
        self._keys, self._clock = keys, clock
        self._reading = asyncio.Lock()
        self._ready: tuple[str, SigningKey] | None = None

    async def issue(self, path: str, claims: Mapping[str, Any]) -> str:
        """Return a token for one path, with what is to be opened there."""
        name, key = await self._known()
        now = self._clock.now_ms() // 1000
        whole = {
            **claims,
            "iss": ISSUER,
            "sub": SUBJECT,
            "iat": now,
            "exp": now + VALID_S,
            "kid": name,
            PATH: bare(path),
        }
        return key.sign(whole, name)

    async def claims(self, token: str, path: str) -> Mapping[str, Any]:
        """Return what a token opens at a path.

        Raises:
            Unauthorized: it is not ours, it is over, or it is for another path.

        """
        if not token:
            raise Unauthorized("a token is needed; accepted: ?token= or Authorization: Bearer")
        claims = await self._signed(token)
        now = self._clock.now_ms() / 1000
        issued, ends = claims.get("iat"), claims.get("exp")
        if not (isinstance(issued, int) and isinstance(ends, int) and issued - EARLY_S <= now):
            raise Unauthorized("this token is not valid yet: the servers' clocks differ")
        if now >= ends:
            raise Unauthorized(f"this token was valid for {VALID_S} s; ask for another one")
        if not hmac.compare_digest(str(claims.get(PATH)).encode(), bare(path).encode()):
            raise Unauthorized("this token is for another path; use it with the url it came with")
        return claims

    async def public_pem(self) -> str:
        """Return the public key."""
        _, key = await self._known()
        return key.public_pem

    async def _signed(self, token: str) -> Mapping[str, Any]:
        _, key = await self._known()
        found = key.signed(token) if len(token) <= LONGEST else None
        if found is None:
            raise Unauthorized(
                "this token was not made here; accepted: one that an action answered"
            )
        return found

    async def _known(self) -> "tuple[str, SigningKey]":
        async with self._reading:
            if self._ready is None:
                pair = await self._keys.pair()
                self._ready = pair.id, _signing().SigningKey(pair.pem)
        return self._ready


def new_pair() -> KeyPair:
    """Return a new key pair; takes a tenth of a second or more."""
    return KeyPair(*_signing().generated())


def _signing() -> ModuleType:
    return import_module("pasture.auth.signing")


def bare(path: str) -> str:
    """Return a path as it is compared: without a slash at its end."""
    return path.rstrip("/")
