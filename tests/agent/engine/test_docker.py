import os
import socket
from pathlib import Path
from typing import Any, cast

import aiodocker
import pytest

from pasture.agent.engine.docker_calls import raise_ours
from pasture.agent.engine.docker_networks import DockerNetworks, routes_at, routes_of
from pasture.agent.engine.engine import EngineError, StuckContainer

LEFT_OVERS = (
    "task 4f3a already exists: unknown",
    "failed to start shim: mkdir /run/runtime.v2.task/moby/4f3a: file exists: unknown",
)


@pytest.mark.parametrize("words", LEFT_OVERS)
def test_what_a_start_that_broke_off_left_behind_is_known_as_that(words: str) -> None:
    with pytest.raises(StuckContainer):
        raise_ours("start", refused(words), "web:1")


def test_another_refusal_of_a_start_is_no_left_over() -> None:
    with pytest.raises(EngineError) as raised:
        raise_ours("start", refused("mkdir /data: file exists"), "web:1")
    assert not isinstance(raised.value, StuckContainer)


class Listed:
    """What aiodocker says of networks."""

    def __init__(self, *networks: dict[str, Any]) -> None:
        self.networks = self
        self._networks = list(networks)

    async def list(self) -> Any:
        return self._networks


async def test_a_network_is_read_as_the_engine_tells_of_it() -> None:
    bridge: dict[str, Any] = {"Id": "n1", "Name": "a", "Driver": "bridge", "IPAM": None}
    odd = {**bridge, "IPAM": {"Config": [{"Subnet": "10.42.7.5/24"}, {"IPRange": "10.0.0.0/8"}]}}
    found = await DockerNetworks(Listed(bridge, odd), None).all()
    assert [one.subnets for one in found] == [(), ("10.42.7.5/24",)]


async def test_a_network_that_cannot_be_read_is_the_engines_failure() -> None:
    with pytest.raises(EngineError, match="cannot be read"):
        await DockerNetworks(Listed({"Name": "a"}), None).all()


async def test_routes_that_cannot_be_read_are_said_to_be_that(tmp_path: Path) -> None:
    torn = tmp_path / "route"
    networks = DockerNetworks(Listed(), lambda: torn)
    with pytest.raises(EngineError, match="routes cannot be read"):
        await networks.routes()
    torn.write_text("head\neth0 0 0 0 0 0 0 nonsense\n")
    with pytest.raises(EngineError, match="routes cannot be read"):
        await networks.routes()
    assert await DockerNetworks(Listed(), None).routes() == []


def test_the_routes_are_those_of_whoever_listens(tmp_path: Path) -> None:
    place = tmp_path / "docker.sock"
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(place))
        listener.listen()
        assert routes_of(str(place)) == Path(f"/proc/{os.getpid()}/net/route")


def test_an_engine_on_another_machine_has_no_routes_here() -> None:
    assert routes_at("tcp://192.0.2.1:2375") is None


def refused(words: str) -> aiodocker.DockerError:
    return aiodocker.DockerError(500, cast("Any", words))
