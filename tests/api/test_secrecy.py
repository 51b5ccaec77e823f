"""What stays out of reach: agents' key pairs, registration tokens, keys stronger than one's own."""

from pasture.model.host import Register
from tests.api.world import INSIDE, PROJECT, ROOT, World, created
from tests.support.asgi import BASE


async def registered(world: World, key: str) -> None:
    await world.made(
        Register(
            account_id=PROJECT, key=key, access_key="ACCESS", secret_key="SECRET", state="active"
        )
    )


async def test_a_registers_key_is_not_found_out_piece_by_piece(world: World) -> None:
    await registered(world, "b" * 32)
    [token] = (await world.project.get(f"{ROOT}/registrationtokens")).json["data"]
    joining = world.nobody.basic("registrationToken", token["token"])
    for client, url in (
        (joining, ROOT), (world.user("readonly"), INSIDE), (world.user("restricted"), INSIDE),
        (world.project, ROOT),
    ):  # fmt: skip
        for query in ({"key_prefix": "a"}, {"key_like": "a%"}, {"key_ne": "b" * 32},
                      {"key_null": ""}, {"key_notlike": "b%"}):  # fmt: skip
            page = (await client.get(f"{url}/register", **query)).json
            assert (len(page["data"]), page["filters"]["key"]) == (1, None)
        page = (await client.get(f"{url}/register", sort="key")).json
        assert (page["sort"], "key" in page["sortLinks"]) == (None, False)
        assert (await client.get(f"{url}/register", key="a" * 32)).json["data"] == []


async def test_a_registers_pair_is_shown_to_who_joins_and_knows_its_key(world: World) -> None:
    await registered(world, "b" * 32)
    [token] = (await world.project.get(f"{ROOT}/registrationtokens")).json["data"]
    joining = world.nobody.basic("registrationToken", token["token"])
    for client, url, pair in (
        (joining, ROOT, ("ACCESS", "SECRET")), (world.user("readonly"), INSIDE, (None, None)),
        (world.user("owner"), INSIDE, (None, None)), (world.user("looker"), ROOT, (None, None)),
    ):  # fmt: skip
        for _ in range(2):
            [found] = (await client.get(f"{url}/register", key="b" * 32)).json["data"]
            assert (found["accessKey"], found["secretKey"]) == pair


async def test_who_only_reads_gets_no_registration_token(world: World) -> None:
    names = ("token", "registrationUrl", "command")
    for client, is_shown in ((world.admin, True), (world.user("looker"), False)):
        [token] = (await client.get(f"{ROOT}/registrationtokens")).json["data"]
        assert [token[name] is not None for name in names] == [is_shown] * 3


async def test_who_is_restricted_makes_keys_for_themselves_alone(world: World) -> None:
    restricted = world.user("restricted")
    login = {"publicValue": "mine", "secretValue": "long enough"}
    for kind, body in (("apikeys", {}), ("passwords", login)):
        assert (await restricted.post(f"{INSIDE}/{kind}", body)).status == 405
        made = created(await restricted.post(f"{ROOT}/{kind}", body))
        assert made["accountId"] == "1a12"
    login = {"publicValue": "theirs", "secretValue": "long enough"}
    made = created(await world.user("owner").post(f"{INSIDE}/passwords", login))
    url = f"{INSIDE}/passwords/{made['id']}"
    assert (await restricted.put(url, {"secretValue": "known to me"})).status == 405


async def test_the_commands_that_join_a_machine_bear_the_token(world: World) -> None:
    [token] = (await world.project.get(f"{ROOT}/registrationtokens")).json["data"]
    url, image = token["registrationUrl"], token["image"]
    assert token["command"].startswith("sudo docker run --rm --cap-drop ALL --cap-add ")
    assert token["command"].endswith(f" {image} {url}")
    assert "privileged" not in token["command"]
    assert token["scriptCommand"] == f"curl -fsSL {BASE}/join/{token['token']} | sudo sh"
