"""The managed network on a real Engine: fixed addresses, one bridge, failures in words."""

import json
from typing import Any

from tests.support import images
from tests.support.engines import Engine
from tests.support.installation import Installation
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
