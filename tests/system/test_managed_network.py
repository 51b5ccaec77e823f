"""The managed network on a real Engine: fixed addresses, one bridge, failures in words."""

import json
from pathlib import Path
from typing import Any

from tests.support import images
from tests.support.engines import Engine
from tests.support.installation import Installation
from tests.support.processes import Agent, ended_afterwards
from tests.support.waiting import eventually

SLEEPS = {"command": ["sleep", "1000"], "stopTimeout": 0}
SUBNET = "10.42.0.0/16"


def inspected(engine: Engine, container: dict[str, Any]) -> dict[str, Any]:
    return json.loads(engine.docker("inspect", container["externalId"]))[0]


def network_of(engine: Engine) -> dict[str, Any]:
    """Return the one network of an installation's on the Engine."""
    [name] = [n for n in engine.docker("network", "ls", "--format", "{{.Name}}").split()
              if n.startswith("pasture-")]  # fmt: skip
    return json.loads(engine.docker("network", "inspect", name))[0]


def running(pasture: Installation, **fields: Any) -> dict[str, Any]:
    made = pasture.container(images.BUSYBOX, **{**SLEEPS, **fields})
    return pasture.become(made, state="running")


def test_addresses_are_chosen_before_the_start_and_kept(pasture: Installation) -> None:
    engine = pasture.engine
    web = pasture.become(pasture.container(images.WEB, ports=["8089:80"]), state="running")
    other = running(pasture)
    assert (web["networkMode"], web["primaryIpAddress"]) == ("managed", "10.42.1.1")
    assert other["primaryIpAddress"] == "10.42.1.2"

    seen = inspected(engine, web)
    [(name, endpoint)] = seen["NetworkSettings"]["Networks"].items()
    assert (endpoint["IPAddress"], endpoint["MacAddress"]) == ("10.42.1.1", "02:42:0a:2a:01:01")
    assert seen["Config"]["Labels"]["io.rancher.container.ip"] == "10.42.1.1/16"
    network = network_of(engine)
    assert network["Name"] == name
    assert network["IPAM"]["Config"] == [
        {"Subnet": SUBNET, "Gateway": "10.42.0.1", "IPRange": "10.42.0.0/24"}
    ]
    assert network["Options"]["com.docker.network.driver.mtu"] == "1390"
    engine.docker("exec", other["externalId"], "ping", "-c", "1", "-W", "2", "10.42.1.1")
    eventually(lambda: engine.curl(8089), 5, "the published port")

    pasture.become(pasture.act(other, "stop"), state="stopped", primaryIpAddress="10.42.1.2")
    pasture.server.kill()
    pasture.server.start()
    pasture.host()
    again = pasture.become(pasture.act(other, "start"), state="running")
    assert again["primaryIpAddress"] == "10.42.1.2"
    assert inspected(engine, again)["NetworkSettings"]["Networks"][name]["IPAddress"] == "10.42.1.2"

    pasture.admin.ask("DELETE", other["links"]["self"])
    eventually(lambda: not pasture.engine_ids("-a", "-f", f"id={other['externalId']}"), 10, "gone")
    assert running(pasture)["primaryIpAddress"] == "10.42.1.3"


def test_modes_share_join_and_leave_the_network_as_in_docker(pasture: Installation) -> None:
    engine = pasture.engine
    web = pasture.become(pasture.container(images.WEB, networkMode="managed"), state="running")
    wish = {"io.rancher.container.requested_ip": "10.42.200.7"}
    asked = running(pasture, labels=wish)
    assert asked["primaryIpAddress"] == "10.42.200.7"
    beside = running(pasture, networkMode="container", networkContainerId=web["id"])
    address = engine.docker("exec", beside["externalId"], "ip", "-4", "-o", "address")
    assert "10.42.1.1/16" in address
    fetched = engine.docker("exec", asked["externalId"], "wget", "-qO-", "http://10.42.1.1/")
    assert fetched == engine.docker("exec", beside["externalId"], "wget", "-qO-", "127.0.0.1")
    for mode in ("bridge", "host", "none"):
        made = running(pasture, networkMode=mode)
        assert inspected(engine, made)["HostConfig"]["NetworkMode"] in {mode, "default"}
        assert not (made["primaryIpAddress"] or "").startswith("10.42.")

    name = network_of(engine)["Name"]
    by_hand = engine.docker("run", "-d", "--network", name, images.BUSYBOX, "sleep", "1000")
    found = json.loads(engine.docker("inspect", by_hand))[0]["NetworkSettings"]["Networks"][name]
    assert found["IPAddress"].startswith("10.42.0."), "never one that the server may give"
    engine.docker("rm", "-f", by_hand)

    for one in (web, asked, beside):
        pasture.act(one, "stop", {"timeout": 0})
        pasture.become(one, state="stopped")
    engine.docker("network", "rm", name)
    again = pasture.become(pasture.act(web, "start"), state="running")
    assert inspected(engine, again)["NetworkSettings"]["Networks"][name]["IPAddress"] == "10.42.1.1"
    assert again["externalId"] == web["externalId"], "the network was mended, not the container"


def test_each_environment_has_its_own_and_a_range_that_is_taken_is_said(
    pasture: Installation, second_engine: Engine, tmp_path: Path
) -> None:
    admin = pasture.admin
    running(pasture)
    lab = admin.create("/v2-beta/projects", {"name": "lab"})
    lab = pasture.become(lab, state="active", subnet="10.43.0.0/16")
    inside = f"/v2-beta/projects/{lab['id']}"
    token = pasture.become(admin.create(f"{inside}/registrationTokens", {}), state="active")
    second_engine.docker("network", "create", "--subnet", "10.43.7.0/24", "theirs")
    agent = Agent(token["registrationUrl"], tmp_path / "second", second_engine.url)
    with ended_afterwards(agent):
        agent.start()

        def blocked() -> Any:
            hosts = admin.get(f"{inside}/hosts")["data"]
            return next((h for h in hosts if h["transitioningMessage"]), None)

        host = eventually(blocked, 15, "a host that says what is in the way")
        words = (
            "10.43.0.0/16, the managed network of this environment, overlaps Docker network theirs"
            " (10.43.7.0/24) on this host"
        )
        assert host["transitioningMessage"].startswith(words)
        body = {"imageUuid": f"docker:{images.BUSYBOX}", **SLEEPS}
        waits = admin.create(f"{inside}/containers", body)
        eventually(
            lambda: words in (admin.get(waits["links"]["self"])["transitioningMessage"] or ""),
            10,
            "a container that says so too",
        )
        plain = admin.create(f"{inside}/containers", {**body, "networkMode": "bridge"})
        pasture.become(plain, state="running")

        second_engine.docker("network", "rm", "theirs")
        runs = pasture.become(waits, state="running", primaryIpAddress="10.43.1.1")
        seen = inspected(second_engine, runs)["NetworkSettings"]["Networks"]
        assert [n["IPAddress"] for n in seen.values()] == ["10.43.1.1"]
        pasture.become(host, transitioningMessage=None)
    assert network_of(pasture.engine)["IPAM"]["Config"][0]["Subnet"] == SUBNET
    assert network_of(second_engine)["IPAM"]["Config"][0]["Subnet"] == "10.43.0.0/16"
