"""The kernel's counts as text, read into numbers. Pure."""

import re

from pasture.agent.engine.figures import Interface

NS = 1_000_000_000
TICK_NS = NS // 100  # USER_HZ, on every machine that the Engine runs on
KB = 1024
SECTOR = 512
# what only passes on between containers and the machine's own interfaces
INNER = re.compile(r"lo|(veth|docker|br-|virbr|cni|cali|flannel|pst-|ifb|dummy).*")
# a whole disk's name; its partitions, loops, RAM disks and device mapper count the same bytes again
DISK = re.compile(r"(sd|vd|xvd|hd)[a-z]+|nvme\d+n\d+|mmcblk\d+|dasd[a-z]+")
READ, WRITTEN = 5, 9  # places in a line of /proc/diskstats
NAME = 2
RECEIVED, SENT = 0, 8  # places in a line of /proc/net/dev


def pairs(text: str) -> dict[str, int]:
    """Return the numbers of lines that are a name and a number."""
    found: dict[str, int] = {}
    for line in text.splitlines():
        name, _, value = line.partition(" ")
        if value.strip().isdecimal():
            found[name] = int(value)
    return found


def cpu_times(stat: str) -> list[tuple[int, int, int]]:
    """Return busy, user's and kernel's ns of /proc/stat: of all processors, then of each."""
    found: list[tuple[int, int, int]] = []
    for line in stat.splitlines():
        if not line.startswith("cpu"):
            continue
        user, nice, system, _idle, _wait, irq, softirq, *_ = map(int, line.split()[1:])
        kernel = system + irq + softirq
        found.append(((user + nice + kernel) * TICK_NS, (user + nice) * TICK_NS, kernel * TICK_NS))
    return found


def memory(meminfo: str) -> tuple[int, int]:
    """Return the bytes in use and in all of /proc/meminfo."""
    known = {
        name: int(value.split()[0]) * KB
        for name, _, value in (line.partition(":") for line in meminfo.splitlines())
    }
    total = known["MemTotal"]
    free = known.get("MemAvailable", known["MemFree"] + known["Cached"])
    return total - free, total


def interfaces(net_dev: str, *, inner: bool) -> list[Interface]:
    """Return what went through each interface of /proc/net/dev; ``inner``: also of inner ones."""
    found: list[Interface] = []
    for line in net_dev.splitlines():
        name, colon, numbers = line.partition(":")
        name = name.strip()
        if colon and (name != "lo" if inner else INNER.fullmatch(name) is None):
            values = [int(value) for value in numbers.split()]
            found.append(Interface(name, values[RECEIVED], values[SENT]))
    return found


def disks(diskstats: str) -> list[tuple[int, int]]:
    """Return the bytes read and written of each whole disk in /proc/diskstats."""
    found: list[tuple[int, int]] = []
    for line in diskstats.splitlines():
        fields = line.split()
        if DISK.fullmatch(fields[NAME]):
            found.append((int(fields[READ]) * SECTOR, int(fields[WRITTEN]) * SECTOR))
    return found
