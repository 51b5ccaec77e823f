"""The agent's façade and its converger on a real Docker Engine."""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing, asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest

from pasture.agent.converge import Converger
from pasture.agent.engine.docker import DockerEngine
from pasture.agent.engine.engine import (
    EngineError,
    EngineUnreachable,
    ImageNotFound,
    NameTaken,
    NoSuchContainer,
)
from pasture.agent.records import MemoryRecords
from pasture.agent.world import World
from pasture.kit.clock import SystemClock
from pasture.kit.tasks import TaskGroup
from pasture.model.run import LogConfig, RestartPolicy, Ulimit
from pasture.wire.frames import Assigned, Observed, RegistryAuth
from tests.agent.samples import INSTALLATION, want
from tests.support.engine_proxy import engine_proxy
from tests.support.engines import Engine
from tests.support.images import BUSYBOX, WEB
from tests.support.registry import registry

pytestmark = [pytest.mark.system, pytest.mark.timeout(120)]


@pytest.fixture
async def docker(engine: Engine) -> AsyncGenerator[DockerEngine, None]:
    made = DockerEngine(engine.url)
    yield made
    await made.close()


def runs(uuid: str = "a", image: str = BUSYBOX, **changes: Any) -> Assigned:
    one = want(uuid, **changes)
    return msgspec.structs.replace(one, spec=replace(one.spec, image_uuid=f"docker:{image}"))


class Agent:
    """A converger on a real Engine."""

    def __init__(self, address: str) -> None:
        self.engine = DockerEngine(address, act_s=5)
        self.world = World(MemoryRecords(), SystemClock(), INSTALLATION)
        self.converger = Converger(self.engine, self.world)

    def assign(self, *containers: Assigned) -> None:
        self.converger.look(self.world.assign(containers))

    def told(self, uuid: str = "a") -> Observed:
        return {o.uuid: o for o in self.world.observed()}[uuid]

    async def become(self, seconds: float = 15, uuid: str = "a", **wanted: Any) -> Observed:
        def as_wanted() -> bool:
            told = self.told(uuid)
            return all(getattr(told, name) == value for name, value in wanted.items())

        await until(as_wanted, seconds, lambda: self.told(uuid))
        return self.told(uuid)


@asynccontextmanager
async def agent(address: str) -> AsyncGenerator[Agent, None]:
    made = Agent(address)
    try:
        async with TaskGroup() as group:
            living = group.create_task(made.converger.run())
            try:
                yield made
            finally:
                living.cancel()
    finally:
        await made.engine.close()


async def until(
    condition: Callable[[], object], seconds: float, last: Callable[[], object] = lambda: ""
) -> None:
    try:
        async with asyncio.timeout(seconds):
            while not condition():  # noqa: ASYNC110 - another program's state
                await asyncio.sleep(0.02)
    except TimeoutError:
        raise AssertionError(f"not within {seconds} s; last seen: {last()}") from None


async def test_the_engine_describes_itself(docker: DockerEngine) -> None:
    about = await docker.about()
    assert about.engine_id
    assert about.cpus > 0
    assert about.memory > 2**28
    assert about.root_dir is not None


async def test_a_container_from_create_to_remove(docker: DockerEngine) -> None:
    made = await docker.create("one", {"Image": BUSYBOX, "Labels": {"a": "b"}})
    found = await docker.inspect("one")
    assert found is not None
    assert (found.id, found.state, found.started, found.exit_code) == (made, "created", None, None)
    assert found.labels == {"a": "b"}
    await docker.start(made)
    await docker.start(made)
    found = await docker.inspect(made)
    assert found is not None
    assert found.state == "running"
    assert found.ip is not None
    assert [s.state for s in await docker.containers()] == ["running"]
    await docker.stop(made, 5)
    await docker.stop(made, 5)
    found = await docker.inspect(made)
    assert found is not None
    assert (found.state, found.exit_code) == ("exited", 0)
    assert found.finished is not None
    await docker.remove(made, volumes=True)
    await docker.remove(made, volumes=True)
    assert await docker.inspect(made) is None
    with pytest.raises(NoSuchContainer):
        await docker.start(made)


async def test_errors_are_told_apart(docker: DockerEngine) -> None:
    made = await docker.create("one", {"Image": BUSYBOX})
    with pytest.raises(NameTaken):
        await docker.create("one", {"Image": BUSYBOX})
    with pytest.raises(ImageNotFound):
        await docker.create("two", {"Image": "nobody/has:this"})
    assert not await docker.has_image("nobody/has:this")
    assert await docker.has_image(BUSYBOX)
    bad = await docker.create("bad", {"Image": BUSYBOX, "Cmd": ["/no/such/program"]})
    with pytest.raises(EngineError, match="the image has no program '/no/such/program' to run"):
        await docker.start(bad)
    await docker.remove(made, volumes=True)
    nobody = DockerEngine("unix:///nobody/listens.sock")
    with pytest.raises(EngineUnreachable, match="cannot be reached"):
        await nobody.about()
    with pytest.raises(EngineUnreachable):
        async with nobody.events():
            pass
    await nobody.close()


async def test_a_paused_container_is_started_by_letting_it_go_on(
    docker: DockerEngine, engine: Engine
) -> None:
    made = await docker.create("one", {"Image": BUSYBOX})
    await docker.start(made)
    engine.docker("pause", made)
    await docker.start(made)
    found = await docker.inspect(made)
    assert found is not None
    assert found.state == "running"


async def test_events_are_hints(docker: DockerEngine, engine: Engine) -> None:
    async with docker.events() as hints:
        made = engine.docker("create", BUSYBOX)
        async with asyncio.timeout(5):
            assert await anext(hints) == made


async def test_events_end_with_the_engine(docker: DockerEngine, engine: Engine) -> None:
    async def follow() -> None:
        async with docker.events() as hints:
            engine.kill()
            async for _ in hints:
                pass
            raise EngineUnreachable("the stream ended")

    try:
        async with asyncio.timeout(10):
            with pytest.raises(EngineUnreachable):
                await follow()
    finally:
        engine.start()


async def pulled(docker: DockerEngine, image: str, auth: RegistryAuth | None = None) -> list[str]:
    async with aclosing(docker.pull(image, auth)) as progress:
        return [text async for text in progress]


async def test_a_pull_tells_how_far_it_is(docker: DockerEngine, engine: Engine) -> None:
    with registry(engine.enter(), 5001) as image:
        said = await pulled(docker, image)
        assert said[0] == f"pulling {image}"
        assert await docker.has_image(image)
        with pytest.raises(EngineError, match=rf"image {image}2 does not exist in its registry"):
            await pulled(docker, f"{image}2")
    engine.docker("rmi", image)


async def test_a_pull_logs_in(docker: DockerEngine, engine: Engine) -> None:
    with registry(engine.enter(), 5002, "me:secret") as image:
        auth = RegistryAuth(server="127.0.0.1:5002", username="me", password="secret")
        with pytest.raises(EngineError, match=r"login|refuses") as refused:
            await pulled(docker, image)
        assert "secret" not in str(refused.value)
        with pytest.raises(EngineError, match=r"login|refuses") as refused:
            await pulled(docker, image, msgspec.structs.replace(auth, password="wrong"))
        assert "wrong" not in str(refused.value)
        await pulled(docker, image, auth)
        assert await docker.has_image(image)
    engine.docker("rmi", image)


async def test_a_registry_that_is_not_there_is_said_in_time(docker: DockerEngine) -> None:
    began = time.monotonic()
    with pytest.raises(
        EngineError, match=r"registry of image 127\.0\.0\.1:9/app:1 cannot be reached"
    ):
        await pulled(docker, "127.0.0.1:9/app:1")
    with pytest.raises(EngineError, match="nobody/has:this"):
        await pulled(docker, "nobody/has:this")
    assert time.monotonic() - began < 30


async def test_every_kind_of_field_is_taken_by_the_engine(engine: Engine) -> None:
    spec: dict[str, Any] = {
        "command": ("sh", "-c", "sleep 1000000"),
        "environment": {"A": "1"},
        "labels": {"l": "1"},
        "ports": ("8082:80",),
        "expose": ("81",),
        "data_volumes": ("vol:/vol", "/tmp:/hosttmp:ro", "/scratch"),
        "memory": 64 << 20,
        "memory_reservation": 32 << 20,
        "milli_cpu_reservation": 100,
        "cpu_quota": 50_000,
        "cpu_period": 100_000,
        "cpu_set": "0",
        "cpu_set_mems": "0",
        "memory_swappiness": 0,
        "blkio_weight": 100,
        "dns_opt": ("ndots:2",),
        "publish_all_ports": True,
        "health_cmd": ("CMD-SHELL", "true"),
        "health_interval": 5,
        "health_timeout": 2,
        "health_retries": 3,
        "pids_limit": 50,
        "shm_size": 1 << 20,
        "ulimits": (Ulimit(name="nofile", soft=100),),
        "sysctls": {"net.ipv4.ip_unprivileged_port_start": "0"},
        "tmpfs": {"/run": "size=1m"},
        "devices": ("/dev/null:/dev/nil:r",),
        "cap_add": ("NET_ADMIN",),
        "cap_drop": ("MKNOD",),
        "read_only": True,
        "run_init": False,
        "hostname": "inside",
        "domain_name": "example.org",
        "dns": ("10.0.0.2",),
        "dns_search": ("a.b",),
        "extra_hosts": ("db:10.0.0.3",),
        "user": "0",
        "group_add": ("1",),
        "working_dir": "/tmp",
        "stdin_open": True,
        "tty": True,
        "stop_signal": "SIGKILL",
        "stop_timeout": 1,
        "oom_score_adj": 100,
        "ipc_mode": "shareable",
        "restart_policy": RestartPolicy(name="on-failure", maximum_retry_count=2),
        "log_config": LogConfig(driver="json-file", config={"max-size": "1m"}),
    }
    before = engine.docker("volume", "ls", "-q")
    async with agent(engine.url) as made:
        made.assign(runs(spec=spec))
        told = await made.become(state="running", applied=1)
        assert [port.rpartition(":")[2] for port in told.ports] == ["81/tcp", "80/tcp"]
        assert "0.0.0.0:8082:80/tcp" in told.ports
        raw = msgspec.json.decode(engine.docker("inspect", "r-a"))[0]
        assert raw["HostConfig"]["Memory"] == 64 << 20
        assert raw["HostConfig"]["CpuShares"] == 102
        assert raw["HostConfig"]["RestartPolicy"]["Name"] == "on-failure"
        assert raw["HostConfig"]["MemorySwappiness"] == 0
        assert raw["Config"]["Hostname"] == "inside"
        assert raw["Config"]["Healthcheck"] == {
            "Test": ["CMD-SHELL", "true"],
            "Interval": 5_000_000_000,
            "Timeout": 2_000_000_000,
            "Retries": 3,
        }
        made.assign(runs(spec=spec, wanted="removed", generation=2))
        await made.become(state="absent", applied=2)
    engine.docker("volume", "rm", "vol")
    after = engine.docker("volume", "ls", "-q")
    assert after == before, "unnamed volumes go with the container"


@pytest.mark.parametrize("by_hand", [("kill",), ("stop", "-t", "1"), ("rm", "-f"), ("pause",)])
async def test_a_supervised_container_runs_again(engine: Engine, by_hand: tuple[str, ...]) -> None:
    async with agent(engine.url) as made:
        made.assign(runs(supervised=True))
        before = await made.become(state="running", applied=1)
        await asyncio.to_thread(engine.docker, *by_hand, "r-a")
        await until(lambda: engine.docker("ps", "-q", "-f", "name=r-a", "-f", "status=running"), 10)
        after = await made.become(state="running")
        if by_hand == ("rm", "-f"):
            assert after.external_id != before.external_id


async def test_a_standalone_container_is_left_as_the_host_has_it(engine: Engine) -> None:
    async with agent(engine.url) as made:
        made.assign(runs())
        await made.become(state="running", applied=1)
        await asyncio.to_thread(engine.docker, "kill", "r-a")
        assert (await made.become(state="exited")).exit_code == 137
        made.assign(runs(generation=2))
        await made.become(state="running", applied=2)
        await asyncio.to_thread(engine.docker, "rm", "-f", "r-a")
        await made.become(state="absent", applied=2)
        await asyncio.sleep(1)
        assert engine.docker("ps", "-aq") == ""


async def test_a_restart_is_one(engine: Engine) -> None:
    async with agent(engine.url) as made:
        made.assign(runs())
        before = await made.become(state="running", applied=1)
        made.assign(runs(generation=2))
        after = await made.become(state="running", applied=2)
        assert after.external_id == before.external_id
        await asyncio.sleep(1)
        assert made.told().started == after.started != before.started


async def test_a_taken_port_is_one_sentence(engine: Engine) -> None:
    async with agent(engine.url) as made:
        spec = {"ports": ("8083:80",)}
        made.assign(runs(image=WEB, spec=spec))
        await made.become(state="running")
        made.assign(runs(image=WEB, spec=spec), runs("b", WEB, supervised=True, spec=spec))
        told = await made.become(uuid="b", failed=True)
        assert told.message is not None
        assert told.message.startswith("port 8083 is in use on this host; next try at")
        made.assign(runs("b", WEB, supervised=True, spec=spec))
        await asyncio.to_thread(engine.docker, "rm", "-f", "r-a")
        await made.become(uuid="b", state="running")


async def test_an_absent_image_is_said_and_others_run(engine: Engine) -> None:
    async with agent(engine.url) as made:
        made.assign(runs(image="127.0.0.1:9/app:1"), runs("b"))
        await made.become(uuid="b", state="running")
        told = await made.become(30, failed=True)
        assert told.message is not None
        assert "the registry of image 127.0.0.1:9/app:1 cannot be reached" in told.message


async def test_a_crash_loop_says_its_exit_code(engine: Engine) -> None:
    async with agent(engine.url) as made:
        made.assign(runs(supervised=True, spec={"command": ("sh", "-c", "exit 7")}))
        told = await made.become(20, failed=True, state="exited")
        assert told.message is not None
        assert told.message.startswith("exited with code 7")


async def test_a_container_made_by_hand_is_reported_and_can_be_removed(engine: Engine) -> None:
    found = engine.docker("run", "-d", "--name", "mine", "-e", "A=1", "-p", "8084:80", WEB)
    async with agent(engine.url) as made:
        await until(lambda: list(made.world.observed()), 10)
        (told,) = made.world.observed()
        assert (told.uuid, told.external_id, told.name, told.state) == (
            None, found, "mine", "running",
        )  # fmt: skip
        assert told.spec is not None
        assert told.spec.image == WEB
        assert told.spec.environment["A"] == "1"
        assert told.spec.ports == ("8084:80/tcp",)
        entry = runs("n", external_id=found, wanted="stopped", generation=2)
        made.assign(entry)
        await made.become(uuid="n", state="exited", applied=2)
        made.assign(msgspec.structs.replace(entry, wanted="removed", generation=3))
        await made.become(uuid="n", state="absent", applied=3)


async def test_a_copy_of_ours_is_not_ours(engine: Engine) -> None:
    async with agent(engine.url) as made:
        made.assign(runs())
        await made.become(state="running", applied=1)
        engine.docker("commit", "r-a", "copied:1")
        copy = engine.docker("run", "-d", "--name", "copy", "copied:1")
        made.assign(runs(wanted="removed", generation=2))
        await made.become(state="absent", applied=2)
        await asyncio.sleep(1)
        assert engine.docker("ps", "-q", "--no-trunc") == copy
    engine.docker("rm", "-f", "copy")
    engine.docker("rmi", "copied:1")


async def test_after_a_restart_of_the_engine_all_that_is_wanted_runs_again(engine: Engine) -> None:
    async with agent(engine.url) as made:
        always = {"restart_policy": RestartPolicy(name="always")}
        made.assign(
            *(runs(f"{n}", supervised=True) for n in range(10)), runs("p", spec=always), runs("q")
        )
        for uuid in "0123456789pq":
            await made.become(30, uuid=uuid, state="running", applied=1)
        await asyncio.to_thread(engine.stop)
        await until(lambda: made.converger.engine_error is not None, 10)
        await asyncio.to_thread(engine.start)
        for uuid in "0123456789p":
            await made.become(30, uuid=uuid, state="running")
        await made.become(uuid="q", state="exited")
        assert made.converger.engine_error is None


async def test_an_engine_that_hangs_on_changes_is_said_and_recovers(
    engine: Engine, tmp_path: Path
) -> None:
    with engine_proxy(engine.socket, tmp_path / "docker.sock") as proxy:
        async with agent(proxy.url) as made:
            proxy.wedged = True
            made.assign(runs(supervised=True))
            told = await made.become(10, failed=True)
            words = "the Engine did not answer a call to create within 5 s"
            assert told.message is not None
            assert told.message.startswith(words)
            assert made.converger.engine_error == words
            proxy.wedged = False
            proxy.mended.set()
            await made.become(10, state="running")
            assert made.converger.engine_error is None
