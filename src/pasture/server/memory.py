"""Give memory back: a password's hash takes 19 MiB for a moment, which glibc would keep."""

import ctypes

MMAP_THRESHOLD, ARENA_MAX = -3, -8  # of mallopt(3)
LARGE_BYTES = 1024 * 1024  # allocations from here on are mapped, and unmapped when freed
ARENAS = 2


def give_back_what_is_large() -> None:
    """Fix glibc's threshold, which otherwise grows with the first large block that is freed."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is None:  # another C library
        return
    mallopt(MMAP_THRESHOLD, LARGE_BYTES)
    mallopt(ARENA_MAX, ARENAS)
