"""The Docker Engine of this machine: look at it, start Debian's where it is ours to start."""

import json
import os
import shutil
import time
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any
from urllib.parse import quote

from scripts.machine.place import Place
from scripts.machine.shell import KEEP, Stopped, as_root, last_lines, launch, printed, run, say
from scripts.machine.unix_http import ask

READY_S, REMOVAL_S, PAUSE_S = 60, 60, 0.2
HTTP_OK, IN_USE = 200, 403
DEFAULT_ROOT = "/var/lib/docker"
SNAP = Path("/var/snap/docker")
LABEL = "io.pasture.installation"  # names the installation that made a container
ENGINE = Path("/var/lib/pasture-engine")  # log and process id of a dockerd that we started
ENGINE_LOG = ENGINE / "dockerd.log"


class Kind(StrEnum):
    """What was found."""

    READY = "ready"
    NONE = "none"  # nothing is installed
    STOPPED = "stopped"  # Debian's package is there and nothing runs
    FOREIGN = "foreign"  # some other dockerd is there and nothing runs
    DENIED = "denied"  # this user may not ask it
    PODMAN = "podman"
    ROOTLESS = "rootless"
    SNAP = "snap"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True)
class Seen:
    """An Engine as it was seen."""

    kind: Kind
    version: str = ""
    root: str = DEFAULT_ROOT
    detail: str = ""

    @property
    def words(self) -> str:
        """What was found, in words."""
        return f"{self.kind} {self.version}".rstrip()


def look(url: str, *, named: bool) -> Seen:
    """Look at the Engine at an address; ``named``: a person named it by DOCKER_HOST."""
    try:
        version, info = ask(url, "/version"), ask(url, "/info")
    except PermissionError:
        return Seen(Kind.DENIED)
    except (FileNotFoundError, ConnectionRefusedError) as error:
        return Seen(Kind.UNREACHABLE, detail=str(error)) if named else absent()
    except OSError as error:
        return Seen(Kind.UNREACHABLE, detail=str(error))
    if version.status != HTTP_OK or info.status != HTTP_OK:
        return Seen(Kind.UNREACHABLE, detail=info.text[:200])
    return answered(version.json, info.json)


def answered(version: dict[str, Any], info: dict[str, Any]) -> Seen:
    """Tell what kind of Engine gives these answers."""
    components = [str(c.get("Name", "")) for c in version.get("Components") or ()]
    root = str(info.get("DockerRootDir") or DEFAULT_ROOT)
    kind = Kind.READY
    if any("podman" in name.lower() for name in components):
        kind = Kind.PODMAN
    elif any("rootless" in str(option) for option in info.get("SecurityOptions") or ()):
        kind = Kind.ROOTLESS
    elif root.startswith(str(SNAP)):
        kind = Kind.SNAP
    return Seen(kind, str(version.get("Version", "")), root)


def absent() -> Seen:
    """Tell what is there while nothing answers at Docker's own place."""
    runtime = os.environ.get("XDG_RUNTIME_DIR", f"/run/user/{os.getuid()}")
    if Path(runtime, "docker.sock").exists():
        return Seen(Kind.ROOTLESS)
    if SNAP.exists():
        return Seen(Kind.SNAP)
    if installed("podman-docker"):
        return Seen(Kind.PODMAN)
    if installed("docker.io"):
        return Seen(Kind.STOPPED)
    if shutil.which("dockerd") or Path("/usr/sbin/dockerd").exists():
        return Seen(Kind.FOREIGN)
    return Seen(Kind.NONE)


def installed(package: str) -> bool:
    """Tell whether Debian's package is installed."""
    return "installed" in printed(
        "dpkg-query", "--show", "--showformat=${db:Status-Status}", package
    )


def start(place: Place, *, systemd: bool) -> None:
    """Start Debian's Engine and wait until it answers.

    Raises:
        Stopped: it did not.

    """
    if systemd:
        command = as_root("systemctl", "enable", "--now", "docker.service")
        run(command, place.log, "systemd could not start the Docker Engine")
    else:
        run(as_root("mkdir", "-p", str(ENGINE)), place.log, f"{ENGINE} cannot be made")
        launch(as_root(str(KEEP), "dockerd", str(ENGINE), "dockerd", "--log-level=warn"))
    end = time.monotonic() + READY_S
    while time.monotonic() < end:
        if look(place.docker_host, named=False).kind in {Kind.READY, Kind.DENIED}:
            say("  Docker Engine is started")
            return
        time.sleep(PAUSE_S)
    where = "journalctl -u docker" if systemd else str(ENGINE_LOG)
    raise Stopped(f"the Docker Engine does not answer; see {where}\n{last_lines(ENGINE_LOG)}")


def containers_of(url: str, installation: str) -> list[str]:
    """Return the ids of the containers that an installation made."""
    wanted = json.dumps({"label": [f"{LABEL}={installation}"]})
    answer = ask(url, f"/containers/json?all=1&filters={quote(wanted)}")
    if answer.status != HTTP_OK:
        raise Stopped(f"the Docker Engine does not list containers: {answer.text[:200]}")
    return [c["Id"] for c in answer.json if c["Labels"].get(LABEL) == installation]


def networks_of(url: str, installation: str) -> dict[str, str]:
    """Return the networks that an installation made: id and name."""
    wanted = json.dumps({"label": [f"{LABEL}={installation}"]})
    answer = ask(url, f"/networks?filters={quote(wanted)}")
    if answer.status != HTTP_OK:
        raise Stopped(f"the Docker Engine does not list networks: {answer.text[:200]}")
    return {n["Id"]: n["Name"] for n in answer.json if n["Labels"].get(LABEL) == installation}


def remove_network(url: str, network: str) -> bool:
    """Remove a network; False: containers use it.

    Raises:
        Stopped: the Engine refused.

    """
    answer = ask(url, f"/networks/{network}", "DELETE", timeout=REMOVAL_S)
    if answer.status not in {204, IN_USE, 404}:
        raise Stopped(f"network {network[:12]} cannot be removed: {answer.text[:200]}")
    return answer.status != IN_USE


def remove_container(url: str, container: str) -> None:
    """Remove a container, running or not, and its anonymous volumes.

    Raises:
        Stopped: the Engine refused.

    """
    answer = ask(url, f"/containers/{container}?force=1&v=1", "DELETE", timeout=REMOVAL_S)
    if answer.status not in {204, 404}:
        raise Stopped(f"container {container[:12]} cannot be removed: {answer.text[:200]}")
