"""What the agent asks of its Engine for itself: its own containers, image, networks.

A Protocol and the real one; tests have one in memory. Containers are met as the Engine describes
them (``Raw``): nothing here is reported to anybody.
"""

import json
from collections.abc import AsyncGenerator, AsyncIterable, Mapping
from contextlib import asynccontextmanager
from typing import Any, Protocol, cast

import aiodocker

from pasture.agent.contained.own import Raw
from pasture.agent.engine.docker_calls import deadline
from pasture.agent.engine.docker_networks import DockerNetworks, routes_at
from pasture.agent.engine.engine import EngineError, ImageNotFound, NoSuchContainer
from pasture.agent.engine.networks import EngineNetworks
from pasture.model.joining import SOCKET

LOOK_S, ACT_S, PULL_S, LOAD_S = 10.0, 25.0, 600.0, 300.0
STOP_MORE_S = 15.0
LEAST_API = (1, 41)  # Docker 20.10
LAST_LINES = 5
LOCAL = f"unix://{SOCKET}"


class OwnEngine(Protocol):
    """An Engine, as far as the agent's own household goes."""

    @property
    def networks(self) -> EngineNetworks:
        """Its networks."""
        ...

    async def api_version(self) -> tuple[int, ...]:
        """Return the newest version of its API."""
        ...

    async def about(self) -> Raw:
        """Describe the Engine and its machine."""
        ...

    async def find(self, name_or_id: str) -> Raw | None:
        """Look at a container; None where there is none."""
        ...

    async def labelled(self, label: str) -> list[Raw]:
        """List the containers with a label (``key`` or ``key=value``), running or not."""
        ...

    async def image_id(self, image: str) -> str | None:
        """Return the id of an image; None where it is not on this machine."""
        ...

    async def pull(self, image: str) -> None:
        """Fetch an image from its registry."""
        ...

    async def load(self, archive: AsyncIterable[bytes]) -> None:
        """Take in the images of an archive."""
        ...

    async def create(self, name: str, body: Mapping[str, Any]) -> str:
        """Create a container and return its id."""
        ...

    async def start(self, id: str) -> None:
        """Start a container."""
        ...

    async def stop(self, id: str, timeout_s: int) -> None:
        """Stop a container; nothing where it does not run."""
        ...

    async def rename(self, id: str, name: str) -> None:
        """Give a container another name."""
        ...

    async def remove(self, id: str) -> None:
        """Remove a container by force; nothing where there is none."""
        ...

    async def let_lie(self, id: str) -> None:
        """Have a container that ends not started again."""
        ...

    async def last_words(self, id: str) -> list[str]:
        """Return the last lines that a container wrote."""
        ...


@asynccontextmanager
async def own_engine(address: str | None) -> AsyncGenerator["DockerOwn"]:
    """Open the Docker Engine at an address."""
    engine = DockerOwn(address)
    try:
        yield engine
    finally:
        await engine.close()


class DockerOwn:
    """The Docker Engine at an address."""

    def __init__(self, address: str | None = None) -> None:
        # met as Any: its types are partial, ours begin here
        self._docker: Any = aiodocker.Docker(url=address or LOCAL)
        self.networks: EngineNetworks = DockerNetworks(self._docker, routes_at(address or LOCAL))

    async def close(self) -> None:
        """Let go of all connections."""
        await self._docker.close()

    async def api_version(self) -> tuple[int, ...]:
        async with deadline("version", LOOK_S):
            found = await self._docker.version()
        return tuple(int(part) for part in str(found["ApiVersion"]).split("."))

    async def about(self) -> Raw:
        async with deadline("info", LOOK_S):
            return cast("Raw", await self._docker.system.info())

    async def find(self, name_or_id: str) -> Raw | None:
        try:
            return await self._asked("inspect", f"containers/{name_or_id}/json")
        except NoSuchContainer:
            return None

    async def labelled(self, label: str) -> list[Raw]:
        filters = json.dumps({"label": [label]})
        listed = {"all": "1", "filters": filters}
        return await self._asked("list", "containers/json", params=listed)

    async def image_id(self, image: str) -> str | None:
        try:
            found = await self._asked("image inspect", f"images/{image}/json")
        except (ImageNotFound, NoSuchContainer):
            return None
        return str(found["Id"])

    async def pull(self, image: str) -> None:
        async with deadline("pull", PULL_S, image=image):
            await self._docker.images.pull(image)

    async def load(self, archive: AsyncIterable[bytes]) -> None:
        async with deadline("load", LOAD_S):
            for line in await self._docker.images.import_image(archive):
                if "error" in line:
                    raise EngineError(f"the Engine could not load the image: {line['error']}")

    async def create(self, name: str, body: Mapping[str, Any]) -> str:
        async with deadline("create", ACT_S, image=str(body.get("Image"))):
            made = await self._docker.containers.create(body, name=name)
            return str(made.id)

    async def start(self, id: str) -> None:
        async with deadline("start", ACT_S):
            await self._container(id).start()

    async def stop(self, id: str, timeout_s: int) -> None:
        async with deadline("stop", timeout_s + STOP_MORE_S):
            await self._container(id).stop(t=timeout_s)

    async def rename(self, id: str, name: str) -> None:
        async with deadline("rename", ACT_S):
            await self._container(id).rename(name)

    async def remove(self, id: str) -> None:
        try:
            async with deadline("remove", ACT_S):
                await self._container(id).delete(force=True, v=True)
        except NoSuchContainer:
            return

    async def let_lie(self, id: str) -> None:
        policy = {"RestartPolicy": {"Name": "no"}}
        await self._asked("update", f"containers/{id}/update", method="POST", data=policy)

    async def last_words(self, id: str) -> list[str]:
        async with deadline("logs", LOOK_S):
            lines = await self._container(id).log(stdout=True, stderr=True, tail=LAST_LINES)
        return [line.strip() for line in lines if line.strip()]

    def _container(self, id: str) -> Any:
        return self._docker.containers.container(id)

    async def _asked(self, call: str, path: str, method: str = "GET", **more: Any) -> Any:
        limit_s = LOOK_S if method == "GET" else ACT_S
        async with deadline(call, limit_s):
            return await self._docker._query_json(path, method, **more)  # noqa: SLF001 - it has no other way
