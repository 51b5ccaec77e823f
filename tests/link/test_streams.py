"""Streams of a session alone: what is told to the host, who waits for whom, what stays bounded."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pasture.kit.errors import Busy
from pasture.kit.tasks import TaskGroup
from pasture.link.streams import MOST_PIECES, MOST_WAITING, Stream, StreamFailed, Streams
from pasture.wire.frames import Closed, Credit, FromServer, Open, Opened, Resize
from pasture.wire.streams import (
    CHUNK,
    ERRORS,
    INPUT,
    MOST_STREAMS,
    OPEN_S,
    OUTPUT,
    WINDOW,
    Attach,
    parse,
)

PURPOSE = Attach(container="c")


class Host:
    """The other side: hears what a session would send, in its order."""

    def __init__(self) -> None:
        self.awake = asyncio.Event()
        self.streams = Streams(self.awake.set)
        self.frames: list[FromServer] = []
        self.data: list[tuple[int, bytes]] = []

    def hear(self) -> None:
        """Take all that is to be said now."""
        while True:
            self.frames += self.streams.frames()
            message = self.streams.data()
            if message is None:
                return
            number, channel, data = parse(message)
            assert channel == INPUT
            self.data.append((number, data))

    async def opens(self) -> int:
        """Begin what is asked for, and return its number."""
        await self.awake.wait()
        self.awake.clear()
        self.hear()
        number = next(f.stream for f in reversed(self.frames) if isinstance(f, Open))
        self.streams.heard(Opened(stream=number))
        return number


@asynccontextmanager
async def opened(host: Host) -> AsyncGenerator[Stream]:
    async with TaskGroup() as group:
        group.create_task(host.opens())
        async with host.streams.open(PURPOSE) as stream:
            yield stream


async def test_a_stream_is_asked_for_used_and_closed() -> None:
    host = Host()
    async with opened(host) as stream:
        assert host.frames == [Open(stream=1, purpose=PURPOSE)]
        stream.resize(80, 24)
        await stream.write(b"in")
        host.hear()
        assert host.frames[1:] == [Resize(stream=1, width=80, height=24)]
        assert host.data == [(1, b"in")]
        host.streams.heard_data(1, OUTPUT, b"out")
        host.streams.heard_data(1, ERRORS, b"bad")
        assert [await stream.read(), await stream.read()] == [(OUTPUT, b"out"), (ERRORS, b"bad")]
    host.hear()
    assert host.frames[-1] == Closed(stream=1)
    assert len(host.streams) == 0


async def test_what_the_host_ended_is_read_to_its_end_and_not_closed_again() -> None:
    host = Host()
    async with opened(host) as stream:
        host.streams.heard_data(1, OUTPUT, b"out")
        host.streams.heard(Closed(stream=1, exit_code=7))
        host.streams.heard_data(1, OUTPUT, b"late")
        assert await stream.read() == (OUTPUT, b"out")
        assert await stream.read() is None
        assert stream.closed == Closed(stream=1, exit_code=7)
        await stream.write(b"x" * WINDOW)  # goes nowhere, and waits for nobody
    host.hear()
    assert host.data == []
    assert not any(isinstance(f, Closed) for f in host.frames)


async def test_numbers_are_never_used_again() -> None:
    host = Host()
    for number in (1, 2, 3):
        async with opened(host) as stream:
            assert stream.number == number


async def test_a_host_that_cannot_says_why() -> None:
    host = Host()

    async def refuse() -> None:
        await host.awake.wait()
        host.streams.heard(Closed(stream=1, error="there is no container c"))

    async with TaskGroup() as group:
        group.create_task(refuse())
        with pytest.raises(StreamFailed, match="there is no container c"):
            async with host.streams.open(PURPOSE):
                pass


@pytest.mark.looptime
async def test_a_host_that_does_not_answer_is_waited_for_so_long(looptime: float) -> None:
    host = Host()
    with pytest.raises(StreamFailed, match="older than this server: upgrade it"):
        async with host.streams.open(PURPOSE):
            pass
    assert looptime == OPEN_S
    assert len(host.streams) == 0
    host.hear()
    assert host.frames == []  # it was never said, so there is nothing to take back


async def test_more_streams_than_a_link_has_are_refused() -> None:
    host = Host()
    async with AsyncExitStack() as all_of_them:
        for _ in range(MOST_STREAMS):
            await all_of_them.enter_async_context(opened(host))
        with pytest.raises(Busy, match="512 streams of this host are open"):
            async with host.streams.open(PURPOSE):
                pass
    async with opened(host):
        assert len(host.streams) == 1


async def test_the_end_of_the_link_is_the_end_of_all() -> None:
    host = Host()
    async with opened(host) as stream:
        host.streams.end("the link broke off")
        assert await stream.read() is None
        assert stream.closed is not None
        assert stream.closed.error == "the link broke off"
    with pytest.raises(StreamFailed, match="the link broke off"):
        async with host.streams.open(PURPOSE):
            pass


async def test_input_waits_for_credit_and_what_waits_stays_bounded() -> None:
    host = Host()
    async with opened(host) as stream, TaskGroup() as group:
        writing = group.create_task(stream.write(b"x" * (3 * WINDOW)))
        for _ in range(100):
            await asyncio.sleep(0)
            assert stream.waiting_bytes <= MOST_WAITING + CHUNK
            host.hear()
        assert sum(len(data) for _, data in host.data) == WINDOW
        assert max(len(data) for _, data in host.data) <= CHUNK
        assert not writing.done()
        while not writing.done():
            host.streams.heard(Credit(stream=1, bytes=CHUNK))
            host.hear()
            await asyncio.sleep(0)
    host.hear()
    assert sum(len(data) for _, data in host.data) <= 3 * WINDOW


async def test_output_that_nobody_reads_is_at_most_a_window() -> None:
    host = Host()
    async with opened(host) as stream:
        for _ in range(WINDOW // CHUNK):
            host.streams.heard_data(1, OUTPUT, b"x" * CHUNK)
        host.hear()
        assert not any(isinstance(f, Credit) for f in host.frames)
        host.streams.heard_data(1, OUTPUT, b"y")  # one more than it may
        host.hear()
        assert host.frames[-1] == Closed(stream=1)
        assert stream.closed is not None
        assert "sent more than" in (stream.closed.error or "")


async def test_small_pieces_that_nobody_reads_are_put_together() -> None:
    host = Host()
    async with opened(host) as stream:
        for number in range(MOST_PIECES * 4):
            host.streams.heard_data(1, OUTPUT, b"%d" % (number % 10))
        assert stream.unread == MOST_PIECES


async def test_nobody_waits_for_a_reader_that_stopped() -> None:
    host = Host()
    async with opened(host) as stalled, opened(host) as busy:
        for _ in range(WINDOW // CHUNK):
            host.streams.heard_data(stalled.number, OUTPUT, b"x" * CHUNK)
        for _ in range(100):
            host.streams.heard_data(busy.number, OUTPUT, b"y" * CHUNK)
            assert await busy.read() == (OUTPUT, b"y" * CHUNK)
            host.hear()
        given_back = sum(f.bytes for f in host.frames if isinstance(f, Credit))
        assert WINDOW // 4 + given_back > 99 * CHUNK
        assert {f.stream for f in host.frames if isinstance(f, Credit)} == {busy.number}


async def test_data_of_several_streams_goes_out_in_turns() -> None:
    host = Host()
    async with opened(host) as first, opened(host) as second:
        for stream in (first, second):
            await stream.write(b"x" * 2 * CHUNK)
        host.hear()
    assert [number for number, _ in host.data] in ([1, 2, 1, 2], [2, 1, 2, 1])


async def test_data_of_nobody_and_of_unknown_channels_is_dropped() -> None:
    host = Host()
    async with opened(host) as stream:
        host.streams.heard_data(99, OUTPUT, b"x")
        host.streams.heard_data(1, INPUT, b"x")
        host.streams.heard_data(1, OUTPUT, b"")
        host.streams.heard(Opened(stream=99))
        host.streams.heard_data(1, OUTPUT, b"y")
        assert await stream.read() == (OUTPUT, b"y")


@given(
    sent=st.lists(st.integers(1, CHUNK), max_size=60),
    reads=st.lists(st.booleans(), min_size=60, max_size=60),
)
async def test_a_host_that_keeps_to_its_credit_is_never_cut_off_nor_starved(
    sent: list[int], reads: list[bool]
) -> None:
    host = Host()
    async with opened(host) as stream:
        window, waiting, got = WINDOW, list(sent), 0
        for reads_now in [*reads, *[True] * 200]:
            if waiting and waiting[0] <= window:
                window -= waiting[0]
                host.streams.heard_data(1, OUTPUT, b"x" * waiting.pop(0))
            if reads_now and stream.unread:
                piece = await stream.read()
                assert piece is not None
                got += len(piece[1])
            before = len(host.frames)
            host.hear()
            window += sum(f.bytes for f in host.frames[before:] if isinstance(f, Credit))
        assert stream.closed is None
        assert got == sum(sent)
