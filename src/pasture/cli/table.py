"""Tables: aligned columns that fit the terminal; one with nothing in it may be left out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from pasture.cli.console import Console, colour_of, printable

GAP, NOTE = "  ", "  ↳ "
T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Column(Generic[T]):
    """One column: its heading, what stands in it, and how it may be narrowed."""

    head: str
    cell: Callable[[T], str]
    least: int | None = None  # may be cut down to this width; None: never cut
    optional: bool = False  # left out where every cell is empty
    state: bool = False  # coloured by what it says
    note: bool = False  # stands whole below its row where the terminal is too narrow for it


def show(console: Console, columns: Sequence[Column[T]], rows: Sequence[T]) -> None:
    """Write rows as a table."""
    made = [Texts(c, [printable(c.cell(row)) for row in rows]) for c in columns]
    made = [t for t in made if not t.column.optional or any(t.cells)]
    below = [t for t in made if t.column.note] if is_too_wide(made, console.width) else []
    beside = [t for t in made if t not in below]
    widths = fit([t.width for t in beside], [t.column.least for t in beside], console.width)
    console.line(joined([t.column.head for t in beside], widths))
    for number in range(len(rows)):
        line = joined([t.cells[number] for t in beside], widths)
        console.in_parts(
            in_colour(line, beside, number, widths) if console.colour else [("", line)]
        )
        console.lines(NOTE + t.cells[number] for t in below if t.cells[number])


@dataclass(frozen=True)
class Texts(Generic[T]):
    """A column with its cells' texts."""

    column: Column[T]
    cells: list[str]

    @property
    def width(self) -> int:
        """The widest of it."""
        return max(len(self.column.head), *map(len, self.cells), 0)


def is_too_wide(made: Sequence[Texts[T]], room: int | None) -> bool:
    """Whether something would have to be cut."""
    return room is not None and sum(t.width + len(GAP) for t in made) - len(GAP) > room


def joined(texts: list[str], widths: list[int]) -> str:
    """Return one line of the table."""
    cells = (cut(t, width).ljust(width) for t, width in zip(texts, widths, strict=True))
    return GAP.join(cells).rstrip()


def in_colour(
    line: str, beside: Sequence[Texts[T]], number: int, widths: list[int]
) -> list[tuple[str, str]]:
    """Return a line's parts with their colours: only the state has one."""
    start = 0
    for texts, width in zip(beside, widths, strict=True):
        if texts.column.state:
            end = start + width
            return [
                ("", line[:start]),
                (colour_of(texts.cells[number]), line[start:end]),
                ("", line[end:]),
            ]
        start += width + len(GAP)
    return [("", line)]


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
