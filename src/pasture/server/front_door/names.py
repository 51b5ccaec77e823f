"""The names and addresses by which clients may find this server: what its certificate is for."""

import array
import fcntl
import ipaddress
import socket
import struct
from pathlib import Path
from urllib.parse import urlsplit

from pasture.settings.parse import EVERYWHERE, Listen

GET_ADDRESSES = 0x8912  # SIOCGIFCONF
ROW = struct.Struct("16s4x4s16x")  # an interface's name, its IPv4 address
MOST_ROWS = 1024
IF_INET6 = Path("/proc/net/if_inet6")
GLOBAL_SCOPE = "00"
OF_CONTAINERS = ("docker", "br-", "veth", "virbr", "cni", "lo")  # interfaces nobody dials from afar
LOOPBACK = ("localhost", "127.0.0.1", "::1")


def names_for(listen: Listen, *urls: str | None) -> tuple[str, ...]:
    """Return this machine's names and addresses, and the hosts of what is told to clients."""
    told = [urlsplit(url).hostname for url in urls if url]
    if listen.host in EVERYWHERE:
        own = [*ipv4_addresses(), *ipv6_addresses()]
    else:
        own = [] if listen.is_loopback else [listen.host]
    name = socket.gethostname().lower()
    return tuple(dict.fromkeys(filter(None, (*LOOPBACK, name, *own, *told))))


def ipv4_addresses() -> list[str]:
    """Return this machine's IPv4 addresses, without those of containers' bridges."""
    rows = array.array("B", bytes(ROW.size * MOST_ROWS))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asks:
        address, length = rows.buffer_info()
        asked = struct.pack("iL", length, address)
        found, _ = struct.unpack("iL", fcntl.ioctl(asks, GET_ADDRESSES, asked))
    return [
        socket.inet_ntoa(packed)
        for name, packed in ROW.iter_unpack(rows.tobytes()[: found - found % ROW.size])
        if not name.decode(errors="replace").startswith(OF_CONTAINERS)
    ]


def ipv6_addresses(table: Path = IF_INET6) -> list[str]:
    """Return this machine's global IPv6 addresses, likewise."""
    try:
        rows = [line.split() for line in table.read_text().splitlines()]
    except OSError:  # a kernel without IPv6
        return []
    return [
        str(ipaddress.IPv6Address(bytes.fromhex(digits)))
        for digits, _, _, scope, _, name in rows
        if scope == GLOBAL_SCOPE and not name.startswith(OF_CONTAINERS)
    ]
