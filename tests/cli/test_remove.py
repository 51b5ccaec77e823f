from pasture.cli.exits import Exit
from tests.cli.command import Shell
from tests.client.fake_api import FakeApi, moving


async def test_a_running_container_is_removed_without_a_question(
    api: FakeApi, shell: Shell
) -> None:
    shell.interactive = True
    api.add("containers", name="a")
    ended = await shell.run("rm", "a")
    assert (ended.exit, ended.out, ended.err) == (Exit.OK, "a: removed\n", "")
    assert [a.path for a in api.asked if a.method == "DELETE"] == [
        "/v2-beta/projects/1a5/containers/1i1"
    ]


async def test_a_host_with_containers_needs_a_choice(api: FakeApi, shell: Shell) -> None:
    api.add("hosts", name="oak")
    for name in "abc":
        api.add("containers", name=name, hostId="1h1")
    ended = await shell.run("rm", "oak")
    assert ended.exit is Exit.USAGE
    assert "host oak has 3 containers" in ended.err
    assert "--containers keep" in ended.err
    assert api.rows["hosts"][0]["state"] == "active"


async def test_a_host_is_deactivated_then_removed_with_what_was_chosen(
    api: FakeApi, shell: Shell
) -> None:
    api.add("hosts", name="oak")
    api.add("containers", name="a", hostId="1h1")
    ended = await shell.run("rm", "--containers", "remove", "oak")
    assert (ended.exit, ended.out) == (Exit.OK, "oak: removed\n")
    followed = [(a.query["action"], a.body) for a in api.asked if "action" in a.query]
    assert followed == [("deactivate", {}), ("remove", {"containers": "remove"})]


async def test_an_empty_host_needs_no_choice(api: FakeApi, shell: Shell) -> None:
    api.add("hosts", name="oak", state="inactive")
    assert (await shell.run("rm", "oak")).exit is Exit.OK
    assert api.bodies("POST") == [{"containers": "keep"}]


async def test_a_stack_is_asked_about_where_somebody_can_answer(api: FakeApi, shell: Shell) -> None:
    shell.interactive = True
    api.add("stacks", name="shop")
    api.add("services", name="web", stackId="1st1")
    ended = await shell.run("rm", "shop", stdin="n\n")
    assert ended.exit is Exit.FAILED
    assert ended.err.startswith("Remove stack shop with 1 service and their containers? [y/N]")
    assert api.rows["stacks"][0]["state"] == "active"
    assert (await shell.run("rm", "shop", stdin="y\n")).exit is Exit.OK


async def test_yes_and_scripts_are_not_asked(api: FakeApi, shell: Shell) -> None:
    for name, words, interactive in (("a", ["--yes"], True), ("b", [], False)):
        shell.interactive = interactive
        api.add("stacks", name=name)
        ended = await shell.run("rm", *words, name)
        assert (ended.exit, ended.err) == (Exit.OK, "")


async def test_what_takes_its_time_to_go_is_waited_for(api: FakeApi, shell: Shell) -> None:
    shell.patience_s = 0.05
    api.add("stacks", name="shop")
    api.then["1st1"] = [moving("removing", "web: web-1: being stopped, killed after 10 s")] * 4
    ended = await shell.run("rm", "--yes", "shop")
    assert (ended.exit, ended.out) == (Exit.OK, "shop: removed\n")
