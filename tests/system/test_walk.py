"""The walk, on a real Engine: a container by the API, a stack with a service, a port, healing."""

import os
import signal
from typing import Any

from tests.support.images import BUSYBOX, WEB
from tests.support.installation import PROJECT, Installation
from tests.support.local_http import Client
from tests.support.waiting import eventually

HEALED_S = 15
ADDRESSES = "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}"


def test_one_container_by_the_api_lives_through_its_whole_life(pasture: Installation) -> None:
    made = pasture.container(BUSYBOX, name="one", environment={"WHO": "me"})
    running = pasture.become(made, state="running")
    docker_id = running["externalId"]
    assert pasture.engine_ids() == {docker_id}
    assert pasture.engine.docker("exec", docker_id, "sh", "-c", "echo $WHO") == "me"
    address = pasture.engine.docker("inspect", "-f", ADDRESSES, docker_id)
    assert running["primaryIpAddress"] == address

    pasture.act(running, "stop", {"timeout": 5})
    stopped = pasture.become(made, state="stopped")
    assert pasture.engine_ids() == set()
    pasture.act(stopped, "start")
    pasture.become(made, state="running")
    started = pasture.engine.docker("inspect", "-f", "{{.State.StartedAt}}", docker_id)
    pasture.act(made, "restart")
    pasture.become(made, state="running")
    eventually(
        lambda: (
            pasture.engine.docker("inspect", "-f", "{{.State.StartedAt}}", docker_id) != started
        ),
        HEALED_S,
        "a new start",
    )
    pasture.admin.delete(pasture.become(made, state="running")["links"]["self"])
    eventually(lambda: pasture.engine_ids("-a") == set(), HEALED_S, "an empty Engine")


def test_a_standalone_container_with_a_restart_policy_is_healed(pasture: Installation) -> None:
    made = pasture.container(BUSYBOX, name="always", restartPolicy={"name": "always"})
    docker_id = pasture.become(made, state="running")["externalId"]
    first = pid(pasture, docker_id)
    os.kill(int(first), signal.SIGKILL)
    eventually(lambda: pid(pasture, docker_id) not in {"0", first}, HEALED_S, "a new process")
    pasture.become(made, state="running")


def test_who_does_not_log_in_is_asked_to(pasture: Installation) -> None:
    answer = Client(pasture.server.address).ask("GET", "/v2-beta/projects")
    assert answer.status == 401
    assert answer.headers["WWW-Authenticate"].startswith("Basic")
    token = pasture.admin.create(
        "/v2-beta/token", {"code": f"{pasture.admin.user}:{pasture.admin.password}"}
    )["jwt"]
    bearer = Client(pasture.server.address, "x-api-bearer", token)
    assert bearer.get("/v2-beta/projects")["data"]


def test_a_service_with_a_port_runs_where_it_can_and_the_rest_says_why(
    pasture: Installation,
) -> None:
    host = pasture.host()
    stack, web = service(pasture, "shop", scale=2, ports=["8081:80"])
    first, second = eventually(lambda: one_runs(pasture, web), 20, "one of two running")
    eventually(lambda: pasture.engine.curl(8081).strip() != "", 10, "the published port")
    assert first["state"] == "running"
    assert f"port 8081 is in use on host {host['name']}" in second["transitioningMessage"]
    pasture.admin.delete(stack["links"]["self"])
    eventually(lambda: pasture.engine_ids("-a") == set(), 20, "an empty Engine")


def test_a_service_is_scaled_healed_and_removed_with_its_stack(pasture: Installation) -> None:
    stack, web = service(pasture, "shop", scale=1)
    pasture.become(web, state="active", currentScale=1)
    scale(pasture, web, 5)
    pasture.become(web, state="active", currentScale=5)
    assert len(pasture.engine_ids()) == 5
    scale(pasture, web, 1)
    eventually(lambda: len(pasture.engine_ids("-a")) == 1, 20, "one container")
    (only,) = pasture.engine_ids()

    pasture.engine.docker("kill", only)
    eventually(lambda: pasture.engine_ids() == {only}, HEALED_S, "the same one, started again")
    pasture.engine.docker("rm", "-f", only)
    eventually(lambda: len(pasture.engine_ids() - {only}) == 1, HEALED_S, "another in its place")
    pasture.admin.delete(stack["links"]["self"])
    eventually(lambda: pasture.engine_ids("-a") == set(), 20, "an empty Engine")
    eventually(lambda: not units(pasture, web), 20, "no rows of containers")


def service(
    pasture: Installation, stack: str, **fields: Any
) -> tuple[dict[str, Any], dict[str, Any]]:
    made = pasture.admin.create(f"{PROJECT}/stacks", {"name": stack})
    launch = {"imageUuid": f"docker:{WEB}", "ports": fields.pop("ports", [])}
    body = {"name": "web", "stackId": made["id"], "launchConfig": launch, "startOnCreate": True}
    return made, pasture.admin.create(f"{PROJECT}/services", body | fields)


def scale(pasture: Installation, web: dict[str, Any], wanted: int) -> None:
    pasture.admin.put(web["links"]["self"], {"scale": wanted})


def units(pasture: Installation, web: dict[str, Any]) -> list[dict[str, Any]]:
    found = pasture.admin.get(f"{PROJECT}/containers?serviceId={web['id']}&sort=id")["data"]
    return [row for row in found if row["state"] not in {"removed", "purged"}]


def one_runs(pasture: Installation, web: dict[str, Any]) -> list[dict[str, Any]] | None:
    found = sorted(units(pasture, web), key=lambda row: row["state"] != "running")
    ready = len(found) == 2 and found[0]["state"] == "running" and found[1]["transitioningMessage"]
    return found if ready else None


def pid(pasture: Installation, docker_id: str) -> str:
    return pasture.engine.docker("inspect", "-f", "{{.State.Pid}}", docker_id)
