"""Where a server is, and as whom it is asked: values that say nothing of where they come from."""

import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from pasture.client.errors import ClientError
from pasture.kit.proxies import Proxies

API = "/v2-beta"
IN_PATH = re.compile(r"(?P<prefix>.*?)/v(?:1|2-beta)(?:/projects/(?P<project>[^/]+))?(?:/.*)?")


@dataclass(frozen=True)
class KeyPair:
    """An API key, or a login name and its password."""

    key: str
    secret: str = field(repr=False)


@dataclass(frozen=True)
class Token:
    """A session's token."""

    text: str = field(repr=False)


Proof = KeyPair | Token


@dataclass(frozen=True, kw_only=True)
class Access:
    """One server, one asker, one environment (None: the only one, or the one named Default)."""

    url: str
    proof: Proof | None = None
    project: str | None = None
    ca: str | None = None  # PEM of the only CA that is trusted; None: those of this machine
    proxies: Proxies = field(default_factory=Proxies)


class BadUrl(ClientError):
    """The text is no URL of a server."""


def parse_url(text: str) -> tuple[str, str | None]:
    """Return a server's base URL and the environment named in it, or None.

    Takes what people and Rancher's clients have: ``host:8080``, ``http://host:8080/``,
    ``http://host:8080/v2-beta/projects/1a5/schemas``.

    Raises:
        BadUrl: it is none.

    """
    given = text if "://" in text else f"http://{text}"
    try:
        parts = urlsplit(given)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise BadUrl(f"{text!r} is no URL: {error}") from error
    if parts.scheme not in {"http", "https"} or not host:
        raise BadUrl(f"{text!r} is no URL of a server; accepted: http://host:8080, https://host")
    if parts.username is not None or parts.password is not None:
        raise BadUrl("a URL must not carry a password: log in, or set an API key")
    match = IN_PATH.fullmatch(parts.path)
    prefix = match["prefix"] if match else parts.path
    return f"{parts.scheme}://{parts.netloc}{prefix.rstrip('/')}", match and match["project"]
