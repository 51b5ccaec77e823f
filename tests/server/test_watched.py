"""Health and metrics: who is told what."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware

from pasture.control.loop import Tally
from pasture.control.queue import Queue
from pasture.link.links import Links
from pasture.server.front_door.app import make
from pasture.server.front_door.census import Census
from pasture.server.front_door.door import Door
from pasture.server.measured import Measured
from pasture.server.metrics import Metrics
from pasture.server.watched import Watched
from pasture.settings.front_door import FrontDoor
from tests.api.world import World, open_world
from tests.support.asgi import AsgiClient, Reply

TOKEN = "0123456789abcdef"


@dataclass(frozen=True)
class Here:
    world: World
    metrics: Metrics
    app: Starlette

    @property
    def nobody(self) -> AsgiClient:
        return AsgiClient(self.app)

    def user(self, name: str) -> AsgiClient:
        return AsgiClient(self.app, self.world.user(name).headers)

    def key(self, kind: str) -> AsgiClient:
        return AsgiClient(self.app, self.world.key(kind).headers)


@asynccontextmanager
async def open_here(folder: Path, *, access_control: bool = True) -> AsyncGenerator[Here]:
    async with open_world(folder, access_control=access_control) as world:
        door = Door(FrontDoor(), world.store, Census(), None)
        metrics = Metrics(store=world.store, clock=world.clock, links=Links(), door=door)
        routes = Watched(metrics, world.auth, TOKEN).routes
        within = [Middleware(Measured, traffic=metrics.traffic)]
        yield Here(world, metrics, make(routes, within=within))


def values(reply: Reply) -> dict[str, float]:
    assert reply.status == 200, reply.content
    lines = [line for line in reply.content.decode().splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines)}


async def test_everybody_may_ask_whether_all_is_well(tmp_path: Path) -> None:
    async with open_here(tmp_path) as here:
        reply = await here.nobody.get("/healthcheck")
        assert reply.status == 200
        assert reply.json == {
            "status": "ok",
            "checks": {"reads": "ok", "writes": "ok", "loop": "ok"},
        }


@pytest.mark.parametrize(
    ("case", "words"),
    [("writes", "the last write"), ("loop", "busy for 7 s"), ("reads", "could not be read")],
)
async def test_what_is_not_well_is_said(tmp_path: Path, case: str, words: str) -> None:
    async with open_here(tmp_path) as here:
        if case == "writes":
            here.world.store.commits.is_failing = True
        elif case == "loop":
            here.metrics.pulse.late_s = 7.0
        else:
            with (tmp_path / "pasture.db").open("r+b") as file:
                file.write(b"\0" * 65536)
        reply = await here.nobody.get("/healthcheck")
        assert (reply.status, reply.json["status"]) == (503, "degraded")
        assert words in reply.json["checks"][case]


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("nobody", 401),
        ("a wrong token", 401),
        ("owner", 403),
        ("readonly", 403),
        ("project key", 403),
        ("admin", 200),
        ("looker", 200),
        ("admin key", 200),
        ("token", 200),
    ],
)
async def test_metrics_are_for_who_may_see_everything(
    tmp_path: Path, who: str, status: int
) -> None:
    async with open_here(tmp_path) as here:
        client = {
            "nobody": here.nobody,
            "a wrong token": here.nobody.bearer("f" * 16),
            "token": here.nobody.bearer(TOKEN),
            "project key": here.key("project"),
            "admin key": here.key("admin"),
        }.get(who) or here.user(who)
        reply = await client.get("/metrics")
        assert reply.status == status, reply.content
        if status == 401:
            assert "PASTURE_METRICS_TOKEN" in reply.json["message"]
            assert reply.header("www-authenticate") == 'Basic realm="Pasture"'
        assert TOKEN.encode() not in reply.content


async def test_what_happened_is_counted(tmp_path: Path) -> None:
    async with open_here(tmp_path) as here:
        queue = Queue()
        queue.add(1)
        here.metrics.tallies["host"] = Tally(queue, looks=5, failures=2)
        await here.nobody.get("/healthcheck")
        await here.nobody.get("/nothing")
        await here.nobody.send("BREW", "/nothing")
        found = values(await here.nobody.bearer(TOKEN).get("/metrics"))
        assert found['pasture_http_requests_total{method="GET",status="2xx"}'] == 1
        assert found['pasture_http_requests_total{method="GET",status="4xx"}'] == 1
        assert found['pasture_http_requests_total{method="other",status="4xx"}'] == 1
        assert found['pasture_http_request_seconds_count{method="GET"}'] == 2
        assert found['pasture_controller_waiting{controller="host"}'] == 1
        assert found['pasture_controller_failures_total{controller="host"}'] == 2
        assert found['pasture_hosts{state="active"}'] == 2
        assert found["pasture_store_writes_total"] >= 1
        assert found["pasture_store_commit_seconds_count"] >= 1
        assert found["process_resident_memory_bytes"] > 1e6


async def test_rows_are_counted_now_and_then_only(tmp_path: Path) -> None:
    async with open_here(tmp_path) as here:
        ask = here.nobody.bearer(TOKEN)
        await ask.get("/metrics")
        await here.world.stack("web")
        assert 'pasture_stacks{state="active"}' not in values(await ask.get("/metrics"))
        here.world.clock.now += 10_000
        assert values(await ask.get("/metrics"))['pasture_stacks{state="active"}'] == 1


async def test_every_metric_has_its_line_in_the_guide(tmp_path: Path) -> None:
    guide = (Path(__file__).parents[2] / "docs" / "guide" / "metrics.md").read_text()
    async with open_here(tmp_path) as here:
        text = (await here.nobody.bearer(TOKEN).get("/metrics")).content.decode()
    names = [line.split()[2] for line in text.splitlines() if line.startswith("# TYPE")]
    assert not [name for name in names if f"`{name}" not in guide]
