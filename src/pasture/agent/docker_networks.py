"""Docker's networks through aiodocker, and the routes of the machine that it runs on."""

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pasture.agent.docker_calls import deadline, read
from pasture.agent.engine import EngineError, NoSuchContainer
from pasture.agent.inspection import Raw
from pasture.agent.networks import Route, SeenNetwork, parse_routes

LOOK_S, ACT_S = 10.0, 25.0
ROUTES = Path("/proc/net/route")  # of the network namespace that the agent is in: the host's


class DockerNetworks:
    """The networks of one Engine; ``is_here``: it runs on this machine."""

    def __init__(self, docker: Any, *, is_here: bool, routes: Path = ROUTES) -> None:
        self._docker = docker  # aiodocker's own, met as Any: its types are partial
        self._is_here = is_here
        self._routes = routes

    async def all(self) -> list[SeenNetwork]:
        async with deadline("networks", LOOK_S):
            found: list[Raw] = await self._docker.networks.list()
        return [read(seen, raw) for raw in found]

    async def find(self, name: str) -> SeenNetwork | None:
        try:
            async with deadline("network inspect", LOOK_S):
                network = await self._docker.networks.get(name)
                raw: Raw = await network.show()
        except NoSuchContainer:
            return None
        return (
            read(seen, raw) if raw.get("Name") == name else None
        )  # it also finds by an id's start

    async def create(self, body: Mapping[str, Any]) -> None:
        async with deadline("network create", ACT_S):
            await self._docker.networks.create(dict(body))

    async def remove(self, id: str) -> None:
        try:
            async with deadline("network remove", ACT_S):
                network = await self._docker.networks.get(id)
                await network.delete()
        except NoSuchContainer:
            return

    async def attach(self, name: str, container: str, endpoint: Mapping[str, Any]) -> None:
        async with deadline("network attach", ACT_S):
            network = await self._docker.networks.get(name)
            await network.disconnect({"Container": container, "Force": True})
            await network.connect({"Container": container, "EndpointConfig": dict(endpoint)})

    async def routes(self) -> list[Route]:
        if not self._is_here:
            return []
        try:
            return parse_routes(await asyncio.to_thread(self._routes.read_text))
        except (OSError, ValueError) as error:
            raise EngineError(f"the machine's routes cannot be read: {error}") from error


def seen(raw: Raw) -> SeenNetwork:
    """Return what a description of a network says."""
    ipam: Raw = raw.get("IPAM") or {}
    ranges: Sequence[Raw] = ipam.get("Config") or ()
    users: Mapping[str, Raw] = raw.get("Containers") or {}
    return SeenNetwork(
        id=raw["Id"],
        name=raw["Name"],
        driver=str(raw.get("Driver") or ""),
        subnets=tuple(str(one["Subnet"]) for one in ranges if one.get("Subnet")),
        labels=raw.get("Labels") or {},
        options=raw.get("Options") or {},
        users=tuple(str(one.get("Name") or "") for one in users.values()),
    )
