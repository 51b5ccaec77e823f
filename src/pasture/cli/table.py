"""Tables: aligned columns that fit the terminal; one with nothing in it may be left out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from pasture.cli.console import Console, coloured, printable

GAP = "   "
T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Column(Generic[T]):
    """One column: its heading, what stands in it, and how it may be narrowed."""

    head: str
    cell: Callable[[T], str]
    least: int | None = None  # may be cut down to this width; None: never cut
    optional: bool = False  # left out where every cell is empty
    state: bool = False  # coloured by what it says


def show(console: Console, columns: Sequence[Column[T]], rows: Sequence[T]) -> None:
    """Write rows as a table."""
    cells = [[printable(column.cell(row)) for row in rows] for column in columns]
    kept = [i for i, c in enumerate(columns) if not c.optional or any(cells[i])]
    shown = [columns[i] for i in kept]
    texts = [[columns[i].head, *cells[i]] for i in kept]
    widths = fit([max(map(len, t)) for t in texts], [c.least for c in shown], console.width)
    for number in range(len(rows) + 1):
        line: list[str] = []
        for column, text, width in zip(shown, texts, widths, strict=True):
            padded = cut(text[number], width).ljust(width)
            colour = console.colour and column.state and number > 0
            line.append(coloured(text[number], padded) if colour else padded)
        console.line(GAP.join(line).rstrip())


def fit(widths: list[int], least: list[int | None], room: int | None) -> list[int]:
    """Return widths that fit the room: the widest that may be cut gives way first."""
    fitted = list(widths)
    if room is None:
        return fitted
    excess = sum(fitted) + len(GAP) * (len(fitted) - 1) - room
    while excess > 0:
        cuttable = [
            i for i, at_least in enumerate(least) if at_least is not None and fitted[i] > at_least
        ]
        if not cuttable:
            break
        widest = max(cuttable, key=lambda i: fitted[i])
        fitted[widest] -= 1
        excess -= 1
    return fitted


def cut(text: str, width: int) -> str:
    """Return a text that is at most that wide, its end marked where it was cut."""
    return text if len(text) <= width else text[: max(0, width - 1)] + "…"
