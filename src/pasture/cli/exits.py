"""Exit codes, and what ends a command (``docs/guide/cli.md`` lists them for users)."""

from collections.abc import Iterable
from enum import IntEnum

from pasture.client.access import BadUrl
from pasture.client.errors import ApiError, ClientError, TooSlow, Unreachable


class Exit(IntEnum):
    """How a command ended."""

    OK = 0
    FAILED = 1
    USAGE = 2
    NOT_FOUND = 3
    NOT_AUTHORISED = 4
    UNREACHABLE = 5
    TIMEOUT = 6
    INTERRUPTED = 130
    BROKEN_PIPE = 141


class Failure(Exception):
    """A command cannot be done; the words are for who typed it."""

    def __init__(self, words: str, exit: Exit = Exit.FAILED) -> None:
        super().__init__(words)
        self.exit = exit


BY_STATUS = {401: Exit.NOT_AUTHORISED, 403: Exit.NOT_AUTHORISED, 404: Exit.NOT_FOUND}


def exit_of(error: Failure | ClientError) -> Exit:
    """Return the exit code that an error means."""
    match error:
        case Failure():
            return error.exit
        case ApiError():
            return BY_STATUS.get(error.status, Exit.FAILED)
        case Unreachable():
            return Exit.UNREACHABLE
        case TooSlow():
            return Exit.TIMEOUT
        case BadUrl():
            return Exit.USAGE
        case _:
            return Exit.FAILED


def worst(exits: Iterable[Exit]) -> Exit:
    """Return one code for several items: the one that all failures share, else ``FAILED``."""
    bad = {e for e in exits if e is not Exit.OK}
    if not bad:
        return Exit.OK
    return bad.pop() if len(bad) == 1 else Exit.FAILED
