"""`make stop`, `make status` and `make uninstall`."""

import json
import os
import shutil
import sys
from collections.abc import Mapping

from pasture.server.folder import FIRST_LOGIN, KEY, LOCAL_SOCKET, LOCK
from scripts.machine import engine, keepers, local
from scripts.machine.engine import (
    ENGINE,
    Kind,
    containers_of,
    networks_of,
    remove_container,
    remove_network,
)
from scripts.machine.keepers import AGENT, SERVER
from scripts.machine.local import is_connected
from scripts.machine.place import Place
from scripts.machine.shell import Stopped, say

OURS = ("agent", "machine", FIRST_LOGIN, KEY, LOCAL_SOCKET, LOCK)  # of DATA, beside the database
WELL, ILL = 0, 1


def stop(place: Place) -> None:
    """End agent and server; containers go on."""
    keeper = keepers.keeper(place)
    ran = [name for name in (AGENT, SERVER) if keeper.stop(name)]
    if not ran:
        say("Pasture does not run here.")
        return
    say(f"{' and '.join(ran)} stopped. Containers keep running; `make run` takes them up again.")


def status(place: Place) -> int:
    """Say what runs; return an exit code."""
    keeper = keepers.keeper(place)
    seen = local.status(place)
    pids = {name: keeper.pid(name) for name in (SERVER, AGENT)}
    answers = f", answers at {place.url(seen.port)}, version {seen.version}" if seen else ""
    silent = ", does not answer" if pids[SERVER] and not seen else ""
    say(f"server   {running(pids[SERVER])}{answers}{silent}")
    say(f"agent    {running(pids[AGENT])}")
    for host in seen.hosts if seen else []:
        link = "" if is_connected(host) else f", agent {host['agentState']}"
        trouble = f": {host['message']}" if host.get("message") else ""
        say(f"host     {host['name']} ({host['id']}) is {host['state']}{link}{trouble}")
    docker = engine.look(place.docker_host, named=place.docker_host_was_named)
    say(f"Engine   {docker.words} at {place.docker_host}")
    say(f"data     {place.data}")
    well = all(pids.values()) and seen is not None and seen.is_well()
    return WELL if well and docker.kind is Kind.READY else ILL


def running(pid: int | None) -> str:
    """Return in words whether a process is there."""
    return f"runs (process {pid})" if pid else "does not run"


def uninstall(place: Place, given: Mapping[str, str]) -> None:
    """Remove what `make run` made, after asking.

    Raises:
        Stopped: nobody agreed, the containers cannot be removed, or no Engine is there to do it.

    """
    too = given.get("CONTAINERS") == "remove"
    installation = installation_here(place)
    answers = engine.look(place.docker_host, named=True).kind is Kind.READY
    if too and installation and not answers:
        raise Stopped(
            "the Docker Engine does not answer, so its containers cannot be removed: start it, or "
            "leave CONTAINERS=remove out"
        )
    containers = containers_of(place.docker_host, installation) if installation and too else []
    fate = f"the containers of this installation ({len(containers)})" if too else "no container"
    say(f"This removes server and agent, {place.data} (database and key), .venv, and {fate}.")
    if not too:
        say("Containers of Pasture stay as they are; CONTAINERS=remove removes them too.")
    say("Named volumes stay, with all data in them: `docker volume ls` shows them.")
    if given.get("YES") != "1" and not agreed():
        raise Stopped("nothing was removed: answer yes, or set YES=1")
    keeper = keepers.keeper(place)
    keeper.stop(AGENT)
    for container in containers:
        remove_container(place.docker_host, container)
    if answers and installation:
        remove_networks(place, installation)
    elif installation:
        say("The Docker Engine does not answer: Pasture's network stays in it.")
    keeper.stop(SERVER)
    keeper.forget()
    remove_data(place)
    shutil.rmtree(place.checkout / ".venv", ignore_errors=True)
    say("Removed. Docker and Debian's packages stay: other programs may use them.")
    if (ENGINE / "dockerd.pid").exists():
        end = f"sudo kill $(cat {ENGINE}/dockerd.pid)"
        say(f"The dockerd that `make run` started goes on; this ends it: {end}")


def agreed() -> bool:
    """Ask, where somebody is there to answer."""
    return os.isatty(sys.stdin.fileno()) and input("Go on? (yes/no) ").strip().lower() == "yes"


def installation_here(place: Place) -> str:
    """Return which installation this machine is a host of; empty where it is of none.

    Raises:
        Stopped: it is not known which.

    """
    try:
        held = json.loads((place.data / "agent/assignment.json").read_text())
        return str(held["installation"])
    except FileNotFoundError:
        return ""
    except (OSError, ValueError, KeyError) as error:
        raise Stopped(f"what this installation made here cannot be found: {error}") from error


def remove_networks(place: Place, installation: str) -> None:
    """Remove the networks that the agent made; one that containers use stays with them."""
    for network, name in networks_of(place.docker_host, installation).items():
        if not remove_network(place.docker_host, network):
            say(f"Network {name} stays while containers use it; then: docker network rm {name}")


def remove_data(place: Place) -> None:
    """Remove what is ours from DATA, and DATA if nothing else is in it."""
    databases = [p.name for p in place.data.glob("pasture.db*")]
    for name in (*OURS, *databases):
        path = place.data / name
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    if not place.data.exists():
        return
    if left := sorted(p.name for p in place.data.iterdir()):
        say(f"{place.data} stays: it also holds {', '.join(left)}")
    else:
        place.data.rmdir()
