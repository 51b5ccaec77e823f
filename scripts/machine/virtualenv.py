"""The checkout's virtual environment: made once, filled again when what it needs has changed."""

import hashlib
import sys
from pathlib import Path

from scripts.machine import CHECKOUT
from scripts.machine.shell import printed, run, say

FOLDER = CHECKOUT / ".venv"
PYTHON = FOLDER / "bin/python"
STAMP = FOLDER / "pasture-installed"


def ready(log: Path, extra: str = "") -> bool:
    """Make it have the package and what it needs; return whether anything was done.

    The package is installed in place (``-e``): the checkout is what runs. ``extra`` names more
    that is wanted (dev); what an earlier call wanted stays wanted.

    Raises:
        Stopped: pip failed.

    """
    wanted = extra or kept_extra()
    if STAMP.exists() and STAMP.read_text() == stamp(wanted):
        return False
    if not is_usable():
        say(f"  making {FOLDER.name} with Python {sys.version.split()[0]}")
        trouble = "a virtual environment cannot be made (Debian: python3-venv)"
        run([sys.executable, "-m", "venv", "--clear", str(FOLDER)], log, trouble)
    say("  installing Python packages (pip), up to a minute")
    target = f"{CHECKOUT}[{wanted}]" if wanted else str(CHECKOUT)
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    run([*pip, "--editable", target], log, "pip could not install what pyproject.toml names")
    STAMP.write_text(stamp(wanted))
    return True


def is_usable(python: Path = PYTHON) -> bool:
    """Tell whether it is there, with pip, and of this Python: tests run on what `make run` runs."""
    return printed(str(python), "-c", "import pip, sys; print(sys.version)").strip() == sys.version


def kept_extra() -> str:
    """Return what an earlier call wanted."""
    return STAMP.read_text().partition(" ")[0].removeprefix("-") if STAMP.exists() else ""


def stamp(extra: str) -> str:
    """Return what tells whether the environment is still the one that is needed."""
    total = hashlib.sha256((CHECKOUT / "pyproject.toml").read_bytes())
    total.update(sys.version.encode())
    return f"{extra or '-'} {total.hexdigest()}"


def sources() -> str:
    """Return a hash of the program, which tells whether what runs is what stands there."""
    total = hashlib.sha256()
    for file in sorted((CHECKOUT / "src").rglob("*.py")):
        total.update(f"{file.relative_to(CHECKOUT)}\0".encode())
        total.update(file.read_bytes())
    return total.hexdigest()
