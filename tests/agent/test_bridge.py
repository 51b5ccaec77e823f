"""The bridge of the managed network: how it is made, what is in its way, when it is replaced."""

from dataclasses import replace
from typing import Any

import pytest

from pasture.agent import labels
from pasture.agent.bridge import (
    MTU_OPTION,
    Bridge,
    cannot_replace,
    clash,
    differs,
    endpoint,
    with_network,
)
from pasture.agent.engine.networks import Route, SeenNetwork, parse_routes
from pasture.model.subnet import MTU
from pasture.wire.frames import Attachment

INSTALLATION = "3f0c8e2a-1b2c-4d5e-8f90-123456789abc"
BRIDGE = Bridge(INSTALLATION, "10.42.0.0/16")
OURS = SeenNetwork(
    id="n1",
    name="pasture-3f0c8e2a",
    subnets=("10.42.0.0/16",),
    labels={labels.INSTALLATION: INSTALLATION},
    options={MTU_OPTION: str(MTU)},
)
LONGEST_INTERFACE = 15  # the kernel's


def test_it_is_named_after_the_installation() -> None:
    assert (BRIDGE.name, BRIDGE.interface) == ("pasture-3f0c8e2a", "pst-3f0c8e2a")
    assert len(BRIDGE.interface) <= LONGEST_INTERFACE


def test_each_host_makes_the_same() -> None:
    assert BRIDGE.create_body() == {
        "Name": "pasture-3f0c8e2a",
        "Driver": "bridge",
        "CheckDuplicate": True,
        "IPAM": {
            "Driver": "default",
            "Config": [
                {"Subnet": "10.42.0.0/16", "Gateway": "10.42.0.1", "IPRange": "10.42.0.0/24"}
            ],
        },
        "Options": {
            "com.docker.network.bridge.name": "pst-3f0c8e2a",
            "com.docker.network.driver.mtu": "1390",
        },
        "Labels": {"io.pasture.installation": INSTALLATION},
    }


def test_a_container_has_its_address_and_mac_in_the_words_of_old_and_new_engines() -> None:
    at = Attachment(subnet="10.42.0.0/16", address="10.42.1.1", mac="02:42:0a:2a:01:01")
    body = with_network({"Image": "a", "HostConfig": {"Init": True}}, BRIDGE, at)
    assert body == {
        "Image": "a",
        "MacAddress": at.mac,  # before API 1.44
        "HostConfig": {"Init": True, "NetworkMode": BRIDGE.name},
        "NetworkingConfig": {"EndpointsConfig": {BRIDGE.name: endpoint(at)}},
    }
    assert endpoint(at) == {"IPAMConfig": {"IPv4Address": at.address}, "MacAddress": at.mac}


def test_a_container_has_its_other_names_in_the_network() -> None:
    at = Attachment(subnet="10.42.0.0/16", address="10.42.1.1", mac="02:42:0a:2a:01:01")
    body = with_network({"HostConfig": {}}, BRIDGE, at, ("db", "store"))
    there = body["NetworkingConfig"]["EndpointsConfig"][BRIDGE.name]
    assert there == {**endpoint(at), "Aliases": ["db", "store"]}


@pytest.mark.parametrize(
    ("case", "changes", "why"),
    [
        ("as it should be", {}, None),
        ("somebody's own", {"labels": {}},
         "network pasture-3f0c8e2a on this host was not made by this installation: remove it"),
        ("another subnet", {"subnets": ("10.43.0.0/16",)},
         "network pasture-3f0c8e2a on this host has subnet 10.43.0.0/16 instead of 10.42.0.0/16"),
        ("no subnet", {"subnets": ()},
         "network pasture-3f0c8e2a on this host has subnet none instead of 10.42.0.0/16"),
        ("no MTU, no IPv4", {"subnets": ("fd00::/64",), "options": {}},
         ("network pasture-3f0c8e2a on this host has subnet fd00::/64 instead of 10.42.0.0/16, MTU"
          " none instead of 1390")),
        ("another driver", {"driver": "macvlan"},
         "network pasture-3f0c8e2a on this host has driver macvlan instead of bridge"),
    ],
)  # fmt: skip
def test_how_it_differs(case: str, changes: dict[str, Any], why: str | None) -> None:
    seen = replace(OURS, **changes)
    assert differs(BRIDGE, seen) == why, case
    if seen.labels:
        assert cannot_replace(BRIDGE, seen) is None, "nobody uses it: it can be made anew"
    else:
        assert cannot_replace(BRIDGE, seen) == why, "it is not ours to remove"


def test_what_is_in_use_is_not_replaced() -> None:
    wrong = replace(OURS, subnets=("10.43.0.0/16",), users=("web", "db"))
    why = cannot_replace(BRIDGE, wrong)
    assert why is not None
    assert why.endswith("and these containers use it: db, web; remove or stop them")
    many = cannot_replace(BRIDGE, replace(wrong, users=tuple("gfedcba")))
    assert many is not None
    assert many.endswith("use it: a, b, c, d, e and others; remove or stop them")
    assert cannot_replace(BRIDGE, replace(OURS, users=("web",))) is None


def network(name: str, *subnets: str) -> SeenNetwork:
    return SeenNetwork(id=name, name=name, subnets=subnets)


@pytest.mark.parametrize(
    ("case", "networks", "routes", "who"),
    [
        ("a free machine", [network("bridge", "172.17.0.0/16"), network("host")],
         [Route("0.0.0.0/0", "eth0"), Route("192.168.1.0/24", "eth0")], None),
        ("its own", [OURS], [Route("10.42.0.0/16", "pst-3f0c8e2a")], None),
        ("IPv6", [network("v6", "fd00::/64")], [], None),
        ("a network of Docker's", [network("app", "172.18.0.0/16", "10.42.128.0/24")], [],
         "Docker network app (10.42.128.0/24)"),
        ("one named by an address in it", [network("odd", "10.42.7.5/24")], [],
         "Docker network odd (10.42.7.5/24)"),
        ("a wider network", [network("all", "10.0.0.0/8")], [], "Docker network all (10.0.0.0/8)"),
        ("another installation's", [replace(OURS, name="pasture-00000000")], [],
         "Docker network pasture-00000000 (10.42.0.0/16)"),
        ("a route of k3s", [], [Route("10.42.0.0/24", "cni0")],
         "the route to 10.42.0.0/24 by interface cni0"),
        ("a VPN", [], [Route("10.0.0.0/8", "tun0")], "the route to 10.0.0.0/8 by interface tun0"),
        ("a default route in two", [], [Route("0.0.0.0/1", "tun0"), Route("128.0.0.0/1", "tun0")],
         None),
    ],
)  # fmt: skip
def test_what_is_in_its_way(
    case: str, networks: list[SeenNetwork], routes: list[Route], who: str | None
) -> None:
    why = clash(BRIDGE, networks, routes)
    if who is None:
        assert why is None, case
    else:
        assert why == (
            f"10.42.0.0/16, the managed network of this environment, overlaps {who} on this host;"
            " create an environment with another subnet and add this host to that one, or free the"
            " range"
        ), case


def test_routes_as_the_kernel_lists_them() -> None:
    text = (
        "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n"
        "eth0\t00000000\t0101A8C0\t0003\t0\t0\t0\t00000000\t0\t0\t0\n"
        "cni0\t00002A0A\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0\n"
        "tun0\t0100000A\t00000000\t0005\t0\t0\t0\tFFFFFFFF\t0\t0\t0\n"
        "torn\n"
    )
    assert parse_routes(text) == [
        Route("0.0.0.0/0", "eth0"),
        Route("10.42.0.0/24", "cni0"),
        Route("10.0.0.1/32", "tun0"),
    ]
