"""The managed network on one host: a Docker bridge, as it should be, and what is in its way. Pure.

The same subnet, gateway and MTU on every host of an environment; no addresses by host. Its name
follows from the installation: two installations may share a machine.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network
from typing import Any

from pasture.agent import labels
from pasture.agent.engine.networks import Route, SeenNetwork, overlaps
from pasture.model.subnet import MTU, engines_range, gateway, overlap
from pasture.wire.frames import Attachment

DIGITS = 8  # of the installation's id
INTERFACE_OPTION = "com.docker.network.bridge.name"
MTU_OPTION = "com.docker.network.driver.mtu"
LONGEST_DEFAULT = 7  # prefixes up to this are a default route in two or more parts
MOST_NAMED = 5
ELSEWHERE = "create an environment with another subnet and add this host to that one"


@dataclass(frozen=True)
class Bridge:
    """The bridge of an installation's environment on a host."""

    installation: str
    subnet: str

    @property
    def name(self) -> str:
        """What the Engine calls it."""
        return f"pasture-{self.installation[:DIGITS]}"

    @property
    def interface(self) -> str:
        """What the kernel calls it: at most 15 characters."""
        return f"pst-{self.installation[:DIGITS]}"

    def create_body(self) -> dict[str, Any]:
        """Return the body of the Engine's create call."""
        return {
            "Name": self.name,
            "Driver": "bridge",
            "CheckDuplicate": True,
            "IPAM": {
                "Driver": "default",
                "Config": [
                    {
                        "Subnet": self.subnet,
                        "Gateway": gateway(self.subnet),
                        "IPRange": engines_range(self.subnet),
                    }
                ],
            },
            "Options": {INTERFACE_OPTION: self.interface, MTU_OPTION: str(MTU)},
            "Labels": {labels.INSTALLATION: self.installation},
        }


def endpoint(attachment: Attachment, aliases: Sequence[str] = ()) -> dict[str, Any]:
    """Return how a container is in the network: with a fixed address, and names more."""
    return {
        **({"Aliases": list(aliases)} if aliases else {}),
        "IPAMConfig": {"IPv4Address": attachment.address},
        "MacAddress": attachment.mac,  # of the API from 1.44 on; older ones take the container's
    }


def is_ours(bridge: Bridge, seen: SeenNetwork) -> bool:
    """Tell whether a network was made by this installation."""
    return seen.labels.get(labels.INSTALLATION) == bridge.installation


def differs(bridge: Bridge, seen: SeenNetwork) -> str | None:
    """Say how the network that has the bridge's name is not what it should be, or None."""
    if not is_ours(bridge, seen):
        return f"network {seen.name} on this host was not made by this installation: remove it"
    mtu = seen.options.get(MTU_OPTION)
    differences = [
        f"{what} {have} instead of {wanted}"
        for what, have, wanted in (
            ("driver", seen.driver, "bridge"),
            ("subnet", ", ".join(seen.subnets) or "none", bridge.subnet),
            ("MTU", mtu or "none", str(MTU)),
        )
        if have != wanted
    ]
    if not differences:
        return None
    return f"network {seen.name} on this host has {', '.join(differences)}"


def cannot_replace(bridge: Bridge, seen: SeenNetwork) -> str | None:
    """Say why the network of the bridge's name, where it differs, is not made anew, or None."""
    why = differs(bridge, seen)
    if why is None or not is_ours(bridge, seen):
        return why
    if not seen.users:
        return None
    more = "" if len(seen.users) <= MOST_NAMED else " and others"
    named = ", ".join(sorted(seen.users)[:MOST_NAMED])
    return f"{why}, and these containers use it: {named}{more}; remove or stop them"


def clash(bridge: Bridge, networks: Iterable[SeenNetwork], routes: Iterable[Route]) -> str | None:
    """Say who has addresses of the subnet on this host already, or None."""
    for seen in networks:
        for subnet in seen.subnets:
            if seen.name != bridge.name and overlaps(bridge.subnet, subnet):
                return _words(bridge, f"Docker network {seen.name} ({subnet})")
    for route in routes:
        if route.interface != bridge.interface and _meets(bridge, route):
            where = f"the route to {route.destination} by interface {route.interface}"
            return _words(bridge, where)
    return None


def _meets(bridge: Bridge, route: Route) -> bool:
    if IPv4Network(route.destination).prefixlen <= LONGEST_DEFAULT:
        return False
    return overlap(bridge.subnet, route.destination)


def _words(bridge: Bridge, who: str) -> str:
    return (
        f"{bridge.subnet}, the managed network of this environment, overlaps {who} on this host;"
        f" {ELSEWHERE}, or free the range"
    )


def with_network(
    body: Mapping[str, Any], bridge: Bridge, attachment: Attachment, aliases: Sequence[str] = ()
) -> dict[str, Any]:
    """Return a container's create body with its place in the network."""
    return {
        **body,
        "MacAddress": attachment.mac,
        "HostConfig": {**body["HostConfig"], "NetworkMode": bridge.name},
        "NetworkingConfig": {"EndpointsConfig": {bridge.name: endpoint(attachment, aliases)}},
    }
