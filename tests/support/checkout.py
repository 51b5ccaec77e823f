"""A checkout of one's own, so that `make run` can be tested beside the real one.

It has the scripts and a virtual environment that leads to the tests' own: nothing is installed.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from scripts.machine import CHECKOUT
from tests.support.engines import Engine
from tests.support.processes import OURS, PASTURE, free_port

PARTS = ("Makefile", "pyproject.toml", "scripts", "src")
STAMP = "from scripts.machine import virtualenv as v; v.STAMP.write_text(v.stamp(''))"
LIMIT_S = 60


class Checkout:
    """A checkout, its DATA folder, and `make` in it, for a private Engine."""

    def __init__(self, folder: Path, engine: Engine) -> None:
        self.folder = folder / "checkout"
        self.data = folder / "data"
        self.port = free_port()
        self.variables = {
            "PASTURE_DATA": str(self.data),
            "PASTURE_LISTEN": f"127.0.0.1:{self.port}",
            "DOCKER_HOST": engine.url,
            "PYTHON": sys.executable,
            "UNITS": "no",
        }
        self.copy()

    def copy(self) -> None:
        """Copy what `make run` needs and stand the virtual environment in for."""
        self.folder.mkdir()
        for part in PARTS:
            source = CHECKOUT / part
            if source.is_dir():
                ignore = shutil.ignore_patterns("__pycache__")
                shutil.copytree(source, self.folder / part, ignore=ignore)
            else:
                shutil.copy(source, self.folder)
        programs = self.folder / ".venv/bin"
        programs.mkdir(parents=True)
        (programs / "pip").touch()
        shutil.copy(PASTURE, programs)
        self.program("scripts/python", "-c", STAMP)

    def program(self, *words: str, **variables: str) -> "subprocess.CompletedProcess[str]":
        """Run a program in the checkout, with nobody at the terminal."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith(OURS)}  # noqa: TID251 - to clear it
        return subprocess.run(
            words,
            cwd=self.folder,
            env=kept | self.variables | variables,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=LIMIT_S,
        )

    def make(self, verb: str, **variables: str) -> str:
        """Run a verb that must succeed and return what it printed."""
        done = self.program("make", "--silent", verb, **variables)
        assert done.returncode == 0, done.stdout
        return done.stdout

    def refused(self, verb: str, **variables: str) -> str:
        """Run a verb that must fail and return what it printed."""
        done = self.program("make", "--silent", verb, **variables)
        assert done.returncode != 0, done.stdout
        return done.stdout

    def pids(self) -> set[int]:
        """Return every process that was started from this checkout or its data."""
        found: set[int] = set()
        for process in Path("/proc").glob("[0-9]*"):
            try:
                words = (process / "cmdline").read_bytes().decode(errors="replace").split("\0")
            except OSError:
                continue
            if any(word.startswith(f"{self.folder}/") for word in words):
                found.add(int(process.name))
        return found
