"""Tokens that open one stream of one host for five minutes (``reference/rancher16-api.md#5.7``).

JWTs, RS256, verifiable by anybody with the public key at ``/v1/scripts/api.crt``. One opens only
the path that it was made for. ``joserfc`` is imported with the first token: most processes that
import this never see one.
"""

import asyncio
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from pasture.kit.clock import Clock
from pasture.kit.errors import Unauthorized

if TYPE_CHECKING:
    from joserfc.jwk import RSAKey

ISSUER, SUBJECT, ALGORITHM = "http://cattle.io", "cattle", "RS256"
VALID_S = 300
EARLY_S = 5  # a server whose clock is behind the one that signed
KEY_BITS = 2048
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
        self._pair: KeyPair | None = None
        self._key: RSAKey | None = None

    async def issue(self, path: str, claims: Mapping[str, Any]) -> str:
        """Return a token for one path, with what is to be opened there."""
        from joserfc import jwt  # noqa: PLC0415 - lazy

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
        return jwt.encode({"alg": ALGORITHM, "kid": name}, whole, key)

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
        return key.as_pem(private=False).decode()

    async def _signed(self, token: str) -> Mapping[str, Any]:
        from joserfc import jwt  # noqa: PLC0415 - lazy
        from joserfc.errors import JoseError  # noqa: PLC0415 - lazy

        _, key = await self._known()
        wrong = Unauthorized("this token was not made here; accepted: one that an action answered")
        if len(token) > LONGEST:
            raise wrong
        try:
            return jwt.decode(token, key, algorithms=[ALGORITHM]).claims
        except (JoseError, ValueError) as failed:
            raise wrong from failed

    async def _known(self) -> "tuple[str, RSAKey]":
        from joserfc.jwk import RSAKey  # noqa: PLC0415 - lazy

        async with self._reading:
            if self._pair is None or self._key is None:
                pair = await self._keys.pair()
                self._pair, self._key = pair, RSAKey.import_key(pair.pem)
        return self._pair.id, self._key


def new_pair() -> KeyPair:
    """Return a new key pair; takes a tenth of a second or more."""
    from joserfc.jwk import RSAKey  # noqa: PLC0415 - lazy

    key = RSAKey.generate_key(KEY_BITS)
    return KeyPair(key.thumbprint(), key.as_pem(private=True).decode())


def bare(path: str) -> str:
    """Return a path as it is compared: without a slash at its end."""
    return path.rstrip("/")
