"""What hosts and containers use, from the rows that streams of figures bring. Pure.

Rows count from a start (processor time, bytes): use is what lies between two of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast

SECONDS = len("2026-01-01T00:00:00")
NS = 1_000_000_000
WHOLE = 100.0  # percent


@dataclass(frozen=True, kw_only=True)
class Figures:
    """One row."""

    id: str
    kind: str  # container or host
    at_s: float
    cpu_ns: int
    processors: int
    memory: int
    memory_limit: int | None
    received: int
    sent: int
    read: int
    written: int


def parse(row: Any) -> Figures | None:
    """Return what a row says; None: it is no row of ours."""
    if not isinstance(row, dict):
        return None
    whole = cast("Mapping[str, Any]", row)
    try:
        usage, memory, network = whole["cpu"]["usage"], whole["memory"], whole["network"]
        devices = [device["stats"] for device in whole["diskio"]["io_service_bytes"]]
        return Figures(
            id=str(whole["id"]),
            kind=str(whole["resourceType"]),
            at_s=seconds(str(whole["timestamp"])),
            cpu_ns=int(usage["total"]),
            processors=len(usage.get("per_cpu_usage") or ()) or 1,
            memory=int(memory["usage"]),
            memory_limit=memory.get("limit"),
            received=int(network["rx_bytes"]),
            sent=int(network["tx_bytes"]),
            read=sum(int(stats["Read"]) for stats in devices),
            written=sum(int(stats["Write"]) for stats in devices),
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        return None


def seconds(stamp: str) -> float:
    """Return a time in seconds since the epoch.

    Raises:
        ValueError: it is none.

    """
    whole = datetime.fromisoformat(stamp[:SECONDS]).replace(tzinfo=UTC)
    fraction = stamp[SECONDS:].removesuffix("Z")
    return whole.timestamp() + (float(fraction) if fraction else 0.0)


def cpu_percent(before: Figures | None, now: Figures) -> float | None:
    """Return the use between two rows: of one processor for a container, of all for a host."""
    if before is None or now.at_s <= before.at_s or now.cpu_ns < before.cpu_ns:
        return None
    share = (now.cpu_ns - before.cpu_ns) / NS / (now.at_s - before.at_s)
    return WHOLE * share / (now.processors if now.kind == "host" else 1)


def memory_percent(now: Figures) -> float | None:
    """Return the use of what it may have."""
    return WHOLE * now.memory / now.memory_limit if now.memory_limit else None


@dataclass(frozen=True)
class Shown:
    """The last two rows of one thing, and when the last one came."""

    now: Figures
    before: Figures | None
    came_s: float

    @property
    def cpu(self) -> float | None:
        """Percent of a processor; of all, for a host."""
        return cpu_percent(self.before, self.now)


class Board:
    """The last figures of everything."""

    def __init__(self) -> None:
        self.of: dict[str, Shown] = {}

    def put(self, rows: Any, came_s: float) -> None:
        """Take a message of a stream."""
        for row in cast("list[Any]", rows) if isinstance(rows, list) else []:
            now = parse(row)
            if now is None:
                continue
            shown = self.of.get(now.id)
            if shown is None or now.at_s > shown.now.at_s:
                before = None if shown is None else shown.now
                self.of[now.id] = Shown(now, before, came_s)

    def forget_older_than(self, came_s: float) -> None:
        """Drop what sends no figures any more: it stopped."""
        self.of = {key: shown for key, shown in self.of.items() if shown.came_s >= came_s}
