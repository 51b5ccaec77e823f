"""Networks and ports of a simulated Engine, in memory: names are unique, subnets do not overlap."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pasture.agent.engine.engine import EngineError, NetworkGone, NoSuchContainer
from pasture.agent.engine.inspection import Raw, published
from pasture.agent.engine.networks import Route, SeenNetwork, overlaps

SHARES = "container:"


@dataclass(frozen=True)
class Endpoint:
    """A container's place in a network; the network's id is known from the first start on."""

    network: str
    address: str | None
    id: str | None = None


class SimulatedNetworks:
    """What Docker keeps of networks, and who is in which."""

    def __init__(
        self,
        enter: Callable[[str, str], Awaitable[None]],
        running: Callable[[str], str | None],
    ) -> None:
        """Take what each call goes through, and what tells a running container's name by its id."""
        self.made: dict[str, SeenNetwork] = {}  # by name
        self.machine: list[Route] = []
        self._enter = enter
        self._running = running
        self._endpoints: dict[str, Endpoint] = {}  # by the container's id
        self._numbers = 0

    async def all(self) -> list[SeenNetwork]:
        await self._enter("networks", "")
        return list(self.made.values())

    async def find(self, name: str) -> SeenNetwork | None:
        await self._enter("network inspect", name)
        found = self.made.get(name)
        return None if found is None else replace(found, users=self._users(name))

    async def create(self, body: Mapping[str, Any]) -> None:
        await self._enter("network create", str(body["Name"]))
        subnets = [one["Subnet"] for one in body["IPAM"]["Config"]]
        self.make(body["Name"], *subnets, labels=body["Labels"], options=body["Options"])

    async def remove(self, id: str) -> None:
        await self._enter("network remove", id)
        found = next((n for n in self.made.values() if n.id == id), None)
        if found is not None and self._users(found.name):
            raise EngineError(f"network {found.name} has active endpoints")
        if found is not None:
            del self.made[found.name]

    async def attach(self, name: str, container: str, endpoint: Mapping[str, Any]) -> None:
        await self._enter("network attach", container)
        if name not in self.made:
            raise EngineError(f"network {name} not found")
        self._endpoints[container] = Endpoint(name, _address(endpoint))

    async def routes(self) -> list[Route]:
        await self._enter("routes", "")
        return self.machine

    def make(
        self,
        name: str,
        *subnets: str,
        labels: Mapping[str, str] | None = None,
        options: Mapping[str, str] | None = None,
    ) -> None:
        """Do what ``docker network create`` does."""
        if name in self.made:
            raise EngineError(f"network with name {name} already exists")
        for other in self.made.values():
            if any(overlaps(a, b) for a in subnets for b in other.subnets):
                raise EngineError("Pool overlaps with other one on this address space")
        self._numbers += 1
        self.made[name] = SeenNetwork(
            id=f"net-{self._numbers}",
            name=name,
            subnets=subnets,
            labels=labels or {},
            options=options or {},
        )

    # what the Engine asks when it makes, starts and removes a container

    def made_for(self, container: str, body: Mapping[str, Any]) -> None:
        """Note which network a new container is to be in."""
        networking: Raw = body.get("NetworkingConfig") or {}
        endpoints: Mapping[str, Raw] = networking.get("EndpointsConfig") or {}
        for name, endpoint in endpoints.items():
            self._endpoints[container] = Endpoint(name, _address(endpoint))

    def gone(self, container: str) -> None:
        """Forget a container."""
        self._endpoints.pop(container, None)

    def started(self, container: str, mode: str) -> str | None:
        """Return a container's fixed address; refuse what Docker refuses."""
        if mode.startswith(SHARES) and self._running(mode.removeprefix(SHARES)) is None:
            raise NoSuchContainer(f"no such container: {mode.removeprefix(SHARES)}")
        mine = self._endpoints.get(container)
        if mine is None:
            return None
        network = self.made.get(mine.network)
        if network is None or mine.id not in {None, network.id}:
            raise NetworkGone(f"network {mine.id or mine.network} not found")
        for other, theirs in self._endpoints.items():
            if other != container and self._running(other) and theirs.address == mine.address:
                raise EngineError("another container on this host has its address")
        self._endpoints[container] = replace(mine, id=network.id)
        return mine.address

    def _users(self, network: str) -> tuple[str, ...]:
        names = (self._running(c) for c, e in self._endpoints.items() if e.network == network)
        return tuple(name for name in names if name is not None)


def _address(endpoint: Raw) -> str | None:
    config: Raw = endpoint.get("IPAMConfig") or {}
    return config.get("IPv4Address")


def public_ports(body: Mapping[str, Any]) -> set[str]:
    """Return the ports of the machine that the body of a create asks for."""
    return {one["HostPort"] for several in _bindings(body).values() for one in several} - {""}


def published_ports(body: Mapping[str, Any], chosen: int) -> tuple[str, ...]:
    """Return what is published; ``chosen`` stands where any port of the machine will do."""
    return published(
        {
            private: [{**one, "HostPort": one["HostPort"] or str(chosen)} for one in several]
            for private, several in _bindings(body).items()
        }
    )


def _bindings(body: Mapping[str, Any]) -> Mapping[str, Sequence[Raw]]:
    host_config: Raw = body.get("HostConfig") or {}
    return host_config.get("PortBindings") or {}
