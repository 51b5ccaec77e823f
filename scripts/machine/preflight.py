"""Look before anything is changed; every problem is told, each in a sentence with what to do."""

import getpass
import importlib.util
import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pasture.kit.errors import PastureError
from pasture.server.front_door import ports
from scripts.machine import engine, virtualenv
from scripts.machine.engine import Kind, Seen
from scripts.machine.place import Place
from scripts.machine.shell import is_root

GIGABYTE = 1_000_000_000
LEAST_FREE = 2 * GIGABYTE
AGAIN = "then `make run` again"
LONGEST_SOCKET = 107  # bytes of a Unix socket's path


@dataclass(frozen=True)
class Facts:
    """What was seen of this machine."""

    engine: Seen
    port_taken: str | None  # in words, or None
    free: dict[str, int]  # bytes free, by folder
    has_venv: bool  # Python can make a virtual environment, or one is there
    python: str
    user: str
    root: bool
    has_sudo: bool
    has_apt: bool
    checkout_is_ours: bool
    docker_host: str = "unix:///var/run/docker.sock"
    socket_path: str = ""


def facts(place: Place, *, serving: bool) -> Facts:
    """Look at this machine; ``serving``: our own server holds the port already."""
    seen = engine.look(place.docker_host, named=place.docker_host_was_named)
    folders = {place.data, Path(seen.root), place.checkout}
    return Facts(
        engine=seen,
        port_taken=None if serving else port_taken(place),
        free={str(f): shutil.disk_usage(existing(f)).free for f in sorted(folders)},
        has_venv=has_modules("venv", "ensurepip") or virtualenv.is_usable(),
        python=f"{sys.version_info.major}.{sys.version_info.minor}",
        user=getpass.getuser(),
        root=is_root(),
        has_sudo=shutil.which("sudo") is not None,
        has_apt=shutil.which("apt-get") is not None,
        checkout_is_ours=os.access(place.checkout, os.W_OK),
        docker_host=place.docker_host,
        socket_path=place.local_url.removeprefix("unix://"),
    )


def port_taken(place: Place) -> str | None:
    """Return in words who has the port, or None."""
    try:
        ports.bind(place.listen).close()
    except PastureError as error:
        return error.detail
    return None


def has_modules(*names: str) -> bool:
    """Tell whether this Python has modules; Debian packs two of its own apart."""
    return all(importlib.util.find_spec(name) is not None for name in names)


def existing(folder: Path) -> Path:
    """Return the folder, or what will hold it once it is made."""
    return folder if folder.exists() else existing(folder.parent)


def missing(seen: Facts) -> list[str]:
    """Return Debian's packages that are needed and not there."""
    packages = [] if seen.has_venv else ["python3-venv"]
    return [*packages, "docker.io"] if seen.engine.kind is Kind.NONE else packages


def problems(seen: Facts) -> list[str]:
    """Return what stands in the way, a sentence each."""
    return [
        *engine_problems(seen),
        *package_problems(seen),
        *([seen.port_taken] if seen.port_taken else []),
        *disk_problems(seen),
        *folder_problems(seen),
    ]


def engine_problems(seen: Facts) -> Iterator[str]:
    """Say what is wrong with the Engine."""
    where = seen.docker_host
    match seen.engine.kind:
        case Kind.READY | Kind.NONE | Kind.STOPPED:
            return
        case Kind.DENIED:
            yield (
                f"user {seen.user} may not use the Docker Engine at {where}: "
                f"`sudo usermod -aG docker {seen.user}`, log in again, {AGAIN}"
            )
        case Kind.FOREIGN:
            yield (
                "a Docker Engine is installed and does not run: start it, for example by "
                f"`sudo systemctl start docker`, {AGAIN}"
            )
        case Kind.PODMAN:
            yield (
                "Podman answers in the Docker Engine's place: `sudo apt-get remove podman-docker`, "
                f"or name a Docker Engine by DOCKER_HOST, {AGAIN}"
            )
        case Kind.ROOTLESS:
            yield (
                "the Docker Engine here is a rootless one, which cannot publish ports below 1024 "
                "or limit memory everywhere: name one that root runs by "
                f"DOCKER_HOST=unix:///var/run/docker.sock, or install one by "
                f"`sudo apt-get install docker.io`, {AGAIN}"
            )
        case Kind.SNAP:
            yield (
                "the Docker Engine here is the snap, which cannot mount most folders: "
                f"`sudo snap remove docker`, {AGAIN}; it installs Debian's"
            )
        case Kind.UNREACHABLE:
            detail = f" ({seen.engine.detail})" if seen.engine.detail else ""
            yield (
                f"no Docker Engine answers at {where}{detail}: start it, or name another by "
                f"DOCKER_HOST (unix:///path or tcp://address:port), {AGAIN}"
            )


def package_problems(seen: Facts) -> Iterator[str]:
    """Say what is missing where it cannot be installed from here."""
    packages = " ".join(missing(seen))
    starts = seen.engine.kind is Kind.STOPPED
    if packages and not seen.has_apt:
        yield f"{packages} must be installed, and there is no apt-get here: install it, {AGAIN}"
    elif (packages or starts) and not seen.root and not seen.has_sudo:
        task = f"apt-get install {packages}" if packages else "service docker start"
        yield f"sudo is missing: run `{task}` as root, {AGAIN}"


def disk_problems(seen: Facts) -> Iterator[str]:
    """Say where too little is free."""
    for folder, free in seen.free.items():
        if free < LEAST_FREE:
            yield (
                f"{folder} has {free / GIGABYTE:.1f} GB free and 2 GB are needed: free some"
                f"{', or set PASTURE_DATA to a folder elsewhere' if 'docker' not in folder else ''}"
                f", {AGAIN}"
            )


def folder_problems(seen: Facts) -> Iterator[str]:
    """Say which folder cannot serve."""
    if not seen.checkout_is_ours:
        yield f"user {seen.user} may not write into this checkout: make run as its owner"
    if len(seen.socket_path.encode()) > LONGEST_SOCKET:
        yield "the data folder's path is too long for a socket in it: set a shorter PASTURE_DATA"
