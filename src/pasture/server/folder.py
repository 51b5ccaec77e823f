"""The data folder: its owner's alone, held by one server at a time, with the key in it."""

import fcntl
import os
import secrets
import stat
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from pasture.kit.errors import PastureError

LOCK, KEY, FIRST_LOGIN, LOCAL_SOCKET = "server.lock", "secret.key", "first-login", "local.sock"
NEXT_KEY = f"{KEY}.next"  # of a restore that is under way, or was killed
BACKUPS = "backups"
KEY_BYTES = 32
OWNER_ONLY, OWNER_FILE = 0o700, 0o600


def prepare(folder: Path) -> None:
    """Make the folder where it is missing, and its owner's alone.

    Raises:
        PastureError: it cannot be, in words.

    """
    try:
        folder.mkdir(mode=OWNER_ONLY, parents=True, exist_ok=True)
        seen = folder.stat()
        if seen.st_uid != os.geteuid():
            raise PastureError(
                f"data folder {folder} belongs to another user (uid {seen.st_uid}); "
                "accepted: one of your own, see --data and PASTURE_DATA"
            )
        if stat.S_IMODE(seen.st_mode) != OWNER_ONLY:
            folder.chmod(OWNER_ONLY)
    except OSError as error:
        raise PastureError(
            f"data folder {folder} cannot be used: {error.strerror}; "
            "another one is set by --data or PASTURE_DATA"
        ) from error


@contextmanager
def held(folder: Path) -> Generator[None]:
    """Hold the folder against a second server, until this process ends or leaves.

    Raises:
        PastureError: another server holds it.

    """
    descriptor = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, OWNER_FILE)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(descriptor, 20, 0).decode(errors="replace").strip()
            raise PastureError(
                f"a server runs on data folder {folder} already (process {holder or 'unknown'}); "
                "stop it first, or set another folder by --data or PASTURE_DATA"
            ) from None
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(descriptor)


def key(folder: Path) -> bytes:
    """Return the key that seals secrets in the database; made at the first start.

    Raises:
        PastureError: the file is not one that was made here.

    """
    path = folder / KEY
    if not path.exists():
        write_owner_only(path, secrets.token_bytes(KEY_BYTES))
    found = path.read_bytes()
    if len(found) != KEY_BYTES:
        raise PastureError(
            f"{path} has {len(found)} bytes; accepted: the {KEY_BYTES} bytes that were made "
            "together with the database (a backup leaves this file out; put it back by hand)"
        )
    return found


def write_owner_only(path: Path, content: bytes) -> None:
    """Write a file whole or not at all, readable by its owner only, and on the disk."""
    part = path.with_name(f"{path.name}.part")
    part.unlink(missing_ok=True)
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, OWNER_FILE)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Put a folder's own entries on the disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
