import json
from typing import Any

import pytest

from pasture.cli.exits import Exit
from tests.cli.command import Shell
from tests.client.fake_api import FakeApi, error_body, failed, moving

KEPT = "1i1 is kept: `pasture inspect 1i1`, `pasture rm 1i1`\n"
PROJECT = "/v2-beta/projects/1a5"


def made(api: FakeApi, collection: str) -> list[Any]:
    path = f"{PROJECT}/{collection}"
    return [a.body for a in api.asked if a.method == "POST" and a.path == path]


async def test_run_starts_a_standalone_container_and_prints_its_id(
    api: FakeApi, shell: Shell
) -> None:
    ended = await shell.run("run", "--name", "web", "nginx:1.27")
    assert ended.exit is Exit.OK
    assert ended.out == "1i1\n"
    assert ended.err == "container web is running\n"
    assert made(api, "containers") == [{"name": "web", "imageUuid": "docker:nginx:1.27"}]


async def test_every_flag_of_run_becomes_a_field(api: FakeApi, shell: Shell) -> None:
    api.add("hosts", name="oak")
    words = (
        "run --name web --port 8081:80 -p 53:53/udp --env A=1 -e B=x=y --volume data:/data"
        " --label team=blue --memory 512m --cpus 1.5 --restart on-failure:3 --network bridge"
        " --host oak --entrypoint /bin/sh -u nobody -w /tmp --hostname inside --privileged"
        " --read-only --pull nginx:1.27 -c true"
    )
    assert (await shell.run(*words.split())).exit is Exit.OK
    assert made(api, "containers") == [
        {
            "name": "web",
            "imageUuid": "docker:nginx:1.27",
            "command": ["-c", "true"],
            "environment": {"A": "1", "B": "x=y"},
            "ports": ["8081:80", "53:53/udp"],
            "dataVolumes": ["data:/data"],
            "labels": {"team": "blue", "io.rancher.container.pull_image": "always"},
            "memory": 512 * 1024 * 1024,
            "cpuQuota": 150_000,
            "cpuPeriod": 100_000,
            "restartPolicy": {"name": "on-failure", "maximumRetryCount": 3},
            "networkMode": "bridge",
            "requestedHostId": "1h1",
            "entryPoint": ["/bin/sh"],
            "user": "nobody",
            "workingDir": "/tmp",
            "hostname": "inside",
            "privileged": True,
            "readOnly": True,
        }
    ]


async def test_run_detached_does_not_wait(api: FakeApi, shell: Shell) -> None:
    ended = await shell.run("run", "-d", "nginx")
    assert (ended.out, ended.err) == ("1i1\n", "container 1i1 is creating\n")
    assert api.asked[-1].method == "POST"


async def test_run_as_json_is_a_list_of_the_one_container(shell: Shell) -> None:
    ended = await shell.run("run", "--format", "json", "nginx")
    assert [r["state"] for r in json.loads(ended.out)] == ["running"]
    assert ended.err == ""


async def test_what_cannot_run_says_why(api: FakeApi, shell: Shell) -> None:
    api.then["1i1"] = [moving("starting"), failed("error", "no such image: nope")]
    ended = await shell.run("run", "--name", "web", "nope")
    assert ended.exit is Exit.FAILED
    assert ended.err == KEPT + "pasture: container web is error: no such image: nope\n"


async def test_a_run_that_ended_well_is_success(api: FakeApi, shell: Shell) -> None:
    api.then["1i1"] = [{"state": "stopped", "transitioning": "no", "exitCode": 0}]
    ended = await shell.run("run", "--name", "job", "alpine", "true")
    assert (ended.exit, ended.err) == (Exit.OK, "container job is stopped (exit code 0)\n")


async def test_a_run_that_ended_badly_is_failure(api: FakeApi, shell: Shell) -> None:
    api.then["1i1"] = [
        {"state": "stopped", "transitioning": "no", "transitioningMessage": None, "exitCode": 7}
    ]
    ended = await shell.run("run", "--name", "job", "alpine", "false")
    assert (ended.exit, ended.out) == (Exit.FAILED, "")
    assert ended.err == KEPT + "pasture: container job is stopped: exit code 7\n"


async def test_waiting_in_vain_says_what_for(api: FakeApi, shell: Shell) -> None:
    api.then["1i1"] = [moving("starting", "port 80 is in use on host oak")] * 100
    ended = await shell.run("run", "--timeout", "0.3", "--name", "web", "-p", "80:80", "nginx")
    assert ended.exit is Exit.TIMEOUT
    assert ended.err == KEPT + (
        "pasture: container web is still starting after 0.3 s: port 80 is in use on host oak\n"
    )


async def test_the_servers_refusal_is_said_with_its_field(api: FakeApi, shell: Shell) -> None:
    body = error_body(422, "NotUnique", fieldName="name", message="that is taken")
    api.refusals["POST", f"{PROJECT}/containers"] = (422, body)
    ended = await shell.run("run", "nginx")
    assert (ended.exit, ended.err) == (Exit.FAILED, "pasture: name: that is taken\n")


PORT_TAKEN = "port 80 is in use on host oak"


async def test_what_has_no_place_is_not_waited_for_to_the_end(api: FakeApi, shell: Shell) -> None:
    shell.patience_s = 0.2
    api.then["1i1"] = [moving("creating", PORT_TAKEN)] * 100
    ended = await shell.run("run", "--name", "web", "-p", "80:80", "nginx")
    assert (ended.exit, ended.out) == (Exit.TIMEOUT, "1i1\n")
    assert ended.err == (
        f"pasture: container web waits: {PORT_TAKEN}; it starts when that changes\n"
    )


async def test_a_service_of_which_one_unit_has_no_place_is_made(api: FakeApi, shell: Shell) -> None:
    shell.patience_s = 0.2
    api.add("containers", name="shop-web-1", serviceId="1s1", hostId="1h1")
    unplaced = moving("creating", PORT_TAKEN)
    api.add("containers", name="shop-web-2", serviceId="1s1", **unplaced)
    patch = moving("activating", f"shop-web-2: {PORT_TAKEN}") | {"currentScale": 1}
    api.then["1s1"] = [patch] * 100
    ended = await shell.run("run", "--stack", "shop", "--name", "web", "--scale", "2", "nginx")
    assert (ended.exit, ended.out) == (Exit.TIMEOUT, "1s1\n")
    assert ended.err.splitlines()[-1] == (
        f"pasture: container shop-web-2 waits: {PORT_TAKEN}; it starts when that changes"
    )


async def test_what_is_pulled_for_long_is_waited_for(api: FakeApi, shell: Shell) -> None:
    shell.patience_s = 0.05
    placed = moving("starting", "pulling nginx") | {"hostId": "1h1"}
    api.then["1i1"] = [placed] * 4
    assert (await shell.run("run", "nginx")).exit is Exit.OK


async def test_run_with_a_stack_makes_stack_and_service(api: FakeApi, shell: Shell) -> None:
    ended = await shell.run("run", "--stack", "shop", "--scale", "3", "-p", "80", "team/web:1")
    assert ended.exit is Exit.OK
    assert (ended.out, ended.err) == ("1s1\n", "stack shop is new\nservice web is active\n")
    assert made(api, "stacks") == [{"name": "shop"}]
    assert made(api, "services") == [
        {
            "name": "web",
            "stackId": "1st1",
            "scale": 3,
            "launchConfig": {"imageUuid": "docker:team/web:1", "ports": ["80"]},
            "startOnCreate": True,
        }
    ]


async def test_run_uses_the_stack_that_is_there(api: FakeApi, shell: Shell) -> None:
    api.add("stacks", name="shop")
    await shell.run("run", "--stack", "shop", "nginx")
    await shell.run("run", "--stack", "1st1", "--name", "two", "nginx")
    assert made(api, "stacks") == []
    assert [s["stackId"] for s in made(api, "services")] == ["1st1", "1st1"]


async def test_a_service_takes_no_restart_policy(api: FakeApi, shell: Shell) -> None:
    ended = await shell.run("run", "--scale", "2", "--restart", "always", "nginx")
    assert ended.exit is Exit.USAGE
    assert "always started again" in ended.err
    assert made(api, "stacks") == []


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        ("run --env A nginx", "--env takes NAME=VALUE, not 'A'"),
        ("run --env prod nginx", "the environment to work in is --project"),
        ("run --label =x nginx", "--label takes NAME=VALUE"),
        ("run --memory lots nginx", "'lots' is no size; accepted: 512m"),
        ("run --cpus 0 nginx", "--cpus takes a number above 0"),
        ("run --cpus nan nginx", "--cpus takes a number above 0"),
        ("run --restart sometimes nginx", "--restart takes no, always"),
        ("run --restart always:3 nginx", "--restart takes no, always"),
        ("run --scale -1 nginx", "'-1' is no scale"),
        ("run --scale x nginx", "'x' is no scale"),
        ("run --env-file /nonexistent nginx", "/nonexistent cannot be read"),
        ("run nginx --name web", "--name stands after the image"),
        ("run nginx --port=1:1", "--port stands after the image"),
        ("run -p x:y nginx", "'x:y' is no port"),
        ("run --stack new -v x nginx", "'x' "),
        ("service create -p x new/web nginx", "'x' is no port"),
        ("run", "name an IMAGE"),
        ("service create shop/web --scale 2 nginx", "name an IMAGE after the flags"),
        ("service create web nginx", "'web' is no STACK/NAME"),
    ],
)
async def test_what_is_typed_wrongly_is_usage(
    api: FakeApi, shell: Shell, words: str, complaint: str
) -> None:
    ended = await shell.run(*words.split())
    assert ended.exit is Exit.USAGE
    assert complaint in ended.err
    assert not api.bodies("POST")


async def test_a_command_may_begin_with_a_flag(api: FakeApi, shell: Shell) -> None:
    await shell.run("run", "redis", "--appendonly", "yes")
    await shell.run("run", "tool", "--", "--name", "x")
    commands = [body["command"] for body in made(api, "containers")]
    assert commands == [["--appendonly", "yes"], ["--name", "x"]]


async def test_an_env_file_is_read_and_flags_win(api: FakeApi, shell: Shell) -> None:
    file = shell.home / "env"
    file.write_text("# about\nA=1\n\nB=two words\n")
    await shell.run("run", "--env-file", str(file), "-e", "A=2", "nginx")
    assert made(api, "containers")[0]["environment"] == {"A": "2", "B": "two words"}


async def test_stack_create(api: FakeApi, shell: Shell) -> None:
    ended = await shell.run("stack", "create", "shop", "--description", "front")
    assert (ended.exit, ended.out, ended.err) == (Exit.OK, "1st1\n", "stack shop is active\n")
    assert made(api, "stacks") == [{"name": "shop", "description": "front"}]


async def test_project_create(api: FakeApi, shell: Shell) -> None:
    ended = await shell.run("project", "create", "lab", "--subnet", "172.20.0.0/16")
    assert (ended.exit, ended.out, ended.err) == (Exit.OK, "1a6\n", "project lab is active\n")
    (asked,) = [a.body for a in api.asked if (a.method, a.path) == ("POST", "/v2-beta/projects")]
    assert asked == {"name": "lab", "subnet": "172.20.0.0/16"}


@pytest.mark.parametrize(("flag", "starts"), [("", True), ("--no-start ", False)])
async def test_service_create_starts_it_unless_told_not_to(
    api: FakeApi, shell: Shell, flag: str, starts: bool
) -> None:
    api.add("stacks", name="Shop")
    words = f"service create {flag}--scale 2 -e A=1 shop/web nginx sleep 5"
    ended = await shell.run(*words.split())
    assert ended.exit is Exit.OK
    assert made(api, "services") == [
        {
            "name": "web",
            "stackId": "1st1",
            "scale": 2,
            "startOnCreate": starts,
            "launchConfig": {
                "imageUuid": "docker:nginx",
                "environment": {"A": "1"},
                "command": ["sleep", "5"],
            },
        }
    ]


async def test_service_create_makes_a_stack_that_is_new(api: FakeApi, shell: Shell) -> None:
    ended = await shell.run("service", "create", "shop/web", "nginx")
    assert (ended.exit, ended.out) == (Exit.OK, "1s1\n")
    assert ended.err == "stack shop is new\nservice web is active\n"
    assert made(api, "stacks") == [{"name": "shop"}]
