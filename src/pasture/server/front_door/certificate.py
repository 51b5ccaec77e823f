"""A certificate and its key from files: checked before they are used, refused in words."""

import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.x509.oid import NameOID

from pasture.kit import ca
from pasture.kit.ca import CaCertificate
from pasture.kit.errors import PastureError

SOON = timedelta(days=14)
OTHERS = 0o007


@dataclass(frozen=True)
class Served:
    """What is served with, and what somebody should know about it."""

    context: ssl.SSLContext
    expires: datetime
    names: tuple[str, ...]
    remarks: tuple[str, ...] = ()


def load(cert: Path, key: Path, *, now: datetime, is_private: bool) -> Served:
    """Return a pair that can be served with; ``is_private``: clients get its CA from us.

    Raises:
        PastureError: a file cannot be read, is out of date, or they do not belong together.

    """
    chain = certificates(cert)
    leaf = chain[0]
    if leaf.not_valid_before_utc > now:
        raise PastureError(
            f"certificate {cert} is valid from {day(leaf.not_valid_before_utc)} on, and it is "
            f"{day(now)} here; accepted: one that is valid now (is this machine's clock right?)"
        )
    if leaf.not_valid_after_utc <= now:
        raise PastureError(
            f"certificate {cert} expired on {day(leaf.not_valid_after_utc)}; renew it"
        )
    context = context_of(cert, key)
    expires = min(one.not_valid_after_utc for one in chain)
    return Served(
        context,
        expires,
        names_of(leaf),
        tuple(remarks(chain, key, expires - now, is_private=is_private)),
    )


def certificates(path: Path) -> list[x509.Certificate]:
    """Return a file's certificates.

    Raises:
        PastureError: it cannot be read, or has none.

    """
    try:
        return x509.load_pem_x509_certificates(path.read_bytes())
    except OSError as error:
        raise PastureError(f"certificate {path} cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise PastureError(
            f"{path} is no certificate; accepted: PEM, which begins with "
            "-----BEGIN CERTIFICATE-----"
        ) from error


def context_of(cert: Path, key: Path) -> ssl.SSLContext:
    """Return a server's context.

    Raises:
        PastureError: the key cannot be read, is none, or is another certificate's.

    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    try:
        context.load_cert_chain(cert, key, password=refuse_passphrase)
    except ssl.SSLError as error:
        reason = (
            f"private key {key} is not that of certificate {cert}"
            if error.reason == "KEY_VALUES_MISMATCH"
            else f"private key {key} is no PEM key that TLS takes ({error.reason or error})"
        )
        raise PastureError(reason) from error
    except OSError as error:
        raise PastureError(f"private key {key} cannot be read: {error.strerror}") from error
    except HasPassphrase as error:
        raise PastureError(
            f"private key {key} has a passphrase; accepted: a key without one, for this user only"
        ) from error
    return context


class HasPassphrase(Exception):
    """The key is encrypted."""


def refuse_passphrase() -> str:
    """Keep OpenSSL from asking for a passphrase on the terminal."""
    raise HasPassphrase


def remarks(
    chain: list[x509.Certificate], key: Path, left: timedelta, *, is_private: bool
) -> list[str]:
    """Say what works now and should be looked at all the same."""
    leaf, found = chain[0], list[str]()
    if left < SOON:
        found.append(f"the certificate expires in {max(0, left.days)} days: renew it")
    if key.stat().st_mode & OTHERS:
        found.append(f"private key {key} may be read by everybody: chmod 600 {key}")
    if leaf.issuer == leaf.subject and not is_private:
        found.append(
            "the certificate is signed by itself, so nobody trusts it: name it by --tls-ca too, "
            "and join commands carry its fingerprint"
        )
    elif len(chain) == 1 and not is_private:
        found.append(
            "the file has no certificate beside the server's own: where clients do not trust it, "
            "name the whole chain (certbot: fullchain.pem)"
        )
    return found


def names_of(leaf: x509.Certificate) -> tuple[str, ...]:
    """Return the names and addresses that a certificate is for."""
    try:
        names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return tuple(str(a.value) for a in leaf.subject.get_attributes_for_oid(NameOID.COMMON_NAME))
    return tuple(str(name.value) for name in names)


def read_ca(path: Path) -> CaCertificate:
    """Return the CA in a file.

    Raises:
        PastureError: it cannot be read, or is not one certificate.

    """
    try:
        found = ca.read(path.read_text())
    except (OSError, UnicodeDecodeError) as error:
        raise PastureError(f"CA certificate {path} cannot be read: {error}") from error
    if found is None:
        raise PastureError(
            f"{path} is no CA certificate; accepted: PEM with one -----BEGIN CERTIFICATE-----"
        )
    return found


def day(when: datetime) -> str:
    """Return a date as people read it."""
    return when.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
