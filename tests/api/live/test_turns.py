import asyncio

from pasture.api.live.turns import AT_ONCE, in_turns
from pasture.kit.tasks import TaskGroup


async def test_others_have_a_turn_after_each_few() -> None:
    given = -1
    seen: list[int] = []

    async def other() -> None:
        while True:
            seen.append(given)
            await asyncio.sleep(0)

    async with TaskGroup() as group:
        beside = group.create_task(other())
        async for one in in_turns(range(3 * AT_ONCE)):
            assert one == given + 1
            given = one
        beside.cancel()
    assert seen == [AT_ONCE - 1, 2 * AT_ONCE - 1, 3 * AT_ONCE - 1]
