"""What checks and tests need on a machine: installed by name where it is missing."""

import importlib.util
import shutil
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from scripts.machine import CHECKOUT, virtualenv
from scripts.machine.shell import Stopped, as_root, is_root, run, say
from scripts.web import build
from scripts.web.node import Node

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
    "chromium": "chromium",
}
RIVALS = {"wrk": "wrk", "docker-compose": "docker-compose"}  # of the benches
CHINESE = Path("/usr/share/fonts/truetype/wqy/wqy-microhei.ttc")  # for pictures of the page
# Python clients of the API from 2016, in a folder of their own: none of ours imports them
CLIENTS = ("cattle==0.5.4", "gdapi-python==0.5.3", "requests>=2.32,<3", "six>=1.17,<2")
CLIENTS_FOLDER = CHECKOUT / ".venv/clients"
CLIENTS_STAMP = CLIENTS_FOLDER / "installed"
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
    install_missing(PROGRAMS)
    if not is_static(STATIC_BUSYBOX):
        install(["busybox-static"])
    if not CHINESE.exists():
        install(["fonts-wqy-microhei"])


def rivals() -> None:
    """Install what the benches measure with, and against.

    Raises:
        Stopped: it cannot be installed.

    """
    install_missing(RIVALS)


def clients() -> None:
    """Install what system tests speak to the API with, for this Python.

    Raises:
        Stopped: pip failed.

    """
    wanted = f"{sys.version}\n{CLIENTS}"
    if CLIENTS_STAMP.exists() and CLIENTS_STAMP.read_text() == wanted:
        return
    say("  installing old clients of the API (pip)")
    shutil.rmtree(CLIENTS_FOLDER, ignore_errors=True)
    pip = [str(BIN / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    command = [*pip, "--target", str(CLIENTS_FOLDER), *CLIENTS]
    run(command, LOG, f"pip could not install {' '.join(CLIENTS)}")
    CLIENTS_STAMP.write_text(wanted)


def page_tools() -> Node:
    """Install what the web page is made and checked with; return the Node.js to run.

    Raises:
        Stopped: it could not be had.

    """
    return build.packages()


def built_page() -> None:
    """Build the web page.

    Raises:
        Stopped: it cannot be built.

    """
    build.ready()


def found(program: str) -> bool:
    """Tell whether a program is there, an administrator's too."""
    return shutil.which(program) is not None or any(
        Path(folder, program).exists() for folder in ADMIN_PATHS
    )


def is_static(program: Path) -> bool:
    """Tell whether a program needs no libraries: its ELF file names no interpreter."""
    return program.exists() and b"/ld-linux" not in program.read_bytes()[:4096]


def install_missing(programs: Mapping[str, str]) -> None:
    """Install the packages of the programs that are not there."""
    install(sorted({package for name, package in programs.items() if not found(name)}))


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


MAKERS: Mapping[str, Callable[[], object]] = {
    "environment": environment,
    "programs": programs,
    "rivals": rivals,
    "clients": clients,
    "page tools": page_tools,
    "page": built_page,
}


def ready(*makers: str) -> None:
    """Prepare, or end the program with what stands in the way."""
    try:
        for maker in makers:
            MAKERS[maker]()
    except Stopped as stopped:
        sys.exit(f"\n{stopped}")
