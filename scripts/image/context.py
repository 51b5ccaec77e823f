"""The folder that the Dockerfile copies from: dependencies, the package, the two programs."""

import hashlib
import shutil
import tomllib

from scripts.image import LOG, WORK
from scripts.machine import CHECKOUT, virtualenv
from scripts.machine.shell import run, say
from scripts.web import build as page

CONTEXT = WORK / "context"
DEPENDENCIES = CONTEXT / "dependencies"
STAMP = WORK / "dependencies-of"
C_LIBRARIES = ("2_28", "2_17", "2_12", "2_5")  # of wheels that bases in use can load
PROGRAMS = ("pasture", "pasture-agent", "pasture-server")


def fill(python: str, machine: str) -> None:
    """Make the context for a Python and a processor.

    Raises:
        Stopped: pip failed.

    """
    CONTEXT.mkdir(parents=True, exist_ok=True)
    shutil.copy2(CHECKOUT / "images/Dockerfile", CONTEXT)
    fetch_dependencies(python, machine)
    page.ready()
    package = CONTEXT / "package"
    shutil.rmtree(package, ignore_errors=True)
    shutil.copytree(
        CHECKOUT / "src/pasture", package / "pasture", ignore=shutil.ignore_patterns("__pycache__")
    )
    (CONTEXT / "bin").mkdir(exist_ok=True)
    for name in PROGRAMS:
        shutil.copy2(CHECKOUT / "images" / name, CONTEXT / "bin")
    (CONTEXT / "agent").mkdir(exist_ok=True)


def fetch_dependencies(python: str, machine: str) -> None:
    """Install what pyproject.toml names for the image's Python, whatever the Python here."""
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())["project"]
    names: list[str] = project["dependencies"]
    wanted = hashlib.sha256(f"{python} {machine} {names}".encode()).hexdigest()
    if STAMP.exists() and STAMP.read_text() == wanted and DEPENDENCIES.exists():
        return
    virtualenv.ready(LOG)
    say("  fetching Python packages (pip)")
    shutil.rmtree(DEPENDENCIES, ignore_errors=True)
    number = python.replace(".", "")
    command = [str(virtualenv.PYTHON), "-m", "pip", "install", "--quiet", "--no-compile"]
    command += [f"--target={DEPENDENCIES}", "--only-binary=:all:", "--implementation=cp"]
    command += [f"--python-version={python}", f"--abi=cp{number}", "--abi=abi3"]
    command += [f"--platform=manylinux_{c}_{machine}" for c in C_LIBRARIES]
    command += [f"--platform=manylinux2014_{machine}", "--disable-pip-version-check"]
    run([*command, *names], LOG, "pip could not fetch what pyproject.toml names")
    STAMP.write_text(wanted)
