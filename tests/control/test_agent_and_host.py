from typing import Any

import pytest

from pasture.control import agent as agents
from pasture.control import host as hosts
from pasture.control.host import BATCH
from pasture.model.host import Agent
from tests.control.rows import NOW, agent, container, host

AGENTS: list[tuple[str, dict[str, Any], dict[str, Any], float | None]] = [
    ("never connected", {"state": "activating"},
     {"state": "activating", "message": "waits for its first connection"}, None),
    ("connected", {"state": "activating", "link_state": "open", "link_since": NOW,
                   "message": "waits"}, {"state": "active", "message": None}, None),
    ("closed just now", {"link_since": NOW}, {"state": "reconnecting"}, 180.0),
    ("closed a minute ago", {"link_since": NOW - 60_000}, {"state": "reconnecting"}, 120.0),
    ("closed, and the clock set back a little", {"link_since": NOW + 5_000},
     {"state": "reconnecting"}, 185.0),
    ("closed, and the clock set back a day", {"link_since": NOW + 86_400_000},
     {"state": "disconnected"}, None),
    ("closed, and the clock set on a day", {"link_since": NOW - 86_400_000},
     {"state": "disconnected"}, None),
    ("closed for long", {"link_since": NOW - 180_000}, {"state": "disconnected"}, None),
    ("back", {"state": "disconnected", "link_state": "open", "link_since": NOW},
     {"state": "active"}, None),
    ("leaving", {"state": "deactivating", "link_state": "open"}, {"state": "inactive"}, None),
    ("left", {"state": "inactive", "link_state": "open"}, {"state": "inactive"}, None),
]  # fmt: skip


@pytest.mark.parametrize(
    ("case", "given_", "expected", "again_s"), AGENTS, ids=[r[0] for r in AGENTS]
)
def test_agent(
    case: str, given_: dict[str, Any], expected: dict[str, Any], again_s: float | None
) -> None:
    planned = agents.plan(agent(**given_), host(checked_subnet="10.42.0.0/16"), NOW)
    assert {name: getattr(planned.agent, name) for name in expected} == expected, case
    assert planned.again_s == again_s


LOOKS: list[tuple[str, int, str | None, tuple[str, float | None]]] = [
    ("has not looked yet", NOW - 1_000, None, ("activating", 2.0)),
    ("has looked", NOW - 1_000, "10.42.0.0/16", ("active", None)),
    ("does not look at all", NOW - 3_000, None, ("active", None)),
    ("the clock was set back", NOW + 86_400_000, None, ("active", None)),
]


@pytest.mark.parametrize(("case", "since", "subnet", "expected"), LOOKS, ids=[r[0] for r in LOOKS])
def test_a_new_host_is_active_once_its_network_was_looked_at(
    case: str, since: int, subnet: str | None, expected: tuple[str, float | None]
) -> None:
    connected = agent(state="activating", link_state="open", link_since=since)
    planned = agents.plan(connected, host(checked_subnet=subnet), NOW)
    assert (planned.agent.state, planned.again_s) == expected, case


HOSTS: list[tuple[str, dict[str, Any], Agent | None, dict[str, Any]]] = [
    ("joins", {"state": "registering"}, agent(), {"state": "active", "agent_state": "active"}),
    ("is edited", {"state": "updating-active"}, agent(), {"state": "active"}),
    ("is deactivated", {"state": "deactivating"}, agent(), {"state": "inactive"}),
    ("is lost", {}, agent(state="reconnecting"),
     {"state": "active", "agent_state": "reconnecting"}),
    ("has no agent", {"agent_id": None}, None, {"agent_state": "disconnected"}),
    ("has a removed agent", {}, agent(removed=1), {"agent_state": "disconnected"}),
    ("its Engine is broken", {"engine_error": "no answer"}, agent(),
     {"message": "Docker Engine: no answer", "failed": True}),
    ("its Engine is back", {"message": "Docker Engine: no answer", "failed": True}, agent(),
     {"message": None, "failed": False}),
]  # fmt: skip


@pytest.mark.parametrize(("case", "given_", "with_", "expected"), HOSTS, ids=[r[0] for r in HOSTS])
def test_host(
    case: str, given_: dict[str, Any], with_: Agent | None, expected: dict[str, Any]
) -> None:
    planned = hosts.plan(host(**given_), with_, NOW)
    assert {name: getattr(planned, name) for name in expected} == expected, case
    assert hosts.plan(planned, with_, NOW) == planned


def test_kept_containers_lose_their_rows_only() -> None:
    rows = [container(1, engine_state="running"), container(2, native_container=True)]
    part = hosts.plan_removal(host(state="removing", on_remove="keep"), rows, NOW)
    assert part.finished
    assert [(c.state, c.removed, c.wanted, c.generation) for c in part.containers] == [
        ("removed", NOW, "running", 1)
    ] * 2


def test_a_host_with_many_kept_containers_goes_in_parts() -> None:
    rows = [container(n) for n in range(1, BATCH + 1)]
    part = hosts.plan_removal(host(state="removing"), rows, NOW)
    assert not part.finished
    assert len(part.containers) == BATCH


def test_containers_are_removed_first_where_that_was_chosen() -> None:
    rows = [container(1), container(2, wanted="removed"), container(3, native_container=True)]
    part = hosts.plan_removal(host(state="removing", on_remove="remove"), rows, NOW)
    assert not part.finished
    assert [(c.id, c.wanted, c.generation, c.state) for c in part.containers] == [
        (1, "removed", 2, "removing")
    ]
    assert part.host.message == "containers still to be removed from it: 2"


def test_a_host_that_is_away_says_what_its_removal_waits_for() -> None:
    rows = [container(n, wanted="removed") for n in range(1, BATCH + 1)]
    gone = host(state="removing", on_remove="remove", agent_state="disconnected")
    part = hosts.plan_removal(gone, rows, NOW)
    assert part.containers == ()
    assert part.host.message == (
        "waits for the agent of host h1 to connect: containers to be removed from it: "
        f"{BATCH} or more; remove the host with containers=keep to leave them"
    )


def test_native_containers_stay_even_where_removal_was_chosen() -> None:
    rows = [container(3, native_container=True, engine_state="running")]
    part = hosts.plan_removal(host(state="removing", on_remove="remove"), rows, NOW)
    assert part.finished
    assert [(c.state, c.wanted) for c in part.containers] == [("removed", "running")]


def test_an_agent_goes_with_all_that_it_proves_itself_with() -> None:
    gone = agents.retire(agent(), [host()], NOW)
    assert [(row.state, row.removed) for row in gone] == [("removed", NOW)] * 2
