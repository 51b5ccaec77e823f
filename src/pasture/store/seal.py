"""Sealed fields: encrypted at rest with a key that lies outside the database.

AES-GCM with the table and the field authenticated: a sealed value moved to another field does not
open. ``cryptography`` is imported when the first sealed value is met: most processes meet none.
"""

import base64
import hashlib
import hmac
import os
from functools import cached_property
from typing import Any

from pasture.kit.errors import PastureError

KEY_BYTES = 32
NONCE_BYTES = 12
FORM = "sealed:1:"


class Seal:
    """Closes and opens sealed fields with one key."""

    def __init__(self, key: bytes) -> None:
        if len(key) != KEY_BYTES:
            raise PastureError(f"the store's key has {len(key)} bytes instead of {KEY_BYTES}")
        self._key = key

    @property
    def fingerprint(self) -> str:
        """Tells keys apart and tells nothing about them."""
        return hmac.new(self._key, b"which key", hashlib.sha256).hexdigest()

    @cached_property
    def _cipher(self) -> Any:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415 - lazy

        return AESGCM(self._key)

    def close(self, text: str, where: str) -> str:
        """Return the text encrypted; ``where`` is its table and field."""
        nonce = os.urandom(NONCE_BYTES)
        closed: bytes = self._cipher.encrypt(nonce, text.encode(), where.encode())
        return FORM + base64.b64encode(nonce + closed).decode()

    def open(self, sealed: str, where: str) -> str:
        """Return the text of a sealed value.

        Raises:
            PastureError: it was sealed with another key, for another field, or is damaged.

        """
        from cryptography.exceptions import InvalidTag  # noqa: PLC0415 - lazy

        try:
            closed = base64.b64decode(sealed.removeprefix(FORM), validate=True)
            nonce, rest = closed[:NONCE_BYTES], closed[NONCE_BYTES:]
            text: bytes = self._cipher.decrypt(nonce, rest, where.encode())
        except (InvalidTag, ValueError) as failed:
            raise PastureError(
                f"{where} does not open: another key sealed it, or it is damaged; "
                "put back the key file that belongs to this database"
            ) from failed
        return text.decode()
