"""Run programs for people: one line a step on the terminal, details in a log file."""

import os
import subprocess
import sys
from pathlib import Path

from scripts.machine import CHECKOUT

LAST_LINES = 15
KEEP = CHECKOUT / "scripts/keep"


class Stopped(Exception):
    """It goes no further; the words say why and what to do."""


def say(text: str = "") -> None:
    """Print a line at once; the work goes on where nobody reads any more (`make run | head`)."""
    try:
        print(text, flush=True)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def is_root() -> bool:
    """Tell whether this process may do everything."""
    return os.geteuid() == 0


def as_root(*command: str) -> list[str]:
    """Return the command as root runs it."""
    return list(command) if is_root() else ["sudo", *command]


def run(command: list[str], log: Path, trouble: str, **variables: str) -> None:
    """Run a program that must succeed; what it prints goes to the log.

    Raises:
        Stopped: it failed; the last lines of what it printed are in the words.

    """
    with log.open("a") as file:
        file.write(f"$ {' '.join(command)}\n")
        file.flush()
        try:
            done = subprocess.run(
                command,
                stdin=None if os.isatty(0) else subprocess.DEVNULL,  # sudo may ask a person
                stdout=file,
                stderr=file,
                check=False,
                env={**os.environ, **variables},
            )
        except FileNotFoundError as error:
            raise Stopped(f"{trouble}: {command[0]} was not found") from error
    if done.returncode != 0:
        raise Stopped(f"{trouble}\n{last_lines(log)}\nAll of it stands in {log}")


def launch(command: list[str], **variables: str) -> None:
    """Start a program that outlives this one; who starts it looks whether it came up."""
    subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        env={**os.environ, **variables},
    )


def printed(*command: str) -> str:
    """Return what a program printed; nothing where it is not there or failed."""
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False
        )
    except OSError:
        return ""
    return done.stdout if done.returncode == 0 else ""


def last_lines(log: Path) -> str:
    """Return the end of a log, indented."""
    try:
        lines = log.read_text(errors="replace").splitlines()[-LAST_LINES:]
    except OSError:
        lines = ["(nothing was written)"]
    return "\n".join(f"  | {line}" for line in lines)
