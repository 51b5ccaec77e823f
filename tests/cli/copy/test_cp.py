import io
import tarfile
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from pasture.cli.exits import Exit
from pasture.wire.host_api import OUTPUT
from tests.cli.command import Shell
from tests.cli.scripts import breaks_off, end, input_of, says
from tests.client.fake_api import FakeApi


def packed(*members: tuple[str, bytes | None]) -> bytes:
    """Return an archive: a name with content is a file, one without a folder."""
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as tar:
        for name, content in members:
            one = tarfile.TarInfo(name)
            one.mode = 0o755
            if content is None:
                one.type = tarfile.DIRTYPE
            one.size = len(content or b"")
            tar.addfile(one, io.BytesIO(content or b""))
    return made.getvalue()


def gives(archive: bytes) -> Any:
    return says(*[(OUTPUT, archive[n : n + 1000]) for n in range(0, len(archive), 1000)])


FOLDER = packed(("conf", None), ("conf/a", b"a" * 5000), ("conf/below/b", b"b"))
NOWHERE = says(error="there is no /x in the container")


class Takes:
    """A container that takes archives; ``there`` says what is at its paths."""

    def __init__(self, **there: Any) -> None:
        self.there = there
        self.got = b""

    async def copyfrom(self, socket: web.WebSocketResponse, given: Any) -> None:
        await self.there.get(given["path"].strip("/").replace("/", "_"), NOWHERE)(socket, given)

    async def copyto(self, socket: web.WebSocketResponse, _: Any) -> None:
        self.got = await input_of(socket)
        await end(socket, exitCode=None)

    def names(self) -> list[str]:
        with tarfile.open(fileobj=io.BytesIO(self.got)) as tar:
            return tar.getnames()


async def test_a_folder_of_a_container_comes_here(
    api: FakeApi, shell: Shell, tmp_path: Path
) -> None:
    api.add("containers", name="web")
    api.talks["copyfrom"] = gives(FOLDER)
    goal = tmp_path / "goal"
    ended = await shell.run("cp", "web:/etc/conf", str(goal))
    assert (ended.exit, ended.err) == (Exit.OK, f"copied to {goal}: 2 files, 10K\n")
    assert (goal / "a").read_text() == "a" * 5000
    assert (goal / "below" / "b").read_text() == "b"
    await shell.run("cp", "-q", "web:/etc/conf", str(goal))
    assert (goal / "conf" / "a").exists()


@pytest.mark.parametrize("talk", [breaks_off((OUTPUT, FOLDER[:3000])), gives(FOLDER[:3000])])
async def test_half_a_folder_is_no_success(
    api: FakeApi, shell: Shell, tmp_path: Path, talk: Any
) -> None:
    api.add("containers", name="web")
    api.talks["copyfrom"] = talk
    ended = await shell.run("cp", "web:/etc/conf", str(tmp_path / "goal"))
    assert ended.exit in {Exit.FAILED, Exit.UNREACHABLE}
    assert not (tmp_path / "goal" / "a").exists()


async def test_files_go_to_a_container_under_the_right_name(
    api: FakeApi, shell: Shell, tmp_path: Path
) -> None:
    api.add("containers", name="web")
    box = Takes(tmp=gives(packed(("tmp", None))), etc_old=gives(packed(("old", b"x"))))
    api.talks |= {"copyfrom": box.copyfrom, "copyto": box.copyto}
    source = tmp_path / "site"
    (source / "css").mkdir(parents=True)
    (source / "index").write_text("x" * 100_000)
    for goal, path, names in (
        ("web:/tmp", "/tmp", ["site", "site/css", "site/index"]),
        ("web:/new", "/", ["new", "new/css", "new/index"]),
    ):
        assert (await shell.run("cp", str(source), goal)).exit is Exit.OK
        assert (api.given["copyto"]["path"], box.names()) == (path, names)
    assert (await shell.run("cp", f"{source}/.", "web:/tmp")).exit is Exit.OK
    assert box.names() == ["css", "index"]
    assert (await shell.run("cp", str(source / "index"), "web:/etc/old")).exit is Exit.OK
    assert (api.given["copyto"]["path"], box.names()) == ("/etc", ["old"])


async def test_links_in_a_container_are_gone_through(
    api: FakeApi, shell: Shell, tmp_path: Path
) -> None:
    link = tarfile.TarInfo("link")
    link.type, link.linkname = tarfile.SYMTYPE, "other"
    box = Takes(a_link=gives(link.tobuf()), a_other=gives(packed(("other", None))))
    api.talks |= {"copyfrom": box.copyfrom, "copyto": box.copyto}
    api.add("containers", name="web")
    (tmp_path / "file").write_text("x")
    assert (await shell.run("cp", str(tmp_path / "file"), "web:/a/link")).exit is Exit.OK
    assert api.given["copyto"]["path"] == "/a/other"
    link.linkname = "link"
    box.there["a_link"] = gives(link.tobuf())
    ended = await shell.run("cp", str(tmp_path / "file"), "web:/a/link")
    assert (ended.exit, ended.err) == (
        Exit.FAILED,
        "pasture: /a/link leads from link to link without an end\n",
    )


async def test_an_archive_goes_through_pipes(api: FakeApi, shell: Shell) -> None:
    api.add("containers", name="web")
    box = Takes(etc=gives(FOLDER))
    api.talks |= {"copyfrom": box.copyfrom, "copyto": box.copyto}
    assert (await shell.run("cp", "-", "web:/tmp", stdin="any bytes")).exit is Exit.OK
    assert box.got == b"any bytes"
    ended = await shell.run("cp", "web:/etc", "-")
    assert ended.out.encode() == FOLDER
    assert ended.err == ""


async def test_what_the_host_refuses_ends_the_sending(
    api: FakeApi, shell: Shell, tmp_path: Path
) -> None:
    api.add("containers", name="web")
    api.talks |= {"copyfrom": NOWHERE, "copyto": says(error="the host's disk is full")}
    (tmp_path / "big").write_bytes(bytes(20_000_000))
    ended = await shell.run("cp", str(tmp_path / "big"), "web:/x")
    assert (ended.exit, ended.err) == (Exit.FAILED, "pasture: the host's disk is full\n")


@pytest.mark.parametrize(
    ("words", "refused"),
    [
        ("web:/a web:/b", (Exit.USAGE, "one of SRC and DST names a container")),
        ("a b", (Exit.USAGE, "one of SRC and DST names a container")),
        ("web:/x .", (Exit.NOT_FOUND, "there is no web:/x")),
        ("/no/such web:/x", (Exit.NOT_FOUND, "there is no /no/such")),
        ("nobody:/x .", (Exit.NOT_FOUND, "there is no container or service 'nobody'")),
    ],
)
async def test_what_cannot_be_copied_is_said(
    api: FakeApi, shell: Shell, words: str, refused: tuple[Exit, str]
) -> None:
    api.add("containers", name="web")
    api.talks["copyfrom"] = NOWHERE
    ended = await shell.run("cp", *words.split())
    assert ended.exit is refused[0]
    assert refused[1] in ended.err
