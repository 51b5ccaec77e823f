from typing import Any

import pytest

from pasture.control import cleanup, project, settle, stack
from pasture.control.project import MOST_AT_ONCE, Contents
from pasture.model.account import Account
from pasture.model.credential import ApiKey
from pasture.model.resource import Resource
from pasture.model.service import Service
from pasture.store.changes import Delete, Update
from tests.control import rows
from tests.control.rows import NOW, agent, container, host, service


@pytest.mark.parametrize(
    ("state", "rests"),
    [
        ("registering", "active"),
        ("activating", "active"),
        ("active", "active"),
        ("updating-active", "active"),
        ("updating-inactive", "inactive"),
        ("deactivating", "inactive"),
        ("requested", "requested"),
        ("purging", "purged"),
    ],
)
def test_a_type_with_nothing_to_do_comes_to_rest(state: str, rests: str) -> None:
    assert settle.plan(ApiKey(state=state), NOW).state == rests


def test_what_is_removed_says_when() -> None:
    gone = settle.plan(ApiKey(state="removing", message="old"), NOW)
    assert (gone.state, gone.removed, gone.message) == ("removed", NOW, None)


def named(*changed: Resource) -> list[str]:
    return [f"{row.type.name} {row.state}" for row in changed]


def test_a_stack_is_active_at_once() -> None:
    assert stack.plan(rows.stack(state="activating"), [], [], NOW).stack.state == "active"


@pytest.mark.parametrize(
    ("states", "health"),
    [
        ([], "healthy"),
        (["healthy", "healthy"], "healthy"),
        (["healthy", "initializing"], "initializing"),
        ([None], "initializing"),
        (["healthy", "unhealthy"], "degraded"),
        (["degraded"], "degraded"),
        (["unhealthy"], "unhealthy"),
    ],
)
def test_the_health_of_a_stack_is_that_of_its_services(states: list[Any], health: str) -> None:
    services = [service(health_state=s) for s in states]
    assert stack.plan(rows.stack(), services, [], NOW).stack.health_state == health


def test_a_stack_removes_what_is_in_it_first() -> None:
    going = rows.stack(state="removing")
    inside: list[Service] = [service(), service(wanted="removed", state="removing", message="wait")]
    planned = stack.plan(going, inside, [container(), container(2, wanted="removed")], NOW)
    assert named(*planned.updates) == ["service removing", "container removing"]
    assert planned.stack.message == "web: wait"
    planned = stack.plan(going, [], [container()], NOW)
    assert planned.stack == going
    assert stack.plan(going, [], [], NOW).stack.state == "removed"


def test_a_removed_stack_stays_as_it_is() -> None:
    gone = rows.stack(removed=3, state="removed")
    assert stack.plan(gone, [], [], NOW) == stack.Plan(gone)


def test_an_environment_comes_to_rest() -> None:
    assert named(*project.plan(rows.project(state="registering"), Contents(), NOW)) == [
        "project active"
    ]
    assert project.plan(rows.project(), Contents(), NOW) == []


GOING = rows.project(state="removing")


def test_an_environment_lets_its_hosts_go_first_and_their_containers_run_on() -> None:
    contents = Contents([host(1), host(2, state="removing")], [container()], [ApiKey()])
    (changed,) = project.plan(GOING, contents, NOW)
    assert named(changed) == ["host removing"]
    assert getattr(changed, "on_remove", None) == "keep"


def test_an_environment_removes_what_runs_in_it_next() -> None:
    running: list[Resource] = [
        rows.stack(),
        service(),
        container(),
        container(2, wanted="removed", state="removing"),
        agent(),
    ]
    changed = project.plan(GOING, Contents([], running, [ApiKey()]), NOW)
    assert named(*changed) == [
        "stack removing",
        "service removing",
        "container removing",
        "agent removing",
    ]


def test_an_environment_goes_with_all_that_lets_anybody_in() -> None:
    changed = project.plan(GOING, Contents([], [], [ApiKey(), Account()]), NOW)
    assert named(*changed) == ["apiKey removed", "account removed", "project removed"]


def test_an_environment_with_many_keys_goes_in_parts() -> None:
    changed = project.plan(GOING, Contents([], [], [ApiKey()] * MOST_AT_ONCE), NOW)
    assert len(changed) == MOST_AT_ONCE
    assert rows.project not in changed


def test_cleanup_deletes_what_is_old_and_ends_logins() -> None:
    old, expired = ApiKey(id=1, removed=1), ApiKey(id=2)
    assert cleanup.plan([old], [expired], NOW) == [
        Delete(old),
        Update(settle.end(expired, NOW)),
    ]
