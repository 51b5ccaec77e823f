"""Many hosts in one process: the real agent over simulated Engines (``pasture agent --simulate``).

What a host is to its server is kept in DATA/fleet, so that a fleet that is started again is the
same hosts; what runs on them dies with the process, as in a power cut.
"""

import asyncio
import logging
import secrets
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import msgspec

from pasture.agent.engine.knobs import Knobs
from pasture.agent.engine.simulated import SimulatedEngine
from pasture.agent.exits import REFUSED, STOPPED
from pasture.agent.host import Described
from pasture.agent.join import parse
from pasture.agent.life import Life
from pasture.agent.records import Held, Identity, MemoryRecords, Unreadable
from pasture.agent.session import Rejected, Timing
from pasture.agent.signals import Told, raise_at_signal
from pasture.agent.trust import Trust
from pasture.agent.watch import Pace
from pasture.kit.tasks import TaskGroup

log = logging.getLogger(__name__)
BETWEEN_S = 0.005  # two hosts that join: a fleet is no stampede
SLOW = 200  # hosts of a process from which on they look at themselves less often
SIMULATED = "io.pasture.host.simulated"  # label of each of these hosts


@dataclass(frozen=True, kw_only=True)
class Fleet:
    """How many hosts, what they are called, and what their Engines do badly."""

    hosts: int
    prefix: str = "sim"
    labels: Mapping[str, str] = field(default_factory=dict[str, str])
    knobs: Knobs = field(default_factory=Knobs)
    trust: Trust = field(default_factory=Trust)

    @property
    def names(self) -> list[str]:
        """The hosts' names."""
        return [f"{self.prefix}-{number}" for number in range(1, self.hosts + 1)]


class MemoryFolder(MemoryRecords):
    """What a simulated host remembers: who it is, in a file where there is one; the rest dies."""

    def __init__(self, path: Path | None) -> None:
        super().__init__()
        self._path = path
        self._identity = _read(path) if path is not None else None

    def identity(self) -> Identity | None:
        return self._identity

    def save_identity(self, identity: Identity) -> None:
        """Keep it over this process's death; not over the machine's, which takes no fsync."""
        self._identity = identity
        if self._path is not None:
            scratch = self._path.with_suffix(".new")
            scratch.touch(mode=0o600)
            scratch.write_bytes(msgspec.json.encode(identity))
            scratch.replace(self._path)

    def held(self) -> Held | None:
        return None

    async def save_held(self, held: Held) -> None:
        """Keep nothing: the Engine that it was for dies with the process."""

    async def forget_all(self) -> None:
        for uuid in list(self.all()):
            self.forget(uuid)


async def run(url: str, folder: Path | None, fleet: Fleet, *, timing: Timing | None = None) -> int:
    """Run a fleet until SIGTERM or SIGINT and return the exit code.

    ``folder`` keeps who the hosts are; None: nobody does. A host that the server refuses ends
    alone; the fleet ends with it where it was the last.

    Raises:
        Rejected: ``url`` is no registration URL.

    """
    parse(url)
    mark = _mark(folder)
    code = REFUSED
    try:
        async with TaskGroup() as group:
            signals = group.create_task(raise_at_signal())
            hosts = [
                group.create_task(_live(host, url, folder, timing=timing or Timing()))
                for host in (_host(fleet, mark, number) for number in range(fleet.hosts))
            ]
            await asyncio.wait(hosts)
            signals.cancel()
    except* Told:
        log.info("fleet stopped", extra={"hosts": fleet.hosts})
        code = STOPPED
    return code


@dataclass(frozen=True, kw_only=True)
class _Simulated:
    """One host of a fleet."""

    number: int
    name: str
    engine: SimulatedEngine
    described: Described


def _host(fleet: Fleet, mark: str, number: int) -> _Simulated:
    name = fleet.names[number]
    engine = SimulatedEngine(engine_id=f"SIM:{mark}:{name}", hostname=name)
    engine.knobs = replace(fleet.knobs)
    rarer = max(1.0, fleet.hosts / SLOW)
    return _Simulated(
        number=number,
        name=name,
        engine=engine,
        described=Described(
            labels={**fleet.labels, SIMULATED: "true"},
            address=_address(number),
            pace=Pace(probe_s=Pace.probe_s * rarer, poll_s=Pace.poll_s * rarer),
            trust=fleet.trust,
        ),
    )


def _address(number: int) -> str:
    """Return where a host's ports would be reached: addresses for benchmarks (RFC 2544)."""
    return f"198.18.{number // 250}.{number % 250 + 1}"


async def _live(host: _Simulated, url: str, folder: Path | None, *, timing: Timing) -> None:
    """Live one host until it is cancelled, or refused for good."""
    await asyncio.sleep(host.number * BETWEEN_S)
    try:
        remembered = MemoryFolder(None if folder is None else folder / f"{host.name}.json")
        life = Life(url, remembered, lambda: host.engine, described=host.described, timing=timing)
        await life.live()
    except (Rejected, Unreadable) as why:
        sys.stderr.write(f"pasture agent: simulated host {host.name}: {why}\n")


def _mark(folder: Path | None) -> str:
    """Return what tells this fleet's Engines from another's, the same one for one folder."""
    fresh = secrets.token_hex(4)
    if folder is None:
        return fresh
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / "mark"
    if not path.exists():
        path.write_text(fresh)
    return path.read_text().strip()


def _read(path: Path) -> Identity | None:
    try:
        return msgspec.json.decode(path.read_bytes(), type=Identity)
    except FileNotFoundError:
        return None
    except msgspec.DecodeError as error:
        raise Unreadable(f"{path} is damaged ({error}); delete it") from error
