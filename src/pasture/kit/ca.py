"""Private CAs: which certificate is meant is said by its SHA-256, as openssl prints it."""

import hashlib
import re
import ssl
from dataclasses import dataclass
from functools import lru_cache

HEX_DIGITS = 64
ONE = re.compile(r"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)
LABEL = re.compile(r"^sha256( fingerprint)?[=:]", re.IGNORECASE)


@dataclass(frozen=True)
class CaCertificate:
    """A CA's certificate and what it is told apart by."""

    pem: str
    fingerprint: str


def read(text: str) -> CaCertificate | None:
    """Return the one certificate in a PEM text; None where there is none, or several."""
    found = ONE.findall(text)
    if len(found) != 1:
        return None
    try:
        der = ssl.PEM_cert_to_DER_cert(found[0])
        trusting(found[0])
    except (ValueError, ssl.SSLError):
        return None
    return CaCertificate(found[0] + "\n", shown(hashlib.sha256(der).hexdigest()))


def shown(digits: str) -> str:
    """Return a fingerprint as tools print it: upper case, with colons."""
    pairs = (digits[n : n + 2] for n in range(0, len(digits), 2))
    return ":".join(pairs).upper()


def normal(text: str) -> str | None:
    """Return a fingerprint as ``shown`` writes it, from any usual spelling; None: it is none."""
    digits = LABEL.sub("", text.strip()).replace(":", "").replace(" ", "")
    if not re.fullmatch(f"[0-9a-fA-F]{{{HEX_DIGITS}}}", digits):
        return None
    return shown(digits)


@lru_cache(maxsize=8)
def trusting(pem: str) -> ssl.SSLContext:
    """Return a client's context that trusts this CA, and no other; one for all its connections.

    Raises:
        ssl.SSLError: it is no certificate.

    """
    return ssl.create_default_context(cadata=pem)


def unchecked() -> ssl.SSLContext:
    """Return a context that takes any certificate: for what is checked by other means."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
