import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pasture.cli.copy.conduit import BrokenOff, Conduit
from pasture.kit.tasks import TaskGroup


def read_all(conduit: Conduit, size: int) -> bytes:
    got = b""
    while data := conduit.read(size):
        got += data
    return got


@given(pieces=st.lists(st.binary(min_size=1, max_size=50)), size=st.integers(1, 60))
async def test_a_thread_reads_what_the_loop_wrote(pieces: list[bytes], size: int) -> None:
    conduit = Conduit(most=40)
    async with TaskGroup() as group:
        reading = group.create_task(asyncio.to_thread(read_all, conduit, size))
        for piece in pieces:
            await conduit.put(piece)
        conduit.end()
    assert reading.result() == b"".join(pieces)


async def test_who_writes_waits_for_a_slow_thread() -> None:
    conduit = Conduit(most=10)
    await conduit.put(b"x" * 10)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await conduit.put(b"y")
    assert await asyncio.to_thread(conduit.read, 10) == b"x" * 10
    await conduit.put(b"y")


async def test_a_thread_that_waits_in_vain_ends() -> None:
    conduit = Conduit()
    asyncio.get_running_loop().call_later(0.01, conduit.break_off)
    with pytest.raises(BrokenOff):
        await asyncio.to_thread(conduit.read, 10)
