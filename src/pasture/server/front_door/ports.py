"""Bind the port that is listened on; where it is taken, say by whom."""

import errno
import socket
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from pasture.kit.errors import PastureError
from pasture.settings.parse import LARGEST_PORT, Listen

PROC = Path("/proc")
FOR_EVERYBODY = 8080
ALL_ADDRESSES = "0.0.0.0"  # noqa: S104 - proposed in words
LISTENING = "0A"
UNACKNOWLEDGED_MS = 60_000  # a peer that takes nothing for so long is dropped by the kernel
LOCAL_ADDRESS, STATE, INODE = 1, 3, 9  # columns of /proc/net/tcp


def bind(listen: Listen) -> socket.socket:
    """Return the bound socket.

    Raises:
        PastureError: the port is taken, privileged, or the address is not this machine's.

    """
    host = "127.0.0.1" if listen.host == "localhost" else listen.host
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, UNACKNOWLEDGED_MS)
        bound.bind((host, listen.port))
        bound.listen(socket.SOMAXCONN)
    except OSError as error:
        bound.close()
        raise PastureError(why_not(listen, error)) from error
    return bound


def why_not(listen: Listen, error: OSError) -> str:
    """Return in words why the port cannot be had, and what to do."""
    match error.errno:
        case errno.EADDRINUSE:
            reason = f"port {listen.port} is in use by {owner_of(listen.port)}"
            other = replace(listen, port=beside(listen.port))
        case errno.EACCES:
            reason = f"port {listen.port} needs root"
            other = replace(listen, port=FOR_EVERYBODY)
        case errno.EADDRNOTAVAIL:
            reason = f"{listen.host} is no address of this machine"
            other = replace(listen, host=ALL_ADDRESSES)
        case _:
            reason = f"{listen} cannot be listened on: {error.strerror}"
            other = replace(listen, port=beside(listen.port))
    return (
        f"{reason}; set another by --listen or PASTURE_LISTEN, for example PASTURE_LISTEN={other}"
    )


def beside(port: int) -> int:
    """Return another port that this user may have."""
    return port + 1 if FOR_EVERYBODY <= port < LARGEST_PORT else FOR_EVERYBODY


def owner_of(port: int, proc: Path = PROC) -> str:
    """Return who listens on a TCP port, as far as this user may know."""
    inodes = {
        inode
        for table in ("tcp", "tcp6")
        for inode in listening_inodes(lines_of(proc / "net" / table), port)
    }
    owner = next(holders(inodes, proc), None) if inodes else None
    return owner or "another program (only root may see which)"


def lines_of(table: Path) -> list[str]:
    """Return a table's rows; none where the kernel has no such table."""
    try:
        return table.read_text().splitlines()[1:]
    except OSError:
        return []


def listening_inodes(lines: Iterable[str], port: int) -> Iterator[str]:
    """Give the sockets that listen on a port, from rows of /proc/net/tcp."""
    for line in lines:
        columns = line.split()
        if (
            columns[STATE] == LISTENING
            and int(columns[LOCAL_ADDRESS].rpartition(":")[2], 16) == port
        ):
            yield columns[INODE]


def holders(inodes: set[str], proc: Path) -> Iterator[str]:
    """Give the processes that hold one of the sockets."""
    wanted = {f"socket:[{inode}]" for inode in inodes}
    for process in sorted(proc.glob("[0-9]*")):
        if any(target in wanted for target in open_files(process)):
            yield f"{name_of(process)} (process {process.name})"


def open_files(process: Path) -> Iterator[str]:
    """Give what a process holds open, as far as it may be seen and while it lasts."""
    with suppress(OSError):
        for entry in (process / "fd").iterdir():
            with suppress(OSError):
                yield str(entry.readlink())


def name_of(process: Path) -> str:
    """Return the name of a process's program."""
    try:
        return (process / "comm").read_text().strip()
    except OSError:
        return "a program that ended meanwhile"
