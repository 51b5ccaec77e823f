"""The ground that the other system tests stand on: private Engines and the wedged one."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.engine_proxy import engine_proxy
from tests.support.engines import CGROUPS, NAMESPACES, Engine, private_engine, run, sweep
from tests.support.images import BUSYBOX, WEB
from tests.support.local_http import UnixConnection, ask, get
from tests.support.orphans import VARIABLE, end_orphans, mark
from tests.support.waiting import eventually


def test_a_published_port_answers_inside_the_engines_own_network(engine: Engine) -> None:
    engine.docker("run", "-d", "--name", "web", "-h", "shown", "-p", "8081:80", WEB)
    eventually(lambda: "shown" in engine.curl(8081), 10)
    with socket.socket() as outside:
        assert outside.connect_ex(("127.0.0.1", 8081)) != 0, "the port leaked to this machine"


def test_an_engine_killed_and_started_again_knows_its_containers(engine: Engine) -> None:
    container = engine.docker("run", "-d", "--restart", "always", BUSYBOX)
    engine.kill()
    engine.start()
    eventually(lambda: engine.docker("ps", "-q", "--no-trunc") == container, 10)


def test_a_wedged_engine_answers_gets_and_nothing_else(engine: Engine, tmp_path: Path) -> None:
    with engine_proxy(engine.socket, tmp_path / "docker.sock") as proxy:
        made = ask(
            UnixConnection(proxy.place), "POST", "/containers/create?name=one", {"Image": BUSYBOX}
        )
        assert made.status == 201
        proxy.wedged = True
        assert get(proxy.place, "/info").status == 200
        with pytest.raises(TimeoutError):
            ask(
                UnixConnection(proxy.place, timeout=0.5), "DELETE", f"/containers/{made.json['Id']}"
            )
        assert proxy.hung == 1
    assert engine.docker("ps", "-aq", "--no-trunc") == made.json["Id"]


LEFT_BEHIND = """
import os, signal
from tests.support.engines import Engine, PREFIX
from tests.support.images import BUSYBOX
engine = Engine(f"{PREFIX}-{os.getpid()}-1")
engine.make()
engine.docker("run", "-d", BUSYBOX)
print(engine.name, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_what_a_killed_run_left_behind_is_swept_and_what_lives_is_kept(engine: Engine) -> None:
    died = subprocess.run(
        [sys.executable, "-c", LEFT_BEHIND], stdout=subprocess.PIPE, text=True, check=False
    )
    name = died.stdout.strip()
    assert (NAMESPACES / name).exists()
    sweep()
    assert not (NAMESPACES / name).exists()
    assert not list(CGROUPS.glob(f"*/{name}"))
    assert not Path(f"/tmp/{name}").exists()
    assert engine.serves()


def test_programs_of_a_killed_run_are_ended_and_this_runs_go_on() -> None:
    sleep = ["sleep", "60"]
    left = subprocess.Popen(sleep, env={VARIABLE: f"{os.getpid()}-1"})  # another's of that number
    ours, stranger = subprocess.Popen(sleep, env=mark()), subprocess.Popen(sleep, env={})
    try:
        end_orphans()
        assert left.wait(5) == -signal.SIGKILL
        assert (ours.poll(), stranger.poll()) == (None, None)
    finally:
        for process in (left, ours, stranger):
            process.kill()
            process.wait(5)


def test_two_engines_stand_side_by_side(engine: Engine) -> None:
    with private_engine() as second:
        engine.docker("run", "-d", "-p", "8081:80", WEB)
        second.docker("run", "-d", "-p", "8081:80", WEB)
        eventually(lambda: engine.curl(8081) != second.curl(8081), 10)
        name = second.name
    assert name not in run("ip", "netns")
