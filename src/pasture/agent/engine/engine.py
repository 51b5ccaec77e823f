"""What the agent asks of a container Engine: a Protocol, its values and its errors.

Two implementations: ``docker.DockerEngine`` and ``simulated.SimulatedEngine``. Every call ends in
bounded time, with a result or with one of the errors below, whose text a person can act on.
"""

from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Any, Protocol

from pasture.agent.engine.networks import EngineNetworks
from pasture.agent.engine.streams import EngineStreams
from pasture.model.run import RunSpec
from pasture.wire.frames import RegistryAuth

LIVE_STATES = frozenset({"running", "restarting", "paused"})


class EngineError(Exception):
    """The Engine refused or failed; the text says why, in words for people."""


class EngineUnreachable(EngineError):
    """Nobody answers at the Engine's address, or it broke off."""


class EngineTimeout(EngineError):
    """The Engine took the call and did not answer before its deadline."""


class ImageNotFound(EngineError):
    """No image of that name, here or in its registry."""


class NameTaken(EngineError):
    """Another container has the name."""


class StuckContainer(EngineError):
    """The Engine ended amid a start of it: it refuses every further start, until it is removed."""


class NetworkGone(EngineError):
    """The network that the container was made in exists no more."""


class NoSuchContainer(EngineError):
    """The Engine knows no such container (any more)."""


@dataclass(frozen=True, kw_only=True)
class About:
    """What the Engine says of itself and its machine."""

    engine_id: str
    hostname: str
    version: str
    operating_system: str
    kernel: str
    cpus: int
    memory: int  # bytes
    root_dir: str | None = None  # where it keeps images and containers


@dataclass(frozen=True, kw_only=True)
class Seen:
    """One container as the Engine shows it. Times are ms since the epoch."""

    id: str
    name: str
    image: str
    state: str  # created, running, restarting, paused, exited, dead, removing
    labels: Mapping[str, str] = field(default_factory=dict[str, str])
    exit_code: int | None = None  # of the last run; None while it runs or where it never ran
    error: str | None = None  # the Engine's, of the last start
    ip: str | None = None
    ports: tuple[str, ...] = ()
    created: int | None = None
    started: int | None = None  # None: it never ran
    finished: int | None = None
    spec: RunSpec | None = None  # as far as it can be told from the container
    complete: bool = True  # False: only the list's summary is known

    @property
    def is_live(self) -> bool:
        """Whether it has a process, or is about to have one again."""
        return self.state in LIVE_STATES


class Engine(Protocol):
    """A container Engine on this machine."""

    @property
    def streams(self) -> EngineStreams:
        """What streams ask of it."""
        ...

    @property
    def networks(self) -> EngineNetworks:
        """Its networks."""
        ...

    async def about(self) -> About:
        """Describe the Engine: takes its locks, and so tells whether it is well."""
        ...

    async def containers(self) -> list[Seen]:
        """List every container, running or not, in summary."""
        ...

    async def inspect(self, name_or_id: str) -> Seen | None:
        """Look at one container; None where there is none."""
        ...

    async def has_image(self, image: str) -> bool:
        """Tell whether the image is on this machine."""
        ...

    def pull(self, image: str, auth: RegistryAuth | None) -> AsyncGenerator[str, None]:
        """Fetch an image; yields how far it is, in words."""
        ...

    async def create(self, name: str, body: Mapping[str, Any]) -> str:
        """Create a container and return its id."""
        ...

    async def start(self, id: str) -> None:
        """Start it, or let it go on where it was paused; nothing where it runs."""
        ...

    async def stop(self, id: str, timeout_s: int) -> None:
        """Stop it: a signal, and a kill after the timeout; nothing where it does not run."""
        ...

    async def remove(self, id: str, *, volumes: bool) -> None:
        """Remove it, killing it if need be, with its unnamed volumes if so told."""
        ...

    def events(self) -> AbstractAsyncContextManager[AsyncIterator[str]]:
        """Follow the Engine's events: each is the id of a container to look at.

        Entering returns once the stream is open; the iteration ends where the Engine breaks off.
        """
        ...

    async def close(self) -> None:
        """Let go of all connections."""
        ...
