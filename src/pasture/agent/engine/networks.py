"""What the agent asks of an Engine about networks: a Protocol and its values.

Two implementations: ``docker_networks.DockerNetworks`` and ``simulated_networks``'. The errors
are those of ``engine.py``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network
from typing import Any, Protocol

from pasture.model.subnet import overlap

MAIN_COLUMNS = 8  # of /proc/net/route up to the mask


@dataclass(frozen=True, kw_only=True)
class SeenNetwork:
    """One of the Engine's networks."""

    id: str
    name: str
    driver: str = "bridge"
    subnets: tuple[str, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict[str, str])
    options: Mapping[str, str] = field(default_factory=dict[str, str])
    users: tuple[str, ...] = ()  # names of the running containers in it; told by ``find`` only


@dataclass(frozen=True)
class Route:
    """One of the machine's routes."""

    destination: str
    interface: str


class EngineNetworks(Protocol):
    """The networks of an Engine, and the routes of its machine."""

    async def all(self) -> list[SeenNetwork]:
        """List the Engine's networks."""
        ...

    async def find(self, name: str) -> SeenNetwork | None:
        """Look at one network; None where there is none."""
        ...

    async def create(self, body: Mapping[str, Any]) -> None:
        """Create a network."""
        ...

    async def remove(self, id: str) -> None:
        """Remove a network that no running container is in."""
        ...

    async def attach(self, name: str, container: str, endpoint: Mapping[str, Any]) -> None:
        """Take a container out of what it knows as the network of that name, and put it in it."""
        ...

    async def routes(self) -> list[Route]:
        """List the machine's routes, as far as they can be known."""
        ...


def parse_routes(text: str) -> list[Route]:
    """Return the routes of ``/proc/net/route``: addresses stand there as little-endian numbers."""
    found: list[Route] = []
    for line in text.splitlines()[1:]:
        words = line.split()
        if len(words) >= MAIN_COLUMNS:
            network = IPv4Network((_address(words[1]), str(_address(words[7]))), strict=False)
            found.append(Route(str(network), words[0]))
    return found


def _address(hexadecimal: str) -> IPv4Address:
    return IPv4Address(int.from_bytes(bytes.fromhex(hexadecimal), "little"))


def overlaps(one: str, other: str) -> bool:
    """Tell whether two networks overlap; one of IPv6 overlaps none of ours."""
    return ":" not in other and overlap(one, other)
