"""`make check`: every check runs, each says its name, how long it took, and why it is red."""

import subprocess
import sys
import time
from pathlib import Path

from scripts.development import tools
from scripts.development.tools import BIN
from scripts.machine import CHECKOUT
from scripts.machine.shell import say

PATHS = ("src", "tests", "scripts", "bench")
BUDGET_S = 120


def checks() -> dict[str, list[str]]:
    """Return the checks by name."""
    found = {
        "format": [str(BIN / "ruff"), "format", "--check", "--quiet", *PATHS],
        "lint": [str(BIN / "ruff"), "check", "--quiet", *PATHS],
        "types": [str(BIN / "pyright")],
        "layers": [str(BIN / "lint-imports"), "--no-cache"],
    }
    there = ["env", "--chdir=web", str(tools.page_tools().program)]
    found |= {
        "lint of the page": [*there, "node_modules/@biomejs/biome/bin/biome", "ci"],
        "types of the page": [*there, "node_modules/typescript/bin/tsc"],
    }
    shells = [str(path.relative_to(CHECKOUT)) for path in shell_scripts()]
    return found | {f"syntax of {shell}": ["sh", "-n", shell] for shell in shells}


def shell_scripts() -> list[Path]:
    """Return our programs for the shell: by their first line."""
    folders = (CHECKOUT / "scripts", CHECKOUT / "images")
    candidates = [*(f for folder in folders for f in folder.iterdir()), CHECKOUT / ".ci/run"]
    return sorted(f for f in candidates if f.is_file() and is_shell(f))


def is_shell(file: Path) -> bool:
    """Tell whether a shell runs this file."""
    return file.read_bytes().startswith((b"#!/bin/sh", b"#!/usr/bin/env bash", b"#!/bin/bash"))


def passes(name: str, command: list[str]) -> bool:
    """Run one check; a red one shows what it printed."""
    began = time.monotonic()
    done = subprocess.run(
        command, cwd=CHECKOUT, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False
    )
    took = time.monotonic() - began
    say(f"{'ok  ' if done.returncode == 0 else 'RED '} {name} ({took:.1f} s)")
    if done.returncode != 0:
        say(f"{done.stdout}{done.stderr}".rstrip())
        say(f"  again: {' '.join(command)}")
    return done.returncode == 0


def main() -> int:
    """Run all checks and return an exit code."""
    tools.ready("environment", "page tools")
    began = time.monotonic()
    results = [passes(name, command) for name, command in checks().items()]
    say(
        f"checks took {time.monotonic() - began:.0f} s of {BUDGET_S}; CONTRIBUTING.md explains each"
    )
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
