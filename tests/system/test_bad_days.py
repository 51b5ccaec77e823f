"""Bad days on a real Engine: kills at random, an Engine that is down or wedged."""

import random
import time
from pathlib import Path
from typing import Any

import pytest

from tests.support.engine_proxy import engine_proxy
from tests.support.engines import Engine
from tests.support.images import BUSYBOX, WEB
from tests.support.installation import PROJECT, Installation
from tests.support.processes import Agent, Server, ended_afterwards
from tests.support.waiting import eventually

SAID_S = 30  # what is wrong is said within
CONVERGED_S = 30
OPERATIONS = 100
SHORT = {"command": ["sleep", "1000"], "stopTimeout": 0, "networkMode": "none"}


def test_killed_at_random_during_a_hundred_operations_nothing_acknowledged_is_lost(
    pasture: Installation,
) -> None:
    chance = random.Random(20261125)
    wanted: dict[str, str] = {}
    for number in range(OPERATIONS):
        operate(pasture, chance, wanted, number)
        if number % 10 == 9:
            kill_and_start(pasture, chance)
    rows = eventually(lambda: settled(pasture, wanted), CONVERGED_S, "what was acknowledged")
    in_engine = pasture.engine.docker("ps", "-a", "--format", "{{.ID}} {{.State}}", "--no-trunc")
    states = dict(line.split() for line in in_engine.splitlines())
    assert states.keys() == {row["externalId"] for row in rows}, "leaked, doubled or lost"
    assert {row["externalId"] for row in rows if row["state"] == "running"} == {
        number for number, state in states.items() if state == "running"
    }


def operate(
    pasture: Installation, chance: random.Random, wanted: dict[str, str], number: int
) -> None:
    """Do one operation and note what was acknowledged."""
    kind = chance.choice(["create", "create", "stop", "start", "remove"])
    known = sorted(uri for uri, state in wanted.items() if state != "removed")
    if kind == "create" or not known:
        body = {"imageUuid": f"docker:{BUSYBOX}", "name": f"c{number}", **SHORT}
        answer = pasture.admin.ask("POST", f"{PROJECT}/containers", body)
        if answer.status == 201:
            wanted[answer.json["links"]["self"]] = "running"
        return
    uri = chance.choice(known)
    if kind == "remove":
        if pasture.admin.ask("DELETE", uri).status == 200:
            wanted[uri] = "removed"
        return
    if pasture.admin.ask("POST", f"{uri}/?action={kind}", {}).status in {200, 202}:
        wanted[uri] = "stopped" if kind == "stop" else "running"


def kill_and_start(pasture: Installation, chance: random.Random) -> None:
    victims = chance.choice([[pasture.server], [pasture.agent], [pasture.server, pasture.agent]])
    for victim in victims:
        victim.kill()
    for victim in victims:
        victim.start()


def settled(pasture: Installation, wanted: dict[str, str]) -> list[dict[str, Any]]:
    """Return the live rows once each is in the state that was acknowledged last."""
    rows = {
        row["links"]["self"]: row
        for row in pasture.admin.get(f"{PROJECT}/containers?limit=1000")["data"]
    }
    expected = {uri: state for uri, state in wanted.items() if state != "removed"}
    seen = {uri: row["state"] for uri, row in rows.items()}
    assert seen == expected, {
        uri: (seen.get(uri), state, rows[uri]["transitioningMessage"] if uri in rows else None)
        for uri, state in expected.items()
        if seen.get(uri) != state
    } | {uri: (state, "removed") for uri, state in seen.items() if uri not in expected}
    return list(rows.values())


def test_an_image_that_does_not_exist_is_said_and_others_go_on(pasture: Installation) -> None:
    missing = pasture.container("127.0.0.1:1/no/such:1", name="missing")
    failed = pasture.become(missing, SAID_S, transitioning="error")
    assert "no/such" in failed["transitioningMessage"]
    assert "next try" in failed["transitioningMessage"]
    pasture.become(pasture.container(BUSYBOX, name="other"), 10, state="running")


def test_a_port_that_another_program_has_is_said(pasture: Installation) -> None:
    taker = pasture.engine.docker("run", "-d", "--network=host", WEB, "httpd", "-f", "-p", "8085")
    assert taker
    eventually(lambda: pasture.engine.curl(8085).strip() != "", 5, "the other program")
    made = pasture.container(WEB, name="late", ports=["8085:80"])
    failed = pasture.become(made, SAID_S, transitioning="error")
    assert "8085" in failed["transitioningMessage"]
    pasture.engine.docker("rm", "-f", taker)
    pasture.become(made, SAID_S, state="running")


def test_an_engine_that_is_killed_is_said_and_all_that_was_wanted_runs_again(
    pasture: Installation,
) -> None:
    stack = pasture.admin.create(f"{PROJECT}/stacks", {"name": "s"})
    launch = {"imageUuid": f"docker:{WEB}"}
    body = {"name": "w", "stackId": stack["id"], "launchConfig": launch, "startOnCreate": True}
    web = pasture.admin.create(f"{PROJECT}/services", {**body, "scale": 3})
    pasture.become(web, state="active", currentScale=3)
    host = pasture.host()
    pasture.engine.kill()
    said = pasture.become(host, SAID_S, transitioning="error")
    assert "Engine" in said["transitioningMessage"]
    pasture.engine.start()
    pasture.become(host, SAID_S, transitioning="no", state="active")
    eventually(lambda: len(pasture.engine_ids()) == 3, CONVERGED_S, "three running again")
    pasture.become(web, state="active", currentScale=3)


def test_everything_killed_and_started_again_runs_what_was_wanted(pasture: Installation) -> None:
    """A reboot: server, agent, Engine and containers end at once; then what boots is started."""
    kept = pasture.container(BUSYBOX, name="kept", restartPolicy={"name": "always"})
    stack = pasture.admin.create(f"{PROJECT}/stacks", {"name": "s"})
    launch = {"imageUuid": f"docker:{WEB}"}
    body = {"name": "w", "stackId": stack["id"], "launchConfig": launch, "startOnCreate": True}
    web = pasture.admin.create(f"{PROJECT}/services", {**body, "scale": 2})
    pasture.become(kept, state="running")
    pasture.become(web, state="active", currentScale=2)
    pasture.server.kill()
    pasture.agent.kill()
    pasture.engine.stop()
    assert not pasture.engine.serves()
    pasture.engine.start()
    pasture.agent.start()
    pasture.server.start()
    pasture.become(web, CONVERGED_S, state="active", currentScale=2)
    pasture.become(kept, CONVERGED_S, state="running")
    eventually(lambda: len(pasture.engine_ids()) == 3, CONVERGED_S, "three containers")


@pytest.mark.timeout(150)
def test_a_wedged_engine_is_said_within_half_a_minute_and_heals(
    engine: Engine, second_engine: Engine, tmp_path: Path
) -> None:
    server = Server(tmp_path / "server")
    server.start()
    with (
        engine_proxy(engine.socket, tmp_path / "proxy.sock") as proxy,
        ended_afterwards(server),
    ):
        url = server.registration_url()
        wedged = Agent(url, tmp_path / "wedged", proxy.url)
        sound = Agent(url, tmp_path / "sound", second_engine.url)
        with ended_afterwards(wedged, sound):
            wedged.start()
            pasture = Installation(server, wedged, engine, server.admin())
            ill = pasture.host()
            sound.start()
            others = f"{PROJECT}/hosts?state=active&id_ne={ill['id']}"
            (well,) = eventually(lambda: pasture.admin.get(others)["data"], 20, "the second host")
            proxy.wedged = True
            stuck = pasture.container(BUSYBOX, name="stuck", requestedHostId=ill["id"])
            began = time.monotonic()
            fine = pasture.container(BUSYBOX, name="fine", requestedHostId=well["id"])
            pasture.become(fine, 10, state="running")
            said = eventually(lambda: told(pasture, stuck, ill), SAID_S, "what is wrong")
            assert time.monotonic() - began < SAID_S + 2
            assert said
            proxy.wedged = False
            proxy.mended.set()
            pasture.become(stuck, 60, state="running")
            pasture.become(ill, 60, transitioning="no")


def told(pasture: Installation, container: dict[str, Any], host: dict[str, Any]) -> str | None:
    """Return what the container or its host says is wrong."""
    for one in (container, host):
        now = pasture.admin.get(one["links"]["self"])
        if now["transitioning"] == "error":
            return now["transitioningMessage"]
    return None
