"""The metrics: each with its name, its kind and what it means, gathered when they are asked for.

``docs/guide/metrics.md`` says what to make of them.
"""

import os
import resource
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from pasture import __version__
from pasture.control.loop import Tallies
from pasture.kit.clock import Clock
from pasture.link.links import Links
from pasture.model.container import Container
from pasture.model.host import Host
from pasture.model.query import Where
from pasture.model.resource import Resource
from pasture.model.service import Service
from pasture.model.stack import Stack
from pasture.server.exposition import Family, Labels, one
from pasture.server.front_door.door import Door
from pasture.server.measured import Traffic
from pasture.server.pulse import Pulse
from pasture.store.store import Store

PROC = Path("/proc/self")
KEPT_MS = 5000  # counts of rows are no older than that
COUNTED: dict[str, type[Resource]] = {
    "hosts": Host,
    "containers": Container,
    "services": Service,
    "stacks": Stack,
}


@dataclass(kw_only=True)
class Metrics:
    """What is watched."""

    store: Store
    clock: Clock
    links: Links
    door: Door
    traffic: Traffic = field(default_factory=Traffic)
    tallies: Tallies = field(default_factory=Tallies)
    pulse: Pulse = field(default_factory=Pulse)

    def __post_init__(self) -> None:
        self._started = self.clock.now_ms() / 1000
        self._rows: dict[str, list[tuple[Labels, float]]] = {}
        self._until = 0

    async def gather(self) -> list[Family]:
        """Return all families."""
        await self._count()
        return [
            *self._process(),
            *self._http(),
            *self._store(),
            *self._control(),
            *self._hosts(),
            *self._tls(),
        ]

    async def _count(self) -> None:
        """Count rows by their state, where it is time to."""
        now = self.clock.now_ms()
        if now < self._until:
            return
        self._until = now + KEPT_MS
        for name, cls in COUNTED.items():
            counts = {s: await self.store.count(cls, Where("state", s)) for s in cls.type.states}
            self._rows[name] = [({"state": s}, count) for s, count in counts.items() if count]

    def _process(self) -> Iterator[Family]:
        used = resource.getrusage(resource.RUSAGE_SELF)
        pages = int((PROC / "statm").read_text().split()[1])
        files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
        yield Family(
            "pasture_build_info", "gauge", "Always 1; the version that runs.",
            [({"version": __version__}, 1)],
        )  # fmt: skip
        yield one("process_start_time_seconds", "gauge", "When it started.", self._started)
        yield one("process_cpu_seconds_total", "counter", "CPU time used.",
                  used.ru_utime + used.ru_stime)  # fmt: skip
        yield one("process_resident_memory_bytes", "gauge", "Resident memory.",
                  pages * os.sysconf("SC_PAGESIZE"))  # fmt: skip
        yield one("process_open_fds", "gauge", "Open files, connections among them.",
                  len(list((PROC / "fd").iterdir())))  # fmt: skip
        yield one("process_max_fds", "gauge", "How many may be open.", files)
        yield one("pasture_loop_late_seconds", "gauge",
                  "By how much the last beat of the event loop was late.",
                  self.pulse.late_s)  # fmt: skip

    def _http(self) -> Iterator[Family]:
        traffic, census = self.traffic, self.door.census
        yield Family(
            "pasture_http_requests_total", "counter", "Requests answered.",
            [({"method": m, "status": s}, n) for (m, s), n in traffic.requests.items()],
        )  # fmt: skip
        yield Family(
            "pasture_http_request_seconds", "histogram", "From a request's head to its answer.",
            [({"method": m}, found) for m, found in traffic.seconds.items()],
        )  # fmt: skip
        yield Family(
            "pasture_websockets", "gauge", "Open websockets.",
            [({"path": kind}, n) for kind, n in traffic.sockets.items()],
        )  # fmt: skip
        yield one("pasture_http_connections", "gauge", "Open connections that are no websockets.",
                  census.held)  # fmt: skip
        yield Family(
            "pasture_http_refused_total", "counter", "Refused before it was a request.",
            [({"status": str(int(status))}, n) for status, n in census.refused.items()],
        )  # fmt: skip

    def _store(self) -> Iterator[Family]:
        store, commits = self.store, self.store.commits
        yield one("pasture_store_writes_total", "counter", "Writes; many share a commit.",
                  commits.writes)  # fmt: skip
        yield one("pasture_store_commit_seconds", "histogram", "Commits, the disk included.",
                  commits.seconds)  # fmt: skip
        yield one("pasture_store_failures_total", "counter", "Commits that the database refused.",
                  commits.failed)  # fmt: skip
        yield one("pasture_store_waiting", "gauge", "Writes that wait for a commit.", store.waiting)
        yield one("pasture_feed_revision", "gauge", "Changes committed, ever.", store.revision)
        yield one("pasture_feed_followers", "gauge",
                  "Parts of the server that read the feed.",
                  store.followers)  # fmt: skip

    def _control(self) -> Iterator[Family]:
        named: list[tuple[Labels, str]] = [({"controller": name}, name) for name in self.tallies]
        tallies = self.tallies
        yield Family("pasture_controller_waiting", "gauge", "Rows that wait to be looked at.",
                     [(labels, len(tallies[n].queue)) for labels, n in named])  # fmt: skip
        yield Family("pasture_controller_looks_total", "counter", "Looks at a row.",
                     [(labels, tallies[n].looks) for labels, n in named])  # fmt: skip
        yield Family("pasture_controller_failures_total", "counter", "Looks that failed.",
                     [(labels, tallies[n].failures) for labels, n in named])  # fmt: skip

    def _hosts(self) -> Iterator[Family]:
        yield one("pasture_links", "gauge", "Hosts that are connected.", len(self.links.by_agent))
        yield one("pasture_reports_total", "counter", "Reports of hosts that were stored.",
                  self.links.reports)  # fmt: skip
        for name, samples in self._rows.items():
            yield Family(f"pasture_{name}", "gauge", f"{name.capitalize()} by state.", samples)

    def _tls(self) -> Iterator[Family]:
        expires = self.door.certificate_expires
        if expires is None:
            return
        yield one("pasture_certificate_expires_seconds", "gauge",
                  "When the certificate expires, seconds since the epoch.",
                  expires)  # fmt: skip
