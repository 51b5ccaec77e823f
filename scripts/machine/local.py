"""What the running server says over its owner-only socket."""

import socket
from dataclasses import dataclass
from typing import Any

from scripts.machine.place import Place
from scripts.machine.unix_http import ask

HTTP_OK = 200


@dataclass(frozen=True)
class Status:
    """What the server knows of itself and its hosts."""

    version: str
    port: int
    hosts: list[dict[str, Any]]
    ca_fingerprint: str | None = None  # of the private CA that it is trusted by

    def here(self) -> dict[str, Any] | None:
        """Return this machine among the hosts: of its name, or the only one."""
        named = [h for h in self.hosts if h["name"] == socket.gethostname()]
        found = named or (self.hosts if len(self.hosts) == 1 else [])
        return found[0] if found else None

    def active_host(self) -> dict[str, Any] | None:
        """Return this machine once it is an active host."""
        host = self.here()
        return host if host and host["state"] == "active" and is_connected(host) else None

    def is_well(self) -> bool:
        """Tell whether this machine is an active host and no host says that it is in trouble."""
        return self.active_host() is not None and not any(h.get("message") for h in self.hosts)


def is_connected(host: dict[str, Any]) -> bool:
    """Tell whether a host's agent is connected."""
    return host["agentState"] in {None, "active"}


def status(place: Place) -> Status | None:
    """Return what the server says, or None where none answers."""
    try:
        answer = ask(place.local_url, "/status")
    except OSError:
        return None
    if answer.status != HTTP_OK:
        return None
    seen = answer.json
    return Status(seen["version"], seen["port"], seen["hosts"], seen.get("caFingerprint"))


def registration_url(place: Place) -> str:
    """Return where this machine joins.

    Raises:
        LookupError: the server has no such URL; its words say why.

    """
    answer = ask(place.local_url, "/registration-url")
    if answer.status != HTTP_OK:
        raise LookupError(answer.text)
    return answer.text
