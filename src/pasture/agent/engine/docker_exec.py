"""A command in a container of a Docker Engine, from its start until nothing is left of it.

The Engine takes the connection over before it starts the command: whether the command runs, and
under which pid, is asked until it is known. Then it is known too what to end where the stream ends
first.
"""

import asyncio
import logging
from base64 import b64decode
from collections.abc import AsyncGenerator, Awaitable, Callable, Collection, Mapping
from contextlib import asynccontextmanager
from typing import Any, Protocol

import msgspec

from pasture.agent.engine.docker_calls import deadline
from pasture.agent.engine.engine import EngineError, NoSuchContainer
from pasture.agent.engine.hijack import DETACH_BYTES, DETACH_KEYS, Hijacked, hijack
from pasture.agent.engine.lines import Demultiplexer
from pasture.agent.engine.offspring import Offspring
from pasture.agent.engine.streams import OPENING_S, Conversation, Pieces
from pasture.agent.engine.words import explain
from pasture.wire.streams import Exec

log = logging.getLogger(__name__)
FIRST_LOOK_S = 0.01
LONGEST_LOOK_S = 0.2
WATCH_S = 0.5
ENDING_S = 2.0  # between the end of the output and that of the process


class Calls(Protocol):
    """The Engine's calls with short answers."""

    async def call(
        self, method: str, path: str, name: str, body: Mapping[str, Any] | None = None
    ) -> Any:
        """Make one."""
        ...


class Talk:
    """A process that the Engine connects us with."""

    def __init__(
        self,
        wire: Hijacked,
        demultiplexer: Demultiplexer,
        *,
        resize: Callable[[int, int], Awaitable[object]],
        ended: Callable[[], Awaitable[int | None]],
        lives: Callable[[], Awaitable[bool]] | None = None,
    ) -> None:
        self._wire = wire
        self._demultiplexer = demultiplexer
        self._resize = resize
        self._ended = ended
        self._lives = lives

    async def output(self) -> Pieces:
        try:
            while data := await self._wire.read():
                for piece in self._demultiplexer.feed(data):
                    yield piece.channel, piece.data
                if self._demultiplexer.refusal:
                    raise EngineError(explain(self._demultiplexer.refusal))
        except ValueError as error:
            raise EngineError(str(error)) from error

    async def write(self, data: bytes) -> None:
        try:
            if data:
                await self._wire.write(data)
            else:
                self._wire.end()
        except ConnectionError as error:
            log.debug("input after the end", extra={"why": str(error)})

    async def resize(self, width: int, height: int) -> None:
        try:
            await self._resize(width, height)
        except EngineError as error:  # it ended just now, or has no terminal
            log.debug("not resized", extra={"why": str(error)})

    async def watch(self) -> None:
        """Take what is left from the Engine once the process ended.

        Until it got rid of that, the Engine (20.10) tells of no later end in the container: not of
        the container's own.
        """
        while self._lives is not None:
            await asyncio.sleep(WATCH_S)
            if not await self._lives():
                self._wire.hurry()
                return

    async def exit_code(self) -> int | None:
        return await self._ended()


class Process:
    """A container's own process, as far as who is attached to it must know."""

    def __init__(self, inspect: Callable[[], Awaitable[Any]]) -> None:
        self._inspect = inspect
        self._offspring: Offspring | None = None

    async def lives(self) -> bool:
        """Tell whether it may still write: it is not started yet, or is seen."""
        if self._offspring is not None:
            return self._offspring.is_visible
        seen = await self._inspect()
        if pid := int(seen["State"]["Pid"]):
            self._offspring = Offspring(pid, str(seen["Id"]))
        return True

    async def once_started(self, call: Callable[[], Awaitable[object]]) -> None:
        """Make a call that the Engine refuses before the start, as soon as it does not."""
        pause = FIRST_LOOK_S
        while True:
            try:
                await call()
            except EngineError:
                if (await self._inspect())["State"]["Status"] != "created":
                    raise
            else:
                return
            await asyncio.sleep(pause)
            pause = min(pause * 1.5, LONGEST_LOOK_S)

    async def exit_code(self) -> int | None:
        """Return how it ended, a moment after its output did; None: it runs, or runs again."""
        try:
            async with asyncio.timeout(ENDING_S):
                while (state := (await self._inspect())["State"])["Running"]:  # noqa: ASYNC110 - the Engine has no event of ours
                    await asyncio.sleep(FIRST_LOOK_S)
        except TimeoutError:
            return None
        return int(state["ExitCode"])


class DockerExec:
    """One command; ``run`` is its whole life."""

    def __init__(self, calls: Calls, address: str, asked: Exec, ours: set[str]) -> None:
        self._calls = calls
        self._address = address
        self._asked = asked
        self._ours = ours  # ids of what this agent has open
        self._id = ""
        self._offspring: Offspring | None = None  # once it runs
        self._is_over = False
        self._exit_code: int | None = None

    @asynccontextmanager
    async def run(self) -> AsyncGenerator[Conversation]:
        """Start it, lend it, and leave nothing of it behind."""
        asked = self._asked
        path = f"containers/{asked.container}/exec"
        async with deadline("exec", OPENING_S) as limit:
            self._id = (await self._calls.call("POST", path, "exec", _body(asked)))["Id"]
            self._ours.add(self._id)
            start = msgspec.json.encode({"Detach": False, "Tty": asked.tty})
            try:
                async with hijack(self._address, f"exec/{self._id}/start", start) as wire:
                    talk = self._talk(wire)
                    await self._started(talk)
                    if asked.tty and asked.width and asked.height:
                        await talk.resize(asked.width, asked.height)
                    limit.reschedule(None)
                    yield talk
            finally:
                try:
                    if not self._is_over:
                        await self._end()
                finally:
                    self._ours.discard(self._id)

    def _talk(self, wire: Hijacked) -> Talk:
        return Talk(
            wire,
            Demultiplexer(tty=self._asked.tty),
            resize=lambda width, height: self._calls.call(
                "POST", f"exec/{self._id}/resize?w={width}&h={height}", "resize"
            ),
            ended=self._ended,
            lives=self._lives,
        )

    async def _lives(self) -> bool:
        return self._offspring is not None and self._offspring.is_visible

    async def _started(self, talk: Talk) -> None:
        """Wait until it runs, or ran.

        Raises:
            EngineError: it cannot be started; the Engine says why where its output would be.

        """
        if await self._look_until(_is_settled):
            return
        self._is_over = True
        said = b"".join([data async for _, data in talk.output()])
        raise EngineError(explain(said.decode(errors="replace")))

    async def _ended(self) -> int | None:
        """Wait a moment for its end after that of its output."""
        try:
            async with asyncio.timeout(ENDING_S):
                await self._look_until(lambda seen: not seen["Running"])
        except TimeoutError:
            return None  # it goes on without output: it is ended
        self._is_over = True
        return self._exit_code

    async def _look_until(self, condition: Callable[[Any], object]) -> bool:
        """Look until it is as wanted; tells whether it has, or had, a process."""
        pause = FIRST_LOOK_S
        while True:
            seen = await self._calls.call("GET", f"exec/{self._id}/json", "exec inspect")
            if seen["Pid"]:
                self._offspring = Offspring(int(seen["Pid"]), str(seen["ContainerID"]))
            if condition(seen):
                self._exit_code = seen["ExitCode"]
                return bool(seen["Pid"])
            await asyncio.sleep(pause)
            pause = min(pause * 1.5, LONGEST_LOOK_S)

    async def _end(self) -> None:
        """End what runs of it. The opening may have broken off while the Engine started it."""
        if self._offspring is not None and self._offspring.is_visible:
            await self._offspring.end()
            return
        try:
            async with asyncio.timeout(ENDING_S):
                runs = await self._look_until(_is_settled) and self._exit_code is None
        except (TimeoutError, EngineError) as error:
            log.warning("exec not found", extra={"exec": self._id, "why": str(error)})
            return
        if self._offspring is not None and self._offspring.is_visible:
            await self._offspring.end()
        elif runs:
            log.warning("exec left: its process is not seen from here", extra={"exec": self._id})


async def end_left(calls: Calls, ours: Collection[str]) -> None:
    """End what an agent started that died before it could end it: known by its detach keys."""
    for container in await calls.call("GET", "containers/json", "list"):
        try:
            found = await calls.call("GET", f"containers/{container['Id']}/json", "inspect")
            for one in set(found["ExecIDs"] or ()) - set(ours):
                await _end_left(await calls.call("GET", f"exec/{one}/json", "exec inspect"))
        except NoSuchContainer:
            continue  # it went meanwhile, and they with it


async def _end_left(seen: Any) -> None:
    if seen["Running"] and b64decode(seen.get("DetachKeys") or "") == DETACH_BYTES:
        log.info("exec of a dead agent ended", extra={"exec": seen["ID"]})
        await Offspring(int(seen["Pid"]), str(seen["ContainerID"])).end()


def _is_settled(seen: Any) -> bool:
    """Tell whether it runs, ran, or cannot be started."""
    return bool(seen["Pid"]) or seen["ExitCode"] is not None


def _body(asked: Exec) -> Mapping[str, Any]:
    return {
        "AttachStdin": asked.stdin,
        "AttachStdout": True,
        "AttachStderr": True,
        "Tty": asked.tty,
        "Cmd": asked.command,
        "Env": asked.environment,
        "User": asked.user or "",
        "WorkingDir": asked.working_dir or "",
        "DetachKeys": DETACH_KEYS,
    }
