from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import aiohttp
import pytest

from pasture.kit.errors import Conflict
from pasture.kit.tasks import TaskGroup
from pasture.link.hello import OWN_HOST, SKEW
from pasture.model.container import Container
from pasture.model.credential import Registry, RegistryCredential
from pasture.model.host import Agent, Host
from pasture.model.query import Where
from pasture.model.resource import Resource
from pasture.model.run import RunSpec
from pasture.store.changes import Change, Create, Update
from pasture.store.store import Store
from pasture.wire.frames import (
    HISTORY,
    PROTOCOL,
    Accepted,
    Assignment,
    Changes,
    Heartbeat,
    Observed,
    Refused,
    Report,
    Welcome,
)
from tests.link.world import (
    NOW,
    Pairs,
    World,
    assignment_hash,
    greeting,
    open_store,
    populate,
    world,
)


async def test_a_hello_makes_a_host_and_opens_the_link(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        agent = await here.agent(labels={"zone": "a"}, milli_cpu=2000, memory=4)
        welcome = await agent.expect(Welcome)
        assert (welcome.host_id, welcome.host_name, welcome.project) == ("1h1", "m1", "p1")
        assert (welcome.installation, welcome.history) == (
            here.store.installation,
            here.store.history,
        )
        assert (await agent.expect(Assignment)).containers == ()
        host = await here.store.get(Host, 1)
        assert host is not None
        assert (host.state, host.engine_id, host.agent_id) == ("registering", "E1", 1)
        assert (host.labels["zone"], host.milli_cpu, host.agent_ip_address) == (
            "a", 2000, "127.0.0.1",
        )  # fmt: skip
        seen = await here.store.get(Agent, 1)
        assert seen is not None
        assert (seen.link_state, seen.link_since, seen.version_text) == ("open", NOW, "0.1")


async def test_an_assignment_then_changes_then_a_report(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        agent, host = await here.joined()
        web = await here.container(host, name="web")
        first = await agent.expect(Changes)
        assert [(c.uuid, c.wanted) for c in first.set] == [(web.uuid, "running")]
        assert first.base == assignment_hash(())
        assert first.hash == assignment_hash(first.set)

        seen = Observed(state="running", uuid=web.uuid, external_id="e1", applied=1, started=7)
        await agent.report(seen)
        web = await here.now(web)
        assert (web.engine_state, web.external_id, web.applied) == ("running", "e1", 1)
        assert web.start_count == 1

        await here.change(web, wanted="removed", generation=2)
        second = await agent.expect(Changes)
        assert [(c.wanted, c.generation) for c in second.set] == [("removed", 2)]
        assert second.base == first.hash

        await agent.report(Observed(state="absent", uuid=web.uuid, applied=2))
        web = await here.now(web)
        assert (web.engine_state, web.applied, web.external_id) == (None, 2, None)

        await here.change(web, state="removed", removed=NOW)
        third = await agent.expect(Changes)
        assert (third.set, third.dropped) == ((), (web.uuid,))
        assert third.hash == assignment_hash(())


async def test_who_holds_the_assignment_gets_nothing(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        agent, host = await here.joined()
        await here.container(host, name="web")
        held = await agent.expect(Changes)
        await agent.socket.close()
        again = await here.agent(assignment=held.hash, history=here.store.history)
        await again.expect(Welcome)
        await again.quiet()
        await here.container(host, name="db")
        assert (await again.expect(Changes)).base == held.hash


async def test_who_holds_another_assignment_gets_all(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        agent, host = await here.joined()
        web = await here.container(host, name="web")
        held = await agent.expect(Changes)
        for assignment, history in (
            ("stale", here.store.history),
            (held.hash, "of a restored database"),
        ):
            again = await here.agent(assignment=assignment, history=history)
            await again.expect(Welcome)
            assert [c.uuid for c in (await again.expect(Assignment)).containers] == [web.uuid]


async def test_a_second_connection_of_an_agent_replaces_the_first(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        first, host = await here.joined()
        second, _ = await here.joined()
        await first.closed()
        await here.container(host, name="web")
        await second.expect(Changes)
        seen = await here.store.get(Agent, 1)
        assert seen is not None
        assert seen.link_state == "open"
        assert await here.store.count(Host) == 1


async def test_a_link_that_ends_is_closed_at_once(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        agent, _ = await here.joined()
        seen = await here.store.get(Agent, 1)
        assert seen is not None
        await agent.socket.close()
        await here.until(seen, link_state="closed", link_since=NOW)
        assert not here.link.links.by_host


async def test_links_of_a_former_process_are_closed_at_start(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        seen = await here.store.get(Agent, 1)
        assert seen is not None
        await here.change(seen, link_state="open", link_since=1)
    async with world(tmp_path) as here:
        closed = await here.now(seen)
        assert (closed.link_state, closed.link_since) == ("closed", NOW)


async def test_the_end_of_the_server_closes_links(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        agent, _ = await here.joined()
    await agent.closed()
    async with open_store(tmp_path) as store:
        seen = await store.get(Agent, 1)
        assert seen is not None
        assert seen.link_state == "closed"


async def test_somebody_without_an_agents_key_is_not_let_in(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await here.http.ws_connect(f"http://127.0.0.1:{here.port}/link")
        assert refused.value.status == 401
        assert refused.value.headers is not None
        assert refused.value.headers[HISTORY] == here.store.history
        assert refused.value.headers is not None
        assert refused.value.headers["WWW-Authenticate"].startswith("Basic")


async def test_a_page_in_a_browser_opens_no_link(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        proof = {"Authorization": "Basic MTpzZWNyZXQ=", "Origin": f"http://127.0.0.1:{here.port}"}
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await here.http.ws_connect(f"http://127.0.0.1:{here.port}/link", headers=proof)
        assert refused.value.status == 403


async def test_a_refused_link_is_no_failure_of_ours(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with world(tmp_path) as here:
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await here.http.ws_connect(f"http://127.0.0.1:{here.port}/link")
    assert [r.getMessage() for r in caplog.records if r.levelname == "ERROR"] == []


async def test_a_second_agent_on_an_engine_is_refused_by_name(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        connected = await here.joined(1)
        other = await here.agent(2)
        refused = await other.expect(Refused)
        assert (refused.code, refused.final) == ("EngineTaken", True)
        assert refused.message == (
            "this Engine is already host m1 (1h1), its agent is connected; stop that one first. "
            f"If this machine is a copy of that one: {OWN_HOST}"
        )
        await other.closed()
        assert await here.store.count(Host) == 1
        await connected[0].quiet()


class OneIsLost:
    """A store where every hello loses its races, once it is told to."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.loses = False

    def __getattr__(self, name: str) -> object:
        return getattr(self._store, name)

    async def write(self, *changes: Change) -> tuple[Resource, ...]:
        if self.loses and len(changes) > 1:
            raise Conflict("lost")
        return await self._store.write(*changes)


async def test_a_hello_that_fails_leaves_no_link_open(tmp_path: Path) -> None:
    made: list[OneIsLost] = []

    def around(store: Store) -> OneIsLost:
        made.append(OneIsLost(store))
        return made[0]

    async with world(tmp_path, around=around) as here:
        first, _ = await here.joined()
        made[0].loses = True
        again = await here.agent()
        await again.closed()
        await first.closed()
        row = await here.store.get(Agent, 1)
        assert row is not None
        await here.until(row, link_state="closed")


async def test_hosts_come_and_go_together(tmp_path: Path) -> None:
    async with world(tmp_path, around=Pairs) as here:
        async with TaskGroup() as group:
            joining = [
                group.create_task(here.joined(n, engine_id=f"E{n}", hostname=f"m{n}"))
                for n in (1, 2)
            ]
        for task in joining:
            await task.result()[0].socket.close()
        for number in (1, 2):
            row = await here.store.get(Agent, number)
            assert row is not None
            await here.until(row, link_state="closed")


async def test_links_of_a_former_process_are_closed_together(tmp_path: Path) -> None:
    async with open_store(tmp_path) as store:
        await populate(store, 2)
        for agent in await store.find(Agent):
            await store.write(Update(replace(agent, link_state="open", link_since=1)))
    async with world(tmp_path, around=Pairs) as here:
        assert await here.store.count(Agent, Where("link_state", "closed")) == 2


async def test_of_two_new_agents_on_one_engine_one_is_let_in(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        agents = [await here.connect(n) for n in (1, 2)]
        async with TaskGroup() as group:
            for agent in agents:
                group.create_task(agent.send(greeting()))
        answers = [await agent.receive() for agent in agents]
        assert sorted(type(answer).__name__ for answer in answers) == ["Refused", "Welcome"]
        assert await here.store.count(Host) == 1


async def test_new_hosts_that_come_together_have_names_of_their_own(tmp_path: Path) -> None:
    async with world(tmp_path) as here, TaskGroup() as group:
        for n in (1, 2):
            group.create_task(here.joined(n, engine_id=f"E{n}"))
    async with open_store(tmp_path) as store:
        assert {host.name for host in await store.find(Host)} == {"m1", "m1-2"}


async def test_a_new_agent_takes_over_the_host_of_one_that_is_gone(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        agent, host = await here.joined(1)
        former = await here.store.get(Agent, 1)
        assert former is not None
        await here.change(former, state="active")
        await agent.socket.close()
        await here.until(former, link_state="closed")
        _, same = await here.joined(2)
        assert same.id == host.id
        assert (await here.now(host)).agent_id == 2
        assert (await here.now(former)).state == "deactivating"


async def test_an_agent_with_another_engine_is_a_new_host(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        agent, old = await here.joined(1)
        await agent.socket.close()
        _, new = await here.joined(1, engine_id="E2")
        assert (new.id, new.name) == (2, "m1-2")
        old = await here.now(old)
        assert (old.agent_id, old.agent_state) == (None, "disconnected")


async def test_the_agent_of_a_removed_host_is_refused_for_good(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        agent, host = await here.joined(1)
        await here.change(host, state="removed", removed=NOW)
        assert (await agent.expect(Refused)).code == "HostRemoved"
        await agent.closed()
        again = await here.agent(1)
        refused = await again.expect(Refused)
        assert (refused.code, refused.final) == ("HostRemoved", True)


async def test_the_link_of_a_deactivated_agent_ends(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        agent, _ = await here.joined(1)
        row = await here.store.get(Agent, 1)
        assert row is not None
        await here.change(row, state="deactivating")
        assert (await agent.expect(Refused)).code == "AgentInactive"
        await agent.closed()


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        (b"{", "no hello"),
        (b'{"frame":"hello"}', "no hello"),
        (b'{"frame":"heartbeat"}', "must be a hello"),
        (b'{"frame":"dance"}', "no hello"),
        (b"[" * 1000, "no hello"),
        (b'"' + b"x" * 1_100_000 + b'"', "at most"),
    ],
)
async def test_the_first_frame_must_be_a_hello(tmp_path: Path, sent: bytes, words: str) -> None:
    async with world(tmp_path) as here:
        agent = await here.connect()
        await agent.socket.send_str(sent.decode())
        refused = await agent.expect(Refused)
        assert refused.code == "IllFrame"
        assert words in refused.message
        await agent.closed()


async def test_an_old_protocol_is_refused_in_words(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        agent = await here.agent(protocol=PROTOCOL + 1)
        refused = await agent.expect(Refused)
        assert (refused.code, refused.final) == ("ProtocolNotSpoken", False)
        assert "upgrade the server" in refused.message


async def test_unknown_frames_are_ignored_and_ill_ones_end_the_link(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        agent, _ = await here.joined()
        await agent.socket.send_str('{"frame":"ofTheFuture","x":1}')
        await agent.quiet()
        await agent.socket.send_str('{"frame":"report","number":"one"}')
        await agent.closed()


async def test_a_second_hello_ends_the_link(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        agent, _ = await here.joined()
        await agent.send(greeting())
        assert (await agent.expect(Refused)).code == "IllFrame"
        await agent.closed()


async def test_what_the_agent_says_of_its_engine_is_shown(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        agent, host = await here.joined()
        await agent.send(Heartbeat(engine_error="no answer within 30 s"))
        await agent.expect(Heartbeat)
        host = await here.now(host)
        assert host.engine_error == "no answer within 30 s"
        version = host.row_version
        await agent.send(Heartbeat(engine_error="no answer within 30 s"))
        await agent.expect(Heartbeat)
        assert (await here.now(host)).row_version == version
        await agent.quiet()
        assert (await here.now(host)).engine_error is None


async def test_a_wrong_clock_is_shown_at_the_host(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        _, host = await here.joined(now=NOW + 60_000)
        assert host.info[SKEW] == 60_000


async def test_changes_that_do_not_concern_a_host_are_not_sent(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        one, host = await here.joined(1)
        other, elsewhere = await here.joined(2, engine_id="E2")
        web = await here.container(elsewhere, name="web")
        await other.expect(Changes)
        await here.change(web, description="for people", health_state="healthy")
        await one.quiet()
        await other.quiet()
        assert host.id != elsewhere.id


async def test_a_container_that_leaves_a_host_is_dropped_there(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        one, host = await here.joined(1)
        other, elsewhere = await here.joined(2, engine_id="E2")
        web = await here.container(host, name="web")
        await one.expect(Changes)
        await here.change(web, host_id=elsewhere.id)
        assert (await one.expect(Changes)).dropped == (web.uuid,)
        assert [c.uuid for c in (await other.expect(Changes)).set] == [web.uuid]


async def test_many_changes_arrive_as_few_frames(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        agent, host = await here.joined()
        made = await here.store.write(
            *(
                Create(Container(image_uuid="docker:x", account_id=1, host_id=host.id))
                for _ in range(200)
            )
        )
        frame = await agent.expect(Changes)
        assert {c.uuid for c in frame.set} == {row.uuid for row in made}


async def test_a_new_login_at_a_registry_reaches_the_containers_that_pull_from_it(
    tmp_path: Path,
) -> None:
    async with world(tmp_path) as here:
        agent, host = await here.joined()
        await here.container(host, name="ours", image_uuid="docker:registry.example.org/web")
        await agent.expect(Changes)
        await here.container(host, name="other", image_uuid="docker:web")
        await agent.expect(Changes)
        [registry] = await here.store.write(
            Create(Registry(server_address="registry.example.org", account_id=1, state="active"))
        )
        await here.store.write(
            Create(
                RegistryCredential(
                    registry_id=registry.id, public_value="ann", secret_value="pw", account_id=1,
                    state="active",
                )
            )
        )  # fmt: skip
        [entry] = (await agent.expect(Changes)).set
        assert entry.auth is not None
        assert (entry.auth.username, entry.auth.password) == ("ann", "pw")


NATIVE = Observed(
    state="running", external_id="n" * 64, name="/web", image="nginx",
    spec=RunSpec(image_uuid="docker:nginx", labels={"a": "b"}),
)  # fmt: skip


async def test_a_container_made_by_hand_becomes_a_row_and_can_be_removed(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        agent, host = await here.joined()
        taken = await here.container(host, name="web")
        await agent.expect(Changes)
        await agent.report(NATIVE, full=True)
        [row] = await here.store.find(Container, Where("native_container", True))
        assert (row.name, row.state, row.host_id, row.labels) == (
            "web-nnnnnn", "running", host.id, {"a": "b"},
        )  # fmt: skip
        assert taken.name == "web"
        await agent.quiet()  # nobody decided anything: the host is told nothing

        await here.change(row, wanted="removed", generation=2, state="removing")
        [entry] = (await agent.expect(Changes)).set
        assert (entry.external_id, entry.wanted, entry.uuid) == ("n" * 64, "removed", row.uuid)
        await agent.report(Observed(state="absent", uuid=row.uuid, applied=2), gone=("n" * 64,))
        row = await here.now(row)
        assert (row.engine_state, row.applied, row.generation) == (None, 2, 2)


async def test_a_container_of_ours_that_no_row_knows_is_kept_and_shown(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        agent, _ = await here.joined()
        stray = Observed(state="running", uuid="lost", external_id="x1", name="/r-web-1")
        await agent.report(stray, full=True)
        await agent.report(stray, full=True)
        [row] = await here.store.find(Container)
        assert row.native_container
        assert "not known here" in (row.engine_message or "")
        await agent.quiet()


async def test_a_report_that_says_nothing_new_writes_nothing(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        agent, host = await here.joined()
        web = await here.container(host, name="web")
        await agent.expect(Changes)
        seen = Observed(state="running", uuid=web.uuid, external_id="e1", applied=1, started=7)
        await agent.report(seen, NATIVE, full=True)
        revision = here.store.revision
        await agent.report(seen, NATIVE, full=True)
        await agent.report(seen)
        assert here.store.revision == revision


async def test_reports_and_controllers_write_the_same_rows_and_lose_nothing(
    tmp_path: Path,
) -> None:
    async with world(tmp_path) as here:
        agent, host = await here.joined()
        rows = [await here.container(host, name=f"c{n}") for n in range(30)]
        told = set[str]()
        while len(told) < len(rows):
            told |= {c.uuid for c in (await agent.expect(Changes)).set}

        async def control(row: Container) -> None:
            for n in range(10):
                await persist(here, row, message=f"step {n}")

        async with TaskGroup() as group:
            for row in rows:
                group.create_task(control(row))
            for started in range(1, 6):
                await agent.report(
                    *(
                        Observed(state="running", uuid=r.uuid, external_id="e", started=started)
                        for r in rows
                    ),
                    full=True,
                )
        for row in rows:
            now = await here.now(row)
            assert (now.message, now.started, now.start_count) == ("step 9", 5, 5)
            assert now.engine_state == "running"


async def persist(here: World, row: Container, **fields: str) -> None:
    """Write as a controller does: again when somebody else was first."""
    while True:
        with suppress(Conflict):
            await here.change(row, **fields)
            return


async def test_an_accepted_report_is_in_the_database(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        agent, host = await here.joined()
        web = await here.container(host, name="web")
        await agent.expect(Changes)
        await agent.send(
            Report(number=9, full=True, containers=(Observed(state="running", uuid=web.uuid),))
        )
        assert (await agent.expect(Accepted)).number == 9
    async with open_store(tmp_path) as store:
        seen = await store.get(Container, web.id)
        assert seen is not None
        assert seen.engine_state == "running"


async def test_a_host_is_told_of_an_adopted_container_by_the_uuid_of_its_labels(
    tmp_path: Path,
) -> None:
    async with world(tmp_path) as here:
        agent, host = await here.joined()
        await agent.report(
            Observed(state="running", uuid="lost", external_id="x1", name="r-web"), full=True
        )
        stray = await here.store.one(Container, Where("stray_uuid", "lost"))
        assert stray is not None
        stopped = await here.change(stray, wanted="stopped", generation=2)
        [entry] = (await agent.expect(Changes)).set
        assert (entry.uuid, entry.external_id) == (stray.uuid, "x1")
        await here.change(stopped, uuid="lost", stray_uuid=None, native_container=False)
        changes = await agent.expect(Changes)
        [entry] = changes.set
        assert (entry.uuid, entry.name, entry.external_id) == ("lost", "r-web", None)
        assert changes.dropped == (stray.uuid,)
        assert changes.hash == assignment_hash([entry])
        assert host.id == 1
