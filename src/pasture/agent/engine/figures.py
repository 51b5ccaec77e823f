"""What a host or a container uses, as the streams of statistics show it: Rancher 1.6's rows.

Counts (CPU time in ns, bytes) only ever grow: who reads two rows knows the use between them.
"""

from datetime import UTC, datetime, timedelta

import msgspec

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class CpuUsage(msgspec.Struct, frozen=True):
    """CPU time in ns since the start."""

    total: int
    user: int
    system: int
    per_cpu_usage: tuple[int, ...] = ()  # empty: the kernel does not tell


class Cpu(msgspec.Struct, frozen=True):
    """As it stands in a row."""

    usage: CpuUsage


class Memory(msgspec.Struct, frozen=True, omit_defaults=True):
    """Bytes; what is only cached and can be had back at once does not count."""

    usage: int
    limit: int | None = None


class Interface(msgspec.Struct, frozen=True):
    """Bytes through one network interface."""

    name: str
    rx_bytes: int
    tx_bytes: int


class Network(msgspec.Struct, frozen=True):
    """Bytes through all interfaces, and through each."""

    rx_bytes: int
    tx_bytes: int
    interfaces: tuple[Interface, ...]


class Transfer(msgspec.Struct, frozen=True, rename="pascal"):
    """Bytes from and to a device."""

    read: int
    write: int


class Device(msgspec.Struct, frozen=True):
    """As it stands in a row."""

    stats: Transfer


class DiskIo(msgspec.Struct, frozen=True):
    """One entry a device."""

    io_service_bytes: tuple[Device, ...] = ()


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One line of statistics."""

    id: str = ""
    resource_type: str = msgspec.field(name="resourceType", default="container")
    timestamp: str
    cpu: Cpu
    memory: Memory
    network: Network
    diskio: DiskIo


def network(interfaces: list[Interface]) -> Network:
    """Return what went through all of them."""
    return Network(
        sum(one.rx_bytes for one in interfaces),
        sum(one.tx_bytes for one in interfaces),
        tuple(interfaces),
    )


def timestamp(ms: int) -> str:
    """Return a time in RFC 3339 with nanoseconds, as clients of the original expect it."""
    moment = EPOCH + timedelta(milliseconds=ms)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond:06}000Z"


encode = msgspec.json.Encoder().encode
