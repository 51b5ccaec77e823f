"""Random values that a row gets when its creator gave none."""

import secrets
import string

UPPER_HEX = "0123456789ABCDEF"
UNAMBIGUOUS = "".join(c for c in string.ascii_letters + string.digits if c not in "O0lI")


def public_key() -> str:
    """Return 20 upper hexadecimal digits (``reference/rancher16-api.md#5.3``)."""
    return "".join(secrets.choice(UPPER_HEX) for _ in range(20))


def secret_key() -> str:
    """Return 40 characters that no font confuses."""
    return "".join(secrets.choice(UNAMBIGUOUS) for _ in range(40))
