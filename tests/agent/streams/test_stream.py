import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pasture.agent.streams.outbox import LinkLost, Outbox
from pasture.agent.streams.stream import GRANT, Overrun, Stream, Unwanted
from pasture.kit.tasks import TaskGroup
from pasture.wire import frames
from pasture.wire.frames import Credit, Heartbeat, Opened
from pasture.wire.streams import CHUNK, OUTPUT, WINDOW, parse


class Wire:
    """A socket that keeps what was sent; data waits while it does not take any."""

    def __init__(self) -> None:
        self.frames: list[frames.FromAgent] = []
        self.pieces: list[bytes] = []
        self.began = 0
        self.takes = asyncio.Event()
        self.takes.set()
        self.is_broken = False

    @property
    def came(self) -> int:
        return sum(map(len, self.pieces))

    async def send_str(self, data: str) -> None:
        if self.is_broken:
            raise ConnectionResetError("gone")
        self.frames.append(frames.decode_from_agent(data))

    async def send_bytes(self, data: bytes) -> None:
        if self.is_broken:
            raise ConnectionResetError("gone")
        self.began += 1
        await self.takes.wait()
        self.pieces.append(parse(data)[2])


def made() -> tuple[Wire, Stream]:
    wire = Wire()
    return wire, Stream(1, Outbox(wire))


async def settle() -> None:
    for _ in range(50):
        await asyncio.sleep(0)


async def test_no_more_than_a_window_is_sent_ahead_of_the_reader() -> None:
    wire, stream = made()
    async with TaskGroup() as group:
        group.create_task(stream.send(OUTPUT, b"x" * (WINDOW + 3 * CHUNK)))
        await settle()
        assert wire.came == WINDOW
        stream.credit(CHUNK)
        await settle()
        assert wire.came == WINDOW + CHUNK
        stream.credit(WINDOW)
    assert wire.came == WINDOW + 3 * CHUNK


async def test_a_piece_goes_whole_or_not_yet() -> None:
    wire, stream = made()
    line = b"x" * 30_000 + b"\n"
    async with TaskGroup() as group:
        for _ in range(9):
            group.create_task(stream.send(OUTPUT, line))
        await settle()
        stream.credit(WINDOW)
    assert wire.pieces == [line] * 9


async def test_a_credit_that_is_too_large_opens_no_larger_window() -> None:
    wire, stream = made()
    stream.credit(10 * WINDOW)
    async with TaskGroup() as group:
        sending = group.create_task(stream.send(OUTPUT, b"x" * 2 * WINDOW))
        await settle()
        assert wire.came == WINDOW
        sending.cancel()


@given(steps=st.lists(st.integers(-3 * CHUNK, 3 * CHUNK), max_size=40))
async def test_whatever_is_sent_and_read_it_arrives_in_order_within_the_window(
    steps: list[int],
) -> None:
    wire, stream = made()
    texts = [bytes([number % 256]) * step for number, step in enumerate(steps) if step > 0]
    consumed = 0

    def consume(most: int) -> None:
        nonlocal consumed
        count = min(most, wire.came - consumed)
        consumed += count
        stream.credit(count)

    async def send_all() -> None:
        for text in texts:
            await stream.send(OUTPUT, text)

    async with TaskGroup() as group:
        sending = group.create_task(send_all())
        for step in steps:
            await settle()
            assert wire.came - consumed <= WINDOW
            consume(max(0, -step))
        while not sending.done():
            await settle()
            consume(WINDOW)
    assert b"".join(wire.pieces) == b"".join(texts)
    assert all(len(piece) <= CHUNK for piece in wire.pieces)


async def test_what_is_read_is_told_in_portions() -> None:
    wire, stream = made()
    for _ in range(WINDOW // 1024):
        stream.take(b"x" * 1024)
    read = 0
    while read < WINDOW:
        read += len(await stream.read())
    credits_ = [frame.bytes for frame in wire.frames if isinstance(frame, Credit)]
    assert sum(credits_) == WINDOW
    assert all(count >= GRANT for count in credits_)


async def test_key_strokes_are_read_together_and_the_end_comes_after_them() -> None:
    _, stream = made()
    for key in (b"l", b"s", b"\n"):
        stream.take(key)
    stream.take(b"")
    stream.take(b"after the end")
    assert await stream.read() == b"ls\n"
    assert await stream.read() == b""
    assert await stream.read() == b""


async def test_more_than_a_window_of_input_is_refused() -> None:
    _, stream = made()
    stream.take(b"x" * WINDOW)
    with pytest.raises(Overrun):
        stream.take(b"x")
    await stream.read()
    with pytest.raises(Overrun):  # it was read, but not yet told
        stream.take(b"x")


async def test_only_the_last_of_several_sizes_counts() -> None:
    _, stream = made()
    stream.resize(80, 24)
    stream.resize(100, 30)
    assert await stream.size() == (100, 30)
    async with TaskGroup() as group:
        waiting = group.create_task(stream.size())
        await settle()
        assert not waiting.done()
        stream.resize(1, 2)
    assert waiting.result() == (1, 2)


async def test_what_nobody_wants_any_more_is_not_opened() -> None:
    wire, stream = made()
    stream.unwanted = True
    with pytest.raises(Unwanted):
        await stream.opened()
    assert wire.frames == []
    stream.unwanted = False
    await stream.opened()
    assert wire.frames == [Opened(stream=1)]


async def test_a_frame_waits_for_no_data() -> None:
    wire = Wire()
    outbox = Outbox(wire)
    wire.takes.clear()
    async with TaskGroup() as group:
        for number in range(100):
            group.create_task(outbox.data(number, OUTPUT, b"x" * CHUNK))
        await settle()
        assert wire.began == 1, "one message of data at most is ahead of a frame"
        await outbox.frame(Heartbeat())
        assert wire.frames == [Heartbeat()]
        wire.takes.set()
    assert len(wire.pieces) == 100


async def test_a_broken_socket_is_a_lost_link() -> None:
    wire, stream = made()
    wire.is_broken = True
    with pytest.raises(LinkLost, match="gone"):
        await stream.opened()
    with pytest.raises(LinkLost, match="gone"):
        await stream.send(OUTPUT, b"x")
