"""What an Engine writes on one connection, taken apart: pieces of channels, and whole lines.

Without a terminal each piece has a head of eight bytes: channel, three zeros, length. With one, all
is output as it comes. A log's pieces are its entries; a line longer than 16 KiB is several entries,
each with a time of its own, which belongs to the first alone.
"""

from collections.abc import Generator, Iterable
from dataclasses import dataclass

from pasture.wire.streams import CHUNK, ERRORS, OUTPUT

HEAD = 8
SYSTEM = 3  # the Engine's own channel: why it cannot go on
WHOLE = 64 * 1024  # a longer piece is passed on in parts
LONGEST_LINE = 256 * 1024  # a longer line goes on as another line
TIME = len("2026-11-25T01:57:50.629020882Z ")


@dataclass(frozen=True)
class Piece:
    """Data of a channel; ``begins`` where the Engine began a piece with it."""

    channel: int
    data: bytes
    begins: bool


class Demultiplexer:
    """Take a connection's data apart; ``tty``: there is nothing to take apart.

    ``refusal`` is what the Engine said amid the data of why it cannot go on.
    """

    def __init__(self, *, tty: bool) -> None:
        self.refusal = ""
        self._tty = tty
        self._rest = bytearray()
        self._left = 0  # bytes of the piece that did not come yet
        self._channel = OUTPUT
        self._begins = False

    def feed(self, data: bytes) -> list[Piece]:
        """Return the pieces that are complete with this data.

        Raises:
            ValueError: the data has no heads.

        """
        if self._tty:
            return [Piece(OUTPUT, data, begins=False)]
        self._rest += data
        pieces: list[Piece] = []
        while self._left or self._begin():
            there = min(self._left, len(self._rest))
            if there < self._left and len(self._rest) < WHOLE:
                break
            part = bytes(self._rest[:there])
            del self._rest[:there]
            if self._channel == SYSTEM:
                self.refusal += part.decode(errors="replace")
            else:
                pieces.append(Piece(self._channel, part, self._begins))
            self._left -= there
            self._begins = False
        return pieces

    def _begin(self) -> bool:
        """Read heads up to that of a piece with something in it; False: there is none yet."""
        while len(self._rest) >= HEAD:
            channel, zeros = self._rest[0], self._rest[1:4]
            self._left = int.from_bytes(self._rest[4:HEAD])
            if channel > SYSTEM or any(zeros):
                raise ValueError("the Engine's data has no channels")
            del self._rest[:HEAD]
            self._channel, self._begins = channel or OUTPUT, True
            if self._left:
                return True
        return False


class Lines:
    """Whole lines of two channels, in the order in which they ended.

    A line longer than ``LONGEST_LINE`` goes on as another one, with the same time: what is held
    has a bound.
    """

    def __init__(self, *, timestamps: bool) -> None:
        self._timestamps = timestamps
        self._begun = {OUTPUT: bytearray(), ERRORS: bytearray()}

    def feed(self, pieces: Iterable[Piece]) -> list[tuple[int, bytes]]:
        """Return the lines that are complete now; neighbours of one channel are together."""
        runs: list[tuple[int, bytearray]] = []
        for piece in pieces:
            if whole := self._add(piece):
                if not runs or runs[-1][0] != piece.channel:
                    runs.append((piece.channel, bytearray()))
                runs[-1][1].extend(whole)
        return [(channel, bytes(run)) for channel, run in runs]

    def end(self) -> list[tuple[int, bytes]]:
        """Return what has no end of its own."""
        return [(channel, bytes(rest)) for channel, rest in self._begun.items() if rest]

    def _add(self, piece: Piece) -> bytes:
        begun = self._begun[piece.channel]
        data = piece.data
        if begun and piece.begins and self._timestamps:
            data = data[TIME:]
        end = data.rfind(b"\n") + 1
        if end:
            whole = bytes(begun) + data[:end]
            begun[:] = data[end:]
            return whole
        begun += data
        if len(begun) < LONGEST_LINE:
            return b""
        whole = bytes(begun) + b"\n"
        begun[:] = begun[:TIME] if self._timestamps else b""
        return whole


def chunks(lines: bytes) -> Generator[bytes]:
    """Cut lines into chunks: at their ends, but a line that is longer than a chunk."""
    start = 0
    while start < len(lines):
        end = min(start + CHUNK, len(lines))
        if end < len(lines):
            end = lines.rfind(b"\n", start, end) + 1 or end
        yield lines[start:end]
        start = end
