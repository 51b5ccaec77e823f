"""A CA of our own and the certificates it signs, in DATA/tls; the CA stays, certificates do not."""

import ipaddress
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from pasture.kit.errors import PastureError
from pasture.server.folder import OWNER_ONLY, write_owner_only
from pasture.server.front_door.certificate import certificates, names_of

CA_LASTS, LASTS = timedelta(days=3650), timedelta(days=365)
RENEWED_BEFORE = timedelta(days=90)
BACKDATED = timedelta(days=1)  # for clients whose clock is behind
LONGEST_COMMON_NAME = 64


class Issuer:
    """Makes what is missing in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ca_cert, self.ca_key = folder / "ca.crt", folder / "ca.key"
        self.pair = folder / "server.pem"  # certificate and key: one file, so always a pair

    def bring_up(self, names: tuple[str, ...], now: datetime) -> bool:
        """Have a CA and a certificate for these names; tell whether a new one was made.

        Raises:
            PastureError: what is there cannot be used.

        """
        self.folder.mkdir(mode=OWNER_ONLY, exist_ok=True)
        if not self.ca_cert.exists():
            self._make_ca(now)
        if not self._is_due(names, now):
            return False
        self._make_certificate(names, now)
        return True

    def _is_due(self, names: tuple[str, ...], now: datetime) -> bool:
        if not self.pair.exists():
            return True
        leaf, signer = certificates(self.pair)[0], certificates(self.ca_cert)[0]
        return (
            leaf.not_valid_after_utc - now < RENEWED_BEFORE
            or leaf.issuer != signer.subject
            or not set(names) <= set(names_of(leaf))  # an address that is gone does no harm
        )

    def _make_ca(self, now: datetime) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        number = x509.random_serial_number()
        name = common_name(f"Pasture CA {number:x}"[:24])
        made = (
            x509.CertificateBuilder(name, name, key.public_key(), number)
            .not_valid_before(now - BACKDATED)
            .not_valid_after(now + CA_LASTS)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(usage(signs=True), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
            .sign(key, hashes.SHA256())
        )
        write_owner_only(self.ca_key, private(key))  # first: a certificate without key is useless
        write_owner_only(self.ca_cert, made.public_bytes(serialization.Encoding.PEM))

    def _make_certificate(self, names: tuple[str, ...], now: datetime) -> None:
        signer, signing = certificates(self.ca_cert)[0], self._signing_key()
        key = ec.generate_private_key(ec.SECP256R1())
        made = (
            x509.CertificateBuilder(
                signer.subject,
                common_name("Pasture server"),
                key.public_key(),
                x509.random_serial_number(),
            )
            .not_valid_before(now - BACKDATED)
            .not_valid_after(min(now + LASTS, signer.not_valid_after_utc))
            .add_extension(x509.SubjectAlternativeName(list(map(general, names))), critical=False)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(usage(signs=False), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
            .add_extension(authority(signer), critical=False)
            .sign(signing, hashes.SHA256())
        )
        write_owner_only(self.pair, made.public_bytes(serialization.Encoding.PEM) + private(key))

    def _signing_key(self) -> ec.EllipticCurvePrivateKey:
        try:
            found = serialization.load_pem_private_key(self.ca_key.read_bytes(), None)
        except (OSError, ValueError, TypeError) as error:
            raise PastureError(
                f"the key of the CA, {self.ca_key}, cannot be used ({error}); restore it, or "
                f"delete {self.folder} (a new CA is made, and hosts must join again to trust it)"
            ) from error
        if not isinstance(found, ec.EllipticCurvePrivateKey):
            raise PastureError(f"{self.ca_key} is another key than was made here; restore it")
        return found


def common_name(text: str) -> x509.Name:
    """Return a name of one part."""
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text[:LONGEST_COMMON_NAME])])


def usage(*, signs: bool) -> x509.KeyUsage:
    """Return what a key is for: to sign certificates, or to serve."""
    return x509.KeyUsage(
        digital_signature=not signs,
        key_cert_sign=signs,
        crl_sign=signs,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def authority(signer: x509.Certificate) -> x509.AuthorityKeyIdentifier:
    """Return which key signed."""
    own = signer.extensions.get_extension_for_class(x509.SubjectKeyIdentifier)
    return x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(own.value)


def general(name: str) -> x509.GeneralName:
    """Return a name or an address as a certificate has it."""
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def private(key: ec.EllipticCurvePrivateKey) -> bytes:
    """Return a key as its file has it."""
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
