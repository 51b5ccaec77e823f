"""From a tar archive that somebody else made to files of this machine: inside one folder, always.

No name in an archive is trusted. Folders are walked one by one and no link is gone through, be it
of the archive or one that was there before; ``..`` is refused. A file takes its place only once it
is whole. Special files are left out, and so are the rights to become somebody else (setuid).
"""

import errno
import os
import secrets
import tarfile
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Protocol, cast

from pasture.cli.exits import Failure

PIECE = 1024 * 1024
RIGHTS = 0o777
FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW
NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
LONGEST_NAME = 200  # characters of a name that stand in that of its unfinished file
Parts = tuple[str, ...]


class Archive(Protocol):
    """What an archive is read from."""

    def read(self, size: int, /) -> bytes: ...


class Unpacker:
    """Unpacks into a folder that exists; what is packed gets the name ``top``, None: its contents.

    Runs in a thread: it waits for the archive, and for the disk.
    """

    def __init__(
        self,
        folder: Path,
        top: str | None,
        *,
        strip: int = 1,  # the leading names of the archive that are not the target's
        owners: bool = False,
        skip: Callable[[str], None],
    ) -> None:
        self._folder, self._top, self._strip = folder, top, strip
        self._owners, self._skip = owners, skip
        self._made: list[tuple[Parts, tarfile.TarInfo]] = []  # folders: finished last
        self.files = 0

    def unpack(self, archive: Archive) -> None:
        """Unpack all of it.

        Raises:
            Failure: it cannot be, or must not.

        """
        try:
            with tarfile.open(fileobj=cast("IO[bytes]", archive), mode="r|") as tar:
                for member in tar:
                    self._put(tar, member)
        except tarfile.TarError as error:
            raise Failure(f"the archive is not whole: {error}") from error
        while archive.read(PIECE):  # what fills the last record
            pass
        for parts, member in reversed(self._made):
            with self._inside(parts) as (parent, name):
                self._finish_folder(parent, name, member)

    def _put(self, tar: tarfile.TarFile, member: tarfile.TarInfo) -> None:
        parts = self._placed(member.name)
        if not parts:
            return
        with self._inside(parts) as (parent, name):
            if member.isdir():
                self._make_folder(parts, parent, member)
                return
            self.files += 1
            if member.isreg():
                self._write(tar, member, parent, name)
            elif member.issym():
                with replacing(parent, name) as unfinished:
                    os.symlink(member.linkname, unfinished, dir_fd=parent)
                    self._own(member, parent, unfinished)
            elif member.islnk():
                self._link(member, parent, name)
            else:
                self.files -= 1
                self._skip(f"{member.name} is no file, folder or link: left out")

    def _placed(self, name: str) -> Parts:
        """Return where a name of the archive belongs; none: it is the folder itself.

        Raises:
            Failure: it leads out of the folder.

        """
        parts = tuple(part for part in name.split("/") if part not in {"", "."})
        if ".." in parts:
            raise Failure(f"the archive names a place outside of what was asked for: {name}")
        inside = parts[self._strip :]
        return inside if self._top is None else (self._top, *inside)

    @contextmanager
    def _inside(self, parts: Parts) -> Generator[tuple[int, str]]:
        """Open the folder that a place is in, made where it is missing; give its last name too.

        Raises:
            Failure: it is no folder, or cannot be used.

        """
        *above, name = parts
        opened = os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            for part in above:
                with suppress(FileExistsError):
                    os.mkdir(part, dir_fd=opened)
                below = os.open(part, FOLDER, dir_fd=opened)
                os.close(opened)
                opened = below
            yield opened, name
        except OSError as error:
            raise failure(self._folder.joinpath(*parts), error) from error
        finally:
            os.close(opened)

    def _make_folder(self, parts: Parts, parent: int, member: tarfile.TarInfo) -> None:
        name = parts[-1]
        try:
            os.mkdir(name, 0o700, dir_fd=parent)
        except FileExistsError:
            os.close(os.open(name, FOLDER, dir_fd=parent))  # it must be a folder
            return
        self._made.append((parts, member))

    def _finish_folder(self, parent: int, name: str, member: tarfile.TarInfo) -> None:
        opened = os.open(name, FOLDER, dir_fd=parent)
        try:
            self._own(member, parent, name)
            os.fchmod(opened, member.mode & RIGHTS)
            os.utime(opened, (member.mtime, member.mtime))
        finally:
            os.close(opened)

    def _write(self, tar: tarfile.TarFile, member: tarfile.TarInfo, parent: int, name: str) -> None:
        content = tar.extractfile(member)
        assert content is not None, "a regular file has content"
        with replacing(parent, name) as unfinished:
            opened = os.open(unfinished, NEW, 0o600, dir_fd=parent)
            with os.fdopen(opened, "wb") as file:
                while data := content.read(PIECE):
                    file.write(data)
                file.flush()
                self._own(member, parent, unfinished)
                os.fchmod(opened, member.mode & RIGHTS)
                os.utime(opened, (member.mtime, member.mtime))

    def _link(self, member: tarfile.TarInfo, parent: int, name: str) -> None:
        with (
            self._inside(self._placed(member.linkname)) as (other, linked),
            replacing(parent, name) as unfinished,
        ):
            os.link(linked, unfinished, src_dir_fd=other, dst_dir_fd=parent, follow_symlinks=False)

    def _own(self, member: tarfile.TarInfo, parent: int, name: str) -> None:
        if self._owners:
            os.chown(name, member.uid, member.gid, dir_fd=parent, follow_symlinks=False)


@contextmanager
def replacing(parent: int, name: str) -> Generator[str]:
    """Lend a name to make something under; afterwards it takes its place, or is gone."""
    unfinished = f".{name[:LONGEST_NAME]}.{secrets.token_hex(4)}"
    try:
        yield unfinished
        os.replace(unfinished, name, src_dir_fd=parent, dst_dir_fd=parent)
    finally:
        with suppress(FileNotFoundError):
            os.unlink(unfinished, dir_fd=parent)


def failure(path: Path, error: OSError) -> Failure:
    """Return in words why something cannot be written."""
    if error.errno in {errno.ELOOP, errno.ENOTDIR}:
        return Failure(f"{path}: a link or file is in the way, which is not gone through")
    if isinstance(error, IsADirectoryError):
        return Failure(f"{path} is a folder: a file does not take its place")
    return Failure(f"{path} cannot be written: {error.strerror or error}")
