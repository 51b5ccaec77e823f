"""From ``web/`` to the files that the server hands out; nothing is done where they are current."""

import hashlib
import shutil
from pathlib import Path

from scripts.machine import CHECKOUT
from scripts.machine.shell import Stopped, say
from scripts.web import STATIC, WEB, node
from scripts.web.node import Node

MADE = CHECKOUT / "build/page"
STAMP = "built-from"
PACKAGES = WEB / "node_modules"
PACKAGES_STAMP = PACKAGES / ".installed-from"


def ready() -> bool:
    """Build the page where it is not current; return whether anything was done.

    A checkout without the page's sources goes on with what it was given.

    Raises:
        Stopped: Node.js or its packages could not be had, or the page does not compile.

    """
    if not WEB.is_dir():
        return False
    wanted = sources()
    stamp = STATIC / STAMP
    if stamp.exists() and stamp.read_text() == wanted:
        return False
    found = packages()
    say("  building the web page (vite)")
    found.run("run", "build", "--", f"--outDir={MADE}", cwd=WEB, trouble="the page does not build")
    (MADE / STAMP).write_text(wanted)
    shutil.rmtree(STATIC, ignore_errors=True)
    MADE.rename(STATIC)  # whole or not at all: a server may be handing it out
    return True


def ready_if_possible() -> None:
    """Build the page; where that cannot be, say why and go on without."""
    try:
        ready()
    except Stopped as why:
        say(f"  no web page (API and command line work without; again: make page): {why}")


def packages() -> Node:
    """Install what the page is made with; return the Node.js to use.

    Raises:
        Stopped: it could not be had.

    """
    found = node.ready()
    locked = (WEB / "package-lock.json").read_bytes()
    wanted = f"{found.version} {hashlib.sha256(locked).hexdigest()}"
    if not PACKAGES_STAMP.exists() or PACKAGES_STAMP.read_text() != wanted:
        say(f"  installing the page's packages (npm, Node {found.version})")
        trouble = "npm could not install the page's packages"
        found.run("ci", "--no-audit", "--no-fund", cwd=WEB, trouble=trouble)
        PACKAGES_STAMP.write_text(wanted)
    return found


def sources() -> str:
    """Return a hash of all that the page is made of."""
    total = hashlib.sha256()
    for file in files():
        total.update(f"{file.relative_to(WEB)}\0".encode())
        total.update(file.read_bytes())
    return total.hexdigest()


def files() -> list[Path]:
    """Return the page's own files."""
    tops = [top for top in WEB.iterdir() if top != PACKAGES]
    return sorted(file for top in tops for file in (top.rglob("*") if top.is_dir() else [top])
                  if file.is_file())  # fmt: skip
