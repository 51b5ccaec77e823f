import io
import os
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pasture.cli.copy.pack import Packer
from pasture.cli.copy.unpack import Unpacker
from pasture.cli.exits import Failure


def entry(name: str, kind: bytes = tarfile.REGTYPE, **more: object) -> tarfile.TarInfo:
    made = tarfile.TarInfo(name)
    made.type = kind
    for field, value in more.items():
        setattr(made, field, value)
    return made


def archive(*entries: tuple[tarfile.TarInfo, bytes]) -> io.BytesIO:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as tar:
        for one, content in entries:
            one.size = len(content)
            tar.addfile(one, io.BytesIO(content))
    made.seek(0)
    return made


def unpack(
    folder: Path, packed: io.BytesIO, top: str | None = "top", **more: Callable[[str], None]
) -> Unpacker:
    made = Unpacker(folder, top, skip=more.get("skip", lambda _: None))
    made.unpack(packed)
    return made


def pack(source: Path, top: str | None, skip: Callable[[str], None] = print) -> io.BytesIO:
    return io.BytesIO(b"".join(Packer(owners=False, skip=skip).pieces(source, top)))


def tree(folder: Path) -> dict[str, tuple[object, ...]]:
    """Return what is in a folder."""
    found: dict[str, tuple[object, ...]] = {}
    for path in sorted(folder.rglob("*")):
        seen = path.lstat()
        what: object = "folder"
        if path.is_symlink():
            what = path.readlink()
        elif path.is_file():
            what = path.read_bytes()
        rights = None if path.is_symlink() else seen.st_mode & 0o777
        when = None if path.is_symlink() else int(seen.st_mtime)
        found[str(path.relative_to(folder))] = (what, rights, when)
    return found


def is_free(folder: Path) -> bool:
    """Whether a folder is there, or can be made."""
    return folder.is_dir() if folder.exists() else not folder.is_symlink()


names = st.text("ab", min_size=1, max_size=2)
contents = st.one_of(st.binary(max_size=2000), st.sampled_from(("link", "folder", "big")))


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(made=st.dictionaries(st.lists(names, min_size=1, max_size=3).map("/".join), contents))
def test_what_is_packed_and_unpacked_is_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, made: dict[str, bytes | str]
) -> None:
    source, goal = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("goal")
    for name, content in made.items():
        path = source / name
        above = path.relative_to(source).parents
        if os.path.lexists(path) or any(not is_free(source / one) for one in above):
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        if content == "link":
            path.symlink_to("../a")
        elif content == "folder":
            path.mkdir(0o750)
        else:
            path.write_bytes(content if isinstance(content, bytes) else b"x" * 300_000)
            os.utime(path, (1_700_000_000, 1_700_000_000))
    unpack(goal, pack(source, "any"), "top")
    assert tree(goal / "top") == tree(source)


def test_only_the_contents_of_a_folder(tmp_path: Path) -> None:
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "a").write_text("x")
    (tmp_path / "goal").mkdir()
    assert unpack(tmp_path / "goal", pack(tmp_path / "source", "s"), None).files == 1
    with tarfile.open(fileobj=pack(tmp_path / "source", None)) as tar:
        assert tar.getnames() == ["a"]
    assert (tmp_path / "goal" / "a").read_text() == "x"


@pytest.mark.parametrize(
    ("packed", "words"),
    [
        ([(entry("top/../../evil"), b"x")], "outside"),
        ([(entry("../evil"), b"x")], "outside"),
        (
            [(entry("top", tarfile.DIRTYPE), b""),
             (entry("top/out", tarfile.SYMTYPE, linkname=".."), b""),
             (entry("top/out/evil"), b"x")],
            "not gone through",
        ),
        (
            [(entry("top", tarfile.SYMTYPE, linkname="/tmp"), b""), (entry("top/evil"), b"x")],
            "not gone through",
        ),
        ([(entry("top/hard", tarfile.LNKTYPE, linkname="top/../../secret"), b"")], "outside"),
        ([(entry("top/hard", tarfile.LNKTYPE, linkname="top/none"), b"")], "cannot be written"),
        ([(entry("top"), b"x"), (entry("top/below"), b"x")], "not gone through"),
    ],
)  # fmt: skip
def test_nothing_is_written_outside(
    tmp_path: Path, packed: list[tuple[tarfile.TarInfo, bytes]], words: str
) -> None:
    goal = tmp_path / "inner" / "goal"
    goal.mkdir(parents=True)
    (tmp_path / "secret").write_text("mine")
    with pytest.raises(Failure, match=words):
        unpack(goal, archive(*packed))
    assert {p.name for p in tmp_path.iterdir()} == {"inner", "secret"}
    assert {p.name for p in (tmp_path / "inner").iterdir()} == {"goal"}
    assert not Path("/tmp/evil").exists()


def test_an_absolute_name_is_a_name_inside(tmp_path: Path) -> None:
    unpack(tmp_path, archive((entry("/top/etc/x"), b"x")))
    assert (tmp_path / "top" / "etc" / "x").read_text() == "x"


def test_a_link_that_was_there_before_is_replaced_or_refused_but_not_followed(
    tmp_path: Path,
) -> None:
    goal, other = tmp_path / "goal", tmp_path / "other"
    goal.mkdir()
    other.mkdir()
    (other / "file").write_text("old")
    (goal / "top").symlink_to(other / "file")
    unpack(goal, archive((entry("top"), b"new")))
    assert (other / "file").read_text() == "old"
    assert (goal / "top").read_text() == "new"
    (goal / "folder").symlink_to(other)
    with pytest.raises(Failure, match="not gone through"):
        unpack(goal, archive((entry("x/a"), b"new")), "folder")
    assert {p.name for p in other.iterdir()} == {"file"}


def test_no_right_to_become_somebody_else_comes_along(tmp_path: Path) -> None:
    unpack(tmp_path, archive((entry("top", mode=0o6755), b"x")))
    assert (tmp_path / "top").stat().st_mode & 0o7777 == 0o755


def test_special_files_are_left_out_in_words(tmp_path: Path) -> None:
    said: list[str] = []
    packed = archive(
        (entry("top", tarfile.DIRTYPE, mode=0o755), b""),
        (entry("top/dev", tarfile.CHRTYPE), b""),
        (entry("top/pipe", tarfile.FIFOTYPE), b""),
    )
    assert unpack(tmp_path, packed, skip=said.append).files == 0
    assert [line.split(" ")[0] for line in said] == ["top/dev", "top/pipe"]
    os.mkfifo(tmp_path / "top" / "pipe")
    said.clear()
    pack(tmp_path / "top", "top", said.append)
    assert "pipe is no file" in said[0]


def test_a_broken_archive_leaves_the_old_file_and_no_half_one(tmp_path: Path) -> None:
    (tmp_path / "top").write_text("old")
    whole = archive((entry("top"), b"n" * 10_000)).getvalue()
    with pytest.raises(Failure, match="not whole"):
        unpack(tmp_path, io.BytesIO(whole[:5000]))
    assert {p.name: p.read_text() for p in tmp_path.iterdir()} == {"top": "old"}


def test_a_file_does_not_take_the_place_of_a_folder(tmp_path: Path) -> None:
    (tmp_path / "top").mkdir()
    with pytest.raises(Failure, match="is a folder"):
        unpack(tmp_path, archive((entry("top"), b"x")))


def test_hard_links_and_folders_without_rights_come_back(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    (source / "a").write_text("x")
    (source / "b").hardlink_to(source / "a")
    packed = pack(source, "s")
    goal = tmp_path / "goal"
    goal.mkdir()
    unpack(goal, packed)
    assert (goal / "top" / "a").samefile(goal / "top" / "b")
    closed = archive((entry("top", tarfile.DIRTYPE, mode=0o500), b""), (entry("top/a"), b"x"))
    unpack(goal, closed, "closed")
    assert (goal / "closed").stat().st_mode & 0o777 == 0o500
    assert (goal / "closed" / "a").read_text() == "x"


def test_a_file_that_became_shorter_is_said(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(b"x" * 1_000_000)
    pieces = Packer(owners=False, skip=print).pieces(path, "log")
    next(pieces)
    os.truncate(path, 10)
    with pytest.raises(Failure, match="became shorter"):
        list(pieces)
