"""Answers of reads, kept as long as nothing changed that they were read from.

A client that asks again with the same bytes gets the same bytes. What an answer was read from is
noted while it is made (``store/freshness.py``), so nothing has to say what it depends on. A second
is the most that an answer lives: what no row tells, such as the end of a session, is seen by then.
"""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from pasture.kit.clock import Clock
from pasture.store.freshness import Freshness, Read

PLACE = "pasture.place"  # in a scope: a ``Place`` for the answer
LIVES_MS = 1000
MOST_BYTES = 8 << 20
LARGEST = 1 << 20
OVERHEAD = 2048  # of an entry, its key and headers included
Key: TypeAlias = tuple[Any, ...]
Raw: TypeAlias = list[tuple[bytes, bytes]]


@dataclass(frozen=True)
class Kept:
    """One answer."""

    headers: Raw
    body: bytes
    read: Read
    until_ms: int

    @property
    def size(self) -> int:
        """The bytes that it takes, roughly."""
        return len(self.body) + OVERHEAD


@dataclass(frozen=True)
class Place:
    """Where the answer to one request may be kept."""

    key: Key
    remembered: "Remembered"

    def keep(self, headers: Raw, body: bytes, read: Read) -> None:
        """Keep it."""
        self.remembered.keep(self.key, headers, body, read)


def key_of(scope: Mapping[str, Any]) -> Key | None:
    """Return all that an answer may depend on of a request; None: it is no read."""
    if scope["type"] != "http" or scope["method"] != "GET":
        return None
    client = scope.get("client")
    return (
        scope["raw_path"],
        scope["query_string"],
        scope["scheme"],
        client and client[0],
        *scope["headers"],
    )


class Remembered:
    """The answers; ``stopwatch`` is a clock that nobody sets."""

    def __init__(self, fresh: Freshness, stopwatch: Clock, *, most_bytes: int = MOST_BYTES) -> None:
        self.fresh = fresh
        self._stopwatch = stopwatch
        self._most_bytes = most_bytes
        self._bytes = 0
        self._kept: OrderedDict[Key, Kept] = OrderedDict()

    def find(self, key: Key) -> Kept | None:
        """Return the answer to a request, if it is what would be answered now."""
        kept = self._kept.get(key)
        if kept is None:
            return None
        if kept.until_ms < self._stopwatch.now_ms() or not self.fresh.is_fresh(kept.read):
            self._forget(key)
            return None
        self._kept.move_to_end(key)
        return kept

    def keep(self, key: Key, headers: Raw, body: bytes, read: Read) -> None:
        """Keep an answer; the ones not asked for longest make room."""
        kept = Kept(headers, body, read, self._stopwatch.now_ms() + LIVES_MS)
        if len(body) > LARGEST or not self.fresh.is_fresh(read):
            return
        self._forget(key)
        self._kept[key] = kept
        self._bytes += kept.size
        while self._bytes > self._most_bytes:
            self._forget(next(iter(self._kept)))

    def _forget(self, key: Key) -> None:
        kept = self._kept.pop(key, None)
        if kept is not None:
            self._bytes -= kept.size
