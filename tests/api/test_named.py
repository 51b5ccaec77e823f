"""What is asked for like a type and is none: clients find it among schemas and links."""

from typing import Any

import pytest

from tests.api.world import INSIDE, ROOT, World
from tests.support.asgi import BASE


async def schema(world: World, user: str, word: str) -> Any:
    reply = await world.user(user).get(f"{INSIDE}/schemas/{word}")
    return reply.json if reply.status == 200 else reply.status


@pytest.mark.parametrize(
    ("user", "methods"),
    [("owner", ["GET", "POST"]), ("member", ["GET", "POST"]), ("readonly", ["GET"])],
)
async def test_who_waits_for_changes_finds_where_in_the_schemas(
    world: World, user: str, methods: list[str]
) -> None:
    found = await schema(world, user, "subscribe")
    assert found["collectionMethods"] == methods
    assert found["links"]["collection"] == f"{BASE}{INSIDE}/subscribe"
    everything = (await world.user(user).get(f"{INSIDE}/schemas")).json["data"]
    assert found in everything


async def test_outside_an_environment_nobody_subscribes(world: World) -> None:
    assert (await world.admin.get(f"{ROOT}/schemas/subscribe")).status == 404
    assert "subscribe" not in (await world.admin.get(ROOT)).json["links"]


async def test_the_key_of_an_environment_is_led_to_its_changes(world: World) -> None:
    links = (await world.project.get(ROOT)).json["links"]
    assert links["subscribe"] == f"{BASE}{ROOT}/subscribe"
    assert (await world.project.get(f"{ROOT}/subscribe")).json["pagination"] is None


@pytest.mark.parametrize("version", ["v1", "v2-beta"])
async def test_identities_have_a_schema_a_link_and_addresses(world: World, version: str) -> None:
    root = (await world.admin.get(f"/{version}")).json["links"]
    [own] = (await world.admin.get(f"/{version}/identities")).json["data"]
    assert root["identities"] == f"{BASE}/{version}/identities"
    assert own["links"]["self"] == f"{root['identities']}/1i!rancher_id:1a1"
    assert (await world.admin.get(own["links"]["self"].removeprefix(BASE))).json["id"] == own["id"]
    fields = (await world.admin.get(f"/{version}/schemas/identities")).json["resourceFields"]
    assert set(fields) == set(own) - {"type", "links", "actions", "baseType"}


async def test_several_of_what_ends_in_s_are_called_so(world: World) -> None:
    everything = (await world.user("owner").get(f"{INSIDE}/schemas")).json["data"]
    plurals = {s["id"]: s["pluralName"] for s in everything}
    assert (plurals["containerLogs"], plurals["hostAccess"], plurals["container"]) == (
        "containerLogses",
        "hostAccesses",
        "containers",
    )


async def test_what_goes_by_its_name_has_a_text_as_id(world: World) -> None:
    found = (await world.admin.get(f"{ROOT}/schemas/activeSetting")).json
    assert found["resourceFields"]["id"]["type"] == "string"


async def test_an_environment_names_its_network(world: World) -> None:
    environment = (await world.user("owner").get(INSIDE)).json
    network = (await world.user("owner").get(f"{INSIDE}/networks")).json["data"][0]
    assert environment["defaultNetworkId"] == network["id"]
    assert "defaultNetwork" not in environment["links"]  # it would be a type in the environment
