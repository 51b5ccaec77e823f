"""Data is kept: backup, restore and upgrade of a real server, with what runs on a real Engine."""

import shutil
import sqlite3
import subprocess
from collections.abc import Generator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from tests.support.engines import Engine
from tests.support.images import BUSYBOX
from tests.support.installation import PROJECT, Installation
from tests.support.processes import PASTURE, Agent, Server, ended_afterwards
from tests.support.waiting import eventually

SLEEPS = {"command": ["sleep", "1000"], "stopTimeout": 0, "networkMode": "none"}
STRAYS = f"{PROJECT}/containers?strayUuid_notnull=true"
SPARE_BYTES = 100_000  # less than a backup takes


def command(*words: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([PASTURE, *words], capture_output=True, text=True, check=False)


def done(*words: str | Path) -> str:
    ended = command(*words)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def runs(pasture: Installation) -> dict[str, str]:
    """Return what runs on the Engine: ids, and since when."""
    ids = sorted(pasture.engine_ids())
    told = pasture.engine.docker("inspect", "-f", "{{.Id}} {{.State.StartedAt}}", *ids)
    return dict(line.split() for line in told.splitlines())


def restored(pasture: Installation, file: Path) -> None:
    """Kill the server, put the backup in its place, and start it again."""
    pasture.server.kill()
    done("restore", "--data", pasture.server.data, file)
    pasture.server.start()
    pasture.host()


def service(pasture: Installation, scale: int) -> Any:
    stack = pasture.admin.create(f"{PROJECT}/stacks", {"name": "app"})
    launch = {"imageUuid": f"docker:{BUSYBOX}", **SLEEPS}
    body = {"name": "web", "stackId": stack["id"], "launchConfig": launch, "startOnCreate": True}
    made = pasture.admin.create(f"{PROJECT}/services", {**body, "scale": scale})
    return pasture.become(made, state="active", currentScale=scale)


def strays(pasture: Installation, number: int) -> list[dict[str, Any]]:
    def found() -> list[dict[str, Any]] | None:
        rows: list[dict[str, Any]] = pasture.admin.get(STRAYS)["data"]
        return rows if len(rows) == number else None

    return eventually(found, 15, f"{number} containers that are not known")


def test_a_restore_disturbs_nothing_and_what_it_does_not_know_is_adopted(
    pasture: Installation, tmp_path: Path
) -> None:
    web = service(pasture, 2)
    old = pasture.container(BUSYBOX, name="old", **SLEEPS)
    pasture.become(old, state="running")
    file = Path(done("backup", "--data", pasture.server.data, tmp_path).strip())
    assert file.stat().st_mode & 0o777 == 0o600
    pasture.admin.put(web["links"]["self"], {"scale": 3})
    pasture.become(web, state="active", currentScale=3)
    late = {**SLEEPS, "networkMode": "managed"}  # its address is kept, too
    late = pasture.become(pasture.container(BUSYBOX, name="late", **late), state="running")
    before = runs(pasture)
    assert len(before) == 5

    restored(pasture, file)
    unknown = {c["labels"]["io.rancher.container.name"]: c for c in strays(pasture, 2)}
    pasture.become(web, state="active", currentScale=2, scale=2)
    pasture.become(old, state="running")
    assert runs(pasture) == before

    unit = adopted_unit(pasture, unknown["app-web-3"])
    alone = pasture.act(unknown["late"], "adopt")
    for field in ("networkMode", "primaryIpAddress", "uuid", "name"):
        assert alone[field] == late[field], field
    pasture.become(web, state="active", currentScale=3, scale=3)
    for one in (unit, alone):
        pasture.become(one, state="running", nativeContainer=False, strayUuid=None)
    pasture.agent.restart()
    pasture.server.restart()
    pasture.host()
    pasture.become(web, state="active", currentScale=3)
    assert pasture.admin.get(STRAYS)["data"] == []
    assert runs(pasture) == before
    are_driven_again(pasture, unit, alone)


def adopted_unit(pasture: Installation, stray: dict[str, Any]) -> Any:
    """Take a unit back into its service, which has no room before it is made."""
    full = pasture.admin.ask("POST", stray["actions"]["adopt"], {})
    assert (full.status, full.json["code"]) == (422, "ActionNotAvailable")
    assert "service web wants 2" in full.json["message"]
    unit = pasture.act(stray, "adopt", {"scaleUp": True})
    assert unit["name"] == "app-web-3"
    return unit


def are_driven_again(pasture: Installation, unit: Any, alone: Any) -> None:
    """See that the service makes its unit anew, and that the other one stops and goes."""
    pasture.engine.docker("rm", "-f", unit["externalId"])
    eventually(lambda: len(pasture.engine_ids()) == 5, 15, "another unit in its place")
    pasture.act(alone, "stop", {"timeout": 0})
    pasture.act(pasture.become(alone, state="stopped"), "remove")
    eventually(lambda: "late" not in names(pasture), 15, "its removal")


def names(pasture: Installation) -> str:
    return pasture.engine.docker("ps", "-a", "--format", "{{.Names}}")


def test_a_restore_with_a_lost_key_keeps_people_and_hosts(
    pasture: Installation, tmp_path: Path
) -> None:
    pasture.become(pasture.container(BUSYBOX, name="one", **SLEEPS), state="running")
    file = tmp_path / "b.db"
    done("backup", "--data", pasture.server.data, file)
    before, url = runs(pasture), pasture.server.registration_url()
    pasture.server.kill()
    (pasture.server.data / "secret.key").unlink()
    refused = command("restore", "--data", pasture.server.data, file)
    assert refused.returncode == 1
    assert "the key of this backup is not here" in refused.stderr
    assert not (pasture.server.data / "secret.key").exists()
    told = command("restore", "--new-key", "--data", pasture.server.data, file)
    assert told.returncode == 0, told.stderr
    assert "registrationToken" in told.stderr
    pasture.server.start()
    pasture.host()  # the admin's password and the agent's keys are the same
    assert pasture.server.registration_url() != url
    assert runs(pasture) == before


def test_an_upgrade_without_room_for_its_backup_is_refused(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk") as disk:
        server = Server(disk / "data")
        server.log = tmp_path / "server.log"
        with ended_afterwards(server):
            server.start()
            server.stop()
            database = server.data / "pasture.db"
            with closing(sqlite3.connect(database)) as connection, connection:
                connection.execute("UPDATE meta SET value = 'older' WHERE name LIKE 'shape %'")
            filler = disk / "filler"
            free = shutil.disk_usage(disk).free
            filler.write_bytes(bytes(free - SPARE_BYTES))
            server.spawn()
            server.wait()
            assert server.process is not None
            assert server.process.returncode == 1
            for words in ("without a backup", "is full", "Make room"):
                assert words in server.last_words()
            filler.unlink()
            server.start()
            [made] = (server.data / "backups").iterdir()
            done("backup", "--check", made)


@contextmanager
def small_disk(at: Path) -> Generator[Path]:
    """Give a file system of a few MiB."""
    at.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", at], check=True)
    try:
        yield at
    finally:
        subprocess.run(["umount", "--lazy", at], check=True)


def test_a_host_that_joined_since_the_backup_joins_again_by_itself(
    engine: Engine, tmp_path: Path
) -> None:
    server = Server(tmp_path / "server")
    server.start()
    with ended_afterwards(server):
        file = Path(done("backup", "--data", server.data, tmp_path).strip())
        agent = Agent(server.registration_url(), tmp_path / "agent", engine.url)
        agent.start()
        with ended_afterwards(agent):
            pasture = Installation(server, agent, engine, server.admin())
            pasture.host()
            made = pasture.container(BUSYBOX, name="one", **SLEEPS)
            pasture.become(made, state="running")
            before = runs(pasture)
            restored(pasture, file)
            [stray] = strays(pasture, 1)
            pasture.become(pasture.act(stray, "adopt"), state="running", name="one")
            assert runs(pasture) == before
