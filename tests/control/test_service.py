from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pasture.control.service import MOST_AT_ONCE, Plan, changes, plan
from pasture.control.unit import PRIMARY, Place
from pasture.model.container import Container
from pasture.model.run import RestartPolicy
from pasture.model.service import GLOBAL, LaunchConfig, Service
from pasture.store.changes import Create, Update
from tests.control.rows import NOW, host, project, service, stack, unit

HERE = Place(stack(), project())


def decided(row: Container) -> str:
    return f"{row.wanted} {row.service_index} g{row.generation} {row.state}"


def run_plan(row: Service, units: list[Container], place: Place = HERE) -> dict[str, Any]:
    planned = plan(row, units, place, NOW)
    return {
        "creates": [c.name for c in planned.creates],
        "updates": [decided(c) for c in planned.updates],
        "state": planned.service.state,
        "message": planned.service.message,
        "failed": planned.service.failed,
        "health": planned.service.health_state,
        "current": planned.service.current_scale,
        "made": planned.service.create_index,
    }


STUCK = {"state": "creating", "message": "port 8081 is in use on host h1", "first_running": None}
GOING = {"wanted": "removed", "state": "removing"}

ROWS: list[tuple[str, dict[str, Any], list[Container], dict[str, Any]]] = [
    ("new and active at once", {"state": "registering", "scale": 2}, [],
     {"creates": ["app-web-1", "app-web-2"], "state": "activating", "made": 2,
      "health": "initializing"}),
    ("new and not started", {"state": "registering", "wanted": "inactive"}, [],
     {"creates": [], "state": "inactive", "health": "healthy"}),
    ("all run", {"state": "activating", "scale": 2, "create_index": 2}, [unit(1), unit(2)],
     {"creates": [], "state": "active", "current": 2, "health": "healthy", "message": None}),
    ("one is stuck", {"state": "activating", "scale": 2}, [unit(1), unit(2, **STUCK)],
     {"state": "activating", "message": "app-web-2: port 8081 is in use on host h1",
      "failed": False, "health": "initializing"}),
    ("one is stuck and another just late", {"state": "activating", "scale": 2},
     [unit(1, state="starting"), unit(2, **STUCK)],
     {"message": "app-web-2: port 8081 is in use on host h1"}),
    ("one is late", {"state": "activating", "scale": 2}, [unit(1), unit(2, state="starting")],
     {"state": "activating", "message": "app-web-2 is starting"}),
    ("one fails", {"state": "activating", "scale": 1},
     [unit(1, state="error", failed=True, message="no such image")],
     {"state": "activating", "message": "app-web-1: no such image", "failed": True}),
    ("one died", {"scale": 2}, [unit(1), unit(2, state="starting", message="exited")],
     {"state": "active", "message": "app-web-2: exited", "failed": False, "health": "degraded",
      "creates": [], "updates": []}),
    ("all died", {"scale": 1}, [unit(1, state="starting")],
     {"state": "active", "health": "unhealthy", "current": 0}),
    ("scale up fills the gaps", {"scale": 4, "create_index": 9, "state": "updating-active"},
     [unit(2), unit(4)],
     {"creates": ["app-web-1", "app-web-3"], "made": 11, "state": "updating-active"}),
    ("scale down takes the newest", {"scale": 1, "state": "updating-active"},
     [unit(1, create_index=7), unit(2), unit(3)],
     {"updates": ["removed 1 g2 removing", "removed 3 g2 removing"], "state": "updating-active"}),
    ("scale down is done", {"scale": 1, "state": "updating-active"}, [unit(1), unit(2, **GOING)],
     {"updates": [], "state": "active"}),
    ("to nothing", {"scale": 0}, [unit(1)], {"updates": ["removed 1 g2 removing"]}),
    ("nothing is nothing to wait for", {"scale": 0, "state": "activating"}, [],
     {"state": "active", "health": "healthy"}),
    ("one that goes is replaced, its index is taken until it is gone",
     {"scale": 2, "create_index": 2}, [unit(1, **GOING), unit(2)],
     {"creates": ["app-web-3"], "updates": [], "made": 3}),
    ("a stopped one is started again", {"scale": 1}, [unit(1, wanted="stopped", state="stopped")],
     {"updates": ["running 1 g2 starting"], "creates": []}),
    ("a stopping one is waited for", {"scale": 1}, [unit(1, wanted="stopped", state="stopping")],
     {"updates": [], "creates": []}),
    ("deactivated", {"wanted": "inactive", "state": "deactivating"}, [unit(1), unit(2, **GOING)],
     {"updates": ["stopped 1 g2 stopping"], "state": "deactivating"}),
    ("still stopping", {"wanted": "inactive", "state": "deactivating"},
     [unit(1, wanted="stopped", state="stopping", message="host h1 is reconnecting")],
     {"updates": [], "state": "deactivating", "message": "app-web-1: host h1 is reconnecting"}),
    ("stopped", {"wanted": "inactive", "state": "deactivating"},
     [unit(1, wanted="stopped", state="stopped")], {"state": "inactive", "current": 0}),
    ("an inactive one does not scale", {"wanted": "inactive", "state": "updating-inactive",
                                        "scale": 5},
     [unit(1, wanted="stopped", state="stopped")], {"state": "inactive", "creates": []}),
    ("removed", {"wanted": "removed", "state": "removing"}, [unit(1), unit(2, **GOING)],
     {"updates": ["removed 1 g2 removing"], "state": "removing"}),
    ("removed, one waits", {"wanted": "removed", "state": "removing"},
     [unit(2, **GOING, message="host h1 is reconnecting")],
     {"state": "removing", "message": "app-web-2: host h1 is reconnecting"}),
    ("all gone", {"wanted": "removed", "state": "removing"}, [], {"state": "removed"}),
    ("a removed row stays as it is", {"removed": 5, "state": "removed"}, [], {"state": "removed"}),
    ("without a launch config nothing runs", {"launch_config": None}, [unit(1)],
     {"updates": ["removed 1 g2 removing"], "creates": []}),
]  # fmt: skip


@pytest.mark.parametrize(("case", "given_", "units", "expected"), ROWS, ids=[r[0] for r in ROWS])
def test_plan(
    case: str, given_: dict[str, Any], units: list[Container], expected: dict[str, Any]
) -> None:
    planned = run_plan(service(**given_), units)
    assert {name: planned[name] for name in expected} == expected, case


@pytest.mark.parametrize(
    "place",
    [Place(None, project()), Place(stack(removed=3), None), Place(stack(state="removing"), None)],
)
def test_a_service_goes_with_its_stack(place: Place) -> None:
    assert plan(service(), [], place, NOW).service.state == "removed"
    planned = plan(service(), [unit(1)], place, NOW)
    assert [c.wanted for c in planned.updates] == ["removed"]


def test_a_unit_is_what_the_launch_config_says_and_whose_it_is() -> None:
    launch = LaunchConfig(
        image_uuid="docker:nginx",
        ports=("8081:80",),
        labels={"tier": "front"},
        restart_policy=RestartPolicy(name="always"),
        requested_host_id=7,
        memory_reservation=5,
    )
    (made,) = plan(service(launch_config=launch, system=True), [], HERE, NOW).creates
    assert made.ports == ("8081:80",)
    assert made.memory_reservation == 5
    assert made.restart_policy is None
    assert (made.service_id, made.stack_id, made.account_id) == (8, 4, 5)
    assert (made.service_index, made.create_index, made.requested_host_id) == (1, 1, 7)
    assert (made.state, made.wanted, made.generation) == ("creating", "running", 1)
    assert made.system
    assert made.deployment_unit_uuid
    assert made.labels == {
        "tier": "front",
        "io.rancher.stack.name": "app",
        "io.rancher.project.name": "app",
        "io.rancher.stack_service.name": "app/web",
        "io.rancher.project_service.name": "app/web",
        "io.rancher.service.deployment.unit": made.deployment_unit_uuid,
        "io.rancher.service.launch.config": PRIMARY,
        "io.rancher.environment.uuid": "project-uuid",
    }


def test_what_makes_containers_names_the_version_of_the_service() -> None:
    row = service(scale=2)
    first, *rest = changes(row, plan(row, [], HERE, NOW))
    assert isinstance(first, Update)
    assert [type(c) for c in rest] == [Create, Create]
    assert changes(row, Plan(row)) == []


def test_a_large_scale_is_made_in_bounded_writes() -> None:
    row = service(scale=10_000)
    planned = plan(row, [], HERE, NOW)
    assert len(planned.creates) == MOST_AT_ONCE
    surplus = plan(service(scale=0), [unit(n) for n in range(1, 400)], HERE, NOW)
    assert len(surplus.updates) == MOST_AT_ONCE


# global services

EVERYWHERE = LaunchConfig(image_uuid="docker:nginx", labels={GLOBAL: "true"})
ON_SSD = LaunchConfig(
    image_uuid="docker:nginx",
    labels={GLOBAL: "TRUE", "io.rancher.scheduler.affinity:host_label": "ssd=true"},
)


def on_hosts(row: Service, units: list[Container], *hosts: Any) -> tuple[list[Any], list[str]]:
    planned = plan(row, units, Place(stack(), None, hosts), NOW)
    made = [c.requested_host_id for c in planned.creates]
    return made, [decided(c) for c in planned.updates]


def test_a_global_service_runs_once_on_each_active_host() -> None:
    row = service(launch_config=EVERYWHERE, scale=1)
    hosts = (host(1), host(2), host(3, state="inactive"), host(4, agent_state="reconnecting"))
    assert on_hosts(row, [unit(1, requested_host_id=1)], *hosts) == ([2, 4], [])


def test_a_global_unit_says_which_host_it_is_for() -> None:
    planned = plan(service(launch_config=EVERYWHERE), [], Place(stack(), None, (host(6),)), NOW)
    assert planned.creates[0].labels["io.rancher.service.requested.host.id"] == "6"
    assert "io.rancher.environment.uuid" not in planned.creates[0].labels


def test_a_global_unit_stays_on_a_deactivated_host_and_leaves_one_that_no_longer_fits() -> None:
    row = service(launch_config=ON_SSD)
    units = [unit(1, requested_host_id=1), unit(2, requested_host_id=2)]
    hosts = (host(1, labels={"ssd": "true"}, state="inactive"), host(2))
    assert on_hosts(row, units, *hosts) == ([], ["removed 2 g2 removing"])


def test_of_two_global_units_on_one_host_the_older_stays() -> None:
    row = service(launch_config=EVERYWHERE)
    units = [unit(1, requested_host_id=1), unit(2, requested_host_id=1)]
    assert on_hosts(row, units, host(1)) == ([], ["removed 2 g2 removing"])


# properties: a world in which everything that was decided happens

states: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {
        "wanted": st.sampled_from(["running", "stopped", "removed"]),
        "state": st.sampled_from(
            ["creating", "starting", "running", "stopping", "stopped", "error", "removing"]
        ),
    }
)
fleets = st.dictionaries(st.integers(1, 6), states, max_size=6)


def obey(units: list[Container]) -> list[Container]:
    """Let every container become what is wanted of it; removed ones vanish."""
    return [replace(c, state=c.wanted, message=None) for c in units if c.wanted != "removed"]


def check(row: Service, units: list[Container]) -> None:
    indexes = [c.service_index for c in units]
    assert len(indexes) == len(set(indexes)), "two containers with one index"
    made = [c.create_index for c in units]
    assert len(made) == len(set(made))
    assert max((m or 0 for m in made), default=0) <= row.create_index


@given(
    st.integers(0, 5),
    st.sampled_from(["active", "inactive", "removed"]),
    st.sampled_from(["registering", "activating", "active", "updating-active", "deactivating"]),
    fleets,
)
def test_obeying_the_plan_converges(
    scale: int, wanted: str, state: str, fleet: dict[int, dict[str, Any]]
) -> None:
    row = service(scale=scale, wanted=wanted, state=state, create_index=6)
    units = [unit(n, **facts) for n, facts in fleet.items()]
    for _ in range(4):
        planned = plan(row, units, HERE, NOW)
        changed = {c.id: c for c in planned.updates}
        made = [replace(c, id=1000 + (c.create_index or 0)) for c in planned.creates]
        row = planned.service
        units = [changed.get(c.id, c) for c in units] + made
        check(row, units)
        kept = [c for c in units if c.wanted != "removed"]
        assert len(kept) <= max(scale, len(fleet))
        if wanted == "active":
            assert len(kept) == scale
        units = obey(units)
    assert row.state == wanted
    assert plan(row, units, HERE, NOW) == Plan(row)
    if wanted == "active":
        assert row.current_scale == scale
        assert row.health_state == "healthy"
