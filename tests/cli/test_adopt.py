"""``adopt``: what is listed, what is asked of the server, and in which words it ends."""

from typing import Any

from pasture.cli.exits import Exit
from tests.cli.command import Shell
from tests.client.fake_api import FakeApi


def stray(api: FakeApi, name: str, **more: Any) -> None:
    known: dict[str, Any] = {
        "strayUuid": f"lost-{name}",
        "nativeContainer": True,
        "imageUuid": "docker:nginx",
        "labels": {"io.rancher.stack_service.name": "app/web"},
    }
    api.add("containers", name=name, **{**known, **more})


async def test_without_a_name_it_lists_what_is_not_known(api: FakeApi, shell: Shell) -> None:
    api.add("hosts", name="oak")
    api.add("containers", name="mine")
    stray(api, "r-web-1", hostId="1h1")
    ended = await shell.run("adopt")
    assert (ended.exit, ended.err) == (Exit.OK, "")
    head, row = ended.out.splitlines()
    assert head.split() == ["ID", "NAME", "IMAGE", "STATE", "HOST", "SERVICE"]
    assert row.split() == ["1i2", "r-web-1", "nginx", "running", "oak", "app/web"]
    assert (await shell.run("adopt", "-q")).out == "1i2\n"


async def test_ps_marks_it(api: FakeApi, shell: Shell) -> None:
    stray(api, "r-web-1")
    assert "r-web-1 (unknown)" in (await shell.run("ps")).out


async def test_all_are_taken_back_one_after_another(api: FakeApi, shell: Shell) -> None:
    api.add("containers", name="mine")
    stray(api, "a", serviceIds=["1s4"])
    stray(api, "b")
    ended = await shell.run("adopt", "--all", "--scale-up")
    assert (ended.exit, ended.err) == (Exit.OK, "")
    assert ended.out == (
        "1i2: adopted as a, a unit of service 1s4\n1i3: adopted as b, a standalone container\n"
    )
    assert api.bodies("POST") == [{"standalone": False, "scaleUp": True}] * 2


async def test_one_is_named(api: FakeApi, shell: Shell) -> None:
    stray(api, "a")
    ended = await shell.run("adopt", "--standalone", "a")
    assert (ended.exit, ended.out) == (Exit.OK, "a: adopted as a, a standalone container\n")
    assert api.bodies("POST") == [{"standalone": True, "scaleUp": False}]


async def test_nothing_to_adopt_is_no_failure(api: FakeApi, shell: Shell) -> None:
    api.add("containers", name="mine")
    ended = await shell.run("adopt", "--all")
    assert (ended.exit, ended.out) == (Exit.OK, "")
    assert "no container that is not known" in ended.err


async def test_names_and_all_together_are_a_mistake(api: FakeApi, shell: Shell) -> None:
    assert (await shell.run("adopt", "a", "--all")).exit is Exit.USAGE


async def test_what_is_known_is_not_adopted(api: FakeApi, shell: Shell) -> None:
    api.add("containers", name="mine")
    ended = await shell.run("adopt", "mine")
    assert ended.exit is Exit.FAILED
    assert "adopt" in ended.err
