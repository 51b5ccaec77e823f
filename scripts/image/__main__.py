"""`make image`: ``python -m scripts.image``. BASE=IMAGE names a base, BASE=debian makes one."""

import fcntl
import gzip
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager

from pasture import __version__
from scripts.image import ARCHIVE, LOG, WORK, context, debian, docker
from scripts.machine import CHECKOUT
from scripts.machine.place import environment, find
from scripts.machine.shell import Stopped, is_root, say

DEFAULT_BASE = "python:3.11-slim"
MADE_HERE = "debian"
QUICKLY = 1  # gzip's level: a third of the time for a tenth more bytes
PART = 1 << 20


def build(wanted: str) -> None:
    """Build both images and the agent's archive.

    Raises:
        Stopped: something stands in the way.

    """
    LOG.write_text("")
    machine = docker.machine()
    base = chosen_base(wanted)
    context.fill(docker.python_of(base), machine)
    say(f"  building pasture/agent and pasture/server {__version__} from {base}")
    docker.build("agent", *tags("agent"), BASE=base, VERSION=__version__)
    save()
    shutil.copy2(ARCHIVE, context.CONTEXT / "agent")
    docker.build("server", *tags("server"), BASE=base, VERSION=__version__)


@contextmanager
def alone() -> Generator[None]:
    """Have the work folder to oneself; what root wrote there belongs to the checkout's owner."""
    WORK.mkdir(parents=True, exist_ok=True)
    with (WORK / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            yield
        finally:
            owner = CHECKOUT.stat()
            if is_root() and owner.st_uid != 0:
                for path in (WORK.parent, *WORK.parent.rglob("*")):
                    os.chown(path, owner.st_uid, owner.st_gid, follow_symlinks=False)


def chosen_base(wanted: str) -> str:
    """Return the base image: the one that was named, the default, or one made here.

    Raises:
        Stopped: the one that was named is not to be had.

    """
    if wanted == MADE_HERE:
        return debian.ready()
    image = wanted or DEFAULT_BASE
    if docker.has(image) or docker.pulled(image):
        return image
    if wanted:
        raise Stopped(f"base {wanted} is neither here nor in a registry; {LOG} has docker's words")
    say(f"  {DEFAULT_BASE} cannot be pulled here")
    return debian.ready()


def tags(target: str) -> tuple[str, str]:
    """Return the names of an image: by version, which agents are told, and the latest."""
    return f"pasture/{target}:{__version__}", f"pasture/{target}:latest"


def save() -> None:
    """Write the agent's image to its archive, whole or not at all."""
    ARCHIVE.parent.mkdir(exist_ok=True)
    part = ARCHIVE.with_suffix(".part")
    with (
        subprocess.Popen(["docker", "save", *tags("agent")], stdout=subprocess.PIPE) as saving,
        gzip.GzipFile(part, "wb", QUICKLY, mtime=0) as packed,
    ):
        assert saving.stdout is not None
        shutil.copyfileobj(saving.stdout, packed, PART)
    if saving.returncode != 0:
        raise Stopped("docker save failed")
    part.replace(ARCHIVE)


def offer() -> None:
    """Put the archive where this machine's own server finds it, if there is one."""
    data = find(environment()).data
    if not data.is_dir() or not os.access(data, os.W_OK):
        return
    part = data / f".{ARCHIVE.name}.part"
    shutil.copy2(ARCHIVE, part)
    part.replace(data / ARCHIVE.name)
    say(f"  the server of {data} hands it to machines that join")


def main() -> int:
    """Build, and return an exit code."""
    began = time.monotonic()
    try:
        with alone():
            build(os.environ.get("BASE", ""))
        offer()
    except Stopped as stopped:
        print(f"\nPasture: {stopped}", file=sys.stderr)
        return 1
    size = ARCHIVE.stat().st_size // 1_000_000
    say(
        f"{', '.join(tags('agent') + tags('server'))}: built in {time.monotonic() - began:.0f} s\n"
        f"the agent as a file for `docker load`: {ARCHIVE} ({size} MB)"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
