from typing import Any
from urllib.parse import urlencode

import pytest

from pasture import __version__
from pasture.model.account import ProjectMember
from pasture.model.container import Container
from pasture.model.credential import AgentApiKey, Session
from pasture.model.host import Host
from pasture.model.service import LaunchConfig, Service
from pasture.model.stack import Stack
from tests.api.world import INSIDE, PROJECT, ROOT, World

BASE = "http://pasture.test"


async def container(world: World, **more: Any) -> Container:
    given: dict[str, Any] = {
        "account_id": PROJECT,
        "image_uuid": "docker:a",
        "state": "running",
        **more,
    }
    return await world.made(Container(**given))


async def test_the_root_links_what_the_role_may_list(world: World) -> None:
    root = (await world.admin.get(f"{ROOT}/")).json
    assert (root["id"], root["type"]) == ("v2-beta", "apiVersion")
    assert root["links"]["self"] == f"{BASE}/v2-beta"
    assert root["links"]["registrationTokens"] == f"{BASE}/v2-beta/registrationtokens"
    inside = (await world.user("member").get(INSIDE + "/schemas")).json
    assert inside["type"] == "collection"
    assert "agents" not in (await world.project.get(ROOT)).json["links"]


async def test_a_collection_has_everything_around_its_rows(world: World) -> None:
    made = await container(world, name="c1")
    found = (await world.project.get(f"{ROOT}/containers", name_like="c%")).json
    assert found["type"] == "collection"
    assert found["resourceType"] == "container"
    assert found["links"] == {"self": f"{BASE}/v2-beta/containers"}
    assert [r["id"] for r in found["data"]] == [f"1i{made.id}"]
    assert found["pagination"] == {
        "first": None, "previous": None, "next": None, "limit": 100, "total": None,
        "partial": False,
    }  # fmt: skip
    assert found["sort"] is None
    assert found["filters"]["name"] == [{"value": "c%", "modifier": "like"}]
    assert found["filters"]["state"] is None
    assert found["sortLinks"]["name"].endswith("/containers?name_like=c%25&sort=name")
    assert found["createDefaults"] == {}
    assert found["createTypes"] == {}


async def test_a_collection_counts_all_its_rows_by_shown_state_if_asked(world: World) -> None:
    for number, state in enumerate(("running", "running", "stopped")):
        await container(world, state=state, name=f"c{number}")
    await container(world, name="other")
    mine = await world.project.get(f"{ROOT}/containers", name_like="c%", limit="1", counts="true")
    assert mine.json["counts"] == {"running": 2, "stopped": 1}
    assert "counts" not in (await world.project.get(f"{ROOT}/containers")).json
    for agent in ("active", "reconnecting", None):
        host = Host(account_id=PROJECT, engine_id=str(agent), state="active", agent_state=agent)
        await world.made(host)
    hosts = (await world.project.get(f"{ROOT}/hosts", counts="true")).json
    assert hosts["counts"] == {"active": 3, "reconnecting": 1}  # one is the world's own
    assert (await world.project.get(f"{ROOT}/ports", counts="true")).json["counts"] is None


async def test_pages_lead_through_all_rows_once(world: World) -> None:
    for number in range(5):
        await container(world, name=f"c{number}")
    url: str | None = f"{INSIDE}/containers?limit=2&sort=name&order=desc"
    names: list[str] = []
    while url:
        page = (await world.admin.get(url)).json
        names += [r["name"] for r in page["data"]]
        assert page["pagination"]["partial"] is (page["pagination"]["next"] is not None)
        url = page["pagination"]["next"]
    assert names == ["c4", "c3", "c2", "c1", "c0"]
    page = (await world.admin.get(f"{INSIDE}/containers", sort="name")).json
    assert page["sort"]["order"] == "asc"
    assert page["sort"]["reverse"].endswith("sort=name&order=desc")


async def test_a_base_collection_shows_the_concrete_types(world: World) -> None:
    made = await container(world)
    found = (await world.project.get(f"{ROOT}/instances")).json
    assert (found["resourceType"], found["data"][0]["type"]) == ("instance", "container")
    assert found["createTypes"] == {"container": f"{BASE}/v2-beta/containers"}
    one = (await world.project.get(f"{ROOT}/instance/1i{made.id}")).json
    assert one["links"]["self"] == f"{BASE}/v2-beta/containers/1i{made.id}"
    assert one["baseType"] == "instance"


async def test_what_no_role_sees_is_in_no_base_collection(world: World) -> None:
    agent = await world.made(AgentApiKey(account_id=1, state="active"))
    session = await world.made(Session(account_id=1, expires=2**60, state="active"))
    found = (await world.admin.get(f"{ROOT}/credentials", limit=-1)).json
    types = {r["type"] for r in found["data"]}
    assert types == {"apiKey", "password", "registrationToken"}
    for hidden in (agent, session):
        assert (await world.admin.get(f"{ROOT}/credentials/1c{hidden.id}")).status == 404


async def test_removed_rows_are_hidden_in_lists_and_seen_by_id(world: World) -> None:
    made = await container(world, state="removed", removed=world.clock.now)
    url = f"{INSIDE}/containers"
    assert (await world.admin.get(url)).json["data"] == []
    assert len((await world.admin.get(url, _removed="true")).json["data"]) == 1
    assert len((await world.admin.get(url, removed_notnull="")).json["data"]) == 1
    assert (await world.admin.get(f"{url}/1i{made.id}")).json["state"] == "removed"


async def test_rows_of_other_environments_are_nowhere(world: World) -> None:
    theirs = await world.made(Host(name="h", account_id=6, engine_id="x", state="active"))
    for client in (world.project, world.user("member"), world.user("stranger")):
        assert (await client.get(f"{ROOT}/hosts/1h{theirs.id}")).status == 404
    inside = (await world.admin.get(f"{INSIDE}/hosts")).json
    assert [h["name"] for h in inside["data"]] == ["h1"]
    everything = (await world.admin.get(f"{ROOT}/hosts")).json
    assert len(everything["data"]) == 3
    assert (await world.admin.get(f"{INSIDE}/hosts/1h{theirs.id}")).status == 404


async def test_addresses_carry_the_environment_that_was_asked_for(world: World) -> None:
    for client, url in (
        (world.user("member"), f"{INSIDE}/hosts"),
        (world.user("member").with_headers(X_API_Project_Id="1a5"), f"{ROOT}/hosts"),
        (world.user("member"), f"{ROOT}/hosts?projectId=1a5"),
    ):
        [host] = (await client.get(url)).json["data"]
        assert host["links"]["self"] == f"{BASE}/v2-beta/projects/1a5/hosts/1h1"


async def test_a_host_is_shown_in_its_agents_state_while_active(world: World) -> None:
    async def state(**more: Any) -> str:
        host = await world.made(Host(account_id=PROJECT, engine_id=str(more), **more))
        return (await world.project.get(f"{ROOT}/hosts/1h{host.id}")).json["state"]

    assert await state(state="active", agent_state="reconnecting") == "reconnecting"
    assert await state(state="active", agent_state=None) == "active"
    assert await state(state="inactive", agent_state="reconnecting") == "inactive"


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ({"state": "starting"}, ("yes", "In Progress", None)),
        ({"state": "starting", "message": "pulling", "progress": 40}, ("yes", "pulling", 40)),
        ({"state": "running", "message": "ok"}, ("no", None, None)),
        ({"state": "error", "message": "no image", "failed": True}, ("error", "no image", None)),
        ({"state": "starting", "message": "retry", "failed": True}, ("yes", "retry", None)),
    ],
)
async def test_what_is_under_way_is_told(
    world: World, row: dict[str, Any], told: tuple[str, str | None, int | None]
) -> None:
    made = await container(world, **row)
    shown = (await world.project.get(f"{ROOT}/containers/1i{made.id}")).json
    names = ("transitioning", "transitioningMessage", "transitioningProgress")
    assert tuple(shown[n] for n in names) == told


async def scene(world: World) -> tuple[Stack, Service, Container]:
    stack = await world.made(Stack(name="st", account_id=PROJECT, state="active"))
    launch = LaunchConfig(image_uuid="docker:a", environment={"A": "1"})
    service = await world.made(
        Service(
            name="sv", account_id=PROJECT, stack_id=stack.id, launch_config=launch, state="active"
        )
    )
    one = await container(world, service_id=service.id, stack_id=stack.id, host_id=1)
    await container(world, name="alone")
    return stack, service, one


async def test_links_lead_both_ways(world: World) -> None:
    stack, service, one = await scene(world)
    shown = (await world.project.get(f"{ROOT}/containers/1i{one.id}")).json
    assert (await world.project.get(shown["links"]["service"])).json["id"] == f"1s{service.id}"
    assert (await world.project.get(shown["links"]["stack"])).json["id"] == f"1st{stack.id}"
    hosts = (await world.project.get(shown["links"]["hosts"])).json
    assert (hosts["type"], [h["id"] for h in hosts["data"]]) == ("collection", ["1h1"])
    services = (await world.project.get(shown["links"]["services"])).json
    assert [s["id"] for s in services["data"]] == [f"1s{service.id}"]
    for kind, row in (("services", service), ("hosts", None), ("stacks", stack)):
        number = row.id if row else 1
        letters = {"services": "s", "hosts": "h", "stacks": "st"}[kind]
        parent = (await world.project.get(f"{ROOT}/{kind}/1{letters}{number}")).json
        children = (await world.project.get(parent["links"]["instances"])).json
        assert [c["id"] for c in children["data"]] == [f"1i{one.id}"]
        assert children["resourceType"] == "instance"


async def test_links_of_what_is_not_set_are_absent_or_empty(world: World) -> None:
    one = await container(world)
    shown = (await world.project.get(f"{ROOT}/containers/1i{one.id}")).json
    assert "service" not in shown["links"]
    assert (await world.project.get(f"{ROOT}/containers/1i{one.id}/service")).status == 404
    for empty in ("hosts", "services"):
        assert (await world.project.get(shown["links"][empty])).json["data"] == []


async def test_a_link_filters_sorts_and_pages_as_a_collection(world: World) -> None:
    _, service, one = await scene(world)
    url = f"{ROOT}/services/1s{service.id}/Instances"
    assert len((await world.project.get(url, state="running")).json["data"]) == 1
    assert (await world.project.get(url, state="stopped")).json["data"] == []
    assert one


async def test_an_include_embeds_what_a_link_leads_to(world: World) -> None:
    stack, service, one = await scene(world)
    [found] = (await world.project.get(f"{ROOT}/services", include="Instances")).json["data"]
    assert [c["id"] for c in found["instances"]] == [f"1i{one.id}"]
    [found] = (await world.project.get(f"{ROOT}/services?include=stack&include=instances")).json[
        "data"
    ]
    assert found["stack"]["id"] == f"1st{stack.id}"
    assert "instances" not in found
    alone = (await world.project.get(f"{ROOT}/containers", include="service", name="alone")).json
    assert alone["data"][0]["service"] is None
    odd = (await world.project.get(f"{ROOT}/services/1s{service.id}", include="nothing")).json
    assert "nothing" not in odd


async def test_an_include_embeds_nothing_that_may_not_be_seen(world: World) -> None:
    one = await container(world, host_id=2)  # of another environment
    shown = (await world.project.get(f"{ROOT}/containers/1i{one.id}", include="hosts")).json
    assert shown["hosts"] == []


async def test_a_role_that_may_not_see_a_field_gets_none_of_it(world: World) -> None:
    _, service, one = await scene(world)
    readonly = world.user("readonly")
    shown = (await readonly.get(f"{INSIDE}/containers/1i{one.id}")).json
    assert "environment" not in shown
    assert set(shown["actions"]) == {"logs"}
    launch = (await readonly.get(f"{INSIDE}/services/1s{service.id}")).json["launchConfig"]
    assert "environment" not in launch
    assert "agentId" not in (await readonly.get(f"{INSIDE}/hosts/1h1")).json


async def test_nested_values_have_their_type_and_shown_references(world: World) -> None:
    stack = await world.made(Stack(name="st", account_id=PROJECT, state="active"))
    launch = LaunchConfig(image_uuid="docker:a", requested_host_id=1)
    service = await world.made(
        Service(name="sv", account_id=PROJECT, stack_id=stack.id, launch_config=launch)
    )
    shown = (await world.project.get(f"{ROOT}/services/1s{service.id}")).json["launchConfig"]
    assert (shown["type"], shown["requestedHostId"]) == ("launchConfig", "1h1")


async def test_an_environment_links_what_is_in_it(world: World) -> None:
    shown = (await world.user("member").get(f"{ROOT}/projects/1a5")).json
    assert (shown["type"], shown["baseType"]) == ("project", "account")
    assert shown["links"]["self"] == f"{BASE}/v2-beta/projects/1a5"
    assert shown["links"]["hosts"] == f"{BASE}/v2-beta/projects/1a5/hosts"
    assert shown["links"]["projectMembers"] == f"{BASE}/v2-beta/projects/1a5/projectmembers"
    members = (await world.user("member").get(f"{ROOT}/projects/1a5/projectMembers")).json
    assert {m["role"] for m in members["data"]} == {"owner", "member", "restricted", "readonly"}
    assert (await world.user("stranger").get(f"{ROOT}/projects/1a5/projectmembers")).status == 404


async def test_environments_are_listed_for_their_members(world: World) -> None:
    async def listed(client: Any) -> list[str]:
        return [p["id"] for p in (await client.get(f"{ROOT}/projects")).json["data"]]

    assert await listed(world.user("member")) == ["1a5"]
    assert await listed(world.user("stranger")) == []
    assert await listed(world.project) == ["1a5"]
    assert await listed(world.admin) == ["1a5", "1a6"]


async def test_an_account_collection_shows_environments_as_such(world: World) -> None:
    found = (await world.admin.get(f"{ROOT}/accounts", limit=-1)).json["data"]
    assert {(a["id"], a["type"]) for a in found} >= {("1a1", "account"), ("1a5", "project")}


@pytest.mark.parametrize("word", ["schema/container", "Schemas/CONTAINERS", "schemas/Container"])
async def test_a_schema_is_found_by_any_spelling(world: World, word: str) -> None:
    found = (await world.project.get(f"{ROOT}/{word}")).json
    assert (found["id"], found["pluralName"]) == ("container", "containers")
    assert found["links"]["collection"] == f"{BASE}/v2-beta/containers"
    assert found["collectionFilters"]["hostId"]["modifiers"] == ["eq", "ne", "null", "notnull"]
    assert "hosts" in found["includeableLinks"]


async def test_schemas_follow_the_role(world: World) -> None:
    assert (await world.key("agent").get(f"{ROOT}/schemas/account")).status == 404
    as_project = (await world.admin.get(f"{ROOT}/schemas/stack", _role="project")).json
    assert "POST" not in (await world.admin.get(f"{ROOT}/schemas/stack")).json["collectionMethods"]
    assert as_project["id"] == "stack"
    found = (await world.admin.get(f"{ROOT}/schemas", _role="project")).json
    stack = next(s for s in found["data"] if s["id"] == "stack")
    assert "POST" in stack["collectionMethods"]
    ignored = (await world.user("member").get(f"{ROOT}/schemas", _role="admin")).json
    assert "agent" not in {s["id"] for s in ignored["data"]}


async def test_identities_are_the_askers_own(world: World) -> None:
    found = (await world.user("member").get(f"{ROOT}/identities")).json["data"]
    assert [(i["id"], i["login"]) for i in found] == [("1i!rancher_id:1a11", "member")]
    other = await world.user("member").get(f"{ROOT}/identities/1i!rancher_id:1a1")
    assert other.status == 404
    assert (await world.admin.get(f"{ROOT}/identity/1i!rancher_id:1a11")).json["name"] == "member"


async def test_a_user_sees_members_of_their_environments_alone(world: World) -> None:
    await world.made(
        ProjectMember(account_id=6, project_id=6, member_id=1, role="owner", state="active")
    )
    found = (await world.user("member").get(f"{ROOT}/projectmembers")).json["data"]
    assert {m["projectId"] for m in found} == {"1a5"}
    assert len((await world.admin.get(f"{ROOT}/projectmembers")).json["data"]) == 5


async def test_more_filters_than_any_question_needs_are_refused_in_words(world: World) -> None:
    some = [("name_ne", f"n{n}") for n in range(100)]
    assert (await world.project.get(f"{ROOT}/containers?{urlencode(some)}")).status == 200
    reply = await world.project.get(f"{ROOT}/containers?{urlencode([*some, ('name', 'a')])}")
    assert (reply.status, reply.code) == (400, "InvalidBodyContent")
    assert "at most 100" in reply.json["message"]


@pytest.mark.parametrize("project", ["1a5", "1zz5"])
async def test_a_list_is_where_its_rows_are(world: World, project: str) -> None:
    await container(world)
    member = world.user("member")
    for reply in (
        await member.with_headers(x_api_project_id=project).get(f"{ROOT}/CONTAINERS"),
        await member.get(f"{ROOT}/Containers", projectId=project),
        await member.get(f"{ROOT}/Projects/{project}/containers/"),
    ):
        [row] = reply.json["data"]
        own = reply.json["links"]["self"]
        assert own == f"{BASE}/v2-beta/projects/1a5/containers"
        assert row["links"]["self"].startswith(own)
        assert reply.json["sortLinks"]["name"].startswith(own)


async def test_actions_are_shown_to_who_may_run_them(world: World) -> None:
    for name, runs in (("owner", True), ("member", False), ("readonly", False)):
        user = world.user(name)
        [listed] = (await user.get(f"{ROOT}/projects")).json["data"]
        for shown in (listed, (await user.get(f"{ROOT}/projects/1a5")).json):
            assert ("setmembers" in shown["actions"]) is runs, name
            assert bool(shown["actions"]) is runs, name
    shown = (await world.admin.get(f"{ROOT}/projects/1a5")).json
    assert {"deactivate", "setmembers", "update"} == set(shown["actions"])


async def test_a_registration_token_tells_its_image_and_links_its_url(world: World) -> None:
    async def token() -> Any:
        return (await world.project.get(f"{ROOT}/registrationtokens")).json["data"][0]

    found = await token()
    assert found["image"] == f"pasture/agent:{__version__}"
    assert found["links"]["registrationUrl"] == found["registrationUrl"]
    await world.admin.put(f"{ROOT}/settings/bootstrap.required.image", {"value": "our/agent:2"})
    assert (await token())["image"] == "our/agent:2"
    [unseen] = (await world.user("looker").get(f"{ROOT}/registrationtokens")).json["data"]
    assert "registrationUrl" not in unseen["links"]
