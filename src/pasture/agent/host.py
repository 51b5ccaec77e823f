"""A machine as a host: the converger, what it holds on disk, and what it says on the link."""

import asyncio
import logging
import secrets
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from pasture import __version__
from pasture.agent.converge import Converger
from pasture.agent.engine.engine import About, Engine, EngineError
from pasture.agent.holding import Holding, Keep
from pasture.agent.household import Household
from pasture.agent.records import Held, Records
from pasture.agent.streams.meters import Meters
from pasture.agent.streams.purposes import serve
from pasture.agent.streams.stream import Stream
from pasture.agent.trust import Trust
from pasture.agent.watch import EngineReplaced, Pace
from pasture.agent.world import World
from pasture.kit.clock import Clock, SystemClock
from pasture.kit.tasks import TaskGroup, alone
from pasture.wire.frames import (
    PROTOCOL,
    Assigned,
    Assignment,
    Changes,
    Hello,
    Network,
    Observed,
    Welcome,
)
from pasture.wire.streams import AnyPurpose

log = logging.getLogger(__name__)
MB = 1024 * 1024
AGAIN_S = 10.0
MILLI = 1000


@dataclass(frozen=True, kw_only=True)
class Described:
    """What the operator said of this machine, and how fast it is to work."""

    labels: Mapping[str, str] = field(default_factory=dict[str, str])
    address: str | None = None
    pace: Pace = field(default_factory=Pace)
    trust: Trust = field(default_factory=Trust)
    run: str = field(default_factory=lambda: secrets.token_hex(8))  # names this process


async def keep_nowhere(_: Held) -> None:
    """Keep nothing: for hosts that die with their process."""


class Host:
    """One Engine's side of the link. ``keep`` stores what is held before it is obeyed."""

    def __init__(
        self,
        engine: Engine,
        records: Records,
        *,
        held: Held | None = None,
        keep: Keep = keep_nowhere,
        described: Described | None = None,
        clock: Clock | None = None,
    ) -> None:
        held = held or Held()
        self.household = Household()  # that of the program; who runs it may set another
        self._holding = Holding(held, keep, self._obey)
        self._described = described or Described()
        self._clock = clock or SystemClock()
        self._streams = engine.streams
        self._meters = Meters(engine.streams)
        self.changed = asyncio.Event()
        self.world = World(records, self._clock, held.installation)
        self.world.assign(held.containers)
        known = held.about
        self.converger = Converger(
            engine,
            self.world,
            engine_id=known.engine_id if known is not None else None,
            pace=self._described.pace,
            changed=self.changed.set,
        )
        self.ready = self.converger.watcher.synced

    async def run(self) -> None:
        """Converge until cancelled.

        Raises:
            EngineReplaced: another Engine answers: another host.

        """
        with alone(EngineReplaced):
            async with TaskGroup() as group:
                group.create_task(self._holding.run())
                group.create_task(self.converger.run())
                group.create_task(self._meters.run())
                group.create_task(self._end_left())

    async def _end_left(self) -> None:
        """End what streams of an agent that died left in containers."""
        while True:
            await self.ready.wait()
            try:
                await self._streams.end_left()
            except EngineError as error:
                log.info("not looked for what was left", extra={"why": str(error)})
                await asyncio.sleep(AGAIN_S)
            else:
                return

    @property
    def engine_error(self) -> str | None:
        """Return what is wrong with the Engine."""
        return self.converger.engine_error

    @property
    def agent_error(self) -> str | None:
        """Return why the agent could not be replaced."""
        return self.household.trouble

    @property
    def network_state(self) -> tuple[str | None, str | None]:
        """Return the subnet that was looked for room for, and why there is none."""
        network = self.converger.network
        return network.checked, network.error

    def network(self, frame: Network) -> None:
        self.converger.network.tell(frame.subnet)

    async def hello(self) -> Hello:
        watcher = self.converger.watcher
        if self._holding.head.about is None:
            await watcher.met.wait()
        held = self._holding.head
        about = watcher.about or held.about
        assert about is not None  # it was waited for
        if about != held.about:
            self._holding.note(about=about)
        return msgspec.structs.replace(
            introduced(about, self._described, self._clock.now_ms()),
            assignment=held.hash,
            history=held.history or None,
            run=self._described.run,
        )

    async def welcome(self, welcome: Welcome) -> bool:
        """Take note of the server, and forget what another database wanted or counted.

        A restored backup counts from lower numbers: measured by those of before, nothing that it
        wants would be new.
        """
        self.household.welcome(welcome)
        held = self._holding.head
        same = (held.installation, held.history) == (welcome.installation, welcome.history)
        if same:
            return True
        first_time = not held.installation
        if not first_time:
            log.warning("another database: starting from what runs", extra={"was": held.history})
            self._holding.forget()
            await self.world.clear()
        self._holding.note(installation=welcome.installation, history=welcome.history)
        self.world.rename(welcome.installation)
        return first_time

    def wish(self, welcome: Welcome) -> None:
        self.household.welcome(welcome)

    def assign(self, frame: Assignment) -> None:
        self._holding.assign(frame)

    def change(self, frame: Changes) -> bool:
        return self._holding.change(frame)

    def _obey(self, given: Sequence[Assigned], dropped: Sequence[str]) -> None:
        self.converger.look(self.world.change(given, dropped))
        self.changed.set()

    async def serve(self, purpose: AnyPurpose, stream: Stream) -> int | None:
        return await serve(self._streams, self._meters, purpose, stream)

    def observed(self) -> Iterable[Observed]:
        return self.world.observed()


def introduced(about: About, described: Described, now_ms: int) -> Hello:
    """Return what a machine says of itself, whatever it holds."""
    return Hello(
        protocol=PROTOCOL,
        version=__version__,
        engine_id=about.engine_id,
        hostname=about.hostname,
        address=described.address,
        labels=dict(described.labels),
        info=describe(about),
        milli_cpu=about.cpus * MILLI,
        memory=about.memory,
        now=now_ms,
    )


def describe(about: About) -> dict[str, Any]:
    """Return the host's info in the wire's words."""
    info: dict[str, Any] = {
        "osInfo": {
            "operatingSystem": about.operating_system,
            "kernelVersion": about.kernel,
            "dockerVersion": about.version,
        },
        "cpuInfo": {"count": about.cpus},
        "memoryInfo": {"memTotal": about.memory // MB},
    }
    root = about.root_dir
    if root is not None and Path(root).is_dir():
        disk = shutil.disk_usage(root)
        info["diskInfo"] = {
            "mountPoints": {root: {"total": disk.total // MB, "free": disk.free // MB,
                                   "used": disk.used // MB}}
        }  # fmt: skip
    return info
