"""What a container uses, from its control group, where the agent sees it; v1 and v2.

It costs less than the Engine's statistics, and is there where those have nothing (an Engine on a
machine with unusual hierarchies answers rows of zeros). An agent that sees no control groups, as in
a container of its own, asks the Engine instead.
"""

from dataclasses import dataclass
from pathlib import Path

from pasture.agent.engine import proc
from pasture.agent.engine.figures import (
    Cpu,
    CpuUsage,
    Device,
    DiskIo,
    Memory,
    Row,
    Transfer,
    network,
    timestamp,
)

US = 1000  # ns
UNLIMITED = 1 << 60  # v1 says so much where there is no limit


@dataclass(frozen=True)
class Cgroup:
    """A container's control group: one folder (v2), or one a hierarchy (v1)."""

    cpu: Path
    memory: Path
    io: Path
    is_unified: bool
    net_dev: Path
    meminfo: Path

    def row(self, now_ms: int) -> Row:
        """Read it.

        Raises:
            OSError: it is gone.

        """
        read = _read_v2 if self.is_unified else _read_v1
        cpu, used, limit, transfers = read(self)
        total = proc.memory(self.meminfo.read_text())[1]
        return Row(
            timestamp=timestamp(now_ms),
            cpu=cpu,
            memory=Memory(used, min(limit, total)),
            network=network(proc.interfaces(self.net_dev.read_text(), inner=True)),
            diskio=DiskIo(tuple(Device(one) for one in transfers)),
        )


def find(pid: int, container: str, root: Path = Path("/")) -> Cgroup | None:
    """Find the group of a container by its first process; None where it is not seen from here."""
    process = root / "proc" / str(pid)
    try:
        listed = (process / "cgroup").read_text()
    except OSError:
        return None
    mounted = root / "sys/fs/cgroup"
    is_unified = (mounted / "cgroup.controllers").exists()
    folders = {
        name: (mounted if is_unified else mounted / name) / path
        for name, path in _paths(listed, container)
    }
    cpu, memory, io = (
        folders.get("" if is_unified else name) for name in ("cpuacct", "memory", "blkio")
    )
    if cpu is None or memory is None or io is None:
        return None
    counts = (memory / "memory.current", cpu / "cpu.stat") if is_unified else (memory, cpu)
    if not all(one.exists() for one in counts):
        return None  # mounted elsewhere, or a kernel that does not count memory
    return Cgroup(cpu, memory, io, is_unified, process / "net/dev", root / "proc/meminfo")


def _paths(listed: str, container: str) -> list[tuple[str, str]]:
    """Return controller and path of each line that names the container.

    The path ends there: a container may have groups of its own, below.
    """
    found: list[tuple[str, str]] = []
    for line in listed.splitlines():
        _, controllers, path = line.split(":", 2)
        parts = path.strip("/").split("/")
        at = next((n for n, part in enumerate(parts) if container in part), None)
        if at is not None and ".." not in parts:
            whole = "/".join(parts[: at + 1])
            found.extend((one, whole) for one in controllers.split(","))
    return found


def _read_v1(group: Cgroup) -> tuple[Cpu, int, int, list[Transfer]]:
    times = proc.pairs((group.cpu / "cpuacct.stat").read_text())
    each = (group.cpu / "cpuacct.usage_percpu").read_text().split()
    usage = CpuUsage(
        int((group.cpu / "cpuacct.usage").read_text()),
        times["user"] * proc.TICK_NS,
        times["system"] * proc.TICK_NS,
        tuple(map(int, each)),
    )
    used = int((group.memory / "memory.usage_in_bytes").read_text())
    cached = proc.pairs((group.memory / "memory.stat").read_text()).get("total_inactive_file", 0)
    limit = int((group.memory / "memory.limit_in_bytes").read_text())
    transfers = transfers_v1(_counted(group.io / "blkio.throttle.io_service_bytes"))
    return Cpu(usage), max(0, used - cached), limit, transfers


def transfers_v1(text: str) -> list[Transfer]:
    """Read lines like ``8:0 Read 4096``, device by device; the last line is a sum."""
    devices: dict[str, dict[str, int]] = {}
    for line in text.splitlines():
        match line.split():
            case [device, kind, count]:
                devices.setdefault(device, {})[kind] = int(count)
            case _:
                continue
    return [Transfer(one.get("Read", 0), one.get("Write", 0)) for one in devices.values()]


def _read_v2(group: Cgroup) -> tuple[Cpu, int, int, list[Transfer]]:
    times = proc.pairs((group.cpu / "cpu.stat").read_text())
    usage = CpuUsage(times["usage_usec"] * US, times["user_usec"] * US, times["system_usec"] * US)
    used = int((group.memory / "memory.current").read_text())
    cached = proc.pairs((group.memory / "memory.stat").read_text()).get("inactive_file", 0)
    most = (group.memory / "memory.max").read_text().strip()
    limit = UNLIMITED if most == "max" else int(most)
    return (
        Cpu(usage),
        max(0, used - cached),
        limit,
        transfers_v2(_counted(group.io / "io.stat")),
    )


def transfers_v2(text: str) -> list[Transfer]:
    """Read lines like ``8:0 rbytes=4096 wbytes=0 rios=1``, one a device."""
    found: list[Transfer] = []
    for line in text.splitlines():
        known = dict(pair.split("=", 1) for pair in line.split()[1:] if "=" in pair)
        if "rbytes" in known:
            found.append(Transfer(int(known["rbytes"]), int(known["wbytes"])))
    return found


def _counted(file: Path) -> str:
    """Return what was read and written; nothing where the kernel does not count it."""
    return file.read_text() if file.exists() else ""
