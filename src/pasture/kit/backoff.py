"""How long to wait before the next try."""

FIRST_S = 1.0
LONGEST_S = 120.0


def delay_s(failures: int, *, first_s: float = FIRST_S, longest_s: float = LONGEST_S) -> float:
    """Return the wait after that many failures in a row: doubling, bounded."""
    return min(longest_s, first_s * 2.0 ** min(max(failures - 1, 0), 32))
