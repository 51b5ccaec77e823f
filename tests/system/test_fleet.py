import os
import signal
import subprocess
from collections import Counter
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from tests.support.installation import PROJECT
from tests.support.local_http import Client
from tests.support.processes import PASTURE, Program, Server, ended_afterwards
from tests.support.waiting import eventually

HOSTS = 20


class Fleet(Program):
    """Simulated hosts in one process."""

    def __init__(self, server: Server, folder: Path, *words: str) -> None:
        told = {"PASTURE_REGISTRATION_URL": server.registration_url()}
        fixed = ["agent", "--data", str(folder), "--simulate", str(HOSTS)]
        super().__init__([*fixed, *words], folder.with_name(f"{folder.name}.log"), told)


@pytest.fixture
def server(tmp_path: Path) -> Generator[Server]:
    made = Server(tmp_path / "server")
    made.start()
    with ended_afterwards(made):
        yield made


def hosts(admin: Client) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = admin.get(f"{PROJECT}/hosts?limit=100")["data"]
    return found


def all_active(admin: Client) -> bool:
    return Counter(host["state"] for host in hosts(admin)) == {"active": HOSTS}


def made_service(admin: Client, scale: int, **launch: Any) -> dict[str, Any]:
    stack = admin.create(f"{PROJECT}/stacks", {"name": "trial"})
    body = {"name": "web", "stackId": stack["id"], "scale": scale, "startOnCreate": True}
    launched = {"launchConfig": {"imageUuid": "docker:web:1", **launch}}
    return admin.create(f"{PROJECT}/services", body | launched)


def running(admin: Client) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = admin.get(f"{PROJECT}/containers?state=running&limit=1000")[
        "data"
    ]
    return found


def test_a_fleet_joins_takes_a_service_and_comes_back_as_the_same_hosts(
    server: Server, tmp_path: Path
) -> None:
    admin = server.admin()
    fleet = Fleet(server, tmp_path / "fleet")
    fleet.spawn()
    with ended_afterwards(fleet):
        eventually(lambda: all_active(admin), 20, "20 active hosts")
        made_service(admin, 2 * HOSTS)
        eventually(lambda: len(running(admin)) == 2 * HOSTS, 20, "40 running containers")
        assert set(Counter(c["hostId"] for c in running(admin)).values()) == {2}
        before = {host["id"] for host in hosts(admin)}
        fleet.kill()
        eventually(lambda: {h["state"] for h in hosts(admin)} == {"reconnecting"}, 10, "lost hosts")
        fleet.spawn()
        eventually(lambda: all_active(admin), 20, "the same hosts")
        assert {host["id"] for host in hosts(admin)} == before
        eventually(lambda: len(running(admin)) == 2 * HOSTS, 20, "40 containers again")


def test_knobs_reach_the_engines(server: Server, tmp_path: Path) -> None:
    admin = server.admin()
    fleet = Fleet(server, tmp_path / "fleet", "--ephemeral", "--set", "fails_with=no more threads")
    fleet.spawn()
    with ended_afterwards(fleet):
        eventually(lambda: all_active(admin), 20, "20 active hosts")
        container = admin.create(f"{PROJECT}/containers", {"imageUuid": "docker:web:1"})

        def says_why() -> bool:
            now = admin.get(container["links"]["self"])
            return "no more threads" in (now["transitioningMessage"] or "")

        eventually(says_why, 10, "the knob's words")


def test_a_demo_is_there_in_seconds_and_leaves_nothing(tmp_path: Path) -> None:
    theirs = {"TMPDIR": str(tmp_path), "PASTURE_ADMIN_PASSWORD": "another-server's"}
    variables = {**os.environ, **theirs}  # noqa: TID251 - to change some of them
    with subprocess.Popen(
        [str(PASTURE), "demo"], stdout=subprocess.PIPE, env=variables, text=True
    ) as demo:
        assert demo.stdout is not None
        told = dict(demo.stdout.readline().split() for _ in range(3))
        admin = Client(told["URL"].removeprefix("http://"), told["login"], told["password"])
        names = {stack["name"] for stack in admin.get(f"{PROJECT}/stacks")["data"]}
        assert names == {"shop", "monitoring", "jobs"}
        eventually(lambda: len(running(admin)) > 5, 10, "running containers")
        demo.send_signal(signal.SIGTERM)
        assert demo.wait(15) == 0
    assert not list(tmp_path.glob("pasture-demo-*"))
