import asyncio
import os
import pty
import signal
import termios
from collections.abc import Generator
from contextlib import suppress

import pytest

from pasture.cli import terminal
from pasture.cli.ends import AT_ONCE, Inlet, Outlet
from pasture.cli.exits import Exit, Failure
from pasture.kit.tasks import TaskGroup

LOCAL_FLAGS = 3


@pytest.fixture
def pair() -> Generator[tuple[int, int]]:
    ends = pty.openpty()
    yield ends
    for one in ends:
        with suppress(OSError):
            os.close(one)


def is_raw(fd: int) -> bool:
    return not termios.tcgetattr(fd)[LOCAL_FLAGS] & termios.ICANON


def test_a_terminal_is_given_back_after_an_error(pair: tuple[int, int]) -> None:
    with os.fdopen(pair[1], "r") as stream:
        with suppress(RuntimeError), terminal.raw(stream):
            assert is_raw(pair[1])
            raise RuntimeError
        assert not is_raw(pair[1])
        with terminal.raw(stream):
            os.close(pair[0])  # it is gone: nothing is left to give back


def test_what_is_no_terminal_has_no_size() -> None:
    with open(os.devnull) as stream:  # noqa: PTH123 - a stream as the process has them
        assert terminal.size(stream) is None


@pytest.mark.parametrize(
    ("number", "exit"), [(signal.SIGTERM, Exit.TERMINATED), (signal.SIGHUP, Exit.HUNG_UP)]
)
async def test_a_signal_that_ends_us_is_an_exit_code(number: int, exit: Exit) -> None:
    asyncio.get_running_loop().call_later(0.01, os.kill, os.getpid(), number)
    with pytest.raises(Failure) as caught:
        await terminal.end_at_signal()
    assert caught.value.exit is exit


async def test_who_writes_to_a_slow_reader_keeps_nobody_waiting() -> None:
    reads, writes = os.pipe()
    with os.fdopen(reads, "rb") as reader, os.fdopen(writes, "w") as stream:
        data = os.urandom(300_000)
        async with TaskGroup() as group:
            writing = group.create_task(Outlet(stream).write(data))
            await asyncio.sleep(0.02)
            assert not writing.done()  # the pipe is full, and we are still here
            got = b""
            while len(got) < len(data):
                got += await asyncio.to_thread(os.read, reader.fileno(), AT_ONCE)
        assert got == data


async def test_a_reader_that_left_is_a_broken_pipe() -> None:
    reads, writes = os.pipe()
    with os.fdopen(writes, "w") as stream:
        outlet = Outlet(stream)
        os.close(reads)
        with pytest.raises(BrokenPipeError):
            await outlet.write(b"x")


async def test_input_is_waited_for_without_a_thread() -> None:
    reads, writes = os.pipe()
    with os.fdopen(reads) as stream:
        inlet = Inlet(stream)
        asyncio.get_running_loop().call_later(0.01, os.write, writes, b"typed")
        assert await inlet.read() == b"typed"
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.01):
                await inlet.read()
        os.close(writes)
        assert await inlet.read() == b""
