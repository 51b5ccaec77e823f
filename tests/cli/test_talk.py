import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pasture.cli.talk import LEAVE, Ahead, Leaving


@given(st.lists(st.binary(max_size=5).map(lambda b: b.replace(LEAVE[1:], b""))))
def test_what_leaves_not_is_passed_on_in_order(pieces: list[bytes]) -> None:
    leaving = Leaving()
    passed = [leaving.feed(piece) for piece in pieces]
    whole = b"".join(pieces)
    told = b"".join(data for data, _ in passed)
    assert not any(left for _, left in passed)
    assert whole in {told, told + LEAVE[:1]}  # the first key may be held back: what comes next?


@given(before=st.binary(max_size=5), cut=st.integers(0, 7))
def test_the_keys_that_leave_are_found_however_they_come(before: bytes, cut: int) -> None:
    before = before.replace(LEAVE[:1], b"")
    typed = before + LEAVE
    leaving = Leaving()
    first, second = leaving.feed(typed[:cut]), leaving.feed(typed[cut:])
    assert first[1] or second[1]
    assert first[0] + second[0] == before or first[1]


async def test_output_is_read_ahead_up_to_a_bound() -> None:
    ahead = Ahead(most=4)
    await ahead.put((1, b"ab"))
    await ahead.put((2, b"cd"))
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.02):
            await ahead.put((1, b"e"))
    assert await ahead.get() == (1, b"ab")
    await ahead.put((1, b"e"))
    assert [await ahead.get(), await ahead.get()] == [(2, b"cd"), (1, b"e")]
