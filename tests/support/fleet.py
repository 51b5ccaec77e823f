"""Machines that join a server by the agent's image, as people do it: built once, for all tests."""

import json
import os
import subprocess
import sys
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pasture.agent.contained.own import NAME
from pasture.api.join import ARCHIVE as ARCHIVE_NAME
from scripts.image import ARCHIVE
from scripts.machine import CHECKOUT
from tests.support.hosts import Host
from tests.support.installation import PROJECT
from tests.support.processes import Server, ended_afterwards
from tests.support.waiting import eventually

BUILT_S, ACTIVE_S = 240, 20
AGENT = "pasture/agent"


def build(host: Host) -> None:
    """Have `make image` build both images on a machine's Engine."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("PASTURE_")}  # noqa: TID251 - handed on
    nowhere = {"PASTURE_DATA": str(host.folder / "none"), "DOCKER_HOST": host.url}
    done = subprocess.run(
        [sys.executable, "-m", "scripts.image"],
        cwd=CHECKOUT,
        env=kept | nowhere,
        capture_output=True,
        text=True,
        timeout=BUILT_S,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


class Fleet:
    """A server that all machines reach, and the machines."""

    def __init__(self, server: Server, hosts: list[Host]) -> None:
        self.server = server
        self.hosts = hosts
        self.admin = server.admin()

    @property
    def address(self) -> str:
        """Where machines reach the server."""
        return f"{self.hosts[0].switch.address}:{self.server.port}"

    def token(self) -> dict[str, Any]:
        """Return what joins a machine."""
        (token,) = self.admin.get(f"{PROJECT}/registrationtokens")["data"]
        return self.admin.get(token["links"]["self"])

    def join(self, host: Host, *, told: str = "", url: str = "") -> str:
        """Run the join command on a machine, with more flags, and return what it printed."""
        token = self.token()
        command: str = token["command"].removeprefix("sudo ")
        if url:
            command = command.replace(token["registrationUrl"], url)
        return host.sh(f"{command.replace('docker run', f'docker run {told}')}")

    def join_by_script(self, host: Host) -> str:
        """Run the script that fetches the image from the server, and return what was printed."""
        command: str = self.token()["scriptCommand"]
        return host.sh(command.replace("| sudo sh", "| sh") + "")

    def join_all(self) -> None:
        """Have all machines join at once, and be active."""
        with ThreadPoolExecutor(len(self.hosts)) as pool:
            list(pool.map(self.join, self.hosts))
        eventually(lambda: len(self.active()) == len(self.hosts), ACTIVE_S, "active hosts")

    def rows(self) -> list[dict[str, Any]]:
        """Return the server's hosts."""
        found: list[dict[str, Any]] = self.admin.get(f"{PROJECT}/hosts")["data"]
        return found

    def active(self) -> dict[str, dict[str, Any]]:
        """Return the active hosts by name."""
        return {row["hostname"]: row for row in self.rows() if row["state"] == "active"}

    def row(self, host: Host, state: str = "active", seconds: float = ACTIVE_S) -> dict[str, Any]:
        """Return a machine's row, once it is in this state."""

        def there() -> dict[str, Any] | None:
            rows = {row["hostname"]: row for row in self.rows()}
            row = rows.get(host.hostname)
            assert row is not None
            assert row["state"] == state, (row["state"], row["transitioningMessage"])
            return row

        return eventually(there, seconds, f"{host.hostname} {state}")

    def require(self, image: str) -> None:
        """Have agents run from another image, as a newer server would."""
        setting = "/v2-beta/settings/bootstrap.required.image"
        self.admin.put(setting, {"value": image})


def own_container(host: Host) -> dict[str, Any]:
    """Return how the Engine describes the lasting agent's container."""
    (described,) = json.loads(host.docker("inspect", NAME))
    return described


def all_containers(host: Host) -> set[str]:
    """Return the names of all that is there, running or not."""
    return set(host.docker("ps", "-a", "--format", "{{.Names}}").split())


def last_words(host: Host) -> str:
    """Return the ends of the logs of the agent's containers on a machine."""
    label = "label=io.pasture.agent"
    return host.sh(
        f"docker ps -aq --filter {label} | xargs -rn1 docker logs --tail 20 2>&1 || true"
    )


@contextmanager
def fleet(hosts: list[Host], folder: Path) -> Generator[Fleet]:
    """Run a server which carries the agent's image; afterwards the machines are as new."""
    data = folder / "server"
    data.mkdir(mode=0o700)
    (data / ARCHIVE_NAME).symlink_to(ARCHIVE)
    server = Server(data, "0.0.0.0")
    server.variables["PASTURE_PUBLIC_URL"] = f"http://{hosts[0].switch.address}:{server.port}"
    server.start()
    with ended_afterwards(server):
        try:
            yield Fleet(server, hosts)
        finally:
            sys.stdout.write(f"{server.last_words()}\n")  # shown where the test failed
            for host in hosts:
                sys.stdout.write(f"{host.hostname}: {last_words(host)}\n")
                host.renew()
