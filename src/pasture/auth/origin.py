"""Which page of the web sent a request, as its browser says; programs say nothing.

A browser sends credentials along with whatever a foreign page asks of us, so what it says of the
page decides. A page can change none of these headers.
"""

import ipaddress
from collections.abc import Mapping
from urllib.parse import urlsplit

OWN_SITES = frozenset({"same-origin", "none"})  # none: somebody typed the address
DEFAULT_PORTS = (":80", ":443")
LOCALHOST = "localhost"


def foreign_page(headers: Mapping[str, str], host: str) -> str | None:
    """Return what tells that a page not served at ``host`` (``name[:port]``) sent this, or None."""
    origin = headers.get("origin")
    if origin is not None and bare(netloc_of(origin)) != bare(host):
        return f"Origin is {origin[:80]!r}, this is {host[:80]!r}"
    site = headers.get("sec-fetch-site", "same-origin")
    return None if site in OWN_SITES else f"Sec-Fetch-Site is {site[:80]!r}"


def may_be_rebound(host: str, known: str) -> bool:
    """Tell whether a Host is a name that its owner may point at any machine, such as this one.

    An address means the machine itself; ``known`` is the one name that is ours, or empty.
    """
    name = name_of(host)
    return name not in {LOCALHOST, name_of(known) or LOCALHOST} and not is_address(name)


def netloc_of(url: str) -> str:
    """Return the ``name[:port]`` of a URL; empty where it is none, such as ``null``."""
    try:
        return urlsplit(url).netloc
    except ValueError:
        return ""


def name_of(host: str) -> str:
    """Return the name or address in ``name[:port]`` or in a URL."""
    try:
        return urlsplit(host if "//" in host else f"//{host}").hostname or ""
    except ValueError:
        return ""


def bare(host: str) -> str:
    """Return a host in lower case, without a port that goes without saying."""
    host = host.lower()
    return next((host.removesuffix(p) for p in DEFAULT_PORTS if host.endswith(p)), host)


def is_address(text: str) -> bool:
    """Tell whether a text is an IP address."""
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
