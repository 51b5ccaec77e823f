"""An exec's process and all that it started, found in the kernel to be ended.

The Engine cannot end an exec. Each has a session of the kernel's, led by its first process; what
leaves the session by itself (``setsid``, a daemon) wants to outlive it and does. Nothing is ever
signalled but processes in that session that are in that container's control group.
"""

import asyncio
import logging
import os
import signal
from pathlib import Path

log = logging.getLogger(__name__)
GRACE_S = 1.0  # between the hang-up that a terminal's end is, and the kill
LOOK_S = 0.02
SESSION = 3  # its place after the name in /proc/PID/stat
DEAD = frozenset({"Z", "X"})


class Offspring:
    """The processes of one exec; ``leader`` is the first one's pid."""

    def __init__(
        self,
        leader: int,
        container: str,
        *,
        proc: Path = Path("/proc"),
        grace_s: float = GRACE_S,
    ) -> None:
        self._leader = leader
        self._container = container
        self._proc = proc
        self._grace_s = grace_s

    @property
    def is_visible(self) -> bool:
        """Whether the leader is seen here: the Engine and the agent count processes alike."""
        return self._is_ours(self._leader)

    def processes(self) -> list[int]:
        """Return those that live."""
        return [
            int(entry.name)
            for entry in os.scandir(self._proc)
            if entry.name.isdecimal() and self._is_ours(int(entry.name))
        ]

    def signal(self, number: signal.Signals) -> list[int]:
        """Signal all of them, and return which those are."""
        pids = self.processes()
        for pid in pids:
            try:
                os.kill(pid, number)
            except ProcessLookupError:
                continue  # ended by itself just now
            except PermissionError as error:
                log.warning("process of an exec left", extra={"pid": pid, "why": str(error)})
        return pids

    async def end(self) -> None:
        """Hang up, give them a moment, kill what is left. Cancelled, it kills at once."""
        told = self.signal(signal.SIGHUP)
        try:
            for _ in range(round(self._grace_s / LOOK_S)):
                if not any(map(self._is_ours, told)):
                    return
                await asyncio.sleep(LOOK_S)
        finally:
            self.signal(signal.SIGKILL)

    def _is_ours(self, pid: int) -> bool:
        try:
            after_name = (self._proc / str(pid) / "stat").read_text().rpartition(")")[2].split()
            if after_name[0] in DEAD or int(after_name[SESSION]) != self._leader:
                return False
            return self._container in (self._proc / str(pid) / "cgroup").read_text()
        except OSError:
            return False  # it ended
