"""P4: reads with credentials beside a bare Starlette endpoint that returns the same bytes.

    .venv/bin/python -m bench.api

``wrk`` asks over loopback with 32 connections: one API key, SQLite, caches warm. Floor and server
run at once, and are asked in turns.
"""

import argparse
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

from bench.rounds import LEAST_ROUNDS, basic, middle, ratio, take_turns
from tests.support.installation import PROJECT
from tests.support.local_http import Client
from tests.support.processes import Program, Server, ended_afterwards, free_port
from tests.support.waiting import eventually

OK = 200
CONTAINERS = 100
CONNECTIONS = 32
ROUND_S = 2
RATE = re.compile(r"Requests/sec:\s+([0-9.]+)")
BAD = re.compile(r"Non-2xx|Socket errors")


def rate(url: str, authorization: str) -> float:
    """Return how many requests a second are answered.

    Raises:
        RuntimeError: an answer was no success.

    """
    words = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{ROUND_S}s", "-H", authorization, url]
    told = subprocess.run(words, check=True, capture_output=True, text=True).stdout
    found = RATE.search(told)
    if found is None or BAD.search(told):
        raise RuntimeError(told)
    return float(found[1])


@contextmanager
def floor(folder: Path, bodies: dict[str, bytes]) -> Generator[str]:
    """Serve bodies as a bare Starlette does, and give its address."""
    for name, body in bodies.items():
        (folder / name).write_bytes(body)
    port = free_port()
    words = [sys.executable, "-m", "bench.bare", str(folder), str(port)]
    process = subprocess.Popen(words)
    try:
        address = f"127.0.0.1:{port}"
        eventually(lambda: answers(address, next(iter(bodies))), 10, "the bare server")
        yield address
    finally:
        process.kill()
        process.wait()


def answers(address: str, name: str) -> bool:
    """Whether the bare server answers."""
    try:
        return Client(address).ask("GET", f"/{name}").status == OK
    except OSError:
        return False


def key(admin: Client) -> str:
    """Make an API key of the environment and return it as a header."""
    made = admin.create(f"{PROJECT}/apikeys", {"name": "bench"})
    return ": ".join(basic(made["publicValue"], made["secretValue"]))


def measure(server: Server, admin: Client, folder: Path, rounds: int) -> None:
    """Compare and print."""
    stack = admin.create(f"{PROJECT}/stacks", {"name": "bench"})
    launch = {"imageUuid": "docker:web:1"}
    service = {"name": "web", "stackId": stack["id"], "scale": CONTAINERS, "startOnCreate": True}
    admin.create(f"{PROJECT}/services", {**service, "launchConfig": launch})
    running = f"{PROJECT}/containers?state=running&limit={CONTAINERS}"
    eventually(lambda: len(admin.get(running)["data"]) == CONTAINERS, 60, "containers running")
    authorization = key(admin)
    first = admin.get(running)["data"][0]
    paths = {
        "one": f"{PROJECT}/containers/{first['id']}",
        "page": f"{PROJECT}/containers?limit={CONTAINERS}",
    }
    bodies = {name: admin.ask("GET", path).body for name, path in paths.items()}
    with floor(folder, bodies) as bare:
        for name, path in paths.items():
            contenders: dict[str, Callable[[], float]] = {
                "bare": lambda name=name: rate(f"http://{bare}/{name}", authorization),
                "pasture": lambda path=path: rate(f"http://{server.address}{path}", authorization),
            }
            measured = take_turns(contenders, rounds)
            print(
                f"GET {name} ({len(bodies[name])} bytes): "
                f"{middle(measured, 'pasture'):.0f} requests/s, bare Starlette "
                f"{middle(measured, 'bare'):.0f}; ratio {ratio(measured, 'pasture', 'bare')}"
            )


def main() -> None:
    """Measure once."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=LEAST_ROUNDS)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="pasture-bench-") as name:
        folder = Path(name)
        server = Server(folder / "server")
        server.start()
        told = {"PASTURE_REGISTRATION_URL": server.registration_url()}
        words = ["agent", "--simulate", "2", "--data", str(folder / "fleet")]
        fleet = Program(words, folder / "fleet.log", told)
        fleet.spawn()
        with ended_afterwards(server, fleet):
            measure(server, server.admin(), folder, args.rounds)


if __name__ == "__main__":
    main()
