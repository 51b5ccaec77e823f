import asyncio
import os
import signal
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from pasture.agent import join
from pasture.agent.engine.simulated import SimulatedEngine
from pasture.agent.exits import FAILED, REFUSED
from pasture.agent.main import run
from pasture.agent.records import AgentFolder
from pasture.agent.session import Rejected
from pasture.kit.tasks import TaskGroup
from pasture.wire.frames import Refused
from tests.agent.fake_server import TOKEN, FakeServer, soon, welcome
from tests.agent.samples import want
from tests.agent.test_session import QUICK


@pytest.fixture
async def server() -> AsyncGenerator[FakeServer, None]:
    async with FakeServer().serving() as fake:
        yield fake


class Agent:
    """The agent's program, run in this process."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.engine = SimulatedEngine()

    async def run(self, url: str | None) -> int:
        async with asyncio.timeout(10):
            return await run(url, self.data, engine_factory=lambda: self.engine, timing=QUICK)


async def told_to_stop(agent: Agent, url: str | None, when: object) -> int:
    async def stop() -> None:
        await soon(when)
        os.kill(os.getpid(), signal.SIGTERM)

    async with TaskGroup() as group:
        group.create_task(stop())
        code = group.create_task(agent.run(url))
    return code.result()


async def test_a_machine_joins_runs_and_stops_when_told(server: FakeServer, tmp_path: Path) -> None:
    server.containers = (want(),)
    agent = Agent(tmp_path)

    def runs() -> bool:
        made = agent.engine.named("r-a")
        return made is not None and made.seen.state == "running"

    assert await told_to_stop(agent, server.url, runs) == 0
    assert runs(), "containers go on running"
    assert server.ready_after < 0
    assert await told_to_stop(agent, None, lambda: len(server.hellos) == 2) == 0
    assert len(server.pairs) == 1
    assert server.hellos[1].assignment == "hash-0"
    assert TOKEN not in (tmp_path / "agent/identity.json").read_text()


async def test_an_agent_that_died_while_registering_keeps_its_key(
    server: FakeServer, tmp_path: Path
) -> None:
    server.ready_after = 10**6
    agent = Agent(tmp_path)
    assert await told_to_stop(agent, server.url, lambda: server.pairs) == 0
    server.ready_after = 0
    assert await told_to_stop(agent, server.url, lambda: server.hellos) == 0
    assert len(server.pairs) == 1


async def test_a_server_that_is_not_up_yet_is_waited_for(
    tmp_path: Path, unused_tcp_port: int, caplog: pytest.LogCaptureFixture
) -> None:
    url = f"http://127.0.0.1:{unused_tcp_port}/v1/scripts/{TOKEN}"
    waiting = lambda: "server not there, trying again" in caplog.text  # noqa: E731
    assert await told_to_stop(Agent(tmp_path), url, waiting) == 0


@pytest.mark.parametrize(
    ("url", "words"),
    [
        (None, "has not joined a server yet"),
        ("http://x/y", "is no registration URL; accepted: http://SERVER:8080/v1/scripts/TOKEN"),
    ],
)
async def test_where_to_join_must_be_known(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], url: str | None, words: str
) -> None:
    assert await Agent(tmp_path).run(url) == REFUSED
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert words in said


async def test_an_unknown_token_ends_it(
    server: FakeServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    server.tokens.clear()
    assert await Agent(tmp_path).run(server.url) == REFUSED
    assert "does not know this registration token" in capsys.readouterr().err


async def test_a_second_agent_on_one_engine_ends_in_words(
    server: FakeServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    server.welcome = Refused(code="EngineTaken", message="this Engine is host h1 already")
    assert await Agent(tmp_path).run(server.url) == REFUSED
    assert "this Engine is host h1 already (EngineTaken)" in capsys.readouterr().err


async def test_a_removed_host_joins_again_only_with_a_new_url(
    server: FakeServer, tmp_path: Path
) -> None:
    agent = Agent(tmp_path)
    assert await told_to_stop(agent, server.url, lambda: server.hellos) == 0
    server.pairs = {"somebody": ("else", "s")}
    assert await agent.run(server.url) == REFUSED
    server.tokens.add("new")
    url = f"{server.base}/v1/scripts/new"
    assert await told_to_stop(agent, url, lambda: len(server.hellos) == 2) == 0


async def test_a_host_that_a_restored_database_does_not_know_joins_again(
    server: FakeServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    server.containers = (want(),)
    agent = Agent(tmp_path)
    assert await told_to_stop(agent, server.url, lambda: agent.engine.named("r-a")) == 0
    made = agent.engine.named("r-a")
    server.pairs, server.containers = {"somebody": ("else", "s")}, ()
    server.history, server.welcome = "hist-2", welcome(history="hist-2")
    assert await agent.run(None) == REFUSED
    assert "start the agent once with its registration URL" in capsys.readouterr().err
    assert await told_to_stop(agent, server.url, lambda: len(server.hellos) == 2) == 0
    assert len(server.pairs) == 2
    assert agent.engine.named("r-a") == made, "it runs on"
    assert await told_to_stop(agent, None, lambda: len(server.hellos) == 3) == 0


async def test_an_agent_that_joins_as_somebody_new_has_nothing_of_who_it_was(
    server: FakeServer, tmp_path: Path
) -> None:
    server.containers = (want(),)
    agent = Agent(tmp_path)
    assert await told_to_stop(agent, server.url, lambda: agent.engine.named("r-a")) == 0
    (tmp_path / "agent/identity.json").unlink()
    assert await told_to_stop(agent, server.url, lambda: len(server.hellos) == 2) == 0
    assert len(server.pairs) == 2
    assert server.hellos[1].assignment is None


async def test_two_agents_do_not_share_a_folder(
    server: FakeServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with AgentFolder(tmp_path / "agent"):
        assert await Agent(tmp_path).run(server.url) == FAILED
    assert "another agent is running with" in capsys.readouterr().err


async def test_another_engine_is_another_host(server: FakeServer, tmp_path: Path) -> None:
    server.containers = (want(),)
    agent = Agent(tmp_path)
    assert await told_to_stop(agent, server.url, lambda: agent.engine.named("r-a")) == 0
    agent.engine = SimulatedEngine(engine_id="SIM2")
    server.containers, server.hash = (), "hash-1"
    assert await told_to_stop(agent, None, lambda: server.hellos[-1].engine_id == "SIM2") == 0
    assert not agent.engine.made, "the assignment was another host's"


@pytest.mark.parametrize(
    ("url", "base"),
    [
        ("http://s:8080/v1/scripts/a:1:b", "http://s:8080"),
        ("https://s/v2-beta/scripts/a:1:b", "https://s"),
        ("http://s/sub/path/v1/scripts/a%3A1%3Ab", "http://s/sub/path"),
        ("http://s/v1/projects/1a5/scripts/a:1:b/", "http://s"),
        ("http://[::1]:8080/v1/scripts/a:1:b", "http://[::1]:8080"),
    ],
)
def test_a_registration_url(url: str, base: str) -> None:
    assert join.parse(url) == (base, "a:1:b")


@pytest.mark.parametrize("url", ["", "s:8080", "ftp://s/v1/scripts/x", "http://s/v1/scripts/"])
def test_no_registration_url(url: str) -> None:
    with pytest.raises(Rejected):
        join.parse(url)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        (f"http://s:8080/v1/script/{TOKEN}", "http://s:8080/..."),
        (f"http://s:8080/?{TOKEN}", "http://s:8080/..."),
        (f"http://{TOKEN}@s/v1", "what was given"),
        (f"http://{TOKEN}", "what was given"),
        (TOKEN, "what was given"),
    ],
)
def test_an_ill_url_is_repeated_without_what_may_be_a_token(url: str, shown: str) -> None:
    with pytest.raises(Rejected) as refused:
        join.parse(url)
    assert str(refused.value).startswith(f"{shown} is no registration URL; accepted: ")
    assert TOKEN not in str(refused.value)
