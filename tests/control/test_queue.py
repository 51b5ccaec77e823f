import asyncio

import pytest

from pasture.control.queue import Queue


async def test_a_key_that_is_hinted_at_twice_is_handed_out_once() -> None:
    queue = Queue()
    queue.add(1)
    queue.add(1)
    queue.add(2)
    assert [await queue.take(), await queue.take()] == [1, 2]
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(queue.take(), 0.01)


async def test_a_key_at_work_is_handed_out_again_only_when_it_is_done() -> None:
    queue = Queue()
    queue.add(1)
    key = await queue.take()
    queue.add(1)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(queue.take(), 0.01)
    queue.done(key)
    assert await queue.take() == 1


async def test_what_is_looked_at_anyway_comes_after_what_was_hinted_at() -> None:
    queue = Queue()
    for key in (1, 2, 3):
        queue.add_anyway(key)
    queue.add(4)
    queue.add(2)
    queue.add_anyway(4)
    assert len(queue) == 4
    assert [await queue.take() for _ in range(4)] == [4, 2, 1, 3]
    queue.add_anyway(1)  # at work: it is being looked at
    queue.done(1)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(queue.take(), 0.01)


@pytest.mark.looptime
async def test_a_later_look_comes_then_and_the_last_word_about_when_counts() -> None:
    queue, loop = Queue(), asyncio.get_running_loop()
    begin = loop.time()
    queue.add_after(1, 50)
    queue.add_after(1, 20)
    await queue.take()
    assert loop.time() - begin == 20


@pytest.mark.looptime
async def test_a_hint_replaces_a_later_look() -> None:
    queue, loop = Queue(), asyncio.get_running_loop()
    begin = loop.time()
    queue.add_after(1, 20)
    queue.add(1)
    queue.add_after(1, 30)  # it is to be looked at anyway
    queue.done(await queue.take())
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(queue.take(), 100)
    assert loop.time() - begin == 100


@pytest.mark.looptime
async def test_a_closed_queue_has_no_later_looks() -> None:
    queue = Queue()
    queue.add_after(1, 20)
    queue.close()
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(queue.take(), 100)


@pytest.mark.looptime
async def test_a_key_that_is_to_be_left_calm_comes_once_afterwards() -> None:
    queue, loop = Queue(), asyncio.get_running_loop()
    begin = loop.time()
    queue.add(1)
    queue.done_after(await queue.take(), 20)
    queue.add(1)
    queue.add(1)
    await queue.take()
    assert loop.time() - begin == 20
    queue.done_after(1, 20)
    queue.add(1)
    queue.close()
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(queue.take(), 100)
