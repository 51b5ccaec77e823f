"""Statistics once a second. However many look, each container is measured once.

What is wanted is counted; ``run`` opens a meter for each container that somebody wants to see and
closes it when nobody does any more. A container that does not run has no rows until it runs again.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Generator, Iterable, Mapping

import msgspec

from pasture.agent.engine.engine import EngineError
from pasture.agent.engine.figures import Row, encode
from pasture.agent.engine.streams import EngineStreams
from pasture.agent.streams.stream import Stream
from pasture.kit.tasks import TaskGroup
from pasture.wire.streams import CHUNK, OUTPUT, ContainerStats, HostStats

log = logging.getLogger(__name__)
EVERY_S = 1.0
FIRST_PART = 0.25  # of a second until the first rows: who asks once does not wait for long


class Meters:
    """What measures on one host."""

    def __init__(self, engine: EngineStreams, *, every_s: float = EVERY_S) -> None:
        self._engine = engine
        self._every_s = every_s
        self._look_s = every_s * 3  # between two looks at what runs
        self._wanted: Counter[str] = Counter()
        self._changed = asyncio.Event()
        self._rows: dict[str, Row] = {}
        self._machine: tuple[float, Row] | None = None

    async def run(self) -> None:
        """Measure what is wanted, until cancelled."""
        measured: dict[str, asyncio.Task[None]] = {}
        async with TaskGroup() as group:
            while True:
                await self._changed.wait()
                self._changed.clear()
                for unwanted in measured.keys() - self._wanted.keys():
                    measured.pop(unwanted).cancel()
                    self._rows.pop(unwanted, None)
                for new in self._wanted.keys() - measured.keys():
                    measured[new] = group.create_task(self._measure(new))

    async def serve_host(self, asked: HostStats, stream: Stream) -> None:
        """Send a row of the machine every second."""
        await stream.opened()
        while True:
            row = msgspec.structs.replace(
                self._of_machine(), id=asked.resource_id, resource_type="host"
            )
            await stream.send(OUTPUT, encode([row]))
            await asyncio.sleep(self._every_s)

    async def serve_containers(self, asked: ContainerStats, stream: Stream) -> None:
        """Send rows of containers every second."""
        names = asked.containers
        if names is None:
            names = dict.fromkeys(await self._engine.running(), "")
        await stream.opened()
        self._want(names)
        try:
            while True:
                await self._send(names, stream, always=asked.containers is not None)
                before, names = names, dict.fromkeys(await self._engine.running(), "")
                self._want(names)
                self._let_go(before)
        finally:
            self._let_go(names)

    async def _send(self, names: Mapping[str, str], stream: Stream, *, always: bool) -> None:
        """Send what is new every second: for ever, or until it is time to see what runs."""
        loop = asyncio.get_running_loop()
        end = loop.time() + self._look_s
        sent: dict[str, str] = {}  # container -> timestamp
        await asyncio.sleep(self._every_s * FIRST_PART)
        while always or loop.time() < end:
            fresh = [
                msgspec.structs.replace(row, id=names[one] or one)
                for one in names
                if (row := self._rows.get(one)) is not None and sent.get(one) != row.timestamp
            ]
            sent = {one: row.timestamp for one, row in self._rows.items()}
            for message in arrays(fresh):
                await stream.send(OUTPUT, message)
            await asyncio.sleep(self._every_s)

    def _want(self, ids: Iterable[str]) -> None:
        self._wanted += Counter(list(ids))
        self._changed.set()

    def _let_go(self, ids: Iterable[str]) -> None:
        self._wanted -= Counter(list(ids))
        self._changed.set()

    async def _measure(self, id: str) -> None:
        """Keep a container's last row while it runs, and try again when it does not."""
        while True:
            try:
                async with self._engine.usage(id) as rows:
                    async for row in rows:
                        self._rows[id] = row
            except EngineError as failed:
                log.debug("not measured", extra={"container": id, "why": str(failed)})
            except Exception:  # of one container: it ends neither the others nor the host
                log.exception("not measured", extra={"container": id})
            self._rows.pop(id, None)
            await asyncio.sleep(self._look_s)

    def _of_machine(self) -> Row:
        """Return the machine's row; those who look at about the same time share it."""
        now = asyncio.get_running_loop().time()
        if self._machine is None or now - self._machine[0] > self._every_s / 2:
            self._machine = now, self._engine.machine()
        return self._machine[1]


def arrays(rows: Iterable[Row]) -> Generator[bytes]:
    """Yield the rows as JSON arrays, each at most a chunk: a message is read by itself."""
    part: list[bytes] = []
    size = 2
    for row in rows:
        text = encode(row)
        if part and size + len(text) + 1 > CHUNK:
            yield b"[" + b",".join(part) + b"]"
            part, size = [], 2
        part.append(text)
        size += len(text) + 1
    if part:
        yield b"[" + b",".join(part) + b"]"
