"""What checks and tests need on a machine: installed by name where it is missing."""

import importlib.util
import shutil
import sys
from pathlib import Path

from scripts.machine import CHECKOUT, virtualenv
from scripts.machine.shell import Stopped, as_root, is_root, run, say

BIN = CHECKOUT / ".venv/bin"
LOG = CHECKOUT / ".venv-install.log"
APT = {"DEBIAN_FRONTEND": "noninteractive"}
ADMIN_PATHS = ("/usr/sbin", "/sbin")
# what is looked for, and Debian's package with it
PROGRAMS = {
    "dockerd": "docker.io",
    "docker": "docker.io",
    "ip": "iproute2",
    "iptables": "iptables",
    "nsenter": "util-linux",
    "unshare": "util-linux",
    "curl": "curl",
}
STATIC_BUSYBOX = Path("/bin/busybox")


def environment() -> None:
    """Make the checkout's virtual environment hold the development tools.

    Raises:
        Stopped: it cannot be made.

    """
    if importlib.util.find_spec("ensurepip") is None:
        install(["python3-venv"])
    virtualenv.ready(LOG, "dev")


def programs() -> None:
    """Install what system tests run.

    Raises:
        Stopped: it cannot be installed.

    """
    install(sorted({package for name, package in PROGRAMS.items() if not found(name)}))
    if not is_static(STATIC_BUSYBOX):
        install(["busybox-static"])


def found(program: str) -> bool:
    """Tell whether a program is there, an administrator's too."""
    return shutil.which(program) is not None or any(
        Path(folder, program).exists() for folder in ADMIN_PATHS
    )


def is_static(program: Path) -> bool:
    """Tell whether a program needs no libraries: its ELF file names no interpreter."""
    return program.exists() and b"/ld-linux" not in program.read_bytes()[:4096]


def install(packages: list[str]) -> None:
    """Install Debian's packages."""
    if not packages:
        return
    if shutil.which("apt-get") is None:
        raise Stopped(f"install {' '.join(packages)}: there is no apt-get here")
    if not is_root() and shutil.which("sudo") is None:
        raise Stopped(f"as root: apt-get install {' '.join(packages)}")
    say(f"  installing {' '.join(packages)} (apt-get)")
    run(as_root("apt-get", "update", "-q"), LOG, "apt-get update failed", **APT)
    command = as_root("apt-get", "install", "-qy", "--no-install-recommends", *packages)
    run(command, LOG, f"apt-get could not install {' '.join(packages)}", **APT)


def ready(*makers: str) -> None:
    """Prepare, or end the program with what stands in the way."""
    try:
        for maker in makers:
            {"environment": environment, "programs": programs}[maker]()
    except Stopped as stopped:
        sys.exit(f"\n{stopped}")
