"""A process that is killed at its n-th touch of a folder: every n is tried, none by chance."""

import os
import signal
import sys
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

TOUCHES = frozenset(
    {"open", "os.rename", "os.link", "os.remove", "os.mkdir", "os.chmod", "sqlite3.connect"}
)
MOST = 500


def each_death(
    folder: Path, prepare: Callable[[], object], work: Callable[[], object]
) -> Iterator[int]:
    """Prepare and let a child work that dies at its first touch, at its second ..., until it lives.

    Each death is given, to look at what it left.
    """
    for touch in count(1):
        assert touch < MOST, "it touches the folder without end"
        prepare()
        if not dies_at(touch, folder, work):
            return
        yield touch


def dies_at(touch: int, folder: Path, work: Callable[[], object]) -> bool:
    """Run in a child that kills itself at that touch; False: it came to its end before."""
    child = os.fork()
    if child == 0:
        sys.addaudithook(killer(touch, folder))
        try:
            work()
        except BaseException as failed:  # noqa: BLE001 - a child must not go on as its parent
            sys.stderr.write(f"the child failed: {failed!r}\n")
            os._exit(1)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0, "the child failed"
    return os.WIFSIGNALED(status)


def killer(touch: int, folder: Path) -> Callable[[str, tuple[Any, ...]], None]:
    """Return the audit hook that kills its process."""
    left, inside = touch, str(folder)

    def hook(event: str, args: tuple[Any, ...]) -> None:
        nonlocal left
        if event in TOUCHES and inside in str(args[0]):
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    return hook
