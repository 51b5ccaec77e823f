import asyncio
import os
import threading
from pathlib import Path

import pytest

from pasture.agent.engine.engine import About
from pasture.agent.records import (
    AgentFolder,
    FolderBusy,
    Held,
    Identity,
    Record,
    Unreadable,
    file_name,
    write_whole,
)
from pasture.kit.tasks import TaskGroup
from pasture.wire.frames import RegistryAuth
from tests.agent.samples import want

ABOUT = About(
    engine_id="E", hostname="h", version="1", operating_system="o", kernel="k", cpus=1, memory=1
)
UUID = "0b1c7f0e-3b1e-4b6c-9d8e-2f6a7c8d9e0f"


async def test_what_is_kept_is_there_for_the_next_process(tmp_path: Path) -> None:
    identity = Identity(base="http://s", joined_with="f", key="k", access_key="a", secret_key="s")
    auth = RegistryAuth(server="r", username="u", password="p")
    held = Held(about=ABOUT, installation="i", history="h", hash="x", containers=(want(auth=auth),))
    record = Record(applied=3, external_id="id")
    with AgentFolder(tmp_path / "agent") as folder:
        assert (folder.identity(), folder.held(), dict(folder.all())) == (None, None, {})
        folder.save_identity(identity)
        await folder.save_held(held)
        await folder.save(UUID, record)
        await folder.save("other", record)
        folder.forget("other")
    with AgentFolder(tmp_path / "agent") as folder:
        assert folder.identity() == identity
        assert folder.held() == held
        assert dict(folder.all()) == {UUID: record}


async def test_only_the_owner_can_read(tmp_path: Path) -> None:
    with AgentFolder(tmp_path / "agent") as folder:
        await folder.save_held(Held())
        await folder.save(UUID, Record())
        for path in (tmp_path / "agent").rglob("*"):
            assert path.stat().st_mode & 0o077 == 0, path
        assert (tmp_path / "agent").stat().st_mode & 0o077 == 0


async def test_nothing_that_waits_for_the_disk_is_done_on_the_loop(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[int] = []

    def fsync(file: int) -> None:
        synced.append(threading.get_ident())

    with AgentFolder(tmp_path) as folder:
        monkeypatch.setattr(os, "fsync", fsync)
        await folder.save_held(Held())
        await folder.save(UUID, Record())
    assert len(synced) == 4
    assert threading.get_ident() not in synced


async def test_all_is_forgotten_also_what_is_being_written(tmp_path: Path) -> None:
    with AgentFolder(tmp_path) as folder:
        await folder.save("other", Record())
        async with TaskGroup() as group:
            tasks = [
                group.create_task(folder.save(UUID, Record())),
                group.create_task(folder.save_held(Held(history="old"))),
            ]
            await asyncio.sleep(0)  # both are with their threads
            for task in tasks:
                task.cancel()
        await folder.forget_all()
        assert not folder.all()
    with AgentFolder(tmp_path) as folder:
        assert (dict(folder.all()), folder.held()) == ({}, Held())


def test_two_agents_do_not_share_a_folder(tmp_path: Path) -> None:
    with AgentFolder(tmp_path), pytest.raises(FolderBusy, match="another agent is running"):
        AgentFolder(tmp_path).__enter__()
    with AgentFolder(tmp_path):
        pass


def test_a_crash_while_writing_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "file.json"
    write_whole(path, b"old")
    scratch = tmp_path / ".file.json.new"
    scratch.write_bytes(b"ne")  # what a crash leaves behind
    assert path.read_bytes() == b"old"
    write_whole(path, b"new")
    assert path.read_bytes() == b"new"
    assert [p.name for p in tmp_path.iterdir()] == ["file.json"]


async def test_half_written_records_are_not_read(tmp_path: Path) -> None:
    with AgentFolder(tmp_path) as folder:
        await folder.save(UUID, Record(applied=2))
    (tmp_path / "records" / f".{UUID}.new").write_bytes(b'{"applied": 9}')
    (tmp_path / "records" / "torn").write_bytes(b'{"app')
    (tmp_path / "assignment.json").write_bytes(b"")
    with AgentFolder(tmp_path) as folder:
        assert dict(folder.all()) == {UUID: Record(applied=2)}
        assert folder.held() is None


def test_a_damaged_identity_is_no_reason_to_invent_another(tmp_path: Path) -> None:
    with AgentFolder(tmp_path) as folder:
        (tmp_path / "identity.json").write_bytes(b"{")
        with pytest.raises(Unreadable, match="restore or delete it"):
            folder.identity()


@pytest.mark.parametrize("uuid", ["", "../x", "a/b", ".hidden", "x" * 200, "a b", "\0"])
def test_a_uuid_that_is_none_names_no_file(uuid: str) -> None:
    with pytest.raises(ValueError, match="is no uuid"):
        file_name(uuid)
