"""Adopting: what a stray becomes, when it is refused, and that it goes on running as it is."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pasture.kit.errors import ActionNotAvailable
from pasture.model import labels
from pasture.model.adopt import Home, adopted
from pasture.model.container import ACTIONS, Container, InstanceAdopt
from pasture.model.service import GLOBAL, LaunchConfig, Service
from pasture.model.stack import Stack

NOW = 1_700_000_000_000
PLAIN, ALONE = InstanceAdopt(), InstanceAdopt(standalone=True)
SCALING = InstanceAdopt(scale_up=True)
STACK = Stack(id=4, name="app")
WEB = LaunchConfig(image_uuid="docker:nginx", environment={"A": "1"}, network_mode="bridge")
SERVICE = Service(id=8, name="web", stack_id=4, wanted="active", scale=2, launch_config=WEB)
EVERYWHERE = replace(SERVICE, launch_config=replace(WEB, labels={GLOBAL: "true"}), scale=1)
OURS = {
    labels.INSTALLATION: "i1",
    labels.UUID: "lost",
    labels.NAME: "app-web-3",
    labels.GENERATION: "4",
}
OF_WEB = {**OURS, labels.SERVICE_NAME: "app/web", labels.STACK_NAME: "app", labels.UNIT: "unit-3"}


def stray(**more: Any) -> Container:
    known: dict[str, Any] = {
        "id": 20,
        "uuid": "row",
        "name": "r-app-web-3-lost",
        "state": "running",
        "image_uuid": "docker:nginx",
        "network_mode": "bridge",
        "host_id": 1,
        "requested_host_id": 1,
        "native_container": True,
        "external_id": "e1",
        "engine_state": "running",
        "engine_message": "not known",
        "stray_uuid": "lost",
        "found_name": "r-app-web-3-lost",
        "labels": OF_WEB,
        "applied": 1,
    }
    return Container(**{**known, **more})


def unit(index: int, **more: Any) -> Container:
    known: dict[str, Any] = {
        "id": 100 + index,
        "name": f"app-web-{index}",
        "service_id": 8,
        "service_index": index,
        "requested_host_id": 1,
    }
    return Container(**{**known, **more})


def home(*units: Container, **more: Any) -> Home:
    known: dict[str, Any] = {"stack": STACK, "service": SERVICE, "units": units}
    return Home(**{**known, **more})


NOWHERE = Home()


def test_one_whose_service_has_room_is_its_unit_again() -> None:
    got = adopted(stray(), home(unit(1)), PLAIN, now_ms=NOW)
    own = got.container
    assert (own.uuid, own.stray_uuid, own.native_container) == ("lost", None, False)
    assert (own.service_id, own.stack_id, own.service_index) == (8, 4, 3)
    assert (own.deployment_unit_uuid, own.environment) == ("unit-3", {"A": "1"})
    assert (own.found_name, own.host_id, own.external_id) == ("r-app-web-3-lost", 1, "e1")
    assert got.names == ("app-web-3",)
    assert got.service is not None
    assert (got.service.scale, got.service.create_index) == (2, 1)
    assert own.create_index == 1
    assert own.labels == {k: v for k, v in OF_WEB.items() if k not in labels.IDENTITY}


@pytest.mark.parametrize(
    ("case", "one", "place", "asked"),
    [
        ("never in a service", stray(labels=OURS), NOWHERE, PLAIN),
        ("its service is gone", stray(), Home(stack=STACK), PLAIN),
        ("asked for", stray(), home(), ALONE),
        ("asked for, though its service is full", stray(), home(unit(1), unit(2)), ALONE),
        ("it is stopped", stray(engine_state="exited", state="stopped"), NOWHERE, PLAIN),
    ],
)
def test_one_without_a_service_is_a_standalone_container(
    case: str, one: Container, place: Home, asked: InstanceAdopt
) -> None:
    got = adopted(one, place, asked, now_ms=NOW)
    assert got.service is None, case
    own = got.container
    assert (own.service_id, own.native_container, own.uuid) == (None, False, "lost")
    assert own.stack_id == (4 if place.stack else None)
    assert own.wanted == ("running" if one.engine_state == "running" else "stopped")
    assert own.state == one.state
    assert got.names == ("app-web-3", "r-app-web-3-lost")


@pytest.mark.parametrize(
    ("case", "one", "place", "asked", "words"),
    [
        ("known here", stray(), home(known=[unit(9)]), PLAIN, "app-web-9 (1i109) is known"),
        ("known, alone", stray(), home(known=[unit(9)]), ALONE, "is known"),
        ("a copy of a stray", stray(), home(twins=[stray(id=21)]), PLAIN, "bears its labels too"),
        ("its address is taken", stray(), home(holder=unit(9)), PLAIN, "its address"),
        ("its service is full", stray(), home(unit(1), unit(2)), PLAIN, "scaleUp, which makes 3"),
        ("another image", stray(image_uuid="docker:old"), home(), PLAIN, "it runs old"),
        (
            "its service is inactive",
            stray(),
            home(service=replace(SERVICE, wanted="inactive")),
            PLAIN,
            "activate the service first",
        ),
        (
            "the host has its unit",
            stray(),
            home(unit(1), service=EVERYWHERE),
            SCALING,
            "has its unit on this host, container app-web-1 (1i101)",
        ),
    ],
)  # fmt: skip
def test_what_has_no_place_is_refused_in_words(  # noqa: PLR0917 - a row of the table
    case: str, one: Container, place: Home, asked: InstanceAdopt, words: str
) -> None:
    with pytest.raises(ActionNotAvailable) as refusal:
        adopted(one, place, asked, now_ms=NOW)
    assert words in refusal.value.detail, case


def test_room_is_made_for_it_if_asked() -> None:
    got = adopted(stray(), home(unit(1), unit(2)), SCALING, now_ms=NOW)
    assert got.service is not None
    assert got.service.scale == 3


def test_units_that_go_leave_their_room() -> None:
    going = unit(2, wanted="removed")
    got = adopted(stray(), home(unit(1), going), PLAIN, now_ms=NOW)
    assert got.service is not None
    assert (got.service.scale, got.container.service_index) == (2, 3)


def test_a_number_that_is_taken_meanwhile_is_replaced_by_the_lowest_free_one() -> None:
    got = adopted(stray(), home(unit(3)), PLAIN, now_ms=NOW)
    assert (got.container.service_index, got.names) == (1, ("app-web-1",))


def test_a_unit_of_a_global_service_stays_on_its_host() -> None:
    place = home(unit(1, requested_host_id=2), service=EVERYWHERE)
    got = adopted(stray(requested_host_id=None), place, PLAIN, now_ms=NOW)
    assert got.container.requested_host_id == 1


def test_a_unit_that_ended_is_started_by_its_service() -> None:
    got = adopted(stray(engine_state="exited", state="stopped"), home(), PLAIN, now_ms=NOW)
    own = got.container
    assert (own.state, own.wanted) == ("starting", "running")
    assert own.generation > own.applied


def test_its_place_in_the_managed_network_is_that_of_its_labels() -> None:
    where = {labels.ADDRESS: "10.42.1.2/16", labels.MAC: "02:00:00:00:00:01"}
    for place, asked in ((home(), PLAIN), (home(), ALONE)):
        own = adopted(stray(labels={**OF_WEB, **where}), place, asked, now_ms=NOW).container
        assert own.is_managed
        assert (own.primary_ip_address, own.mac_address) == ("10.42.1.2", "02:00:00:00:00:01")


def test_only_strays_are_offered_it() -> None:
    (adopt,) = [a for a in ACTIONS if a.name == "adopt"]
    assert adopt.when is not None
    assert adopt.when(stray())
    assert not adopt.when(stray(stray_uuid=None))


@given(
    labelled=st.sampled_from(["", "x", "-1", "1", "57", "9" * 30]),
    generation=st.integers(1, 9),
    applied=st.integers(1, 90),
    is_alone=st.booleans(),
    state=st.sampled_from(["running", "paused", "restarting"]),
)
def test_what_runs_is_neither_started_nor_stopped_by_it(
    labelled: str, generation: int, applied: int, *, is_alone: bool, state: str
) -> None:
    one = stray(
        labels={**OF_WEB, labels.GENERATION: labelled},
        generation=generation,
        applied=applied,
        engine_state=state,
    )
    own = adopted(one, home(), ALONE if is_alone else PLAIN, now_ms=NOW).container
    assert own.wanted == "running"
    assert own.state == one.state
    assert own.applied == own.generation >= max(generation, applied)
