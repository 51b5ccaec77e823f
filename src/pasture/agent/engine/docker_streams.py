"""Streams of a Docker Engine: logs, exec, attach, statistics, archives.

They have connections of their own: the Engine's other calls never wait for a place among them.
What is opened is opened within ``OPENING_S``; then it may be silent for as long as it likes.
"""

import asyncio
from base64 import b64decode
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import aiodocker
import aiohttp
import msgspec

from pasture.agent.engine import cgroups, docker_stats, machine
from pasture.agent.engine.docker_calls import FIRST_ERROR, deadline, message_of
from pasture.agent.engine.docker_exec import DockerExec, Process, Talk, end_left
from pasture.agent.engine.engine import EngineError
from pasture.agent.engine.figures import Row
from pasture.agent.engine.hijack import AHEAD, DETACH_KEYS, hijack
from pasture.agent.engine.lines import Demultiplexer, Lines, chunks
from pasture.agent.engine.streams import OPENING_S, Conversation, Pieces
from pasture.agent.engine.words import explain
from pasture.kit.clock import Clock, SystemClock
from pasture.wire.streams import CHUNK, Attach, CopyFrom, CopyTo, Exec, Logs

LOOK_S = 10.0
SILENCE_S = 60.0  # of an Engine amid an archive
MOST_AHEAD = 1024 * 1024  # of an attached container's output: it would wait for its reader
EVERY_S = 1.0  # between two rows of one container
PATH_STAT = "X-Docker-Container-Path-Stat"
FOLDER, LINK = 1 << 31, 1 << 27  # in a mode as Go has it
LONGEST_ROW = 4 * 1024 * 1024


class _PathStat(msgspec.Struct):
    mode: int


class DockerStreams:
    """The streams of the Engine at an address: ``unix:///path`` or ``tcp://host:port``."""

    def __init__(self, address: str, *, clock: Clock | None = None, root: Path = Path("/")) -> None:
        self._address = address
        self._clock = clock or SystemClock()
        self._root = root
        self._execs: set[str] = set()
        self._http: aiohttp.ClientSession | None = None

    @asynccontextmanager
    async def logs(self, asked: Logs) -> AsyncGenerator[Pieces]:
        tty = bool((await self._inspect(asked.container))["Config"]["Tty"])
        query = {
            "stdout": "1",
            "stderr": "1",
            "follow": str(int(asked.follow)),
            "timestamps": str(int(asked.timestamps)),
            "tail": "all" if asked.lines is None else str(asked.lines),
            "since": str(asked.since or 0),
        }
        path = f"containers/{asked.container}/logs"
        async with self._streaming("logs", path, query) as response:
            yield _log(response, tty=tty, timestamps=asked.timestamps)

    @asynccontextmanager
    async def execute(self, asked: Exec) -> AsyncGenerator[Conversation]:
        async with DockerExec(self, self._address, asked, self._execs).run() as conversation:
            yield conversation

    async def end_left(self) -> None:
        await end_left(self, self._execs)

    @asynccontextmanager
    async def attach(self, asked: Attach) -> AsyncGenerator[Conversation]:
        path = f"containers/{asked.container}"
        found = await self._inspect(asked.container)
        if not (found["State"]["Running"] or asked.from_start):
            raise EngineError("the container is not running: start it first")
        query = (
            f"stream=1&stdout=1&stderr=1&stdin={int(asked.stdin)}&detachKeys={quote(DETACH_KEYS)}"
        )

        process = Process(lambda: self._inspect(asked.container))
        async with (
            deadline("attach", OPENING_S) as limit,
            hijack(
                self._address,
                f"{path}/attach?{query}",
                most=AHEAD if asked.from_start else MOST_AHEAD,
                never_waits=not asked.from_start,
            ) as wire,
        ):
            limit.reschedule(None)
            yield Talk(
                wire,
                Demultiplexer(tty=bool(found["Config"]["Tty"])),
                resize=lambda width, height: process.once_started(
                    lambda: self.call("POST", f"{path}/resize?w={width}&h={height}", "resize")
                ),
                ended=process.exit_code,
                lives=process.lives if asked.from_start else None,
            )

    @asynccontextmanager
    async def usage(self, container: str) -> AsyncGenerator[AsyncIterator[Row]]:
        state = (await self._inspect(container))["State"]
        if not state["Running"]:
            raise EngineError("the container is not running")
        group = cgroups.find(int(state["Pid"]), container, self._root)
        if group is not None:
            yield self._measured(group)
            return
        query = {"stream": "true"}
        async with self._streaming("stats", f"containers/{container}/stats", query) as response:
            yield _rows(response)

    def machine(self) -> Row:
        return machine.row(self._clock.now_ms(), self._root)

    async def running(self) -> frozenset[str]:
        return frozenset(one["Id"] for one in await self.call("GET", "containers/json", "list"))

    @asynccontextmanager
    async def copy_from(self, asked: CopyFrom) -> AsyncGenerator[AsyncIterator[bytes]]:
        path = f"containers/{asked.container}/archive"
        async with self._streaming("archive", path, {"path": asked.path}) as response:
            yield _archive(response)

    async def check(self, asked: CopyTo) -> None:
        await self._inspect(asked.container)
        url = self._url(f"containers/{asked.container}/archive")
        async with (
            deadline("archive", LOOK_S),
            self._session().head(url, params={"path": asked.path}) as answer,
        ):
            if answer.status >= FIRST_ERROR:
                raise EngineError(f"there is no {asked.path} in the container")
            described = msgspec.json.decode(b64decode(answer.headers[PATH_STAT]), type=_PathStat)
        if not described.mode & (FOLDER | LINK):
            raise EngineError(f"{asked.path} is no folder")

    async def copy_to(self, asked: CopyTo, tar: AsyncIterator[bytes]) -> None:
        url = self._url(f"containers/{asked.container}/archive")
        async with deadline("archive", LOOK_S) as limit:
            limit.reschedule(None)

            async def until_the_end() -> AsyncIterator[bytes]:
                async for data in tar:
                    yield data
                limit.reschedule(asyncio.get_running_loop().time() + SILENCE_S)

            query = {"path": asked.path, "noOverwriteDirNonDir": "true"}
            async with self._session().put(url, params=query, data=until_the_end()) as answer:
                await _raise_for(answer)

    async def close(self) -> None:
        """Let go of all connections."""
        if self._http is not None:
            await self._http.close()

    async def call(
        self, method: str, path: str, name: str, body: Mapping[str, Any] | None = None
    ) -> Any:
        """Make a call with a short answer, and return what it says."""
        async with (
            deadline(name, LOOK_S),
            self._session().request(method, self._url(path), json=body) as answer,
        ):
            await _raise_for(answer)
            text = await answer.read()
            return msgspec.json.decode(text) if text.strip() else None

    async def _inspect(self, container: str) -> Any:
        return await self.call("GET", f"containers/{container}/json", "inspect")

    @asynccontextmanager
    async def _streaming(
        self, name: str, path: str, query: Mapping[str, str]
    ) -> AsyncGenerator[aiohttp.ClientResponse]:
        async with (
            deadline(name, LOOK_S) as limit,
            self._session().get(self._url(path), params=query) as answer,
        ):
            await _raise_for(answer)
            limit.reschedule(None)
            yield answer

    def _url(self, path: str) -> str:
        place = self._address.removeprefix("tcp://").rstrip("/")
        return f"http://{'docker' if self._address.startswith('unix:') else place}/{path}"

    def _session(self) -> aiohttp.ClientSession:
        if self._http is None:
            # no limit here: there are at most MOST_STREAMS, and one meter a container
            connector = (
                aiohttp.UnixConnector(self._address.removeprefix("unix://"), limit=0)
                if self._address.startswith("unix:")
                else aiohttp.TCPConnector(limit=0)
            )
            self._http = aiohttp.ClientSession(
                connector=connector, timeout=aiohttp.ClientTimeout(total=None, sock_read=None)
            )
        return self._http

    async def _measured(self, group: cgroups.Cgroup) -> AsyncIterator[Row]:
        try:
            while True:
                yield group.row(self._clock.now_ms())
                await asyncio.sleep(EVERY_S)
        except OSError:
            return  # the group went with the container's last process
        except (KeyError, ValueError) as error:
            raise EngineError(f"the control group cannot be read: {error!r}") from error


async def _raise_for(answer: aiohttp.ClientResponse) -> None:
    if answer.status >= FIRST_ERROR:
        raise aiodocker.DockerError(answer.status, message_of(await answer.read()))


async def _log(
    response: aiohttp.ClientResponse, *, tty: bool, timestamps: bool
) -> AsyncIterator[tuple[int, bytes]]:
    demultiplexer, lines = Demultiplexer(tty=tty), Lines(timestamps=timestamps)
    try:
        async for data in response.content.iter_any():
            for channel, run in lines.feed(demultiplexer.feed(data)):
                for chunk in chunks(run):
                    yield channel, chunk
            if demultiplexer.refusal:
                raise EngineError(explain(demultiplexer.refusal))
    except ValueError as error:
        raise EngineError(str(error)) from error
    for channel, rest in lines.end():
        yield channel, rest


async def _rows(response: aiohttp.ClientResponse) -> AsyncIterator[Row]:
    rest = b""
    async for part in response.content.iter_any():
        *whole, rest = (rest + part).split(b"\n")
        if len(rest) > LONGEST_ROW:
            raise EngineError("the Engine sent a line without an end")
        for line in whole:
            if line.strip() and (row := docker_stats.row(line)) is not None:
                yield row


async def _archive(response: aiohttp.ClientResponse) -> AsyncIterator[bytes]:
    while True:
        async with asyncio.timeout(SILENCE_S):
            data = await response.content.read(CHUNK)
        if not data:
            return
        yield data
