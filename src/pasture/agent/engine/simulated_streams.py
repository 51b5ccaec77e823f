"""Streams of an Engine that runs nothing: made-up lines, a shell that echoes, moving numbers."""

import asyncio
import math
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from pasture.agent.engine.engine import EngineError, NoSuchContainer, Seen
from pasture.agent.engine.figures import (
    Cpu,
    CpuUsage,
    Device,
    DiskIo,
    Interface,
    Memory,
    Row,
    Transfer,
    network,
    timestamp,
)
from pasture.agent.engine.streams import Conversation, Pieces
from pasture.kit.clock import Clock
from pasture.wire.streams import OUTPUT, Attach, CopyFrom, CopyTo, Exec, Logs

MS_NS = 1_000_000
MB = 1024 * 1024
BOOTED = 1_750_000_000_000  # of every simulated machine, ms since the epoch
EMPTY_TAR = bytes(1024)
MOST_LINES = 1000  # of a container that are kept
MOST_KEPT = MB  # of a file that is copied into a container
LINES = (
    "listening on port 80",
    "GET /index.html 200 in 3 ms",
    "GET /favicon.ico 404 in 1 ms",
    "POST /orders 201 in 12 ms",
    "cache: 314 hits, 15 misses",
)


@dataclass
class StreamKnobs:
    """How talkative the containers are. May be turned at any time."""

    past_lines: int = 20  # that a container has said before it is asked
    line_every_s: float = 1.0  # while it is followed
    row_every_s: float = 1.0
    memory: int = 64 * MB
    cpu_share: float = 0.2  # of one processor, on average
    exit_codes: dict[str, int] = field(default_factory=dict[str, int])  # command -> code


class SimulatedStreams:
    """What streams see of an Engine in memory; ``find`` looks for a container there."""

    def __init__(
        self,
        clock: Clock,
        find: Callable[[str], Seen | None],
        running: Callable[[], frozenset[str]],
    ) -> None:
        self.knobs = StreamKnobs()
        self._clock = clock
        self._find = find
        self._running = running
        self.files: dict[tuple[str, str], bytes] = {}  # container, path -> tar

    @asynccontextmanager
    async def logs(self, asked: Logs) -> AsyncGenerator[Pieces]:
        yield self._lines(asked, self._get(asked.container))

    @asynccontextmanager
    async def execute(self, asked: Exec) -> AsyncGenerator[Conversation]:
        self._get_running(asked.container)
        yield Echo(self.knobs, asked)

    async def end_left(self) -> None:
        """Do nothing: they died with the process."""

    @asynccontextmanager
    async def attach(self, asked: Attach) -> AsyncGenerator[Conversation]:
        find = self._get if asked.from_start else self._get_running
        find(asked.container)
        yield Echo(self.knobs, Exec(container=asked.container, command=("attached",)))

    @asynccontextmanager
    async def usage(self, container: str) -> AsyncGenerator[AsyncIterator[Row]]:
        yield self._rows(self._get_running(container))

    def machine(self) -> Row:
        now = self._clock.now_ms()
        return self._row("machine", now, BOOTED, share=1.5, memory=2048 * MB, processors=4)

    async def running(self) -> frozenset[str]:
        return self._running()

    @asynccontextmanager
    async def copy_from(self, asked: CopyFrom) -> AsyncGenerator[AsyncIterator[bytes]]:
        self._get(asked.container)
        yield _once(self.files.get((asked.container, asked.path), EMPTY_TAR))

    async def check(self, asked: CopyTo) -> None:
        self._get(asked.container)

    async def copy_to(self, asked: CopyTo, tar: AsyncIterator[bytes]) -> None:
        kept = bytearray()
        async for data in tar:
            kept += data
            if len(kept) > MOST_KEPT:
                raise EngineError(f"a simulated container keeps {MOST_KEPT} bytes of a file")
        self.files[asked.container, asked.path] = bytes(kept)

    async def close(self) -> None:
        """Let go of nothing."""

    def _get(self, container: str) -> Seen:
        seen = self._find(container)
        if seen is None:
            raise NoSuchContainer(f"no such container: {container}")
        return seen

    def _get_running(self, container: str) -> Seen:
        seen = self._get(container)
        if seen.state != "running":
            raise EngineError("the container is not running: start it first")
        return seen

    async def _lines(self, asked: Logs, seen: Seen) -> AsyncIterator[tuple[int, bytes]]:
        following = self._said(seen)
        kept = MOST_LINES if asked.lines is None else min(asked.lines, MOST_LINES)
        for number in range(max(0, following - kept), following):
            if self._moment(seen, number) >= (asked.since or 0) * 1000:
                yield OUTPUT, self._line(asked, seen, number)
        while asked.follow and self._lives(seen.id):
            await asyncio.sleep(self.knobs.line_every_s)
            for number in range(following, self._said(seen)):
                yield OUTPUT, self._line(asked, seen, number)
            following = max(following, self._said(seen))

    def _said(self, seen: Seen) -> int:
        """Return how many lines there are: some from the start, then one at a time."""
        lived_ms = self._clock.now_ms() - (seen.started or self._clock.now_ms())
        return self.knobs.past_lines + int(lived_ms / 1000 / self.knobs.line_every_s)

    def _moment(self, seen: Seen, number: int) -> int:
        """Return when a line was written: the same whenever it is read."""
        began, past = seen.started or self._clock.now_ms(), self.knobs.past_lines
        later_s = max(0, number - past + 1) * self.knobs.line_every_s
        return began + min(number, past) + round(later_s * 1000)

    def _line(self, asked: Logs, seen: Seen, number: int) -> bytes:
        time = f"{timestamp(self._moment(seen, number))} " if asked.timestamps else ""
        return f"{time}{seen.name} {number}: {LINES[number % len(LINES)]}\n".encode()

    def _lives(self, container: str) -> bool:
        return container in self._running()

    async def _rows(self, seen: Seen) -> AsyncIterator[Row]:
        while self._lives(seen.id):
            now = self._clock.now_ms()
            knobs = self.knobs
            yield self._row(
                seen.id, now, seen.started or now,
                share=knobs.cpu_share, memory=knobs.memory, processors=1,
            )  # fmt: skip
            await asyncio.sleep(knobs.row_every_s)

    def _row(
        self, id: str, now: int, since: int, *, share: float, memory: int, processors: int
    ) -> Row:
        """Return a row that moves as a wave, each container's at its own place of it."""
        phase = sum(id.encode()) % 60
        wave = math.sin((now / 1000 + phase) / 10)
        lived = now - since
        total = round(lived * MS_NS * share + (1 + wave) * 1000 * MS_NS * share)
        each = total // processors
        moved = lived * 10
        return Row(
            timestamp=timestamp(now),
            cpu=Cpu(CpuUsage(total, total * 3 // 4, total // 4, (each,) * processors)),
            memory=Memory(round(memory * (1 + wave / 4)), 8192 * MB),
            network=network([Interface("eth0", moved * 3, moved)]),
            diskio=DiskIo((Device(Transfer(moved, moved // 2)),)),
        )


class Echo:
    """A command that says what it is, repeats what it is told, and ends with its input."""

    def __init__(self, knobs: StreamKnobs, asked: Exec) -> None:
        self._knobs = knobs
        self._asked = asked
        self._said: asyncio.Queue[bytes] = asyncio.Queue(maxsize=1)
        self.sizes: list[tuple[int, int]] = []

    async def output(self) -> Pieces:
        newline = b"\r\n" if self._asked.tty else b"\n"
        yield OUTPUT, b"simulated: " + " ".join(self._asked.command).encode() + newline
        while self._asked.stdin and (data := await self._said.get()):
            if data == b"\x04":  # Ctrl-D
                return
            yield OUTPUT, data.replace(b"\r", b"\r\n") if self._asked.tty else data

    async def write(self, data: bytes) -> None:
        await self._said.put(data)

    async def resize(self, width: int, height: int) -> None:
        self.sizes.append((width, height))

    async def watch(self) -> None:
        """Nothing waits for it."""

    async def exit_code(self) -> int | None:
        return self._knobs.exit_codes.get(self._asked.command[0], 0)


async def _once(data: bytes) -> AsyncIterator[bytes]:
    yield data
