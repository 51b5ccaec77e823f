from typing import Any

import pytest

from pasture.agent import labels
from pasture.agent.contained import own
from pasture.agent.contained.own import Lasting

MADE = {
    "Config": {
        "Image": "pasture/agent:1",
        "Env": ["PATH=/bin", "CATTLE_AGENT_IP=192.0.2.1", "HTTPS_PROXY=http://p", "no_proxy="],
    },
    "Mounts": [
        {"Destination": "/var/run/docker.sock", "Source": "/run/user/1000/docker.sock"},
        {"Destination": "/var/lib/pasture", "Source": "/srv/pasture"},
    ],
    "HostConfig": {"SecurityOpt": ["label=disable", "seccomp=x"]},
}
NOTHING: dict[str, Any] = {"Config": {}}


def test_the_lasting_container_is_made_as_the_first_one_was_told() -> None:
    made = own.body(own.like(MADE), ["agent"], lasts=True)
    assert made["Image"] == "pasture/agent:1"
    assert made["Env"] == [
        "CATTLE_AGENT_IP=192.0.2.1",
        "HTTPS_PROXY=http://p",
        "PASTURE_AGENT_IMAGE=pasture/agent:1",
    ]
    host = made["HostConfig"]
    assert "/run/user/1000/docker.sock:/var/run/docker.sock" in host["Binds"]
    assert "/srv/pasture:/var/lib/pasture" in host["Binds"]
    assert (host["NetworkMode"], host["PidMode"]) == ("host", "host")
    assert host["CapDrop"] == ["ALL"]
    assert "Privileged" not in host
    assert host["SecurityOpt"] == ["label=disable"]
    assert host["RestartPolicy"] == {"Name": "always"}
    assert host["OomScoreAdj"] < 0


def test_a_passing_container_is_not_started_again() -> None:
    made = own.body(Lasting(image="i", variables={}), ["leave"], lasts=False)
    assert made["HostConfig"]["RestartPolicy"] == {"Name": "no"}
    assert made["Labels"] == {labels.AGENT: own.PASSING}


def test_what_was_not_mounted_lies_where_it_always_does() -> None:
    assert own.like(NOTHING) == Lasting(image="", variables={})


def test_what_is_printed_holds_no_secret() -> None:
    told = {
        "CATTLE_SECRET_KEY": "s3cret",
        "CATTLE_REGISTRATION_SECRET_KEY": "s3cret",
        "HTTPS_PROXY": "http://me:s3cret@proxy:3128",
        "CATTLE_URL": "http://s:8080/v1",
    }
    lines = own.shown(told)
    assert "s3cret" not in "".join(lines)
    assert "HTTPS_PROXY=http://xxxxxxx@proxy:3128" in lines
    assert "CATTLE_URL=http://s:8080/v1" in lines


@pytest.mark.parametrize(
    ("mounts", "found"),
    [
        (f"1 2 8:1 /d/containers/{'ab' * 32}/hosts /etc/hosts rw - ext4 x rw", "ab" * 32),
        (f"1 2 8:1 /containers/{'0' * 64}/resolv.conf /etc/resolv.conf rw", "0" * 64),
        ("1 2 8:1 / / rw - ext4 /dev/vda rw", None),
        (f"1 2 8:1 /d/containers/{'ab' * 32}/mounts/shm /dev/shm rw", None),
    ],
    ids=["of Docker", "other root", "none", "another container's"],
)
def test_the_container_of_a_table_of_mounts(mounts: str, found: str | None) -> None:
    assert own.container_of(mounts) == found


@pytest.mark.parametrize(
    ("wanted", "replaces"),
    [
        (None, False),
        ("", False),
        ("pasture/agent:1.2.3", False),  # it is what runs
        ("pasture/agent:1.2.4", True),
        ("pasture/agent:v1.10", True),
        ("pasture/agent:1.2.2", False),
        ("pasture/agent:0.9", False),
        ("registry.example.org:5000/our/agent:1.2.3", True),
        ("registry.example.org:5000/our/agent", True),  # its port is no version
        ("our/agent:edge", True),
        (f"our/agent@sha256:0{'9' * 63}", True),  # nor is a digest
    ],
)
def test_an_agent_is_replaced_by_another_image_and_never_by_an_older(
    wanted: str | None, replaces: bool
) -> None:
    assert own.is_wanted(wanted, "pasture/agent:1.2.3", "1.2.3") is replaces
