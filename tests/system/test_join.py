"""Machines join by the agent's image, are looked after, replaced in place, and leave."""

import gzip
import json
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from itertools import repeat
from pathlib import Path
from typing import Any

import pytest

from pasture import __version__
from pasture.agent.contained.own import NAME
from pasture.api.join import ARCHIVE
from pasture.model.joining import CAPABILITIES
from tests.support.fleet import AGENT, Fleet, all_containers, build, fleet, own_container
from tests.support.hosts import Host, private_hosts
from tests.support.images import BUSYBOX
from tests.support.installation import PROJECT
from tests.support.processes import Agent, ended_afterwards
from tests.support.waiting import eventually

pytestmark = pytest.mark.timeout(300)  # whichever is the first waits for the images
SOON_S, LONG_S = 20, 40
IMAGE = f"{AGENT}:{__version__}"
NEWER = f"{AGENT}:{__version__}.1"
SERVER = f"pasture/server:{__version__}"


@pytest.fixture(scope="module")
def machines() -> Generator[list[Host]]:
    """Three machines on a switch, the first with the images, the others with the agent's."""
    with private_hosts(3) as made:
        first, *others = made
        build(first)
        with ThreadPoolExecutor() as pool:
            list(pool.map(copy, repeat(first), others))
        yield made


@pytest.fixture
def pasture(machines: list[Host], tmp_path: Path) -> Generator[Fleet]:
    with fleet(machines, tmp_path) as running:
        yield running


def copy(source: Host, target: Host) -> None:
    target.sh(f"docker -H {source.url} save {IMAGE} | docker load")


def service(pasture: Fleet, scale: int) -> dict[str, Any]:
    stack = pasture.admin.create(f"{PROJECT}/stacks", {"name": "s"})
    body = {
        "name": "w",
        "stackId": stack["id"],
        "launchConfig": {"imageUuid": f"docker:{BUSYBOX}"},
        "startOnCreate": True,
        "scale": scale,
    }
    return pasture.admin.create(f"{PROJECT}/services", body)


def running_on(host: Host) -> dict[str, str]:
    """Return what runs for the user, with the process that it is."""
    names = host.docker("ps", "--format", "{{.Names}}").split()
    ours = [name for name in names if name.startswith("r-")]
    return {name: host.docker("inspect", "-f", "{{.State.Pid}}", name) for name in ours}


def test_a_machine_joins_by_one_command_and_again_is_the_same_host(pasture: Fleet) -> None:
    host = pasture.hosts[0]
    said = pasture.join(host, told="-e CATTLE_AGENT_IP=192.0.2.7 -e 'CATTLE_HOST_LABELS=a=b&c=d'")
    for words in (
        f"INFO: Attempting to connect to: http://{pasture.address}/v1",
        f"INFO: http://{pasture.address}/v1 is accessible",
        f"INFO: Configured host registration URL: http://{pasture.address}/v1",
        "INFO: Inspecting host capabilities",
        "INFO: Host writable: true",
        "INFO: Token: xxxxxxxx",
        "INFO: Running registration",
        "INFO: ENV: CATTLE_SECRET_KEY=xxxxxxx",
        "INFO: ENV: CATTLE_AGENT_IP=192.0.2.7",
        f"INFO: ENV: RANCHER_AGENT_IMAGE={IMAGE}",
    ):
        assert words in said
    first = own_container(host)
    assert f"INFO: Launched agent: {first['Id']}" in said
    assert first["HostConfig"]["RestartPolicy"]["Name"] == "always"
    assert first["HostConfig"]["Privileged"] is False
    assert set(first["HostConfig"]["CapAdd"]) == set(CAPABILITIES)
    token = pasture.token()["token"]
    assert token.rpartition(":")[2] not in said + json.dumps(first)
    row = pasture.row(host)
    assert row["agentIpAddress"] == "192.0.2.7"
    assert (row["labels"]["a"], row["labels"]["c"]) == ("b", "d")

    pasture.join(host)
    assert own_container(host)["Id"] != first["Id"]
    assert pasture.row(host)["id"] == row["id"]
    assert all_containers(host) == {NAME}
    assert pasture.admin.get(f"{PROJECT}/containers")["data"] == []  # its own are nobody's


def test_what_stands_in_the_way_of_joining_is_one_line_that_says_what_to_do(
    pasture: Fleet, tmp_path: Path
) -> None:
    host = pasture.hosts[0]
    url = pasture.token()["registrationUrl"]
    base = url.partition("/v1")[0]
    program = Agent(url, tmp_path / "program", host.url)
    with ended_afterwards(program):
        program.start()
        pasture.row(host)
        for other, words in {
            f"{base}/v1/scripts/A:1:B": "does not know this token",
            f"{base}/nonsense": "accepted: http://SERVER:8080/v1/scripts/TOKEN",
            url: "already host h1",
        }.items():
            with pytest.raises(AssertionError) as failed:
                pasture.join(host, url=other)
            (line,) = [one for one in str(failed.value).splitlines() if "pasture: " in one]
            assert words in line
    assert all_containers(host) == set()


def test_a_machine_without_the_image_gets_it_from_the_server(pasture: Fleet) -> None:
    host = pasture.hosts[2]
    host.docker("rmi", "-f", IMAGE)
    said = pasture.join_by_script(host)
    assert f"fetching image {IMAGE} from http://{pasture.address}" in said
    assert "INFO: Launched agent: " in said
    pasture.row(host)


def test_a_service_spreads_over_three_hosts_and_a_lost_one_comes_back(pasture: Fleet) -> None:
    pasture.join_all()
    made = service(pasture, 3)
    eventually(lambda: all(len(running_on(host)) == 1 for host in pasture.hosts), SOON_S, "spread")
    lost = pasture.hosts[2]
    lost.power_off()
    pasture.row(lost, "reconnecting")
    others = [running_on(host) for host in pasture.hosts[:2]]
    lost.start()
    pasture.row(lost, seconds=LONG_S)
    eventually(lambda: len(running_on(lost)) == 1, SOON_S, "its container")
    assert [running_on(host) for host in pasture.hosts[:2]] == others

    def scale() -> int:
        return pasture.admin.get(made["links"]["self"])["currentScale"]

    eventually(lambda: scale() == 3, SOON_S, "all three units")


def test_agents_are_replaced_in_place_when_the_server_wants_another_image(pasture: Fleet) -> None:
    pasture.join_all()
    service(pasture, 3)
    eventually(lambda: all(len(running_on(host)) == 1 for host in pasture.hosts), SOON_S, "spread")
    hosts = {row["id"] for row in pasture.rows()}
    before = [running_on(host) for host in pasture.hosts]
    make_newer(pasture)
    pasture.require(NEWER)

    def replaced() -> bool:
        return all(own_container(host)["Config"]["Image"] == NEWER for host in pasture.hosts)

    eventually(replaced, LONG_S, "agents of the new image")
    wanted = {NAME, *(name for names in before for name in names)}
    eventually(
        lambda: set().union(*map(all_containers, pasture.hosts)) == wanted, SOON_S, "cleared up"
    )
    eventually(lambda: len(pasture.active()) == 3, SOON_S, "active hosts")
    assert [running_on(host) for host in pasture.hosts] == before
    assert {row["id"] for row in pasture.rows()} == hosts


def make_newer(pasture: Fleet) -> None:
    """Make another image of the agent, which the server alone has."""
    first = pasture.hosts[0]
    first.sh(
        f"printf 'FROM {IMAGE}\\nLABEL newer=1\\n' | DOCKER_BUILDKIT=0 docker build -t {NEWER} -"
    )
    archive = pasture.server.data / ARCHIVE
    archive.unlink()
    plain = archive.with_suffix(".tar")
    first.docker("save", "-o", str(plain), NEWER)
    archive.write_bytes(gzip.compress(plain.read_bytes(), 1))


def test_a_machine_that_leaves_is_as_it_was_and_others_stay(pasture: Fleet) -> None:
    pasture.join_all()
    service(pasture, 3)
    eventually(lambda: all(len(running_on(host)) == 1 for host in pasture.hosts), SOON_S, "spread")
    here, there, kept = pasture.hosts
    rows = {host.hostname: pasture.row(host) for host in pasture.hosts}
    by_hand = here.docker("run", "-d", BUSYBOX)
    here.docker("exec", NAME, "pasture", "leave", "--containers", "remove")
    pasture.admin.post(rows[there.hostname]["actions"]["deactivate"], status=202)
    row = pasture.row(there, "inactive")
    pasture.admin.post(row["actions"]["remove"], {"containers": "remove"}, 202)
    for host, left in ((here, 1), (there, 0)):
        eventually(lambda h=host, n=left: len(all_containers(h)) == n, SOON_S, f"{host.hostname}")
        eventually(lambda h=host: not (h.state / "agent").exists(), SOON_S, "its folder")
        networks = host.docker("network", "ls", "--format", "{{.Name}}").split()
        assert sorted(networks) == ["bridge", "host", "none"]
    assert by_hand.startswith(here.docker("ps", "-q"))
    eventually(lambda: len(pasture.rows()) == 1, SOON_S, "one host")
    eventually(lambda: len(running_on(kept)) == 3, SOON_S, "all units on the host that stayed")
    pasture.join(here)
    assert pasture.row(here)["id"] != rows[here.hostname]["id"]


def test_a_server_in_a_container_comes_back_with_all_that_it_knows(machines: list[Host]) -> None:
    host = machines[0]
    try:
        run = "run -d --restart=unless-stopped -p 8080:8080 -v pasture:/var/lib/pasture"
        host.sh(f"docker {run} --name server {SERVER}")
        asked = "curl -sS -o /dev/null -w '%{http_code}' http://127.0.0.1:8080/ping"
        eventually(lambda: host.sh(asked) == "200", SOON_S, "the server")
        login = host.docker("exec", "server", "cat", "/var/lib/pasture/first-login")
        host.power_off()
        host.start()
        eventually(lambda: host.sh(asked) == "200", SOON_S, "the server again")
        said = host.sh(f"curl -sSi -u {login} http://127.0.0.1:8080/")
        assert "x-api-account-kind: admin" in said
        assert '"type":"apiVersion"' in said
        host.sh("docker exec server test -s /usr/share/pasture/agent-image.tar.gz")
    finally:
        host.renew()
