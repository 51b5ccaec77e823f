"""Servers and agents of a run that was killed: found by a variable that names the run."""

import os
import signal
from contextlib import suppress
from pathlib import Path

from tests.support.engines import started_at

VARIABLE = "TESTS_OF"  # in the environment of each program that tests start


def mark() -> dict[str, str]:
    """Return the variable that names this run."""
    return {VARIABLE: f"{os.getpid()}-{started_at(os.getpid())}"}


def end_orphans() -> None:
    """SIGKILL the programs whose run is over."""
    for process in Path("/proc").iterdir():
        if process.name.isdecimal() and is_orphan(process):
            with suppress(ProcessLookupError):
                os.kill(int(process.name), signal.SIGKILL)


def is_orphan(process: Path) -> bool:
    """Tell whether a process was started by a run of tests that is over."""
    try:
        variables = (process / "environ").read_bytes().decode(errors="replace").split("\0")
    except OSError:  # it is gone, or somebody else's
        return False
    owner = next((v.partition("=")[2] for v in variables if v.startswith(f"{VARIABLE}=")), None)
    if owner is None:
        return False
    pid, _, started = owner.partition("-")
    return not (pid.isdecimal() and started_at(int(pid)) == started)
