import pytest

from pasture.model import container as containers
from pasture.model import service as services
from pasture.model.container import Container, InstanceStop
from pasture.model.service import LaunchConfig, Service

LOOKS = ("logs", "copyfrom", "copyto")  # at what is there, running or not


@pytest.mark.parametrize(
    ("state", "actions"),
    [
        ("running", ["stop", "restart", "update", *LOOKS, "execute", "console"]),
        ("stopped", ["start", "update", "remove", "error", *LOOKS, "console"]),
        ("updating-stopped", ["stop", "update", "remove", *LOOKS]),
        ("error", ["start", "remove", *LOOKS]),
        ("creating", ["create", "start", "stop", "remove", "error"]),
        ("removed", ["purge"]),
    ],
)
def test_actions_follow_from_the_state(state: str, actions: list[str]) -> None:
    offered = Container.type.actions(state)
    assert sorted(a for a in offered if a != "adopt") == sorted(actions)


@pytest.mark.parametrize(
    ("state", "started", "has"),
    [("running", 1, True), ("stopped", None, True), ("stopped", 1, False), ("starting", 1, True)],
)
def test_a_console_hears_what_runs_or_never_ran(
    state: str, started: int | None, *, has: bool
) -> None:
    assert containers.has_console(Container(state=state, started=started)) is has


def test_each_decision_counts_a_generation() -> None:
    made = containers.prepare(Container(image_uuid="a"))
    assert (made.image_uuid, made.wanted, made.generation) == ("docker:a", "running", 1)
    stopped = containers.stop(made, None)
    assert (stopped.wanted, stopped.generation) == ("stopped", 2)
    started = containers.start(stopped, None)
    assert (started.wanted, started.generation) == ("running", 3)
    gone = containers.remove(started, None)
    assert (gone.wanted, gone.generation) == ("removed", 4)


def test_not_started_on_create_is_wanted_stopped() -> None:
    assert containers.prepare(Container(start_on_create=False)).wanted == "stopped"


def test_stop_can_remove_and_takes_its_own_time() -> None:
    stopped = containers.stop(Container(stop_timeout=3), InstanceStop(remove=True, timeout=9))
    assert (stopped.wanted, stopped.stop_timeout) == ("removed", 9)
    assert containers.stop(Container(stop_timeout=3), InstanceStop()).stop_timeout == 3


def test_a_container_of_a_service_is_supervised() -> None:
    assert Container(service_id=1).is_supervised
    assert not Container().is_supervised


def test_a_service_starts_inactive_unless_told() -> None:
    launch = LaunchConfig(image_uuid="nginx")
    made = services.prepare(Service(name="web", stack_id=1, launch_config=launch))
    assert made.wanted == "inactive"
    assert made.launch_config is not None
    assert made.launch_config.image_uuid == "docker:nginx"
    told = services.prepare(
        Service(name="web", stack_id=1, launch_config=launch, start_on_create=True)
    )
    assert told.wanted == "active"
