from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pasture.link.assignment import (
    Around,
    Told,
    assigned,
    changed,
    engine_name,
    logins,
    registry_of,
)
from pasture.model.container import Container
from pasture.model.credential import Registry, RegistryCredential
from pasture.model.run import RunSpec
from pasture.wire.frames import Assigned, RegistryAuth
from tests.link.world import assignment_hash

NATIVE = {"native_container": True, "external_id": "e"}
UUID = "0f3a9b1c-1111-2222-3333-444455556666"


def container(**fields: Any) -> Container:
    given: dict[str, Any] = {
        "id": 7, "uuid": UUID, "name": "web", "account_id": 5, "host_id": 3,
        "image_uuid": "docker:nginx:1.27", "state": "running",
    }  # fmt: skip
    return Container(**{**given, **fields})


def test_an_entry_says_what_is_wanted_and_how_it_runs() -> None:
    row = container(
        environment={"A": "1"}, ports=("80:80",), generation=4, wanted="stopped", service_id=9
    )
    assert assigned(row) == Assigned(
        uuid=UUID,
        id="1i7",
        name="r-web-0f3a9b1c",
        wanted="stopped",
        generation=4,
        supervised=True,
        spec=RunSpec(image_uuid="docker:nginx:1.27", environment={"A": "1"}, ports=("80:80",)),
        labels={"io.rancher.container.name": "web"},
    )


@pytest.mark.parametrize(
    ("case", "fields", "expected"),
    [
        ("placed", {}, True),
        ("a tombstone until its row is removed", {"wanted": "removed", "state": "removing"}, True),
        ("removed", {"removed": 1, "state": "removed"}, False),
        ("not placed", {"host_id": None}, False),
        ("native, untouched", NATIVE, False),
        ("native, decided on", {**NATIVE, "generation": 2}, True),
        ("native, never seen", {"native_container": True, "generation": 2}, False),
    ],
)  # fmt: skip
def test_which_rows_are_their_hosts_business(
    case: str, fields: dict[str, Any], expected: bool
) -> None:
    assert (assigned(container(**fields)) is not None) is expected, case


def test_only_a_native_container_is_named_by_the_engines_id() -> None:
    ours = assigned(container(external_id="e1"))
    theirs = assigned(container(external_id="e1", native_container=True, generation=2))
    assert ours
    assert ours.external_id is None
    assert theirs
    assert theirs.external_id == "e1"


def test_what_hosts_report_does_not_change_what_they_are_told() -> None:
    seen = container(
        external_id="e1", engine_state="running", applied=1, engine_message="pulling",
        exit_code=1, primary_ip_address="172.17.0.2", started=5, start_count=2, state="stopped",
        message="x", row_version=9,
    )  # fmt: skip
    assert assigned(seen) == assigned(container())


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("web", "r-web-0f3a9b1c"),
        ("web-app_1.x", "r-web-app_1.x-0f3a9b1c"),
        (None, f"r-{UUID}"),
        ("", f"r-{UUID}"),
        ("-web", f"r-{UUID}"),
        ("my web", f"r-{UUID}"),
        ("wéb", f"r-{UUID}"),
        ("w" * 250, f"r-{UUID}"),
    ],
)
def test_the_engines_name(name: str | None, expected: str) -> None:
    assert engine_name(container(name=name)) == expected


@pytest.mark.parametrize(
    ("image", "registry"),
    [
        ("nginx", "docker.io"),
        ("library/nginx:1", "docker.io"),
        ("docker.io/library/nginx", "docker.io"),
        ("index.docker.io/x/y", "docker.io"),
        ("registry.example.org/team/web:1", "registry.example.org"),
        ("registry.example.org:5000/web", "registry.example.org:5000"),
        ("localhost/web", "localhost"),
        ("localhost:5000/web@sha256:00", "localhost:5000"),
        ("nginx:1.27", "docker.io"),
    ],
)
def test_the_registry_of_an_image(image: str, registry: str) -> None:
    assert registry_of(image) == registry


def registry(number: int, address: str, state: str = "active") -> Registry:
    return Registry(id=number, server_address=address, state=state, account_id=5)


def login(number: int, of: int, name: str, state: str = "active") -> RegistryCredential:
    return RegistryCredential(
        id=number, registry_id=of, public_value=name, secret_value="s", state=state
    )


def test_pulls_get_the_login_of_their_images_registry_only() -> None:
    found = logins(
        [registry(1, "https://Registry.example.org/v1/"), registry(2, "docker.io")],
        [login(1, 1, "ann"), login(2, 2, "bob")],
    )
    theirs = assigned(container(image_uuid="docker:registry.example.org/web"), Around(found))
    hub = assigned(container(), Around(found))
    none = assigned(container(image_uuid="docker:other.example.org/web"), Around(found))
    assert theirs
    assert theirs.auth
    assert theirs.auth.username == "ann"
    assert hub
    assert hub.auth == RegistryAuth(server="docker.io", username="bob", password="s")
    assert none
    assert none.auth is None


def test_only_active_logins_count_and_the_newest_wins() -> None:
    found = logins(
        [registry(1, "a.example.org"), registry(2, "b.example.org", "inactive")],
        [login(2, 1, "new"), login(1, 1, "old"), login(3, 1, "off", "inactive"), login(4, 2, "x")],
    )
    assert {server: one.username for server, one in found.items()} == {"a.example.org": "new"}


def entry(uuid: str, generation: int = 1) -> Assigned:
    one = assigned(container(uuid=uuid, generation=generation))
    assert one is not None
    return one


def test_only_what_differs_from_what_the_host_holds_is_sent() -> None:
    held = {"a": entry("a"), "b": entry("b")}
    fresh = [entry("a"), entry("b", 2), entry("c")]
    assert changed(held, fresh, ["a", "z"]) == ((entry("b", 2), entry("c")), ("a",))
    assert changed(held, [entry("a")], []) == ((), ())


@given(st.lists(st.tuples(st.sampled_from("abc"), st.none() | st.integers(1, 3)), max_size=12))
def test_what_was_told_has_the_hash_of_its_entries_whatever_led_there(
    steps: list[tuple[str, int | None]],
) -> None:
    told = Told()
    for uuid, generation in steps:
        if generation is None:
            told.drop(uuid)
        else:
            told.set(entry(uuid, generation))
        assert told.hash == assignment_hash(told.entries.values())


def test_the_hash_does_not_depend_on_order() -> None:
    assert assignment_hash((entry("a"), entry("b"))) == assignment_hash((entry("b"), entry("a")))
    assert assignment_hash((entry("a"),)) != assignment_hash((entry("a", 2),))
