"""From files of this machine to a tar archive, piece by piece. Reads the disk; sends nothing."""

import io
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

from pasture.cli.exits import Failure

PIECE = 256 * 1024
BLOCK = 512
END = bytes(2 * BLOCK)
Skip = Callable[[str], None]


class Packer:
    """Packs one file or folder; ``pieces`` may be read in a thread."""

    def __init__(self, *, owners: bool, skip: Skip) -> None:
        self._owners, self._skip = owners, skip
        self._tar = tarfile.TarFile(fileobj=io.BytesIO(), mode="w")  # knows hard links again
        self.files = 0

    def pieces(self, source: Path, top: str | None) -> Iterator[bytes]:
        """Yield the archive; what is packed is called ``top`` in it, None: only its contents.

        Raises:
            Failure: something cannot be read.

        """
        gathered = bytearray()
        for part in self._parts(source, top):
            gathered += part
            if len(gathered) >= PIECE:
                yield bytes(gathered)
                gathered.clear()
        yield bytes(gathered + END)

    def _parts(self, source: Path, top: str | None) -> Iterator[bytes]:
        left = [(source, top)]
        while left:
            path, name = left.pop()
            try:
                if name is not None:
                    yield from self._entry(path, name)
                if path.is_dir() and (name is None or not path.is_symlink()):
                    inside = sorted(path.iterdir(), reverse=True)
                    left += [(p, f"{name}/{p.name}" if name else p.name) for p in inside]
            except OSError as error:
                raise Failure(f"{path} cannot be read: {error.strerror or error}") from error

    def _entry(self, path: Path, name: str) -> Iterator[bytes]:
        found: Any = self._tar.gettarinfo(path, name)  # None for a socket
        if found is None or not (found.isreg() or found.isdir() or found.issym() or found.islnk()):
            self._skip(f"{path} is no file, folder or link: left out")
            return
        found.mtime = int(found.mtime)
        found.uname = found.gname = ""
        if not self._owners:
            found.uid = found.gid = 0
        self.files += not found.isdir()
        if not found.isreg():
            yield found.tobuf(tarfile.PAX_FORMAT)
            return
        with path.open("rb") as opened:
            yield found.tobuf(tarfile.PAX_FORMAT)
            yield from content(opened, found.size, path)


def content(opened: IO[bytes], size: int, path: Path) -> Iterator[bytes]:
    """Yield so many bytes of a file, and what fills the last block.

    Raises:
        Failure: it has not so many.

    """
    left = size
    while left:
        data = opened.read(min(PIECE, left))
        if not data:
            raise Failure(f"{path} became shorter while it was read: copy it again")
        left -= len(data)
        yield data
    yield bytes(-size % BLOCK)
