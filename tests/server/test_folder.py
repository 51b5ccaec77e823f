import fcntl
import os
import stat
from pathlib import Path

import pytest

from pasture.kit.errors import PastureError
from pasture.server import folder


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_folder_is_made_its_owners_alone(tmp_path: Path) -> None:
    folder.prepare(tmp_path / "a" / "b")
    assert mode(tmp_path / "a" / "b") == 0o700


def test_a_folder_that_others_may_read_is_closed_to_them(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    folder.prepare(tmp_path)
    assert mode(tmp_path) == 0o700


def test_a_folder_that_cannot_be_made_is_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(PastureError, match=r"file/data cannot be used: Not a directory.*--data"):
        folder.prepare(tmp_path / "file" / "data")


def test_a_folder_is_held_by_one(tmp_path: Path) -> None:
    second = folder.held(tmp_path)
    refused = pytest.raises(PastureError, match=rf"process {os.getpid()}.*stop it first")
    with folder.held(tmp_path), refused, second:
        pytest.fail("held twice")
    with folder.held(tmp_path):
        descriptor = os.open(tmp_path / folder.LOCK, os.O_RDWR)
        with pytest.raises(BlockingIOError):
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.close(descriptor)


def test_the_key_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    made = folder.key(tmp_path)
    assert len(made) == 32
    assert folder.key(tmp_path) == made
    assert mode(tmp_path / folder.KEY) == 0o600


def test_a_key_that_was_not_made_here_is_refused(tmp_path: Path) -> None:
    (tmp_path / folder.KEY).write_bytes(b"short")
    with pytest.raises(PastureError, match="has 5 bytes; accepted: the 32"):
        folder.key(tmp_path)


def test_a_write_that_was_cut_off_leaves_nothing_half(tmp_path: Path) -> None:
    (tmp_path / "secret.key.part").write_bytes(b"half")
    made = folder.key(tmp_path)
    assert len(made) == 32
    assert sorted(p.name for p in tmp_path.iterdir()) == ["secret.key"]
