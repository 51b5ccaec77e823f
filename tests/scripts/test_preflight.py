"""What `make run` says before it changes anything."""

from dataclasses import replace

import pytest

from scripts.machine.engine import Kind, Seen, answered
from scripts.machine.preflight import Facts, missing, problems

READY = Facts(
    engine=Seen(Kind.READY, "20.10.24"),
    port_taken=None,
    free={"/var/lib/pasture": 50_000_000_000, "/var/lib/docker": 50_000_000_000},
    has_venv=True,
    python="3.11",
    user="ann",
    root=False,
    has_sudo=True,
    has_apt=True,
    checkout_is_ours=True,
    socket_path="/var/lib/pasture/local.sock",
)
BARE = replace(READY, engine=Seen(Kind.NONE), has_venv=False)


def test_a_machine_with_all_that_is_needed_has_no_problems_and_misses_nothing() -> None:
    assert problems(READY) == []
    assert missing(READY) == []


def test_a_bare_machine_gets_what_it_misses_by_name() -> None:
    assert problems(BARE) == []
    assert missing(BARE) == ["python3-venv", "docker.io"]


@pytest.mark.parametrize(
    ("engine", "words"),
    [
        (Seen(Kind.DENIED), "sudo usermod -aG docker ann"),
        (Seen(Kind.FOREIGN), "sudo systemctl start docker"),
        (Seen(Kind.PODMAN), "sudo apt-get remove podman-docker"),
        (Seen(Kind.ROOTLESS), "rootless"),
        (Seen(Kind.SNAP), "sudo snap remove docker"),
        (Seen(Kind.UNREACHABLE, detail="refused"), "DOCKER_HOST"),
    ],
    ids=lambda value: value.kind if isinstance(value, Seen) else "",
)
def test_an_engine_that_cannot_be_used_is_one_sentence_with_what_to_do(
    engine: Seen, words: str
) -> None:
    found = problems(replace(READY, engine=engine))
    assert len(found) == 1
    assert words in found[0]
    assert missing(replace(READY, engine=engine)) == [], "an existing Engine is never touched"


def test_an_engine_that_is_installed_and_stopped_is_started_and_not_installed() -> None:
    stopped = replace(READY, engine=Seen(Kind.STOPPED))
    assert problems(stopped) == []
    assert missing(stopped) == []


@pytest.mark.parametrize(
    ("case", "words"),
    [
        (replace(READY, port_taken="port 8080 is in use by nginx (process 7)"), "nginx"),
        (replace(READY, free={"/var/lib/pasture": 1_000_000_000}), "1.0 GB free and 2 GB"),
        (replace(READY, checkout_is_ours=False), "make run as its owner"),
        (replace(READY, socket_path="/" + "a" * 107), "shorter PASTURE_DATA"),
        (replace(BARE, has_apt=False), "no apt-get here"),
        (replace(BARE, has_sudo=False), "apt-get install python3-venv docker.io"),
        (replace(READY, engine=Seen(Kind.STOPPED), has_sudo=False), "service docker start"),
    ],
    ids=["port", "disk", "checkout", "socket", "no apt-get", "no sudo", "no sudo to start"],
)
def test_each_problem_says_what_to_do(case: Facts, words: str) -> None:
    found = problems(case)
    assert len(found) == 1
    assert words in found[0]


def test_root_needs_no_sudo() -> None:
    assert problems(replace(BARE, has_sudo=False, root=True)) == []


def test_all_problems_are_told_at_once() -> None:
    case = replace(READY, engine=Seen(Kind.DENIED), port_taken="taken", free={"/": 1})
    assert len(problems(case)) == 3


@pytest.mark.parametrize(
    ("version", "info", "kind"),
    [
        ({"Version": "20.10.24"}, {"DockerRootDir": "/var/lib/docker"}, Kind.READY),
        ({"Components": [{"Name": "Podman Engine"}]}, {}, Kind.PODMAN),
        ({}, {"SecurityOptions": ["name=seccomp", "name=rootless"]}, Kind.ROOTLESS),
        ({}, {"DockerRootDir": "/var/snap/docker/common/var-lib-docker"}, Kind.SNAP),
    ],
    ids=["Docker", "Podman", "rootless", "snap"],
)
def test_an_engine_is_known_by_its_answers(
    version: dict[str, object], info: dict[str, object], kind: Kind
) -> None:
    assert answered(version, info).kind is kind
