"""Where a command writes: results to stdout, words about them to stderr, in the terminal's width.

Text from a server is made printable first: a name or message must not drive the terminal.
"""

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TextIO

GREEN, YELLOW, RED, PLAIN = "\x1b[32m", "\x1b[33m", "\x1b[31m", "\x1b[0m"
LEAST_WIDTH = 40


@dataclass(frozen=True, kw_only=True)
class Console:
    """The three streams and what is known of the terminal."""

    stdin: TextIO
    out: TextIO
    err: TextIO
    width: int | None = None  # columns of the terminal; None: not one, nothing is cut
    colour: bool = False
    interactive: bool = False  # somebody can answer a question
    live: bool = False  # stderr is a terminal: a line can be written over

    def line(self, text: str = "") -> None:
        """Write one line of the result."""
        print(text, file=self.out)

    def lines(self, texts: Iterable[str]) -> None:
        """Write lines of the result."""
        for text in texts:
            self.line(text)

    def json(self, value: Any) -> None:
        """Write the result as JSON."""
        self.line(json.dumps(value, indent=2, ensure_ascii=False))

    def say(self, text: str) -> None:
        """Say something about the result."""
        print(text, file=self.err, flush=True)

    def complain(self, text: str) -> None:
        """Say what is wrong."""
        self.say(f"pasture: {printable(text)}")


def on(streams: tuple[TextIO, TextIO, TextIO], *, colour: bool = True) -> Console:
    """Return the console of a process's own streams."""
    stdin, out, err = streams
    to_terminal = out.isatty()
    width = max(LEAST_WIDTH, os.get_terminal_size(out.fileno()).columns) if to_terminal else None
    return Console(
        stdin=stdin,
        out=out,
        err=err,
        width=width,
        colour=to_terminal and colour,
        interactive=stdin.isatty() and err.isatty(),
        live=err.isatty(),
    )


def printable(text: str) -> str:
    """Return a text as one line without control characters."""
    return "".join(c if c.isprintable() else " " for c in " ".join(text.split()))


STATE_COLOURS: Mapping[str, str] = {
    "running": GREEN,
    "active": GREEN,
    "healthy": GREEN,
    "error": RED,
    "unhealthy": RED,
    "disconnected": RED,
    "stopped": PLAIN,
    "inactive": PLAIN,
}


def coloured(state: str, text: str) -> str:
    """Return a text in its state's colour: what is under way is yellow."""
    return f"{STATE_COLOURS.get(state.strip(), YELLOW)}{text}{PLAIN}"
