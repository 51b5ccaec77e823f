from hypothesis import given
from hypothesis import strategies as st

from pasture.kit.backoff import delay_s


def test_waits_double_until_the_longest() -> None:
    assert [delay_s(n) for n in range(1, 10)] == [1, 2, 4, 8, 16, 32, 64, 120, 120]


@given(failures=st.integers(0, 10**9), first=st.floats(0.01, 5), longest=st.floats(5, 1000))
def test_a_wait_is_never_longer_than_the_longest(
    failures: int, first: float, longest: float
) -> None:
    assert 0 < delay_s(failures, first_s=first, longest_s=longest) <= longest
