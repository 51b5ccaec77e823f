import json

import pytest

from pasture.cli.exits import Exit
from tests.cli.command import Shell
from tests.client.fake_api import FakeApi, failed, moving


def acted(api: FakeApi) -> list[str]:
    """The actions that were followed: container id and action."""
    posts = (a for a in api.asked if "action" in a.query)
    return [f"{a.path.rstrip('/').rpartition('/')[2]} {a.query['action']}" for a in posts]


async def test_several_things_are_stopped_with_a_result_each(api: FakeApi, shell: Shell) -> None:
    api.add("containers", name="a")
    api.add("stacks", name="shop")
    api.add("services", name="web", stackId="1st1")
    api.add("hosts", name="oak")
    ended = await shell.run("stop", "a", "shop/web", "1h1")
    assert ended.exit is Exit.OK
    assert ended.out == "a: stopped\nshop/web: inactive\n1h1: inactive\n"
    assert sorted(acted(api)) == ["1h1 deactivate", "1i1 stop", "1s1 deactivate"]


async def test_one_bad_name_does_not_stop_the_others(api: FakeApi, shell: Shell) -> None:
    api.add("containers", name="a")
    ended = await shell.run("stop", "nobody", "a")
    assert ended.exit is Exit.NOT_FOUND
    assert ended.out == "a: stopped\n"
    assert "there is no container, service, stack or host 'nobody' here" in ended.err


async def test_different_failures_are_failure(api: FakeApi, shell: Shell) -> None:
    api.add("containers", name="a")
    api.then["1i1"] = [failed("running", "the Engine does not answer")]
    ended = await shell.run("stop", "nobody", "a")
    assert ended.exit is Exit.FAILED
    assert "pasture: container a is running: the Engine does not answer\n" in ended.err


async def test_what_is_there_already_is_success(api: FakeApi, shell: Shell) -> None:
    api.add("containers", name="a")
    ended = await shell.run("start", "a")
    assert (ended.exit, ended.out) == (Exit.OK, "a: is running already\n")
    assert acted(api) == []


async def test_how_long_a_stop_may_take_is_passed_on(api: FakeApi, shell: Shell) -> None:
    api.add("containers", name="a")
    await shell.run("stop", "--kill-after", "3", "a")
    assert {"timeout": 3} in api.bodies("POST")


async def test_detached_does_not_wait(api: FakeApi, shell: Shell) -> None:
    api.add("containers", name="a", state="stopped")
    ended = await shell.run("start", "--detach", "a")
    assert ended.out == "a: starting\n"


async def test_json_is_a_list_of_results(api: FakeApi, shell: Shell) -> None:
    api.add("containers", name="a")
    ended = await shell.run("stop", "--format", "json", "a", "nobody")
    good, bad = json.loads(ended.out)
    assert (good["name"], good["exit"], good["resource"]["state"]) == ("a", 0, "stopped")
    assert (bad["name"], bad["exit"], bad["resource"]) == ("nobody", 3, None)


async def test_a_restart_is_seen_through(api: FakeApi, shell: Shell) -> None:
    api.add("containers", name="a")
    api.add("containers", name="b", state="stopped")
    ended = await shell.run("restart", "a", "b")
    assert ended.out == "a: restarted\nb: running\n"
    assert sorted(acted(api)) == ["1i1 restart", "1i2 start"]


async def test_a_service_is_restarted_container_by_container(api: FakeApi, shell: Shell) -> None:
    api.add("services", name="web")
    for name in ("web-1", "web-2"):
        api.add("containers", name=name, serviceId="1s1")
    api.add("containers", name="other")
    ended = await shell.run("restart", "web")
    assert ended.out == "web: 2 containers restarted\n"
    assert acted(api) == ["1i1 restart", "1i2 restart"]


async def test_a_host_is_not_restarted(api: FakeApi, shell: Shell) -> None:
    api.add("hosts", name="oak")
    assert (await shell.run("restart", "1h1")).exit is Exit.USAGE


async def test_a_stack_is_its_services_and_its_own_containers(api: FakeApi, shell: Shell) -> None:
    api.add("stacks", name="shop")
    api.add("services", name="web", stackId="1st1")
    api.add("containers", name="shop-web-1", stackId="1st1", serviceId="1s1")
    api.add("containers", name="tool", stackId="1st1")
    ended = await shell.run("stop", "shop")
    assert (ended.exit, ended.out) == (Exit.OK, "shop: 2 members stopped\n")
    assert acted(api) == ["1s1 deactivate", "1i2 stop"]


async def test_scale_is_set_and_waited_for(api: FakeApi, shell: Shell) -> None:
    api.add("stacks", name="shop")
    api.add("services", name="web", stackId="1st1", scale=1, currentScale=1)
    api.then["1s1"] = [{}, {"state": "active", "transitioning": "no", "currentScale": 2}]
    api.then["1s1"] += [{"currentScale": 3}]
    ended = await shell.run("scale", "shop/web=3")
    assert (ended.exit, ended.out) == (Exit.OK, "shop/web: scale 3\n")
    assert api.bodies("PUT") == [{"scale": 3}]
    assert api.then["1s1"] == []


async def test_scale_waits_until_the_surplus_is_gone(api: FakeApi, shell: Shell) -> None:
    api.add("services", name="web", scale=2, currentScale=2)
    api.add("containers", name="web-1", serviceId="1s1")
    going = api.add("containers", name="web-2", serviceId="1s1", **moving("removing"))
    ended = await shell.run("scale", "--timeout", "0.5", "web=1")
    assert ended.exit is Exit.TIMEOUT
    assert "container web-2 is still removing" in ended.err
    going["state"] = "removed"
    assert (await shell.run("scale", "web=1")).out == "web: scale 1\n"


async def test_scale_to_what_has_no_place_says_so(api: FakeApi, shell: Shell) -> None:
    shell.patience_s = 0.2
    api.add("services", name="web", scale=1, currentScale=0)
    api.add("containers", name="web-1", serviceId="1s1", **moving("creating", "no active host"))
    api.then["1s1"] = [moving("updating-active", "web-1: no active host")] * 100
    ended = await shell.run("scale", "web=1")
    assert (ended.exit, ended.out) == (Exit.TIMEOUT, "")
    assert "container web-1 waits: no active host; it starts when that changes" in ended.err


async def test_words_of_a_server_do_not_drive_the_terminal(api: FakeApi, shell: Shell) -> None:
    api.add("containers", name="a")
    api.then["1i1"] = [failed("running", "\x1b[2Jgone\nnext")]
    ended = await shell.run("stop", "a")
    assert ended.err == "pasture: container a is running:  [2Jgone next\n"


async def test_scale_of_what_cannot_grow_says_why(api: FakeApi, shell: Shell) -> None:
    api.add("services", name="web", scale=1, currentScale=1)
    api.then["1s1"] = [moving("updating-active", "port 80 is in use on host oak")] * 100
    ended = await shell.run("scale", "--timeout", "0.3", "web=2")
    assert ended.exit is Exit.TIMEOUT
    assert "port 80 is in use on host oak" in ended.err


@pytest.mark.parametrize("word", ["web", "=3", "web=", "web=-1", "web=1.5", "web=³"])
async def test_an_ill_scale_is_usage(shell: Shell, word: str) -> None:
    assert (await shell.run("scale", word)).exit is Exit.USAGE


async def test_a_container_has_no_scale(api: FakeApi, shell: Shell) -> None:
    api.add("containers", name="web")
    ended = await shell.run("scale", "1i1=3")
    assert (ended.exit, ended.err) == (Exit.USAGE, "pasture: 1i1 is no service\n")
