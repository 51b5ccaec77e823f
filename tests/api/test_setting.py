import pytest

from pasture.model.audit import AuditLog
from pasture.model.query import Where
from pasture.model.setting import KNOWN, PUBLIC, Setting
from tests.api.world import ROOT, World

URL = f"{ROOT}/settings"


async def test_every_known_setting_is_there_without_a_row(world: World) -> None:
    found = (await world.admin.get(URL)).json
    assert {s["name"] for s in found["data"]} == set(KNOWN)
    assert found["resourceType"] == "setting"
    one = next(s for s in found["data"] if s["name"] == "ui.pl")
    assert {k: one[k] for k in ("id", "type", "value", "activeValue", "source", "inDb")} == {
        "id": "1as!ui.pl", "type": "activeSetting", "value": None, "activeValue": "rancher",
        "source": "Default Settings", "inDb": False,
    }  # fmt: skip


@pytest.mark.parametrize(
    "path", ["settings/ui.pl", "setting/UI.PL", "settings/1as!ui.pl", "activesettings/1as!ui.pl"]
)
async def test_a_setting_goes_by_its_name(world: World, path: str) -> None:
    assert (await world.admin.get(f"{ROOT}/{path}")).json["id"] == "1as!ui.pl"


async def test_a_value_is_set_used_and_reset(world: World) -> None:
    reply = await world.admin.put(f"{URL}/ui.pl", {"value": "pasture"})
    assert (reply.status, reply.json["activeValue"], reply.json["source"]) == (
        200, "pasture", "Database",
    )  # fmt: skip
    assert (await world.admin.get(ROOT)).header("set-cookie") == "PL=pasture;Path=/"
    changed = await world.admin.put(f"{URL}/1as!ui.pl", {"value": "other"})
    assert changed.json["value"] == "other"
    reset = await world.admin.delete(f"{URL}/ui.pl")
    assert (reset.status, reset.json["activeValue"], reset.json["inDb"]) == (200, "rancher", False)
    assert len(await world.store.find(Setting)) == 1
    events = [r.event_type for r in await world.store.find(AuditLog)]
    assert events == ["api.setting.create", "api.setting.update", "api.setting.update"]


async def test_a_setting_of_ones_own_is_made(world: World) -> None:
    reply = await world.admin.post(URL, {"name": "my.own", "value": 5})
    assert (reply.status, reply.json["id"], reply.json["value"]) == (201, "1as!my.own", "5")
    again = await world.admin.post(URL, {"name": "my.own", "value": "6"})
    assert again.json["value"] == "6"


async def test_who_is_not_admin_sees_public_ones_and_changes_none(world: World) -> None:
    member = world.user("member")
    assert {s["name"] for s in (await member.get(URL)).json["data"]} == set(PUBLIC)
    assert (await member.get(f"{URL}/api.host")).status == 404
    assert (await member.put(f"{URL}/ui.pl", {"value": "x"})).status == 405
    assert (await member.post(URL, {"name": "ui.pl", "value": "x"})).status == 405
    assert {s["name"] for s in (await world.admin.get(URL, all="false")).json["data"]} == PUBLIC


async def test_a_setting_needs_a_name(world: World) -> None:
    reply = await world.admin.post(URL, {"value": "x"})
    assert (reply.status, reply.code) == (422, "MissingRequired")


async def test_a_change_without_a_value_changes_nothing(world: World) -> None:
    await world.admin.put(f"{URL}/ui.pl", {"value": "pasture"})
    reply = await world.admin.put(f"{URL}/ui.pl", {})
    assert (reply.status, reply.json["value"]) == (200, "pasture")
    assert (await world.admin.put(f"{URL}/ui.pl", {"value": None})).json["value"] is None


async def test_a_setting_that_nobody_made_is_not_there(world: World) -> None:
    for send in (world.admin.get, world.admin.put, world.admin.delete):
        assert (await send(f"{URL}/my.own")).status == 404
    assert (await world.admin.put(f"{URL}/my.own", {"value": "1"})).status == 200
    assert (await world.admin.get(f"{URL}/my.own")).json["value"] == "1"


async def test_settings_have_no_actions(world: World) -> None:
    reply = await world.admin.post(f"{URL}?action=x", {"name": "my.own", "value": "1"})
    assert (reply.status, reply.code) == (422, "InvalidAction")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("api.host", "pasture.example"),
        ("api.host", "http://h:8080/path"),
        ("api.host", "http://h`id`"),
        ("api.host", "http://h\n"),
        ("bootstrap.required.image", "our/agent; reboot"),
        ("bootstrap.required.image", "-v=/:/host"),
        ("rancher.server.version", "v1\r\nSet-Cookie: token=x"),
        ("rancher.server.version", "日本"),
    ],
)
async def test_what_stands_in_commands_and_headers_has_a_form(
    world: World, name: str, value: str
) -> None:
    reply = await world.admin.put(f"{URL}/{name}", {"value": value})
    assert (reply.status, reply.json["code"], reply.json["fieldName"]) == (
        422, "InvalidFormat", "value",
    )  # fmt: skip
    assert "accepted: " in reply.json["message"]
    assert (await world.admin.post(URL, {"name": name, "value": value})).status == 422
    assert await world.store.one(Setting, Where("name", name), Where("value", value)) is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("api.host", "https://[fd00::1]:8443"),
        ("api.host", "http://rancher-1.example"),
        ("api.host", ""),
        ("bootstrap.required.image", "reg.example:5000/a/agent@sha256:00ff"),
        ("rancher.server.version", "v1.6.30-rc1"),
    ],
)
async def test_a_good_value_is_taken(world: World, name: str, value: str) -> None:
    assert (await world.admin.put(f"{URL}/{name}", {"value": value})).status == 200


async def test_a_version_from_elsewhere_ends_no_answer(world: World) -> None:
    odd = Setting(name="rancher.server.version", value="日本\r\nX: y", state="active")
    await world.made(odd)
    reply = await world.admin.get(ROOT)
    assert (reply.status, reply.header("x-rancher-version")) == (200, "????X: y")
