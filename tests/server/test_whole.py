"""Server and agent in one process, from the API to a simulated Engine and back."""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

from pasture.agent import main as agent_main
from pasture.agent.engine.simulated import SimulatedEngine
from pasture.agent.session import Timing
from pasture.kit.clock import SystemClock
from pasture.kit.tasks import TaskGroup
from pasture.server import main
from pasture.settings.settings import Settings
from pasture.store.store import Store

SOON_S = 8.0
QUICK = Timing(heartbeat_s=0.1, first_retry_s=0.02, longest_retry_s=0.1, gather_s=0.01)
WEB = {"imageUuid": "docker:nginx", "name": "web"}
ADMIN = aiohttp.encode_basic_auth("admin", "correct horse")
PROJECT = "/v2-beta/projects/1a5"


@dataclass
class Whole:
    """A server that runs, and who asks it."""

    http: aiohttp.ClientSession
    private: aiohttp.ClientSession
    folder: Path

    async def get(self, path: str) -> Any:
        async with self.http.get(path) as answer:
            assert answer.status == 200, await answer.text()
            return await answer.json()

    async def post(self, path: str, body: Any = None) -> Any:
        async with self.http.post(path, json=body or {}) as answer:
            assert answer.status < 300, await answer.text()
            return await answer.json()

    async def delete(self, path: str) -> None:
        async with self.http.delete(path) as answer:
            assert answer.status < 300, await answer.text()

    async def only(self, path: str, holds: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """Wait until the only row of a collection is like this."""
        end = time.monotonic() + SOON_S
        while True:
            found = (await self.get(path))["data"]
            if len(found) == 1 and holds(found[0]):
                return found[0]
            assert time.monotonic() < end, found
            await asyncio.sleep(0.02)

    async def none(self, path: str) -> None:
        end = time.monotonic() + SOON_S
        while found := (await self.get(path))["data"]:
            assert time.monotonic() < end, found
            await asyncio.sleep(0.02)

    async def registration_url(self) -> str:
        async with self.private.get("http://local/registration-url") as answer:
            return (await answer.text()).strip()


@asynccontextmanager
async def server(folder: Path) -> AsyncGenerator[Whole]:
    variables = {"PASTURE_ADMIN_PASSWORD": "correct horse"}
    settings = Settings.from_env(variables, {"data": str(folder), "listen": "127.0.0.1:0"})
    stop, clock = asyncio.Event(), SystemClock()
    async with AsyncExitStack() as stack:
        what = await asyncio.to_thread(stack.enter_context, main.taken(settings))
        store = await stack.enter_async_context(
            Store.open(settings.database, key=what.key, clock=clock)
        )
        group = await stack.enter_async_context(TaskGroup())
        serving = group.create_task(main.composed(store, clock, settings, what, stop=stop))
        connector = aiohttp.UnixConnector(str(folder / "local.sock"))
        private = await stack.enter_async_context(aiohttp.ClientSession(connector=connector))
        http = await stack.enter_async_context(
            aiohttp.ClientSession(f"http://127.0.0.1:{what.port}", headers={"Authorization": ADMIN})
        )
        yield Whole(http, private, folder)
        stop.set()
        await serving


@asynccontextmanager
async def agent(here: Whole, engine: SimulatedEngine) -> AsyncGenerator[None]:
    url = await here.registration_url()
    async with TaskGroup() as group:
        running = group.create_task(
            agent_main.run(
                url, here.folder.with_name("host"), engine_factory=lambda: engine, timing=QUICK
            )
        )
        try:
            yield
        finally:
            running.cancel()


async def test_a_machine_joins_and_runs_what_the_api_is_told(tmp_path: Path) -> None:
    engine = SimulatedEngine()
    async with server(tmp_path / "data") as here, agent(here, engine):
        host = await here.only(f"{PROJECT}/hosts", lambda h: h["state"] == "active")
        assert host["agentState"] == "active"

        made = await here.post(f"{PROJECT}/containers", WEB)
        running = await here.only(f"{PROJECT}/containers", lambda c: c["state"] == "running")
        assert running["hostId"] == host["id"]
        [one] = engine.made.values()
        assert one.seen.name == f"r-web-{made['uuid'].partition('-')[0]}"

        await here.post(f"{PROJECT}/containers/{made['id']}?action=stop")
        await here.only(f"{PROJECT}/containers", lambda c: c["state"] == "stopped")
        engine.start_by_hand(one.seen.name)
        await here.only(f"{PROJECT}/containers", lambda c: c["state"] == "running")

        await here.delete(f"{PROJECT}/containers/{made['id']}")
        await here.none(f"{PROJECT}/containers")
        assert not engine.made


async def test_a_container_made_by_hand_is_shown_and_can_be_removed(tmp_path: Path) -> None:
    engine = SimulatedEngine()
    async with server(tmp_path / "data") as here, agent(here, engine):
        await here.only(f"{PROJECT}/hosts", lambda h: h["state"] == "active")
        engine.run_by_hand("mine")
        seen = await here.only(f"{PROJECT}/containers", lambda c: c["state"] == "running")
        assert (seen["name"], seen["nativeContainer"]) == ("mine", True)
        await here.delete(f"{PROJECT}/containers/{seen['id']}")
        await here.none(f"{PROJECT}/containers")
        assert not engine.made


async def test_what_happened_while_the_server_was_down_is_known_afterwards(tmp_path: Path) -> None:
    engine = SimulatedEngine()
    async with server(tmp_path / "data") as here:
        async with agent(here, engine):
            await here.only(f"{PROJECT}/hosts", lambda h: h["state"] == "active")
            await here.post(f"{PROJECT}/containers", WEB)
            await here.only(f"{PROJECT}/containers", lambda c: c["state"] == "running")
        await here.only(f"{PROJECT}/hosts", lambda h: h["agentState"] == "reconnecting")
    [one] = engine.made.values()
    engine.remove_by_hand(one.seen.name)
    async with server(tmp_path / "data") as here, agent(here, engine):
        await here.only(f"{PROJECT}/hosts", lambda h: h["agentState"] == "active")
        await here.none(f"{PROJECT}/containers")
