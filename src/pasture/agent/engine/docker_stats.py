"""Docker's statistics of a container as a row of ours; of control groups v1 and v2. Pure."""

import msgspec

from pasture.agent.engine.figures import (
    Cpu,
    CpuUsage,
    Device,
    DiskIo,
    Interface,
    Memory,
    Row,
    Transfer,
    network,
)

NEVER = "0001-"  # the year where the Engine has read nothing
CACHE = ("total_inactive_file", "inactive_file")  # v1, v2


class _Usage(msgspec.Struct):
    total_usage: int = 0
    usage_in_usermode: int = 0
    usage_in_kernelmode: int = 0
    percpu_usage: list[int] | None = None  # v1 only


class _Cpu(msgspec.Struct):
    cpu_usage: _Usage


class _Memory(msgspec.Struct):
    usage: int = 0
    limit: int | None = None
    stats: dict[str, int] | None = None


class _Entry(msgspec.Struct):
    op: str
    value: int
    major: int = 0
    minor: int = 0


class _Blkio(msgspec.Struct):
    io_service_bytes_recursive: list[_Entry] | None = None


class _Bytes(msgspec.Struct):
    rx_bytes: int = 0
    tx_bytes: int = 0


class _Stats(msgspec.Struct):
    read: str
    cpu_stats: _Cpu
    memory_stats: _Memory
    blkio_stats: _Blkio
    networks: dict[str, _Bytes] | None = None  # none with the host's network


_decode = msgspec.json.Decoder(_Stats).decode


def row(line: bytes) -> Row | None:
    """Return the row of one answer; None where the Engine could not read anything.

    Raises:
        msgspec.DecodeError: it is no such answer.

    """
    stats = _decode(line)
    if stats.read.startswith(NEVER):
        return None
    return Row(
        timestamp=stats.read,
        cpu=_cpu(stats.cpu_stats.cpu_usage),
        memory=_memory(stats.memory_stats),
        network=network(
            [
                Interface(name, one.rx_bytes, one.tx_bytes)
                for name, one in sorted((stats.networks or {}).items())
            ]
        ),
        diskio=_disk(stats.blkio_stats.io_service_bytes_recursive or []),
    )


def _cpu(usage: _Usage) -> Cpu:
    return Cpu(
        CpuUsage(
            usage.total_usage,
            usage.usage_in_usermode,
            usage.usage_in_kernelmode,
            tuple(usage.percpu_usage or ()),
        )
    )


def _memory(memory: _Memory) -> Memory:
    known = memory.stats or {}
    cached = next((known[name] for name in CACHE if name in known), 0)
    return Memory(max(0, memory.usage - cached), memory.limit)


def _disk(entries: list[_Entry]) -> DiskIo:
    """Return what was read and written, device by device; v1 says Read, v2 read."""
    devices: dict[tuple[int, int], dict[str, int]] = {}
    for entry in entries:
        devices.setdefault((entry.major, entry.minor), {})[entry.op.lower()] = entry.value
    return DiskIo(
        tuple(
            Device(Transfer(one.get("read", 0), one.get("write", 0)))
            for _, one in sorted(devices.items())
        )
    )
