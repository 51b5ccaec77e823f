"""Hosts: a second one, two agents on one Engine, native containers, a host that is removed."""

from pathlib import Path

import pytest

from pasture.agent.exits import REFUSED
from tests.support.engines import Engine
from tests.support.images import BUSYBOX, WEB
from tests.support.installation import PROJECT, Installation
from tests.support.processes import Agent, ended_afterwards
from tests.support.waiting import eventually


def test_a_unit_that_waits_for_a_port_runs_once_another_host_exists(
    pasture: Installation, second_engine: Engine, tmp_path: Path
) -> None:
    pasture.host()
    stack = pasture.admin.create(f"{PROJECT}/stacks", {"name": "s"})
    launch = {"imageUuid": f"docker:{WEB}", "ports": ["8081:80"]}
    body = {"name": "w", "stackId": stack["id"], "launchConfig": launch, "startOnCreate": True}
    web = pasture.admin.create(f"{PROJECT}/services", {**body, "scale": 2})
    pasture.become(web, state="activating", currentScale=1)
    second = Agent(pasture.server.registration_url(), tmp_path / "second", second_engine.url)
    with ended_afterwards(second):
        second.start()
        pasture.become(web, 20, state="active", currentScale=2)
        for engine in (pasture.engine, second_engine):
            assert engine.curl(8081).strip() != ""


def test_a_second_agent_on_one_engine_is_refused_by_name(
    pasture: Installation, tmp_path: Path
) -> None:
    host = pasture.host()
    url = pasture.server.registration_url()
    double = Agent(url, tmp_path / "double", pasture.engine.url)
    double.start()
    with ended_afterwards(double):
        double.wait()
        assert double.process is not None
        assert double.process.returncode == REFUSED
        assert f"already host {host['name']}" in double.last_words()
    assert len(pasture.admin.get(f"{PROJECT}/hosts")["data"]) == 1


def test_a_container_made_by_hand_appears_and_is_stopped_and_removed_from_pasture(
    pasture: Installation,
) -> None:
    docker_id = pasture.engine.docker("run", "-d", "--name", "byhand", BUSYBOX)
    (native,) = eventually(
        lambda: pasture.admin.get(f"{PROJECT}/containers?externalId={docker_id}")["data"],
        10,
        "the container made by hand",
    )
    assert (native["name"], native["nativeContainer"]) == ("byhand", True)
    pasture.become(native, state="running")
    pasture.act(native, "stop", {"timeout": 1})
    pasture.become(native, state="stopped")
    assert docker_id not in pasture.engine_ids()
    pasture.act(native, "remove")
    eventually(lambda: docker_id not in pasture.engine_ids("-a"), 10, "its removal")
    pasture.become(native, state="removed")


def test_what_is_done_by_hand_to_a_standalone_container_becomes_what_is_wanted(
    pasture: Installation,
) -> None:
    made = pasture.container(BUSYBOX, name="one", restartPolicy={"name": "always"})
    docker_id = pasture.become(made, state="running")["externalId"]
    pasture.engine.docker("stop", "-t", "0", docker_id)
    pasture.become(made, state="stopped")
    pasture.agent.restart()
    pasture.server.restart()
    pasture.host()
    pasture.become(made, state="stopped")
    assert pasture.engine_ids() == set()
    pasture.engine.docker("start", docker_id)
    pasture.become(made, state="running")
    pasture.engine.docker("rm", "-f", docker_id)
    pasture.become(made, state="removed")


@pytest.mark.parametrize(("chosen", "left"), [("keep", 1), ("remove", 0)])
def test_what_happens_to_the_containers_of_a_removed_host_is_chosen(
    pasture: Installation, chosen: str, left: int
) -> None:
    host = pasture.host()
    made = pasture.container(BUSYBOX, name="one", stopTimeout=1)
    pasture.become(made, state="running")
    refused = pasture.admin.ask("DELETE", host["links"]["self"])
    assert refused.status == 405, refused.body
    pasture.act(host, "deactivate")
    pasture.become(host, state="inactive")
    pasture.act(host, "remove", {"containers": chosen})
    pasture.become(host, state="removed")
    pasture.become(made, state="removed")
    assert len(pasture.engine_ids()) == left
    pasture.agent.wait()
    assert "was removed" in pasture.agent.last_words()
