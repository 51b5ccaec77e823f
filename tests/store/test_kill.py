"""SIGKILL in the middle of writing: what was acknowledged is there, and nothing is half there."""

import os
import signal
import subprocess
import sys
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from pasture.model.container import Container
from pasture.model.stack import Stack
from pasture.store.changes import Event
from pasture.store.store import Store
from tests.support.stores import KEY, StillClock, url_of

PROGRAM = """
import asyncio, pathlib, sys
from pasture.model.container import Container
from pasture.model.stack import Stack
from pasture.store.changes import Create
from tests.support.stores import open_store
async def one(store):
    while True:
        made = await store.write(Create(Container()), Create(Stack(name=f"s")))
        sys.stdout.write(" ".join(f"{row.id}" for row in made) + "\\n")
        sys.stdout.flush()
async def main():
    async with open_store(pathlib.Path(sys.argv[1])) as store:
        await asyncio.gather(*(one(store) for _ in range(8)))
asyncio.run(main())
"""


@pytest.mark.parametrize("lines", [1, 200, 700])
async def test_every_acknowledged_write_is_there_after_a_kill(lines: int, tmp_path: Path) -> None:
    acknowledged = written_until_killed(tmp_path, lines)
    assert len(acknowledged) >= lines
    async with Store.open(url_of(tmp_path), key=KEY, clock=StillClock()) as store:
        containers = {c.id for c in await store.find(Container)}
        stacks = {s.id for s in await store.find(Stack)}
        assert {c for c, _ in acknowledged} <= containers
        assert {s for _, s in acknowledged} <= stacks
        assert len(containers) == len(stacks)
        events = [e async for batch in up_to_now(store) for e in batch]
    assert len(events) == len(containers) + len(stacks)
    assert [e.revision for e in events] == list(range(1, len(events) + 1))


async def up_to_now(store: Store) -> AsyncGenerator[list[Event]]:
    async for batch in store.feed(0):
        yield batch
        if batch[-1].revision == store.revision:
            return


def written_until_killed(folder: Path, lines: int) -> list[tuple[int, int]]:
    """Let a process write, kill it after so many answers, and return all that it acknowledged."""
    here = Path(__file__).parents[2]
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(folder)], stdout=subprocess.PIPE, text=True, cwd=here
    ) as writing:
        assert writing.stdout is not None
        told = [writing.stdout.readline() for _ in range(lines)]
        os.kill(writing.pid, signal.SIGKILL)
        told += [line for line in writing.stdout if line.endswith("\n")]
    pairs = [line.split() for line in told]
    return [(int(container), int(stack)) for container, stack in pairs]
