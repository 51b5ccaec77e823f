"""Whose certificate a server may have: a CA from a file, or the server's own once it is confirmed.

Without either, the CAs that this machine trusts count (``SSL_CERT_FILE`` names others).
"""

import asyncio
from argparse import ArgumentParser, Namespace
from pathlib import Path

from pasture.cli.exits import Exit, Failure
from pasture.cli.verb import Context
from pasture.client.access import Access
from pasture.client.errors import Unreachable
from pasture.client.transport import Untrusted, is_trusted, named_ca
from pasture.kit import ca
from pasture.kit.ca import CaCertificate
from pasture.settings.client import ClientSettings

YES = frozenset({"y", "yes"})


def configure(parser: ArgumentParser) -> None:
    """Add the flag of ``login`` that says which CA is meant."""
    parser.add_argument(
        "--ca-fingerprint",
        metavar="SHA256",
        help="trust the server's own CA where it has this fingerprint (the server logs it)",
    )


def given_ca(args: Namespace, said: ClientSettings) -> str | None:
    """Return the CA that a flag or a variable names.

    Raises:
        Failure: the file cannot be read, or holds no certificate.

    """
    named: str | None = getattr(args, "ca_cert", None)
    path = Path(named) if named else said.ca_cert
    return None if path is None else read_ca(path)


def read_ca(path: Path) -> str:
    """Return the CA in a file.

    Raises:
        Failure: it cannot be read, or is none.

    """
    try:
        found = ca.read(path.read_text())
    except (OSError, UnicodeDecodeError) as error:
        raise Failure(f"CA certificate {path} cannot be read: {error}", Exit.USAGE) from error
    if found is None:
        raise Failure(f"{path} holds no CA certificate; accepted: PEM with one", Exit.USAGE)
    return found.pem


def settled(at: Access, args: Namespace, context: Context) -> str | None:
    """Return the CA to trust a server by, asking where nobody said.

    Raises:
        Failure: it is not confirmed, or another one than was meant.

    """
    wanted: str | None = getattr(args, "ca_fingerprint", None)
    if at.ca is not None or not at.url.startswith("https:"):
        return at.ca
    if wanted is None:
        try:
            asyncio.run(is_trusted(at))
        except Untrusted as untrusted:
            return confirmed(at, untrusted, context).pem
        except Unreachable:
            return None  # the login itself will say so
        return None
    meant = ca.normal(wanted)
    if meant is None:
        raise Failure(
            f"{wanted!r} is no fingerprint; accepted: 64 hexadecimal digits, SHA-256", Exit.USAGE
        )
    found = asyncio.run(named_ca(at))
    if found is None or found.fingerprint != meant:
        shown = found.fingerprint if found else "none"
        raise Failure(f"the CA that {at.url} names has the fingerprint {shown}, not {meant}")
    return found.pem


def confirmed(at: Access, untrusted: Untrusted, context: Context) -> CaCertificate:
    """Return the server's own CA once a person has compared it.

    Raises:
        Failure: nobody does.

    """
    console = context.console
    found = asyncio.run(named_ca(at))
    if found is None:
        raise Failure(str(untrusted)) from untrusted
    if not console.interactive:
        raise Failure(
            f"{untrusted}; say which CA is meant: --ca-cert FILE, or --ca-fingerprint SHA256",
            Exit.USAGE,
        ) from untrusted
    console.say(f"{at.url} has a certificate of a CA of its own, with the SHA-256 fingerprint")
    console.say(f"  {found.fingerprint}")
    console.say("Compare it with what the server logged at its start (ca_fingerprint).")
    if console.ask("Trust it from now on? [y/N]").lower() not in YES:
        raise Failure("not trusted: nothing was sent")
    return found
