import asyncio
import contextlib

import pytest

from pasture.kit.tasks import TaskGroup

pytestmark = pytest.mark.looptime


async def fails_in(seconds: float) -> None:
    await asyncio.sleep(seconds)
    raise OSError


async def a_group_whose_child_fails() -> None:
    with contextlib.suppress(ExceptionGroup):
        async with TaskGroup() as group:
            group.create_task(fails_in(1))


async def test_a_deadline_after_a_failed_group_is_a_timeout() -> None:
    await a_group_whose_child_fails()
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(1):
            await asyncio.sleep(5)


async def test_failed_groups_leave_no_cancel_request_behind() -> None:
    task = asyncio.current_task()
    assert task is not None
    for _ in range(3):
        await a_group_whose_child_fails()
        assert task.cancelling() == 0


async def test_a_failure_while_the_body_still_runs_leaves_none_either() -> None:
    task = asyncio.current_task()
    assert task is not None
    with contextlib.suppress(ExceptionGroup):
        async with TaskGroup() as group:
            group.create_task(fails_in(1))
            await asyncio.sleep(5)
    assert task.cancelling() == 0


async def test_who_cancels_from_outside_amid_a_failure_is_heard() -> None:
    async def lives_on() -> None:
        while True:
            with contextlib.suppress(ExceptionGroup):
                async with TaskGroup() as group:
                    group.create_task(fails_slowly())
                    group.create_task(fails_in(1))
            await asyncio.sleep(1)

    async def fails_slowly() -> None:
        try:
            await asyncio.sleep(100)
        finally:
            await asyncio.sleep(2)

    async with asyncio.timeout(20), TaskGroup() as group:
        living = group.create_task(lives_on())
        await asyncio.sleep(2)  # the group has failed and waits for its slow child
        living.cancel()
    assert living.cancelled()


async def test_a_cancelled_group_is_cancelled() -> None:
    async def waits() -> None:
        async with TaskGroup() as group:
            group.create_task(asyncio.sleep(100))

    with pytest.raises(TimeoutError):
        async with asyncio.timeout(1):
            await waits()


async def test_a_child_can_be_cancelled_alone() -> None:
    async with TaskGroup() as group:
        child = group.create_task(asyncio.sleep(100))
        await asyncio.sleep(1)
        child.cancel()
    assert child.cancelled()
