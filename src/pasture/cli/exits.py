"""Exit codes, and what ends a command (``docs/guide/cli.md`` lists them for users)."""

from collections.abc import Iterable
from enum import IntEnum

from pasture.client.access import BadUrl
from pasture.client.errors import Absent, ApiError, ClientError, Held, TooSlow, Unreachable


class Exit(IntEnum):
    """How a command ended."""

    OK = 0
    FAILED = 1
    USAGE = 2
    NOT_FOUND = 3
    NOT_AUTHORISED = 4
    UNREACHABLE = 5
    TIMEOUT = 6
    NOT_EXECUTABLE = 126
    NO_PROGRAM = 127
    HUNG_UP = 129
    INTERRUPTED = 130
    BROKEN_PIPE = 141
    TERMINATED = 143


class Failure(Exception):
    """A command cannot be done; the words are for who typed it."""

    def __init__(self, words: str, exit: Exit = Exit.FAILED) -> None:
        super().__init__(words)
        self.exit = exit


BY_STATUS = {401: Exit.NOT_AUTHORISED, 403: Exit.NOT_AUTHORISED, 404: Exit.NOT_FOUND}
BY_KIND: tuple[tuple[type[ClientError], Exit], ...] = (
    (Absent, Exit.NOT_FOUND),
    (BadUrl, Exit.USAGE),
    (TooSlow, Exit.TIMEOUT),
    (Held, Exit.TIMEOUT),
    (Unreachable, Exit.UNREACHABLE),
)


def exit_of(error: Failure | ClientError) -> Exit:
    """Return the exit code that an error means."""
    if isinstance(error, Failure):
        return error.exit
    if isinstance(error, ApiError):
        return BY_STATUS.get(error.status, Exit.FAILED)
    return next((e for kind, e in BY_KIND if isinstance(error, kind)), Exit.FAILED)


def worst(exits: Iterable[Exit]) -> Exit:
    """Return one code for several items: the one that all failures share, else ``FAILED``."""
    bad = {e for e in exits if e is not Exit.OK}
    if not bad:
        return Exit.OK
    return bad.pop() if len(bad) == 1 else Exit.FAILED
