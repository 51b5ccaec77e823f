"""What the machine uses, from ``/proc``: the same with either version of control groups."""

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


def row(now_ms: int, root: Path = Path("/")) -> Row:
    """Read the machine's row. These files are the kernel's memory: reading them does not block."""
    files = root / "proc"
    diskstats = files / "diskstats"  # not everywhere: a host may be a container itself
    whole, *each = proc.cpu_times((files / "stat").read_text())
    used, total = proc.memory((files / "meminfo").read_text())
    return Row(
        resource_type="host",
        timestamp=timestamp(now_ms),
        cpu=Cpu(CpuUsage(*whole, tuple(one[0] for one in each))),
        memory=Memory(used, total),
        network=network(proc.interfaces((files / "net/dev").read_text(), inner=False)),
        diskio=DiskIo(
            tuple(
                Device(Transfer(*one))
                for one in proc.disks(diskstats.read_text() if diskstats.exists() else "")
            )
        ),
    )
