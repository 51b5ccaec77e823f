"""P1, P3: how long 50 containers take to run and to be gone, beside bare Engine, Compose, Swarm.

    .venv/bin/python -m bench.containers [--count 50] [--rounds 5]

All on one private dockerd in a network namespace of its own, in turns. The clock runs from the
request until the Engine told of so many starts, or ends. Compose is left out where it is not
installed. Needs root.
"""

import argparse
import asyncio
import json
import shutil
import subprocess
import tempfile
import time
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import quote

import aiohttp

from bench.rounds import LEAST_ROUNDS, middle, ratio
from tests.support.engines import Engine, private_engine
from tests.support.images import BUSYBOX
from tests.support.installation import PROJECT, Installation, installation
from tests.support.local_http import UnixConnection

ALONGSIDE = 8  # more buys nothing from an Engine
PATIENCE_S = 120
BRIDGE = "bench-bridge"
OVERLAY = "bench-overlay"
NETWORKS = (("host", "host", "host"), ("managed", BRIDGE, OVERLAY))  # ours, bare, Swarm's
COMMAND = ["sleep", "3600"]
SIGNAL = "SIGKILL"


class Contender(Protocol):
    """One way to have many containers alike."""

    def up(self, count: int) -> None:
        """Ask for them; they may still be coming."""
        ...

    def down(self) -> None:
        """Ask that they be gone."""
        ...


class Bare:
    """The Engine's API and nothing else, eight calls at once: the floor."""

    def __init__(self, engine: Engine, network: str) -> None:
        self._socket = str(engine.socket)
        self._network = network
        self._names: list[str] = []

    def up(self, count: int) -> None:
        self._names = [f"bare-{number}" for number in range(count)]
        asyncio.run(self._each(self._start))

    def down(self) -> None:
        asyncio.run(self._each(self._remove))

    async def _each(self, act: Callable[[aiohttp.ClientSession, str], Awaitable[None]]) -> None:
        left = iter(self._names)
        connector = aiohttp.UnixConnector(path=self._socket, limit=ALONGSIDE)
        async with aiohttp.ClientSession(connector=connector, base_url="http://docker") as session:

            async def work() -> None:
                for name in left:
                    await act(session, name)

            await asyncio.gather(*(work() for _ in range(ALONGSIDE)))

    async def _start(self, session: aiohttp.ClientSession, name: str) -> None:
        body = {
            "Image": BUSYBOX,
            "Cmd": COMMAND,
            "StopSignal": SIGNAL,
            "HostConfig": {"NetworkMode": self._network},
        }
        await told(session.post("/containers/create", params={"name": name}, json=body))
        await told(session.post(f"/containers/{name}/start"))

    async def _remove(self, session: aiohttp.ClientSession, name: str) -> None:
        await told(session.delete(f"/containers/{name}", params={"force": "1"}))


async def told(request: Any) -> None:
    """Send a request and see that it was done."""
    async with request as answer:
        answer.raise_for_status()


class Pasture:
    """A service, by the API."""

    def __init__(self, made: Installation, network: str) -> None:
        self._admin = made.admin
        self._network = network
        self._stack = made.admin.create(f"{PROJECT}/stacks", {"name": f"bench-{network}"})["id"]
        self._service: Mapping[str, Any] = {}
        self._turns = 0

    def up(self, count: int) -> None:
        launch = {
            "imageUuid": f"docker:{BUSYBOX}",
            "command": COMMAND,
            "stopSignal": SIGNAL,
            "networkMode": self._network,
        }
        self._turns += 1
        name = f"many-{self._turns}"
        body = {"name": name, "stackId": self._stack, "scale": count, "startOnCreate": True}
        self._service = self._admin.create(f"{PROJECT}/services", {**body, "launchConfig": launch})

    def down(self) -> None:
        self._admin.ask("DELETE", self._service["links"]["self"])


class Compose:
    """docker-compose, with as many at once as it does by itself."""

    def __init__(self, engine: Engine, folder: Path, network: str) -> None:
        self._words = ["docker-compose", "-H", engine.url, "-p", "bench"]
        self._file = folder / f"{network}.yml"
        service: dict[str, Any] = {"image": BUSYBOX, "command": COMMAND, "stop_signal": SIGNAL}
        if network == "host":
            service["network_mode"] = "host"
        self._file.write_text(json.dumps({"version": "3", "services": {"many": service}}))

    def up(self, count: int) -> None:
        self._run("up", "-d", "--scale", f"many={count}")

    def down(self) -> None:
        self._run("down", "-t", "0")

    def _run(self, *words: str) -> None:
        subprocess.run([*self._words, "-f", self._file, *words], check=True, capture_output=True)


class Swarm:
    """A service of a swarm of one."""

    def __init__(self, engine: Engine, network: str) -> None:
        self._engine = engine
        self._network = network

    def up(self, count: int) -> None:
        words = ["--detach", "--no-resolve-image", "--name", "many", "--network", self._network]
        stop = ["--stop-signal", SIGNAL, "--replicas", str(count)]
        self._engine.docker("service", "create", *words, *stop, BUSYBOX, *COMMAND)

    def down(self) -> None:
        self._engine.docker("service", "rm", "many")


class Seen:
    """What the Engine tells as it happens: to ask it all the time would slow what is measured."""

    def __init__(self, engine: Engine) -> None:
        filters = json.dumps({"type": ["container"], "event": ["start", "destroy"]})
        self._connection = UnixConnection(engine.socket, timeout=PATIENCE_S)
        self._connection.request("GET", f"/events?filters={quote(filters)}")
        self._events = self._connection.getresponse()

    def until(self, action: str, count: int) -> float:
        """Return when so many containers have started, or are gone: seconds of ``perf_counter``."""
        while count:
            event = json.loads(self._events.readline())
            count -= event["Action"] == action
        return time.perf_counter()


def take_turn(seen: Seen, contender: Contender, count: int) -> tuple[float, float]:
    """Return how long they took to run, and to be gone."""
    began = time.perf_counter()
    contender.up(count)
    up_s = seen.until("start", count) - began
    began = time.perf_counter()
    contender.down()
    return up_s, seen.until("destroy", count) - began


def measure(
    engine: Engine, contenders: Mapping[str, Contender], *, count: int, rounds: int
) -> None:
    """Let them take turns, and print each beside the floor."""
    ups: list[dict[str, float]] = []
    downs: list[dict[str, float]] = []
    names = list(contenders)
    seen = Seen(engine)
    for number in range(rounds):
        at = number % len(names)
        turns = {n: take_turn(seen, contenders[n], count) for n in names[at:] + names[:at]}
        ups.append({name: up for name, (up, _) in turns.items()})
        downs.append({name: down for name, (_, down) in turns.items()})
    for name in names:
        print(
            f"  {name:9} up {middle(ups, name):5.2f} s, {ratio(ups, name, 'bare')} x bare; "
            f"down {middle(downs, name):5.2f} s, {ratio(downs, name, 'bare')} x bare"
        )


def main() -> None:
    """Measure both networks once."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=50)
    parser.add_argument("--rounds", type=int, default=LEAST_ROUNDS)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="pasture-bench-") as name, private_engine() as engine:
        folder = Path(name)
        has_compose = shutil.which("docker-compose") is not None
        engine.docker("network", "create", BRIDGE)
        with installation(engine, folder) as made:
            engine.docker("swarm", "init", "--advertise-addr", "127.0.0.1")
            engine.docker("network", "create", "--driver", "overlay", OVERLAY)
            for ours, bare, swarm in NETWORKS:
                contenders: dict[str, Contender] = {
                    "bare": Bare(engine, bare),
                    "pasture": Pasture(made, ours),
                    "swarm": Swarm(engine, swarm),
                }
                if has_compose:
                    contenders["compose"] = Compose(engine, folder, ours)
                print(f"{args.count} containers, network {ours}, {args.rounds} rounds:")
                measure(engine, contenders, count=args.count, rounds=args.rounds)


if __name__ == "__main__":
    main()
