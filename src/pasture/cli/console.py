"""Where a command writes: results to stdout, words about them to stderr, in the terminal's width.

Whatever is written here is made printable first: a name or message must not drive the terminal.
"""

import json
import os
from collections.abc import Generator, Iterable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TextIO

from pasture.cli.exits import Failure

GREEN, YELLOW, RED, PLAIN = "\x1b[32m", "\x1b[33m", "\x1b[31m", "\x1b[0m"
CLEAR = "\r\x1b[K"
LEAST_WIDTH = 40


class Unwritable(Failure):
    """Stdout takes no more, though its reader is still there: a full disk."""


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
        self._write(clean(text))

    def lines(self, texts: Iterable[str]) -> None:
        """Write lines of the result."""
        for text in texts:
            self.line(text)

    def json(self, value: Any) -> None:
        """Write the result as JSON; what is not printable is escaped."""
        self._write(escaped(json.dumps(value, indent=2, ensure_ascii=False)))

    def in_parts(self, parts: Iterable[tuple[str, str]]) -> None:
        """Write one line of the result; each part in its colour, or none (an empty text)."""
        self._write("".join(f"{c}{clean(t)}{PLAIN}" if c else clean(t) for c, t in parts))

    def flush(self) -> None:
        """Write what was kept back.

        Raises:
            Unwritable: it cannot be.

        """
        with writing():
            self.out.flush()

    def say(self, text: str) -> None:
        """Say something about the result."""
        print(clean(text), file=self.err, flush=True)

    def ask(self, question: str) -> str:
        """Return the line that is typed as an answer."""
        self.err.write(f"{clean(question)} ")
        self.err.flush()
        return self.stdin.readline().strip()

    def over(self, text: str = "") -> None:
        """Write over the line of a terminal, which is never wrapped; without a text, wipe it."""
        self.err.write(CLEAR + clean(text if self.width is None else text[: self.width - 1]))
        self.err.flush()

    def complain(self, text: str) -> None:
        """Say what is wrong."""
        self.say(f"pasture: {printable(text)}")

    def _write(self, text: str) -> None:
        with writing():
            print(text, file=self.out)


@contextmanager
def writing() -> Generator[None]:
    """Say what keeps stdout from being written; a reader that left is another matter.

    Raises:
        Unwritable: the system refuses.

    """
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise Unwritable(f"the output cannot be written: {error.strerror}") from error


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
    """Return a text as one line without control characters, words one space apart."""
    return clean(" ".join(text.split()))


def clean(text: str) -> str:
    """Return a text with a space for each character that is not printable."""
    return text if text.isprintable() else "".join(c if c.isprintable() else " " for c in text)


def escaped(text: str) -> str:
    """Return JSON of the same meaning without characters that are not printable."""
    return "".join(c if c.isprintable() or c == "\n" else json.dumps(c)[1:-1] for c in text)


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


def colour_of(state: str) -> str:
    """Return the colour of a state: what is under way is yellow."""
    return STATE_COLOURS.get(state, YELLOW)
