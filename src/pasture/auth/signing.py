"""RS256 over JSON web tokens: the only file that meets joserfc."""

from collections.abc import Mapping
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

ALGORITHM = "RS256"
KEY_BITS = 2048


class SigningKey:
    """A private key; ``pem`` is it as text."""

    def __init__(self, pem: str) -> None:
        self._key = RSAKey.import_key(pem)

    @property
    def public_pem(self) -> str:
        """The public key, with which anybody can verify."""
        return self._key.as_pem(private=False).decode()

    def sign(self, claims: Mapping[str, Any], name: str) -> str:
        """Return a token with these claims; ``name`` tells the key from others."""
        return jwt.encode({"alg": ALGORITHM, "kid": name}, dict(claims), self._key)

    def signed(self, token: str) -> Mapping[str, Any] | None:
        """Return a token's claims, None where this key did not sign it."""
        try:
            return jwt.decode(token, self._key, algorithms=[ALGORITHM]).claims
        except (JoseError, ValueError):
            return None


def generated() -> tuple[str, str]:
    """Return a new key's name and the key as text."""
    key = RSAKey.generate_key(KEY_BITS)
    return key.thumbprint(), key.as_pem(private=True).decode()
