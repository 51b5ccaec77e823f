"""Bad days on a real Engine: kills at random, an Engine that is down or wedged."""

import random
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path
from typing import Any

import pytest

from tests.support.engine_proxy import engine_proxy
from tests.support.engines import Engine
from tests.support.images import BUSYBOX, WEB
from tests.support.installation import PROJECT, Installation
from tests.support.local_http import Answer
from tests.support.processes import Agent, Server, ended_afterwards
from tests.support.waiting import eventually

SAID_S = 30  # what is wrong is said within
CONVERGED_S = 30
MUTE_S = 13  # longer than the agent waits for an answer
WORKERS, MOST_EACH = 4, 16
SHARE, CREATES, KILL_EACH_S = 25, 0.4, (0.05, 0.8)  # operations a worker, time between kills
SHORT = {"command": ["sleep", "1000"], "stopTimeout": 0, "networkMode": "none"}


@dataclass
class Known:
    """What a client knows of one container: where it may be, by what was acknowledged.

    A request that broke off may have been carried out or not: both are possible then.
    """

    name: str
    uri: str | None = None
    possible: set[str] = field(default_factory=lambda: {"absent"})

    def tell(self, answered: bool, target: str) -> None:
        """Take note of a request: acknowledged, or broken off."""
        self.possible = {target} if answered else self.possible | {target}


class Worker:
    """A client with containers of its own: does one operation after the other."""

    def __init__(self, pasture: Installation, number: int, chance: random.Random) -> None:
        self.pasture = pasture
        self.number = number
        self.chance = chance
        self.known: list[Known] = []
        self.acknowledged = 0

    def work(self) -> None:
        """Operate until enough was acknowledged."""
        while self.acknowledged < SHARE:
            usable = [k for k in self.known if k.uri and "absent" not in k.possible]
            wants_more = len(self.known) < MOST_EACH and self.chance.random() < CREATES
            if not usable or wants_more:
                self.create()
            else:
                self.change(self.chance.choice(usable))

    def create(self) -> None:
        known = Known(f"w{self.number}-{len(self.known)}")
        self.known.append(known)
        body = {"imageUuid": f"docker:{BUSYBOX}", "name": known.name, **SHORT}
        answer = self.ask("POST", f"{PROJECT}/containers", body)
        if answer is not None:
            assert answer.status == 201, answer.body
            known.uri = answer.json["links"]["self"]
        known.tell(answer is not None, "running")

    def change(self, known: Known) -> None:
        assert known.uri is not None
        kind = self.chance.choice(["stop", "start", "stop", "start", "remove"])
        target = {"stop": "stopped", "start": "running", "remove": "absent"}[kind]
        if kind == "remove":
            answer = self.ask("DELETE", known.uri)
        else:
            answer = self.ask("POST", f"{known.uri}/?action={kind}", {})
        if answer is None or answer.status in {200, 202}:
            known.tell(answer is not None, target)

    def ask(self, method: str, uri: str, body: Any = None) -> Answer | None:
        """Return the answer, None where the server died over it."""
        try:
            answer = self.pasture.admin.ask(method, uri, body)
        except (OSError, HTTPException):
            time.sleep(0.05)
            return None
        self.acknowledged += 1
        return answer


@pytest.mark.parametrize("seed", [20261125, 7])
def test_killed_at_random_amid_requests_nothing_acknowledged_is_lost(
    pasture: Installation, seed: int
) -> None:
    chance = random.Random(seed)
    workers = [Worker(pasture, n, random.Random(seed + n)) for n in range(WORKERS)]
    with ThreadPoolExecutor(WORKERS) as pool:
        done = [pool.submit(worker.work) for worker in workers]
        while not all(one.done() for one in done):
            time.sleep(chance.uniform(*KILL_EACH_S))
            kill_and_start(pasture, chance)
    for one in done:
        one.result()
    known = [known for worker in workers for known in worker.known]
    rows = eventually(lambda: settled(pasture, known), CONVERGED_S, "what was acknowledged")
    in_engine = pasture.engine.docker("ps", "-a", "--format", "{{.ID}} {{.State}}", "--no-trunc")
    states = dict(line.split() for line in in_engine.splitlines())
    # one that is wanted stopped and never started is created in the Engine, or not yet there
    assert states.keys() == {row["externalId"] for row in rows}, "leaked, doubled or lost"
    assert {row["externalId"] for row in rows if row["state"] == "running"} == {
        number for number, state in states.items() if state == "running"
    }


def kill_and_start(pasture: Installation, chance: random.Random) -> None:
    victims = chance.choice([[pasture.server], [pasture.agent], [pasture.server, pasture.agent]])
    for victim in victims:
        victim.kill()
    for victim in victims:
        victim.start()


def settled(pasture: Installation, known: list[Known]) -> list[dict[str, Any]]:
    """Return the live rows once each is at rest where it may be."""
    rows = {
        row["name"]: row for row in pasture.admin.get(f"{PROJECT}/containers?limit=1000")["data"]
    }
    wrong = {
        one.name: (seen, one.possible, row and row["transitioningMessage"])
        for one in known
        for row in [rows.get(one.name)]
        if (seen := row["state"] if row else "absent") not in one.possible
    }
    assert not wrong, wrong
    assert rows.keys() <= {one.name for one in known}
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


def test_an_engine_that_is_mute_after_its_death_is_found_again(pasture: Installation) -> None:
    """dockerd listens long before it answers where it has much to clean up after a SIGKILL."""
    stack = pasture.admin.create(f"{PROJECT}/stacks", {"name": "s"})
    launch = {"imageUuid": f"docker:{WEB}"}
    body = {"name": "w", "stackId": stack["id"], "launchConfig": launch, "startOnCreate": True}
    web = pasture.admin.create(f"{PROJECT}/services", {**body, "scale": 2})
    pasture.become(web, state="active", currentScale=2)
    pasture.engine.kill()
    time.sleep(1)  # the agent finds nobody, then somebody mute
    pasture.engine.socket.unlink()
    with socket.socket(socket.AF_UNIX) as mute:
        mute.bind(str(pasture.engine.socket))
        mute.listen(100)
        time.sleep(MUTE_S)
    pasture.engine.socket.unlink()
    pasture.engine.start()
    eventually(lambda: len(pasture.engine_ids()) == 2, CONVERGED_S, "both running again")
    pasture.become(web, state="active", currentScale=2)


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
            stuck = pasture.container(
                BUSYBOX, name="stuck", requestedHostId=ill["id"], networkMode="bridge"
            )
            began = time.monotonic()
            fine = pasture.container(
                BUSYBOX, name="fine", requestedHostId=well["id"], networkMode="bridge"
            )
            pasture.become(fine, 10, state="running")
            eventually(lambda: wedge_is_told(pasture, ill), SAID_S, "what is wrong")
            assert time.monotonic() - began < SAID_S + 2
            proxy.wedged = False
            proxy.mended.set()
            pasture.become(stuck, 60, state="running")
            eventually(lambda: not wedge_is_told(pasture, ill), 60, "a host without complaint")


def wedge_is_told(pasture: Installation, host: dict[str, Any]) -> bool:
    """Whether the host says that its Engine does not answer.

    It may have another complaint as well: the proxy listens where this test runs, so the agent sees
    this machine's routes, and a Pasture that lives here has the managed network.
    """
    message: str = pasture.admin.get(host["links"]["self"])["transitioningMessage"] or ""
    return "did not answer" in message
