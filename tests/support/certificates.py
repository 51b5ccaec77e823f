"""Certificates for tests, good and bad ones."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from pasture.kit import ca
from pasture.kit.ca import CaCertificate
from pasture.server.front_door.issue import Issuer, common_name, general, private

NOW = datetime.now(UTC)  # noqa: TID251 - TLS clients look at the machine's own clock
HERE = ("localhost", "127.0.0.1")


@dataclass(frozen=True)
class Pair:
    """A certificate's file and its key's."""

    cert: Path
    key: Path


def issuer(folder: Path, *names: str, now: datetime = NOW) -> Issuer:
    """Return a CA with a certificate for these names."""
    folder.mkdir(parents=True, exist_ok=True)
    made = Issuer(folder / "tls")
    made.bring_up(names or HERE, now)
    return made


def ca_of(made: Issuer) -> CaCertificate:
    """Return an issuer's CA."""
    found = ca.read(made.ca_cert.read_text())
    assert found is not None
    return found


def self_signed(
    folder: Path,
    *,
    starts: datetime = NOW - timedelta(days=1),
    ends: datetime = NOW + timedelta(days=100),
    passphrase: bytes | None = None,
) -> Pair:
    """Write a certificate that signs itself."""
    folder.mkdir(parents=True, exist_ok=True)
    key, name = ec.generate_private_key(ec.SECP256R1()), common_name("test")
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(starts)
        .not_valid_after(ends)
        .add_extension(x509.SubjectAlternativeName(list(map(general, HERE))), critical=False)
        .sign(key, hashes.SHA256())
    )
    pair = Pair(folder / "cert.pem", folder / "key.pem")
    pair.cert.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    pair.key.write_bytes(private(key) if passphrase is None else sealed(key, passphrase))
    pair.key.chmod(0o600)
    return pair


def sealed(key: ec.EllipticCurvePrivateKey, passphrase: bytes) -> bytes:
    """Return a key that takes a passphrase."""
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(passphrase),
    )
