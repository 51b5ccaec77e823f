"""Whether what was read is still so: which tables a task reads, and when each last changed.

Counted in commits that this process knows of. Another server's are known when the feed brings them.
"""

from collections.abc import Generator, Iterable
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field


@dataclass
class Read:
    """What was read since a moment: the bases of the rows."""

    since: int
    bases: set[str] = field(default_factory=set[str])


class Freshness:
    """When each base type's rows last changed; lives on one event loop."""

    def __init__(self) -> None:
        self._now = 0
        self._changed: dict[str, int] = {}
        self._all_changed = 0
        self._reading: ContextVar[Read | None] = ContextVar("reading", default=None)

    @contextmanager
    def watched(self) -> Generator[Read]:
        """Note what is read in this block."""
        read = Read(self._now)
        before = self._reading.set(read)
        try:
            yield read
        finally:
            self._reading.reset(before)

    def reads(self, base: str) -> None:
        """Note that rows of a base type are read."""
        read = self._reading.get()
        if read is not None:
            read.bases.add(base)

    def changes(self, bases: Iterable[str]) -> None:
        """Note a commit, before anybody is told that it is done."""
        self._now += 1
        for base in bases:
            self._changed[base] = self._now

    def changes_unseen(self) -> None:
        """Note that another process committed, whatever it was."""
        self._now += 1
        self._all_changed = self._now

    def is_fresh(self, read: Read) -> bool:
        """Tell whether nothing of what was read has changed since."""
        if self._all_changed > read.since:
            return False
        changed = self._changed
        return all(changed.get(base, 0) <= read.since for base in read.bases)
