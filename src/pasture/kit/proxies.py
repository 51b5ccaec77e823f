"""Which HTTP proxy leads to a URL, by the variables that all programs know.

``HTTP_PROXY``, ``HTTPS_PROXY``, ``ALL_PROXY``, ``NO_PROXY``, in either case (the lower one wins).
``NO_PROXY``: ``*``, names with all that ends in them, addresses, networks, each with a port or
without. This machine itself is never asked through a proxy.
"""

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

LOCALHOST = "localhost"
WITH_PORT = re.compile(r"(?:\[(?P<six>[^\]]+)\]|(?P<name>[^:]+))(?::(?P<port>[0-9]+))?")
PORTS = {"http": 80, "https": 443}
SCHEMES = {"ws": "http", "wss": "https"}


@dataclass(frozen=True, kw_only=True)
class Proxies:
    """The proxies of each scheme; a URL may hold a password, so it is not shown."""

    of: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    none_for: tuple[str, ...] = ()

    @classmethod
    def from_env(cls, mapping: Mapping[str, str]) -> "Proxies":
        """Read the variables."""

        def given(name: str) -> str:
            return (mapping.get(name) or mapping.get(name.upper()) or "").strip()

        every = given("all_proxy")
        of = {scheme: given(f"{scheme}_proxy") or every for scheme in PORTS}
        words = (word.strip().lower() for word in given("no_proxy").split(","))
        return cls(
            of={scheme: with_scheme(url) for scheme, url in of.items() if url},
            none_for=tuple(filter(None, words)),
        )

    def to(self, url: str) -> str | None:
        """Return the URL of the proxy for a URL; None: it is reached without."""
        parts = urlsplit(url)
        scheme = SCHEMES.get(parts.scheme, parts.scheme)
        host, port = (parts.hostname or "").rstrip("."), parts.port or PORTS.get(scheme, 0)
        if is_local(host) or any(matches(word, host, port) for word in self.none_for):
            return None
        return self.of.get(scheme)


def with_scheme(url: str) -> str:
    """Return a proxy's URL; ``host:port`` is one of HTTP."""
    return url if "://" in url else f"http://{url}"


def is_local(host: str) -> bool:
    """Tell whether a name or an address is this machine."""
    address = address_of(host)
    return host == LOCALHOST if address is None else address.is_loopback


def matches(word: str, host: str, port: int) -> bool:
    """Tell whether one word of ``NO_PROXY`` means this host."""
    if word == "*":
        return True
    found = WITH_PORT.fullmatch(word)
    if found is not None:
        word = found["six"] or found["name"]
        if found["port"] and int(found["port"]) != port:
            return False
    address = address_of(host)
    if address is not None:
        return address_matches(word, address)
    suffix = word.removeprefix("*").removeprefix(".")
    return host == suffix or host.endswith(f".{suffix}")


def address_matches(word: str, address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    """Tell whether a word names an address, or a network that has it."""
    try:
        return address in ipaddress.ip_network(word, strict=False)
    except ValueError:
        return False


def address_of(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """Return a host as an address; None: it is a name."""
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None
