"""Docker's networks through aiodocker, and the routes of the network namespace that it is in."""

import asyncio
import socket
import struct
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from pasture.agent.engine.docker_calls import deadline, read
from pasture.agent.engine.engine import EngineError, NoSuchContainer
from pasture.agent.engine.inspection import Raw
from pasture.agent.engine.networks import Route, SeenNetwork, parse_routes

LOOK_S, ACT_S = 10.0, 25.0
PROC = Path("/proc")
ROUTES = "net/route"  # of a process's network namespace
LOCAL = "unix://"
PEER = struct.Struct("3i")  # pid, uid, gid of who listens
RoutesFile = Callable[[], Path]


class DockerNetworks:
    """The networks of one Engine; ``routes`` finds its routes, None: it is on another machine."""

    def __init__(self, docker: Any, routes: RoutesFile | None) -> None:
        self._docker = docker  # aiodocker's own, met as Any: its types are partial
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
        find = self._routes
        if find is None:
            return []
        try:
            return parse_routes(await asyncio.to_thread(lambda: find().read_text()))
        except (OSError, ValueError) as error:
            raise EngineError(f"the machine's routes cannot be read: {error}") from error


def routes_at(address: str) -> RoutesFile | None:
    """Return what finds the routes of the Engine at an address; None where it is not here."""
    if not address.startswith(LOCAL):
        return None
    return lambda: routes_of(address.removeprefix(LOCAL))


def routes_of(listening: str) -> Path:
    """Return where the routes of whoever listens on a socket stand.

    The kernel tells which process that is; one that is not to be seen from here is taken to be in
    our own network namespace, as the agent's container is in its host's.
    """
    with socket.socket(socket.AF_UNIX) as asked:
        asked.settimeout(LOOK_S)
        asked.connect(listening)
        told = asked.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, PEER.size)
    theirs = PROC / str(PEER.unpack(told)[0]) / ROUTES
    return theirs if theirs.exists() else PROC / ROUTES


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
