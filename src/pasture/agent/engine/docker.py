"""Docker Engine through aiodocker: the only file that meets it. Every call has a deadline.

A call that ran into its deadline may still be carried out by the Engine: callers look again. The
deadlines are below 30 s, so that a wedged Engine is known as such in time; only a stop waits for
the container's own time on top, and a pull may take long as long as it moves.
"""

import asyncio
import base64
import json
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, TypeVar, cast

import aiodocker
import aiohttp
import msgspec
from yarl import URL

from pasture.agent.engine import inspection
from pasture.agent.engine.docker_calls import FIRST_ERROR, Conflict, deadline, message_of, read
from pasture.agent.engine.docker_networks import DockerNetworks, routes_at
from pasture.agent.engine.docker_streams import DockerStreams
from pasture.agent.engine.engine import (
    About,
    EngineError,
    EngineUnreachable,
    ImageNotFound,
    NoSuchContainer,
    Seen,
)
from pasture.agent.engine.progress import PullProgress
from pasture.agent.engine.words import explain
from pasture.wire.frames import RegistryAuth

LOOK_S = 10.0
ACT_S = 25.0
STOP_MORE_S = 15.0  # beyond what the container is given
PULL_ANSWER_S = 25.0  # until the registry was found and knows the image
PULL_SILENCE_S = 300.0  # then, between two lines: a large layer is checked in silence
LONGEST_LINE = 4 * 1024 * 1024  # an event carries all labels of its container
WATCHED = ("create", "start", "restart", "die", "stop", "kill", "oom", "pause", "unpause",
           "destroy", "rename", "update")  # fmt: skip
T = TypeVar("T")
DEFAULT_HOST = "unix:///var/run/docker.sock"


class DockerEngine:
    """The Docker Engine at an address: ``unix:///path`` or ``tcp://host:port``."""

    def __init__(self, address: str | None = None, *, act_s: float = ACT_S) -> None:
        self._act_s = act_s
        # met as Any: its types are partial, ours begin here
        self._docker: Any = aiodocker.Docker(url=address or DEFAULT_HOST)
        self.streams = DockerStreams(address or DEFAULT_HOST)
        self.networks = DockerNetworks(self._docker, routes_at(address or DEFAULT_HOST))

    async def about(self) -> About:
        async with deadline("info", LOOK_S):
            return read(inspection.about, await self._docker.system.info())

    async def containers(self) -> list[Seen]:
        async with deadline("list", LOOK_S):
            found = await self._docker.containers.list(all=True)
        return [read(inspection.summary, _raw(one)) for one in found]

    async def inspect(self, name_or_id: str) -> Seen | None:
        try:
            async with deadline("inspect", LOOK_S):
                found = await self._docker.containers.get(name_or_id)
        except NoSuchContainer:
            return None
        return read(inspection.seen, _raw(found))

    async def has_image(self, image: str) -> bool:
        try:
            async with deadline("image inspect", LOOK_S):
                await self._docker.images.inspect(image)
        except (ImageNotFound, NoSuchContainer):
            return False
        return True

    async def pull(self, image: str, auth: RegistryAuth | None) -> AsyncGenerator[str, None]:
        name, tag = _name_and_tag(image)
        headers = {} if auth is None else {"X-Registry-Auth": _auth_header(auth)}
        progress = PullProgress(image)
        yield f"pulling {image}"
        call = self._request(
            "POST", "images/create", params={"fromImage": name, "tag": tag}, headers=headers
        )
        async with deadline("pull", PULL_ANSWER_S, image=image) as limit, call as response:
            async for line in _lines(response):
                limit.reschedule(asyncio.get_running_loop().time() + PULL_SILENCE_S)
                if "error" in line:
                    raise ImageNotFound(explain(str(line["error"]), image))
                text = progress.add(line)
                if text is not None:
                    yield text

    async def create(self, name: str, body: Mapping[str, Any]) -> str:
        async with deadline("create", self._act_s, image=str(body.get("Image"))):
            made = await self._docker.containers.create(body, name=name)
            return made.id

    async def start(self, id: str) -> None:
        container = self._docker.containers.container(id)
        try:
            async with deadline("start", self._act_s):
                await container.start()
        except Conflict as conflict:
            if "paused" not in str(conflict):
                raise
            async with deadline("unpause", self._act_s):
                await container.unpause()

    async def stop(self, id: str, timeout_s: int) -> None:
        async with deadline("stop", timeout_s + STOP_MORE_S):
            await self._docker.containers.container(id).stop(t=timeout_s)

    async def remove(self, id: str, *, volumes: bool) -> None:
        try:
            async with deadline("remove", self._act_s):
                await self._docker.containers.container(id).delete(force=True, v=volumes)
        except NoSuchContainer:
            return
        except Conflict as conflict:
            if "already in progress" not in str(conflict):
                raise

    @asynccontextmanager
    async def events(self) -> AsyncGenerator[AsyncIterator[str], None]:
        filters = json.dumps({"type": ["container"], "event": list(WATCHED)})
        call = self._request("GET", "events", params={"filters": filters})
        async with deadline("events", LOOK_S) as limit, call as response:
            limit.reschedule(None)
            yield _ids(response)

    async def close(self) -> None:
        await self.streams.close()
        await self._docker.close()

    @asynccontextmanager
    async def _request(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str],
        headers: Mapping[str, str] | None = None,
    ) -> AsyncGenerator[aiohttp.ClientResponse, None]:
        """Make a call whose answer streams, on aiodocker's own session."""
        if self._docker.api_version == "auto":
            await self._docker.version()  # settles it
        url = URL(f"{self._docker.docker_host}/{self._docker.api_version}/{path}")
        timeout = aiohttp.ClientTimeout(total=None, sock_read=None)
        async with self._docker.session.request(
            method, url, params=params, headers=headers, timeout=timeout
        ) as response:
            if response.status >= FIRST_ERROR:
                raise aiodocker.DockerError(response.status, message_of(await response.read()))
            yield response


def _raw(container: Any) -> inspection.Raw:
    """Return the Engine's answer: aiodocker keeps it in a private attribute."""
    return cast("inspection.Raw", container._container)  # noqa: SLF001 - it has no other way


def _name_and_tag(image: str) -> tuple[str, str]:
    """Split an image's name: without a tag the Engine would pull every tag there is."""
    last = image.rsplit("/", 1)[-1]
    if "@" in last:
        return image, ""
    if ":" in last:
        name, _, tag = image.rpartition(":")
        return name, tag
    return image, "latest"


def _auth_header(auth: RegistryAuth) -> str:
    login = {"username": auth.username, "password": auth.password, "serveraddress": auth.server}
    return base64.urlsafe_b64encode(json.dumps(login).encode()).decode()


async def _lines(response: aiohttp.ClientResponse) -> AsyncIterator[dict[str, Any]]:
    """Yield the JSON objects of a streaming answer; lines may be long."""
    rest = b""
    async for part in response.content.iter_any():
        *whole, rest = (rest + part).split(b"\n")
        if len(rest) > LONGEST_LINE:
            raise EngineError("the Engine sent a line without an end")
        for line in whole:
            if line.strip():
                yield msgspec.json.decode(line, type=dict[str, Any])


async def _ids(response: aiohttp.ClientResponse) -> AsyncIterator[str]:
    try:
        async for event in _lines(response):
            if event.get("id"):
                yield str(event["id"])
    except (aiohttp.ClientError, OSError, msgspec.DecodeError) as error:
        raise EngineUnreachable(f"the Engine broke off: {error}") from error
