from typing import Any

import pytest

from pasture.link.hello import (
    DOCKER_LABEL,
    KERNEL_LABEL,
    OS_LABEL,
    OWN_HOST,
    SKEW,
    Join,
    Keep,
    Refuse,
    TakeOver,
    decide,
    free_name,
    machine_labels,
    new_host,
    refreshed,
)
from pasture.model.host import Agent, Host
from pasture.wire.frames import OLDEST, PROTOCOL, Hello

AGENT = Agent(id=1, project_id=5, state="active")
OTHER = 2
NONE = list[Host]()
HELLO = Hello(protocol=PROTOCOL, version="0.1", engine_id="E1", hostname="m1")
NOW = 1_000_000


def host(**fields: Any) -> Host:
    given: dict[str, Any] = {
        "id": 1,
        "name": "h1",
        "account_id": 5,
        "agent_id": 1,
        "engine_id": "E1",
    }
    return Host(**{**given, **fields})


THEIRS, ALONE, LEAVING = host(agent_id=OTHER), host(agent_id=None), host(state="removing")


@pytest.mark.parametrize(
    ("case", "own", "same", "linked", "expected"),
    [
        ("nothing known", NONE, NONE, set[int](), Join()),
        ("as before", [host()], [host()], set[int](), Keep(host())),
        ("as before, a second connection", [host()], [host()], {1}, Keep(host())),
        ("agent anew, the old one gone", NONE, [THEIRS], {7}, TakeOver(THEIRS)),
        ("host left without agent", NONE, [ALONE], set[int](), TakeOver(ALONE)),
        ("another Engine", [host(engine_id="E0")], NONE, set[int](), Join(host(engine_id="E0"))),
        (
            "back to the old Engine",
            [host(id=2, engine_id="E2")],
            [ALONE],
            set[int](),
            TakeOver(ALONE),
        ),
        (
            "removed once, joined again since",
            [host(removed=1), host(id=2)],
            [host(id=2)],
            set[int](),
            Keep(host(id=2)),
        ),
        ("being removed", [LEAVING], [LEAVING], set[int](), Keep(LEAVING)),
    ],
)  # fmt: skip
def test_which_host_it_is(  # noqa: PLR0917 - a row of the table
    case: str, own: list[Host], same: list[Host], linked: set[int], expected: object
) -> None:
    assert decide(HELLO, AGENT, own=own, same=same, linked=linked) == expected, case


@pytest.mark.parametrize(
    ("case", "hello", "own", "same", "linked", "code", "words", "final"),
    [
        (
            "another agent is connected",
            HELLO, NONE, [host(agent_id=OTHER)], {OTHER},
            "EngineTaken",
            ("this Engine is already host h1 (1h1), its agent is connected; stop that one first. "
             f"If this machine is a copy of that one: {OWN_HOST}"),
            True,
        ),
        (
            "a host of another environment, whose name is not told",
            HELLO, NONE, [host(agent_id=OTHER, account_id=6)], set[int](),
            "EngineTaken", "a host of another environment", True,
        ),
        (
            "removed",
            HELLO, [host(removed=1)], NONE, set[int](),
            "HostRemoved", "h1 (1h1) was removed", True,
        ),
        (
            "agent too old",
            Hello(protocol=OLDEST - 1, version="0", engine_id="E1", hostname="m"),
            NONE, NONE, set[int](), "ProtocolNotSpoken", "upgrade the agent", True,
        ),
        (
            "server too old: it may be upgraded while the agent waits",
            Hello(protocol=PROTOCOL + 1, version="9", engine_id="E1", hostname="m"),
            NONE, NONE, set[int](), "ProtocolNotSpoken", "upgrade the server", False,
        ),
        (
            "no Engine",
            Hello(protocol=PROTOCOL, version="0", engine_id="", hostname="m"),
            NONE, NONE, set[int](), "NoEngine", "/info", False,
        ),
    ],
)  # fmt: skip
def test_who_is_refused_and_why(  # noqa: PLR0913, PLR0917 - a row of the table
    case: str,
    hello: Hello,
    own: list[Host],
    same: list[Host],
    linked: set[int],
    code: str,
    words: str,
    final: bool,
) -> None:
    refused = decide(hello, AGENT, own=own, same=same, linked=linked)
    assert isinstance(refused, Refuse), case
    assert refused.code == code
    assert words in refused.message
    assert refused.final is final


def test_the_host_of_another_environment_is_not_named() -> None:
    refused = decide(HELLO, AGENT, own=[], same=[host(agent_id=2, account_id=6)], linked={2})
    assert isinstance(refused, Refuse)
    assert "h1" not in refused.message


INFO = {
    "osInfo": {
        "osType": "Linux",
        "kernelVersion": "6.1.0-18-amd64",
        "dockerVersion": "Docker version 20.10.24, build 297e128",
    }
}


def test_the_machine_is_labelled_by_what_it_is() -> None:
    assert machine_labels(INFO) == {OS_LABEL: "linux", KERNEL_LABEL: "6.1", DOCKER_LABEL: "20.10"}
    assert machine_labels({"osInfo": {"kernelVersion": "odd"}}) == {OS_LABEL: "linux"}
    assert machine_labels({}) == {}
    assert machine_labels({"osInfo": "text"}) == {}


def test_a_new_host_is_what_its_agent_says() -> None:
    said = Hello(
        protocol=1, version="0.1", engine_id="E1", hostname="m1", labels={"zone": "a"},
        info=INFO, milli_cpu=2000, memory=5, now=NOW,
    )  # fmt: skip
    made = new_host(said, AGENT, name="m1-2", address="192.0.2.1", now_ms=NOW)
    assert (made.name, made.hostname, made.state) == ("m1-2", "m1", "registering")
    assert (made.account_id, made.agent_id, made.engine_id) == (5, 1, "E1")
    assert (made.milli_cpu, made.memory, made.agent_ip_address) == (2000, 5, "192.0.2.1")
    assert made.labels["zone"] == "a"
    assert made.labels[DOCKER_LABEL] == "20.10"
    assert SKEW not in made.info


def test_what_people_set_on_a_known_host_stays() -> None:
    said = Hello(
        protocol=1, version="0.1", engine_id="E1", hostname="new", labels={"zone": "b"},
        info=INFO, milli_cpu=2000, memory=5, address="192.0.2.7",
    )  # fmt: skip
    seen = host(name="mine", milli_cpu=500, labels={"zone": "a", DOCKER_LABEL: "19.03"})
    now = refreshed(seen, said, AGENT, address="192.0.2.1", now_ms=NOW)
    assert (now.name, now.hostname, now.milli_cpu, now.memory) == ("mine", "new", 500, 5)
    assert now.labels["zone"] == "a"
    assert now.labels[DOCKER_LABEL] == "20.10"
    assert now.agent_ip_address == "192.0.2.7"


@pytest.mark.parametrize(
    ("ahead_ms", "shown"), [(0, None), (30_000, None), (30_001, 30_001), (-45_000, -45_000)]
)
def test_a_wrong_clock_is_shown(ahead_ms: int, shown: int | None) -> None:
    said = Hello(protocol=1, version="0", engine_id="E1", hostname="m", now=NOW + ahead_ms)
    assert refreshed(host(), said, AGENT, address=None, now_ms=NOW).info.get(SKEW) == shown


@pytest.mark.parametrize(
    ("taken", "expected"),
    [
        ([], "web"),
        (["db"], "web"),
        (["web"], "web-2"),
        (["WEB", "web-2"], "web-3"),
        (["web", "web-3"], "web-2"),
    ],
)
def test_a_host_gets_a_name_that_is_free(taken: list[str], expected: str) -> None:
    assert free_name("web", taken) == expected
