"""What proxies say of a request: believed from this machine and from named ones, else removed.

Behind this, what a request says by ``X-Forwarded-*`` is true, and its client is the machine that
the last of our proxies saw. Nobody gains access by any of it.
"""

import ipaddress
import re
from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias

from starlette.types import ASGIApp, Receive, Scope, Send

from pasture.server.front_door.census import is_among
from pasture.settings.front_door import Network

PREFIX = b"x-forwarded-"
FOR, PROTO = b"x-forwarded-for", b"x-forwarded-proto"
WELL_FORMED = {
    PROTO: re.compile(rb"(https?|wss?)(\s*,.*)?", re.IGNORECASE | re.DOTALL),
    b"x-forwarded-host": re.compile(rb"[A-Za-z0-9.:\[\]_-]+(\s*,.*)?", re.DOTALL),
    b"x-forwarded-port": re.compile(rb"[0-9]{1,5}(\s*,.*)?", re.DOTALL),
}
Headers: TypeAlias = list[tuple[bytes, bytes]]


class Forwarded:
    """ASGI middleware; the outermost that looks at headers."""

    def __init__(self, app: ASGIApp, proxies: Sequence[Network] = ()) -> None:
        self._app = app
        self._proxies = proxies

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if any(name.startswith(PREFIX) for name, _ in scope.get("headers", ())):
            scope = {**scope, **self._told(scope)}
        await self._app(scope, receive, send)

    def _told(self, scope: Scope) -> dict[str, Any]:
        """Return what changes in a scope that carries such headers."""
        headers: Headers = scope["headers"]
        peer, port = scope.get("client") or ("", 0)
        if not is_among(peer, self._proxies):
            return {"headers": [h for h in headers if not h[0].startswith(PREFIX)]}
        hops = b",".join(value for name, value in headers if name == FOR).decode("latin-1")
        return {
            "headers": [h for h in headers if is_well_formed(*h)],
            "client": (client_of(peer, hops.split(","), self._proxies), port),
        }


def is_well_formed(name: bytes, value: bytes) -> bool:
    """Tell whether a header may stay; what is said by ``X-Forwarded-For`` is in the client now."""
    if name == FOR:
        return False
    form = WELL_FORMED.get(name)
    return form is None or form.fullmatch(value.strip()) is not None


def client_of(peer: str, hops: Iterable[str], proxies: Sequence[Network]) -> str:
    """Return the first address, seen from us, that is no proxy of ours.

    Each hop is what the proxy after it saw; what stands before the client is its own word.
    """
    client = peer
    for hop in reversed([bare(hop) for hop in hops]):
        if not is_among(client, proxies) or hop is None:
            break
        client = hop
    return client


def bare(hop: str) -> str | None:
    """Return the address in one element of the header; None: there is none."""
    word = hop.strip().strip('"')
    if word.startswith("["):
        word = word[1:].partition("]")[0]
    elif word.count(":") == 1:
        word = word.partition(":")[0]
    try:
        return str(ipaddress.ip_address(word))
    except ValueError:
        return None
