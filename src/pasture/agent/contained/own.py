"""The agent's own containers: what the lasting one is made of, and how they are told apart.

All bear ``io.pasture.agent`` (the image brings it): the agent neither reports nor touches them but
to leave or to be replaced.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pasture.agent.labels import AGENT
from pasture.model.joining import CAPABILITIES, SOCKET, STATE

NAME = "pasture-agent"
FORMER, REPLACER, LEAVER = f"{NAME}-former", f"{NAME}-replacer", f"{NAME}-leaver"
TRIES = f"{AGENT}.tries"  # of a replacer: how often it was tried, this time counted
LASTING, PASSING = "lasting", "passing"  # values of the label AGENT; that of an image is a version
IMAGE_VARIABLE = "PASTURE_AGENT_IMAGE"  # tells an agent that it runs as a container, of this image
OOM_SCORE = -500
CGROUPS = "/sys/fs/cgroup"  # what containers use is counted there; a container sees its own part
LOG_LIMITS = {"Type": "json-file", "Config": {"max-size": "10m", "max-file": "3"}}
PASSED_ON = re.compile(
    r"CATTLE_AGENT_IP|CATTLE_HOST_LABELS|CA_FINGERPRINT|PASTURE_LOG_LEVEL|(https?|all|no)_proxy",
    re.IGNORECASE,
)
SECRET = re.compile(r"SECRET|TOKEN|PASSWORD", re.IGNORECASE)
PASSWORD_IN_URL = re.compile(r"(?<=://)[^/@\s]+@")
CONTAINER = re.compile(r"/containers/([0-9a-f]{64})/(?:hostname|resolv\.conf|hosts) ")
VERSION = re.compile(r":v?(\d+(?:\.\d+)*)")
Raw = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Lasting:
    """What the lasting container is made from: the one that makes it, or the former one."""

    image: str
    variables: Mapping[str, str]
    socket: str = SOCKET  # on the host
    state: str = STATE  # on the host
    labels: tuple[str, ...] = ()  # SELinux: where it is enforced, the socket needs label=disable


def like(raw: Raw) -> Lasting:
    """Return a container's own make, from its inspect answer."""
    config: Raw = raw.get("Config") or {}
    sources = {m.get("Destination"): m.get("Source") for m in raw.get("Mounts") or ()}
    host: Raw = raw.get("HostConfig") or {}
    pairs = (str(text).partition("=") for text in config.get("Env") or ())
    return Lasting(
        image=str(config.get("Image") or ""),
        variables={name: text for name, _, text in pairs if text and PASSED_ON.fullmatch(name)},
        socket=sources.get(SOCKET) or sources.get(f"/run/{SOCKET.rpartition('/')[2]}") or SOCKET,
        state=sources.get(STATE) or STATE,
        labels=tuple(o for o in map(str, host.get("SecurityOpt") or ()) if o.startswith("label")),
    )


def label_of(raw: Raw) -> str | None:
    """Return which of the agent's containers this is, from its inspect answer."""
    labels: Raw = raw["Config"].get("Labels") or {}
    return labels.get(AGENT)


def body(
    make: Lasting, command: list[str], *, lasts: bool, is_first: bool = True
) -> dict[str, Any]:
    """Return what an Engine makes an agent's container from.

    ``is_first``: with a score that keeps the kernel from ending it first when memory is short;
    an Engine without the right to set one (rootless) refuses that.
    """
    told = {**make.variables, IMAGE_VARIABLE: make.image}
    host: dict[str, Any] = {
        "Binds": [f"{make.socket}:{SOCKET}", f"{make.state}:{STATE}", f"{CGROUPS}:{CGROUPS}:ro"],
        "NetworkMode": "host",
        "PidMode": "host",
        "CgroupnsMode": "host",
        "SecurityOpt": list(make.labels),
        "CapDrop": ["ALL"],
        "CapAdd": list(CAPABILITIES),
        "LogConfig": LOG_LIMITS,
        "RestartPolicy": {"Name": "always" if lasts else "no"},
        "AutoRemove": False,
    }
    if lasts and is_first:
        host["OomScoreAdj"] = OOM_SCORE
    return {
        "Image": make.image,
        "Cmd": command,
        "Env": [f"{name}={text}" for name, text in sorted(told.items())],
        "Labels": {AGENT: LASTING if lasts else PASSING},
        "HostConfig": host,
    }


def shown(variables: Mapping[str, str]) -> list[str]:
    """Return variables as they may be printed: secrets and passwords of proxies left out."""

    def seen(name: str, text: str) -> str:
        return "xxxxxxx" if SECRET.search(name) and text else PASSWORD_IN_URL.sub("xxxxxxx@", text)

    return [f"{name}={seen(name, text)}" for name, text in sorted(variables.items())]


def container_of(mountinfo: str) -> str | None:
    """Return the id of the container that has this table of mounts."""
    found = CONTAINER.search(mountinfo)
    return found[1] if found else None


def container_of_this_process() -> str | None:
    """Return the id of the container that this process is in; None: it is in none."""
    return container_of(Path("/proc/self/mountinfo").read_text())


def is_wanted(wanted: str | None, running: str, version: str) -> bool:
    """Tell whether an agent is to be replaced: by another image, and not by an older one."""
    if not wanted or wanted == running:
        return False
    asked = VERSION.search(wanted.rpartition("/")[2].partition("@")[0])
    return asked is None or numbers(asked[1]) >= numbers(version)


def numbers(version: str) -> tuple[int, ...]:
    """Return a version as what can be compared."""
    return tuple(int(part) for part in re.findall(r"\d+", version)[:4])
