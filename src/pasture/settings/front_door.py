"""What the server is told of its front door: TLS, its public address, proxies before it."""

import ipaddress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from pasture.kit.errors import Invalid
from pasture.settings import parse
from pasture.settings.given import Given
from pasture.settings.parse import Listen

Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network
SHORTEST_TOKEN, LONGEST_TOKEN = 16, 1024


@dataclass(frozen=True, kw_only=True)
class FrontDoor:
    """How clients come in; all of it may be left out."""

    tls_cert: Path | None = None
    tls_key: Path | None = None
    tls_ca: Path | None = None
    tls_self_signed: bool = False
    public_url: str | None = None
    trusted_proxies: tuple[Network, ...] = ()
    metrics_token: str | None = field(default=None, repr=False)

    @property
    def has_tls(self) -> bool:
        """Whether this server itself speaks TLS."""
        return self.tls_self_signed or self.tls_cert is not None

    def url_here(self, listen: Listen, port: int) -> str:
        """Return where this machine itself finds the server; ``port`` is the one that was got.

        A certificate from files is hardly for an address of this machine: the public URL is then.
        """
        if self.tls_cert is not None and self.public_url is not None:
            return self.public_url
        return listen.url(port, "https" if self.has_tls else "http")


def front_door(given: Given) -> FrontDoor:
    """Read what was given; what does not go together is a problem too."""
    made = FrontDoor(
        tls_cert=given.value("tls_cert", parse.path, None),
        tls_key=given.value("tls_key", parse.path, None),
        tls_ca=given.value("tls_ca", parse.path, None),
        tls_self_signed=given.value("tls_self_signed", self_signed, default=False),
        public_url=given.value("public_url", parse.public_url, None),
        trusted_proxies=given.value("trusted_proxies", networks, ()),
        metrics_token=metrics_token(given),
    )
    given.problems += unfit(made)
    return made


def unfit(front: FrontDoor) -> list[Invalid]:
    """Say what does not go together."""
    problems: list[Invalid] = []
    if (front.tls_cert is None) != (front.tls_key is None):
        missing = "tls_key" if front.tls_key is None else "tls_cert"
        words = "--tls-cert and --tls-key are given together; accepted: both, or neither"
        problems.append(Invalid(words, field=missing))
    if front.tls_self_signed and (front.tls_cert or front.tls_ca):
        words = (
            "--tls-self-signed makes CA and certificate itself; accepted: it alone, or --tls-cert "
            "and --tls-key with --tls-ca where their CA is a private one"
        )
        problems.append(Invalid(words, field="tls_self_signed"))
    if front.has_tls and front.public_url and front.public_url.startswith("http:"):
        words = (
            f"--public-url is {front.public_url}, and this server speaks TLS; "
            f"accepted: {front.public_url.replace('http:', 'https:', 1)}"
        )
        problems.append(Invalid(words, field="public_url"))
    return problems


def self_signed(text: str) -> bool:
    """Parse the switch."""
    return parse.option("tls_self_signed", text) == "on"


def networks(text: str) -> tuple[Network, ...]:
    """Parse addresses and networks, joined by commas.

    Raises:
        Invalid: one of them is neither, or has bits beside its mask.

    """
    found: list[Network] = []
    for word in filter(None, (part.strip() for part in text.split(","))):
        try:
            found.append(ipaddress.ip_network(word))
        except ValueError as odd:
            raise parse.ill("trusted_proxies", word) from odd
    return tuple(found)


def metrics_token(given: Given) -> str | None:
    """Return the token that opens /metrics: the one given, or a file's first line."""
    token = given.value("metrics_token", lambda t: token_of("metrics_token", t), None)
    path = given.value("metrics_token_file", parse.path, None)
    if token is not None or path is None:
        return token
    try:
        lines = path.read_text().splitlines()
    except (OSError, UnicodeDecodeError) as error:
        words = f"the file with the token for /metrics, {path}, cannot be read: {error}"
        given.problems.append(Invalid(words, field="metrics_token_file"))
        return None
    try:
        return token_of("metrics_token_file", lines[0] if lines else "")
    except Invalid as problem:
        given.problems.append(problem)
        return None


def token_of(name: str, text: str) -> str:
    """Parse a token; the error does not repeat it.

    Raises:
        Invalid: too short, too long, or nothing that a header carries.

    """
    if not (SHORTEST_TOKEN <= len(text) <= LONGEST_TOKEN and text.isascii() and text.isprintable()):
        raise parse.ill(name, f"a token of {len(text)} characters")
    return text
