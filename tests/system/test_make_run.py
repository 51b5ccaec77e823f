"""`make run` and its fellows, from a checkout of their own, on a private Engine."""

import os
import signal
import socket
import ssl
from collections.abc import Generator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.support.checkout import Checkout
from tests.support.engines import Engine
from tests.support.images import BUSYBOX
from tests.support.installation import PROJECT
from tests.support.local_http import Client
from tests.support.waiting import eventually


@pytest.fixture
def checkout(engine: Engine, tmp_path: Path) -> Generator[Checkout]:
    """Make a checkout; whatever it started is ended."""
    made = Checkout(tmp_path, engine)
    yield made
    kill_all(made)


def kill_all(checkout: Checkout) -> None:
    while pids := checkout.pids():
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


def admin(checkout: Checkout) -> Client:
    login, _, password = (checkout.data / "first-login").read_text().strip().partition(":")
    return Client(f"127.0.0.1:{checkout.port}", login, password)


def running_container(client: Client, name: str, **fields: Any) -> str:
    body = {"name": name, "imageUuid": f"docker:{BUSYBOX}", **fields}
    made = client.create(f"{PROJECT}/containers", body)

    def runs() -> str | None:
        now = client.get(made["links"]["self"])
        return now["externalId"] if now["state"] == "running" else None

    return eventually(runs, 20, f"{name} running")


def test_one_command_gives_a_server_a_host_and_containers_that_stay_up(
    checkout: Checkout, engine: Engine
) -> None:
    said = checkout.make("run")
    url = f"http://127.0.0.1:{checkout.port}"
    client = admin(checkout)
    assert url in said
    assert "admin" in said
    assert client.password in said
    assert client.get(f"{PROJECT}/hosts")["data"][0]["state"] == "active"
    container = running_container(client, "one")

    assert "all data is kept" in checkout.make("run")
    assert "is active" in checkout.make("status")

    assert "Containers keep running" in checkout.make("stop")
    assert checkout.pids() == set()
    assert engine.docker("ps", "-q", "--no-trunc") == container
    assert "does not run" in checkout.refused("status")

    assert "runs again, all data" in checkout.make("run")
    assert admin(checkout).get(f"{PROJECT}/containers/1i1")["state"] == "running"


def test_after_a_reboot_everything_that_was_wanted_runs_again(
    checkout: Checkout, engine: Engine
) -> None:
    checkout.make("run")
    client = admin(checkout)
    stack = client.create(f"{PROJECT}/stacks", {"name": "shop"})
    service = {
        "name": "web",
        "stackId": stack["id"],
        "scale": 2,
        "startOnCreate": True,
        "launchConfig": {"imageUuid": f"docker:{BUSYBOX}"},
    }
    client.create(f"{PROJECT}/services", service)
    running_container(client, "always", restartPolicy={"name": "always"})
    eventually(lambda: len(engine.docker("ps", "-q").split()) == 3, 20)

    kill_all(checkout)
    engine.power_off()
    engine.start()
    booted = checkout.program("scripts/boot")
    assert booted.returncode == 0, booted.stdout

    eventually(lambda: len(engine.docker("ps", "-q").split()) == 3, 30, "all three again")
    eventually(lambda: "is active" in checkout.make("status"), 20)
    assert len(engine.docker("ps", "-aq").split()) == 3, "none is doubled"


def test_a_host_that_was_removed_is_back_by_make_run_and_by_nothing_else(
    checkout: Checkout, engine: Engine
) -> None:
    checkout.make("run")
    client = admin(checkout)
    container = running_container(client, "one")
    removed = active_host(client)
    client.post(removed["actions"]["deactivate"], status=202)
    here = removed["links"]["self"]
    eventually(lambda: client.get(here)["state"] == "inactive", 10)
    client.post(client.get(here)["actions"]["remove"], {"containers": "keep"}, 202)
    agent = checkout.data / "machine/agent.pid"
    eventually(lambda: not agent.exists(), 20, "the agent, refused for good")

    booted = checkout.program("scripts/boot")
    assert booted.returncode == 0, booted.stdout
    eventually(lambda: not agent.exists(), 20, "the agent, refused again")
    assert client.get(f"{PROJECT}/hosts")["data"] == []

    assert "joins anew, as a new host" in checkout.make("run")
    assert active_host(client)["id"] != removed["id"]
    assert engine.docker("ps", "-q", "--no-trunc") == container
    assert "joins anew" not in checkout.make("run")


def active_host(client: Client) -> dict[str, Any]:
    (host,) = client.get(f"{PROJECT}/hosts")["data"]
    assert host["state"] == "active"
    return host


def test_the_status_of_a_host_with_an_ill_engine_says_why(
    checkout: Checkout, engine: Engine
) -> None:
    checkout.make("run")
    engine.stop()

    def told() -> str | None:
        said = checkout.refused("status")
        return said if "is active: Docker Engine: " in said else None

    said = eventually(told, 20, "the Engine's trouble")
    assert f"Engine   unreachable at {engine.url}" in said
    engine.start()
    eventually(lambda: checkout.program("make", "status").returncode == 0, 20, "all well")


def test_what_dies_is_started_again(checkout: Checkout) -> None:
    checkout.make("run")
    for name in ("server", "agent"):
        file = checkout.data / f"machine/{name}.child"
        pid = int(file.read_text())
        os.kill(pid, signal.SIGKILL)
        eventually(lambda file=file, pid=pid: int(file.read_text()) != pid, 5, name)
    eventually(lambda: "is active" in checkout.program("make", "status").stdout, 20)


def test_uninstall_asks_and_removes_what_was_made(checkout: Checkout, engine: Engine) -> None:
    checkout.make("run")
    running_container(admin(checkout), "ours")
    (checkout.data / "notes").write_text("mine")

    assert "nothing was removed" in checkout.refused("uninstall")
    engine.stop()
    said = checkout.refused("uninstall", YES="1", CONTAINERS="remove")
    assert "the Docker Engine does not answer" in said
    assert checkout.pids()
    engine.start()

    by_hand = engine.docker("run", "-d", BUSYBOX)
    said = checkout.make("uninstall", YES="1", CONTAINERS="remove")
    assert "the containers of this installation (1)" in said
    assert "Named volumes stay" in said
    assert engine.docker("ps", "-q", "--no-trunc") == by_hand
    assert engine.docker("network", "ls", "-q", "--filter", "label=io.pasture.installation") == ""
    assert checkout.pids() == set()
    assert [p.name for p in checkout.data.iterdir()] == ["notes"]
    assert not (checkout.folder / ".venv").exists()


def test_a_taken_port_is_told_with_its_owner_and_nothing_is_changed(checkout: Checkout) -> None:
    with socket.create_server(("127.0.0.1", checkout.port)):
        said = checkout.refused("run")
    assert f"port {checkout.port} is in use by" in said
    assert f"process {os.getpid()}" in said
    assert "PASTURE_LISTEN" in said
    assert not checkout.data.exists()


def test_another_port_later_keeps_the_data_and_is_remembered(
    checkout: Checkout, engine: Engine
) -> None:
    checkout.make("run")
    running_container(admin(checkout), "one")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        other = probe.getsockname()[1]
    said = checkout.make("run", PASTURE_LISTEN=f"127.0.0.1:{other}")
    assert f"http://127.0.0.1:{other}" in said
    assert "are started again" in said
    assert "runs again, all data" in said
    del checkout.variables["PASTURE_LISTEN"]
    assert f"http://127.0.0.1:{other}" in checkout.make("run")
    assert len(engine.docker("ps", "-q").split()) == 1


def test_a_password_that_was_given_is_the_admins_and_stands_nowhere(checkout: Checkout) -> None:
    said = checkout.make("run", PASTURE_ADMIN_PASSWORD="correct horse battery")
    assert "correct horse" not in said
    client = Client(f"127.0.0.1:{checkout.port}", "admin", "correct horse battery")
    assert client.get("/v2-beta/projects")["data"]
    written = [f for f in checkout.data.rglob("*") if f.is_file()]
    assert not [f for f in written if b"correct horse" in f.read_bytes()]


def test_one_command_does_it_over_tls_too_and_stays_with_it(checkout: Checkout) -> None:
    said = checkout.make("run", PASTURE_TLS_SELF_SIGNED="on")
    url = f"https://127.0.0.1:{checkout.port}"
    assert f"URL        {url}" in said
    context = ssl.create_default_context(cafile=checkout.data / "tls" / "ca.crt")
    client = replace(admin(checkout), context=context)
    before = client.get(f"{PROJECT}/hosts")["data"]
    assert f"URL        {url}" in checkout.make("run")
    assert [h["id"] for h in client.get(f"{PROJECT}/hosts")["data"]] == [h["id"] for h in before]
    assert "active" in checkout.make("status")
