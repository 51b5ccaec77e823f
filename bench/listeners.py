"""When each of a thousand listeners, in a process of their own, hears of which change.

Changes carry a mark (``mark``) in a text of theirs, which says in which environment it was.
"""

import asyncio
import multiprocessing
import re
import time
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.connection import Connection

from websockets.asyncio.client import ClientConnection, connect

from pasture.kit.tasks import TaskGroup

MARK = re.compile(r"mark-([0-9]+)-([0-9]+)\.")
READY_S = 120
AT_ONCE = 50  # handshakes
SOON_S = 30  # with what they heard


@dataclass(frozen=True)
class Place:
    """Where to listen, and as who."""

    url: str
    login: tuple[str, str]  # header and value


@dataclass
class Heard:
    """What all of them heard."""

    at: dict[int, list[float]] = field(default_factory=dict[int, list[float]])  # by change
    wrongly: int = 0  # changes of another environment
    lost: int = 0  # sockets that were closed


def mark(environment: int, number: int) -> str:
    """Return the text by which a change is known."""
    return f"mark-{environment}-{number}."


@contextmanager
def listening(places: Sequence[Place], each: int) -> Generator[Connection]:
    """Have so many listen in each place; what is sent to them ends them and brings ``Heard``."""
    spawn = multiprocessing.get_context("spawn")
    ours, theirs = spawn.Pipe()
    process = spawn.Process(target=run, args=(theirs, places, each))
    process.start()
    try:
        if not ours.poll(READY_S):
            raise TimeoutError("not all listen")
        ours.recv()
        yield ours
    finally:
        process.kill()
        process.join()


def heard(connection: Connection) -> Heard:
    """End the listeners and return what they heard."""
    connection.send(None)
    if not connection.poll(SOON_S):
        raise TimeoutError("the listeners do not answer")
    said: Heard = connection.recv()
    return said


def run(parent: Connection, places: Sequence[Place], each: int) -> None:
    """Listen until the parent says something, then tell it what was heard."""
    asyncio.run(listen(parent, places, each))


async def listen(parent: Connection, places: Sequence[Place], each: int) -> None:
    """Connect all, and let each listen."""
    turn, told = asyncio.Semaphore(AT_ONCE), Heard()

    async def joined(place: Place) -> ClientConnection:
        async with turn:
            return await connect(
                place.url,
                additional_headers=[place.login],
                compression=None,
                max_queue=None,
                open_timeout=READY_S,
            )

    numbers = [number for number in range(len(places)) for _ in range(each)]
    sockets = await asyncio.gather(*(joined(places[number]) for number in numbers))
    async with TaskGroup() as group:
        tasks = [
            group.create_task(note(socket, number, told))
            for socket, number in zip(sockets, numbers, strict=True)
        ]
        parent.send(None)
        await asyncio.to_thread(parent.recv)
        told.lost = sum(task.done() for task in tasks)
        for task in tasks:
            task.cancel()
    parent.send(told)


async def note(socket: ClientConnection, environment: int, told: Heard) -> None:
    """Note when one of them hears of each change for the first time."""
    seen: set[int] = set()
    async for frame in socket:
        now = time.monotonic()
        assert isinstance(frame, str)
        for where, number in MARK.findall(frame):
            change = int(number)
            if int(where) != environment:
                told.wrongly += 1
            elif change not in seen:
                seen.add(change)
                told.at.setdefault(change, []).append(now)
