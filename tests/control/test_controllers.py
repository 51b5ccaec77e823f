"""Whole controllers over the real store, with hosts that obey at once."""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pasture.auth.secrets import matches_key
from pasture.control.cleanup import AUDIT_KEPT_MS, PURGED_AFTER_MS, REMOVED_KEPT_MS
from pasture.model.account import Account, ProjectMember
from pasture.model.audit import AuditLog
from pasture.model.container import Container, InstanceStop, remove, start, stop
from pasture.model.credential import AgentApiKey, ApiKey, RegistrationToken, Session
from pasture.model.host import KEEP, LINK_CLOSED, REMOVE_CONTAINERS, Agent, Host, Register
from pasture.model.query import Where
from pasture.model.resource import Resource
from pasture.model.service import GLOBAL, LaunchConfig, Service, deactivate
from pasture.model.service import activate as activate_service
from pasture.model.stack import Stack
from pasture.store.changes import Create
from tests.control.world import World, standalone, world
from tests.support.stores import StillClock, open_store

PORT = LaunchConfig(image_uuid="docker:nginx", ports=("8081:80",))


async def units(w: World, service: Service) -> list[Container]:
    return await w.store.find(Container, Where("service_id", service.id))


async def says(w: World, seen: Resource, words: str) -> None:
    """Wait until a row says exactly that."""

    async def said() -> bool:
        row = await w.store.get(type(seen), seen.id)
        return row is not None and row.message == words

    await w.until(said)


async def test_a_service_of_fifty_runs_in_a_few_writes_of_its_row(tmp_path: Path) -> None:
    async with world(tmp_path) as w:
        project = await w.project()
        hosts = [await w.host(project, name) for name in ("h1", "h2")]
        service = await w.service(await w.stack(project), scale=50)
        active = await w.becomes(service, "active")
        rows = await units(w, service)
        assert sorted(c.name or "" for c in rows) == sorted(f"app-web-{n}" for n in range(1, 51))
        assert {c.state for c in rows} == {"running"}
        assert [sum(c.host_id == h.id for c in rows) for h in hosts] == [25, 25]
        assert active.current_scale == 50
        assert active.row_version < 60


async def test_the_second_unit_waits_for_a_host_with_a_free_port(tmp_path: Path) -> None:
    async with world(tmp_path) as w:
        project = await w.project()
        await w.host(project, "h1")
        service = await w.service(await w.stack(project), scale=2, launch=PORT)
        await says(w, service, "app-web-2: port 8081 is in use on host h1")
        await w.host(project, "h2")
        await w.becomes(service, "active")
        assert len({c.host_id for c in await units(w, service)}) == 2


async def test_a_port_that_becomes_free_is_given_on(tmp_path: Path) -> None:
    async with world(tmp_path) as w:
        project = await w.project()
        await w.host(project, "h1")
        first = await w.create(standalone(project, ports=("80:80",)))
        await w.becomes(first, "running")
        second = await w.create(standalone(project, name="two", ports=("80:80",)))
        await says(w, second, "port 80 is in use on host h1")
        await w.amend(first, lambda c: replace(remove(c, None), state="removing"))
        await w.becomes(second, "running")
        assert (await w.becomes(first, "removed")).removed is not None


async def test_without_a_host_a_container_says_what_to_do(tmp_path: Path) -> None:
    async with world(tmp_path) as w:
        project = await w.project()
        made = await w.create(standalone(project))
        await says(w, made, "no host in this environment: add one")
        await w.host(project, "h1")
        await w.becomes(made, "running")


async def test_a_container_is_stopped_started_restarted_and_removed(tmp_path: Path) -> None:
    async with world(tmp_path) as w:
        project = await w.project()
        await w.host(project, "h1")
        made = await w.create(standalone(project))
        await w.becomes(made, "running")
        await w.amend(made, lambda c: replace(stop(c, None), state="stopping"))
        await w.becomes(made, "stopped")
        await w.amend(made, lambda c: replace(start(c, None), state="starting"))
        await w.becomes(made, "running")
        await w.amend(made, lambda c: replace(start(c, None), state="restarting"))
        assert (await w.becomes(made, "running")).generation == 4
        stopping = InstanceStop(remove=True)
        await w.amend(made, lambda c: replace(stop(c, stopping), state="stopping"))
        await w.becomes(made, "removed")


async def test_an_image_that_does_not_exist_is_an_error_in_the_hosts_words(tmp_path: Path) -> None:
    async with world(tmp_path) as w:
        w.refuses["nope"] = "no such image: nope"
        project = await w.project()
        await w.host(project, "h1")
        launch = LaunchConfig(image_uuid="docker:nope")
        service = await w.service(await w.stack(project), launch=launch)
        await says(w, service, "app-web-1: no such image: nope")
        (only,) = await units(w, service)
        shown = await w.becomes(only, "error")
        assert (shown.message, shown.failed) == ("no such image: nope", True)
        del w.refuses["nope"]
        await w.amend(only, lambda c: replace(c, engine_message=None))  # the host tries again
        await w.becomes(service, "active")


async def test_a_service_is_scaled_deactivated_activated_and_its_stack_removed(
    tmp_path: Path,
) -> None:
    async with world(tmp_path) as w:
        project = await w.project()
        await w.host(project, "h1")
        stack = await w.stack(project)
        service = await w.service(stack, scale=3)
        await w.becomes(service, "active")
        await w.amend(service, lambda s: replace(s, scale=1, state="updating-active"))
        await w.becomes(service, "active")
        assert [c.service_index for c in await units(w, service) if c.wanted == "running"] == [1]
        await w.amend(service, lambda s: replace(deactivate(s, None), state="deactivating"))
        await w.becomes(service, "inactive")
        await w.amend(service, lambda s: replace(activate_service(s, None), state="activating"))
        assert (await w.becomes(service, "active")).create_index == 3
        await w.amend(stack, lambda s: replace(s, state="removing"))
        await w.becomes(stack, "removed")
        assert await w.store.count(Service) == 0
        assert await w.store.count(Container) == 0


async def test_a_stack_takes_its_standalone_containers_along(tmp_path: Path) -> None:
    async with world(tmp_path) as w:
        project = await w.project()
        await w.host(project, "h1")
        stack = await w.stack(project)
        made = await w.create(standalone(project, stack_id=stack.id))
        await w.becomes(made, "running")
        await w.amend(stack, lambda s: replace(s, state="removing"))
        await w.becomes(stack, "removed")
        await w.becomes(made, "removed")


async def test_a_removed_unit_is_replaced(tmp_path: Path) -> None:
    async with world(tmp_path) as w:
        project = await w.project()
        await w.host(project, "h1")
        service = await w.service(await w.stack(project), scale=2)
        await w.becomes(service, "active")
        first = (await units(w, service))[0]
        await w.amend(first, lambda c: replace(remove(c, None), state="removing"))

        async def replaced() -> bool:
            running = [c.id for c in await units(w, service) if c.state == "running"]
            return len(running) == 2 and first.id not in running

        await w.until(replaced)


async def test_a_unit_whose_name_is_taken_says_so(tmp_path: Path) -> None:
    async with world(tmp_path) as w:
        project = await w.project()
        await w.host(project, "h1")
        await w.create(standalone(project, name="app-web-1"))
        service = await w.service(await w.stack(project))

        async def said() -> bool:
            row = await w.store.get(Service, service.id)
            return row is not None and "name is taken" in (row.message or "")

        await w.until(said)
        assert await units(w, service) == []


async def test_a_global_service_follows_the_hosts(tmp_path: Path) -> None:
    async with world(tmp_path) as w:
        project = await w.project()
        await w.host(project, "h1")
        launch = LaunchConfig(image_uuid="docker:nginx", labels={GLOBAL: "true"})
        service = await w.service(await w.stack(project), launch=launch)
        await w.becomes(service, "active")
        second = await w.host(project, "h2")

        async def everywhere() -> bool:
            running = {c.host_id for c in await units(w, service) if c.state == "running"}
            return second.id in running and len(running) == 2

        await w.until(everywhere)


async def test_a_lost_host_says_so_and_keeps_what_runs(tmp_path: Path) -> None:
    async with world(tmp_path) as w:
        project = await w.project()
        host = await w.host(project, "h1")
        made = await w.create(standalone(project))
        await w.becomes(made, "running")
        w.deaf.add(host.id)
        agent = await w.store.get(Agent, host.agent_id or 0)
        assert agent is not None
        since = w.clock.now_ms()
        await w.amend(agent, lambda a: replace(a, link_state=LINK_CLOSED, link_since=since))
        await w.becomes(agent, "reconnecting")
        row = await w.becomes(made, "running")
        await w.amend(made, lambda c: replace(stop(c, None), state="stopping"))
        await says(w, made, "host h1 is reconnecting")
        assert row.wanted == "running"
        w.clock.now += 180_000
        await w.amend(agent, lambda a: replace(a, description="looked at again"))
        await w.becomes(agent, "disconnected")
        await says(w, made, "host h1 is disconnected")


async def removing(w: World, host: Host, choice: str) -> None:
    await w.amend(host, lambda h: replace(h, state="removing", on_remove=choice))


async def test_a_removed_host_keeps_its_containers_and_its_agent_is_refused(tmp_path: Path) -> None:
    async with world(tmp_path) as w:
        project = await w.project()
        register = await w.create(Register(key="k" * 32, account_id=project.id, state="activating"))
        given = await w.becomes(register, "active")
        assert given.agent_id is not None
        host = await w.host(project, "h1", agent_id=given.agent_id)
        made = await w.create(standalone(project))
        await says(w, made, "host h1: agent activating")
        agent = await w.store.get(Agent, given.agent_id)
        assert agent is not None
        await w.amend(agent, lambda a: replace(a, link_state="open", link_since=1))
        await w.becomes(made, "running")
        await removing(w, host, KEEP)
        await w.becomes(host, "removed")
        gone = await w.becomes(made, "removed")
        assert (gone.wanted, gone.generation, gone.engine_state) == ("running", 1, "running")
        await w.becomes(agent, "removed")
        assert await w.store.count(AgentApiKey) == 0
        assert await w.store.count(Register) == 0
        assert await w.store.count(Account, Where("kind", "agent")) == 0


async def test_a_removed_host_removes_its_containers_first_if_that_was_chosen(
    tmp_path: Path,
) -> None:
    async with world(tmp_path) as w:
        project = await w.project()
        host = await w.host(project, "h1")
        made = await w.create(standalone(project))
        await w.becomes(made, "running")
        w.deaf.add(host.id)
        await removing(w, host, REMOVE_CONTAINERS)
        await says(w, host, "containers still to be removed from it: 1")
        w.deaf.clear()
        await w.amend(made, lambda c: replace(c, description="heard again"))
        await w.becomes(host, "removed")
        assert (await w.becomes(made, "removed")).engine_state is None


async def test_a_host_that_joins_gets_a_key_pair_once(tmp_path: Path) -> None:
    async with world(tmp_path) as w:
        project = await w.project()
        asked = Register(key="k" * 32, account_id=project.id, state="activating")
        first, again = [await w.create(asked), await w.create(asked)]
        other = await w.create(replace(asked, account_id=project.id + 1000))
        one, two = await w.becomes(first, "active"), await w.becomes(again, "active")
        assert (one.access_key, one.secret_key, one.agent_id) == (
            two.access_key,
            two.secret_key,
            two.agent_id,
        )
        assert (await w.becomes(other, "active")).agent_id != one.agent_id
        agent = await w.store.get(Agent, one.agent_id or 0)
        assert agent is not None
        assert agent.project_id == project.id
        key = await w.store.one(AgentApiKey, Where("public_value", one.access_key))
        assert key is not None
        assert matches_key(key.secret_value, one.secret_key or "")
        assert (key.account_id, key.state) == (agent.account_id, "active")
        account = await w.store.get(Account, agent.account_id or 0)
        assert account is not None
        assert (account.kind, account.state) == ("agent", "active")
        await w.amend(first, lambda r: replace(r, state="removing"))
        await w.becomes(first, "removed")


async def test_a_replaced_agent_goes_for_good(tmp_path: Path) -> None:
    async with world(tmp_path) as w:
        project = await w.project()
        agent = await w.create(Agent(project_id=project.id, state="deactivating", account_id=77))
        await w.becomes(agent, "removed")


async def test_a_fresh_key_is_active_in_one_more_write(tmp_path: Path) -> None:
    async with world(tmp_path) as w:
        key = await w.create(ApiKey(secret_value="hashed", account_id=1, state="registering"))
        assert (await w.becomes(key, "active")).row_version == 2
        await w.amend(key, lambda k: replace(k, state="deactivating"))
        await w.becomes(key, "inactive")
        await w.amend(key, lambda k: replace(k, state="removing"))
        gone = await w.becomes(key, "removed")
        assert gone.removed == w.clock.now_ms()
        await w.amend(key, lambda k: replace(k, state="purging"))
        await w.becomes(key, "purged")


async def test_a_removed_environment_takes_its_rows_along(tmp_path: Path) -> None:
    async with world(tmp_path) as w:
        project = await w.project()
        host = await w.host(project, "h1")
        service = await w.service(await w.stack(project), scale=2)
        await w.becomes(service, "active")
        member = ProjectMember(
            project_id=project.id, member_id=1, role="owner", account_id=project.id
        )
        await w.create(replace(member, state="active"))
        await w.create(RegistrationToken(account_id=project.id, state="active"))
        await w.create(Agent(project_id=project.id, account_id=78, state="activating"))
        await w.amend(project, lambda p: replace(p, state="removing"))
        await w.becomes(project, "removed")
        for cls in (Host, Agent, Stack, Service, Container, RegistrationToken, ProjectMember):
            assert await w.store.count(cls) == 0, cls.type.name
        assert (await w.becomes(host, "removed")).on_remove == KEEP


async def test_rows_that_were_removed_long_ago_are_deleted(tmp_path: Path) -> None:
    clock = StillClock()
    async with open_store(tmp_path, clock=clock) as store:
        old = clock.now_ms() - REMOVED_KEPT_MS - 1
        audit = AuditLog(
            auth_type="BasicAuth", event_type="api", resource_type="x", response_code=200
        )
        await store.write(
            Create(Stack(name="old", account_id=1, state="removed", removed=old)),
            Create(Stack(name="new", account_id=1, state="removed", removed=old + 2)),
            Create(Session(account_id=1, state="active", expires=clock.now_ms() - 1)),
            Create(Session(account_id=1, state="active", expires=clock.now_ms() + 1)),
            Create(replace(audit, created=clock.now_ms() - AUDIT_KEPT_MS - 1)),
            Create(audit),
        )
    async with world(tmp_path) as w:

        async def cleaned() -> bool:
            return (
                await w.store.count(AuditLog) == 1
                and await w.store.count(Session) == 1
                and [s.name for s in await w.store.find(Stack, removed=True)] == ["new"]
            )

        await w.until(cleaned)


async def test_what_was_removed_a_minute_ago_is_purged_as_far_as_its_type_is(
    tmp_path: Path,
) -> None:
    clock = StillClock()
    gone: dict[str, Any] = {"account_id": 1, "state": "removed"}
    gone["removed"] = clock.now_ms() - PURGED_AFTER_MS - 1
    newly: dict[str, Any] = {**gone, "removed": clock.now_ms() + PURGED_AFTER_MS}
    async with open_store(tmp_path, clock=clock) as store:
        await store.write(
            Create(ApiKey(name="old", **gone)),
            Create(ApiKey(name="new", **newly)),
            Create(Container(name="c", image_uuid="docker:a", **gone)),
            Create(Stack(name="s", **gone)),
        )
    async with world(tmp_path) as w:

        async def purged() -> bool:
            keys = {k.name: k.state for k in await w.store.find(ApiKey, removed=True)}
            [container] = await w.store.find(Container, removed=True)
            return keys["old"] == container.state == "purged"

        await w.until(purged)
        keys = {k.name: k.state for k in await w.store.find(ApiKey, removed=True)}
        assert keys == {"old": "purged", "new": "removed"}
        [stack] = await w.store.find(Stack, removed=True)
        assert stack.state == "removed"


@pytest.mark.parametrize("round_", range(3))
async def test_a_restart_at_any_moment_loses_nothing(tmp_path: Path, round_: int) -> None:
    async with world(tmp_path) as w:
        after = w.store.revision
        project = await w.project()
        await w.host(project, "h1")
        stack = await w.stack(project)
        service = await w.service(stack, scale=4)
        seen = 0
        async for batch in w.store.feed(after):
            seen += len(batch)
            if seen > 8 + 9 * round_:
                break
    async with world(tmp_path) as w:
        await w.becomes(service, "active")
        rows = await units(w, service)
        assert sorted(c.service_index or 0 for c in rows) == [1, 2, 3, 4]


async def test_a_world_at_rest_is_looked_at_without_a_write(tmp_path: Path) -> None:
    async with world(tmp_path) as w:
        project = await w.project()
        await w.host(project, "h1")
        service = await w.service(await w.stack(project), scale=2, launch=PORT)
        await w.becomes(service, "activating")
        await says(w, service, "app-web-2: port 8081 is in use on host h1")
        alone = await w.create(standalone(project))
        await w.becomes(alone, "running")
        await at_rest(w)
    async with world(tmp_path) as w:
        before = w.store.revision
        await at_rest(w)
        assert w.store.revision == before


async def at_rest(w: World) -> None:
    """Wait until a while went by without a change."""
    before = -1
    while before != w.store.revision:
        before = w.store.revision
        await asyncio.sleep(0.15)
