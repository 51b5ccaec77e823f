"""What streams ask of a container Engine: a Protocol with two implementations.

``docker.DockerStreams`` and ``simulated.SimulatedStreams``. A call that opens something is a
context manager: entering it is done within ``OPENING_S``, or fails with an ``EngineError`` in words
for people; leaving it leaves nothing behind.
"""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from typing import Protocol, TypeAlias

from pasture.agent.engine.figures import Row
from pasture.wire.streams import OPEN_S, Attach, CopyFrom, CopyTo, Exec, Logs

OPENING_S = OPEN_S - 3.0  # the server waits a little longer
Pieces: TypeAlias = AsyncIterator[tuple[int, bytes]]  # channel, data


class Conversation(Protocol):
    """A process that is talked with: an exec, or a container's own."""

    def output(self) -> Pieces:
        """Yield what it writes, until it ends."""
        ...

    async def write(self, data: bytes) -> None:
        """Give it input; empty: the input is at its end."""
        ...

    async def resize(self, width: int, height: int) -> None:
        """Give its terminal another size."""
        ...

    async def watch(self) -> None:
        """See to it, while it is talked with, that nobody waits for a slow reader of the end."""
        ...

    async def exit_code(self) -> int | None:
        """Return how it ended, once its output did; None where it goes on without us."""
        ...


class EngineStreams(Protocol):
    """What streams ask of an Engine and its machine."""

    def logs(self, asked: Logs) -> AbstractAsyncContextManager[Pieces]:
        """Read a container's log: each piece ends with a line, but in a very long line."""
        ...

    def execute(self, asked: Exec) -> AbstractAsyncContextManager[Conversation]:
        """Start a command in a container; leaving ends it and what it started."""
        ...

    async def end_left(self) -> None:
        """End the commands of an agent that died before it could."""
        ...

    def attach(self, asked: Attach) -> AbstractAsyncContextManager[Conversation]:
        """Talk with a container's own process; leaving leaves it running."""
        ...

    def usage(self, container: str) -> AbstractAsyncContextManager[AsyncIterator[Row]]:
        """Tell once a second what a container uses, until it stops."""
        ...

    def machine(self) -> Row:
        """Tell what the machine uses."""
        ...

    async def running(self) -> frozenset[str]:
        """Return the ids of the containers that run."""
        ...

    def copy_from(self, asked: CopyFrom) -> AbstractAsyncContextManager[AsyncIterator[bytes]]:
        """Read a path of a container as a tar archive."""
        ...

    async def check(self, asked: CopyTo) -> None:
        """Refuse a path that nothing can be written to."""
        ...

    async def copy_to(self, asked: CopyTo, tar: AsyncIterator[bytes]) -> None:
        """Unpack a tar archive at a path of a container."""
        ...
