"""A TaskGroup's exception as the one exception that it means."""

from collections.abc import Generator
from contextlib import contextmanager


def first(group: BaseExceptionGroup[BaseException]) -> BaseException:
    """Return the first exception of a group that is no group."""
    inner = group.exceptions[0]
    return first(inner) if isinstance(inner, BaseExceptionGroup) else inner  # pyright: ignore[reportUnknownArgumentType] - narrowed without its parameter


@contextmanager
def alone(*kinds: type[Exception]) -> Generator[None, None, None]:
    """Raise an exception of these kinds by itself; a group with anything else stays a group."""
    try:
        yield
    except BaseExceptionGroup as group:
        expected, rest = group.split(kinds)
        if expected is None or rest is not None:
            raise
        raise first(expected) from None
