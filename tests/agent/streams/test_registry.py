import asyncio

import pytest

from pasture.agent.engine.engine import EngineError
from pasture.agent.streams.registry import BUG
from pasture.agent.streams.stream import Stream
from pasture.wire.frames import Closed, Open
from pasture.wire.streams import ERRORS, OUTPUT, WINDOW, AnyPurpose, Exec
from tests.support.streams import linked

ASKED = Exec(container="c", command=("sh",))


async def for_ever(_: AnyPurpose, stream: Stream) -> None:
    await stream.opened()
    await asyncio.Event().wait()


async def test_a_stream_is_opened_served_and_closed() -> None:
    async def shout(_: AnyPurpose, stream: Stream) -> int:
        await stream.opened()
        while data := await stream.read():
            await stream.send(OUTPUT, data.upper())
        await stream.send(ERRORS, b"done")
        return 7

    async with linked(shout) as server:
        peer = await server.open(ASKED).begun()
        peer.write(b"abc")
        await peer.says(b"ABC")
        peer.end_input()
        assert await peer.end() == Closed(stream=1, exit_code=7)
        assert peer.said(ERRORS) == b"done"
        assert server.streams.count == 0


@pytest.mark.parametrize(
    ("failure", "words"),
    [(EngineError("the container is not running"), "the container is not running"),
     (KeyError("State"), BUG)],
)  # fmt: skip
async def test_a_stream_that_fails_is_closed_with_a_sentence_and_no_other_with_it(
    failure: Exception, words: str
) -> None:
    async def served(purpose: AnyPurpose, stream: Stream) -> None:
        if purpose == ASKED:
            raise failure
        await for_ever(purpose, stream)

    async with linked(served) as server:
        other = await server.open(Exec(container="d", command=())).begun()
        assert (await server.open(ASKED).end()).error == words
        assert other.closed is None
        assert server.streams.count == 1


async def test_one_more_than_the_most_is_refused_in_words() -> None:
    async with linked(for_ever, most=2) as server:
        first = await server.open(ASKED).begun()
        await server.open(ASKED).begun()
        closed = await server.open(ASKED).end()
        assert closed.error == "this host serves 2 streams at once, no more"
        first.close()
        await asyncio.sleep(0)
        await server.open(ASKED).begun()


async def test_a_number_that_is_open_is_not_opened_twice() -> None:
    async with linked(for_ever) as server:
        peer = await server.open(ASKED).begun()
        server.streams.open(Open(stream=peer.number, purpose=ASKED))
        assert (await peer.end()).error == "stream 1 is open already"


async def test_a_stream_that_the_server_closes_is_cleaned_up_and_says_nothing() -> None:
    ended = asyncio.Event()

    async def served(purpose: AnyPurpose, stream: Stream) -> None:
        try:
            await for_ever(purpose, stream)
        finally:
            await asyncio.sleep(0)
            ended.set()

    async with linked(served) as server:
        peer = await server.open(ASKED).begun()
        peer.close()
        await ended.wait()
        peer.close()
        peer.write(b"late")
        peer.resize(1, 1)
        await asyncio.sleep(0)
        assert peer.closed is None
        assert server.streams.count == 0


async def test_a_stream_that_is_given_up_while_it_opens_is_let_come_so_far() -> None:
    began, go_on, ended = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def served(_: AnyPurpose, stream: Stream) -> None:
        try:
            began.set()
            await go_on.wait()
            await stream.opened()
        finally:
            ended.set()

    async with linked(served) as server:
        peer = server.open(ASKED)
        await began.wait()
        peer.close()
        await asyncio.sleep(0)
        assert not ended.is_set()
        go_on.set()
        await ended.wait()
        await asyncio.sleep(0)
        assert server.texts == []
        assert server.streams.count == 0


async def test_a_server_that_ignores_the_window_loses_its_stream() -> None:
    async with linked(for_ever) as server:
        peer = await server.open(ASKED).begun()
        peer.write(b"x" * WINDOW)
        assert peer.closed is None
        peer.write(b"x")
        closed = await peer.end()
        assert closed.error == f"more than {WINDOW} bytes were sent before they were consumed"
        await asyncio.sleep(0)
        assert server.streams.count == 0


async def test_all_streams_end_with_the_link() -> None:
    ended: list[int] = []

    async def served(purpose: AnyPurpose, stream: Stream) -> None:
        try:
            await for_ever(purpose, stream)
        finally:
            await asyncio.sleep(0.001)
            ended.append(stream.number)

    async with linked(served) as server:
        for _ in range(5):
            await server.open(ASKED).begun()
    assert sorted(ended) == [1, 2, 3, 4, 5]
