"""Many are told of one thing: a few in each turn of the loop, so that requests come between."""

import asyncio
from collections.abc import AsyncGenerator, Iterable
from typing import TypeVar

T = TypeVar("T")
AT_ONCE = 8  # sends of a tenth of a millisecond each


async def in_turns(some: Iterable[T]) -> AsyncGenerator[T]:
    """Give one after another; whoever else is ready has a turn after each few."""
    for number, one in enumerate(some, 1):
        yield one
        if number % AT_ONCE == 0:
            await asyncio.sleep(0)
