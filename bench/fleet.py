"""S1, S5: how a server bears a fleet of simulated hosts, full of containers, and its own death.

    .venv/bin/python -m bench.fleet [--hosts 1000] [--each 50] [--scale 1000]

Reads are timed one after another over one connection, each a question of its own, so that none is
answered from memory. Everything runs on loopback and ends with it; each step has five minutes.
"""

import argparse
import http.client
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from bench.rounds import basic
from tests.support.installation import PROJECT
from tests.support.local_http import Client
from tests.support.processes import Program, Server, ended_afterwards
from tests.support.waiting import eventually

STEP_S = 300
READS = 1000
REST_S = 10
UNITS = 1000  # of each service that fills the hosts
RUNNING = "containers?state=running"


def cpu_s(pid: int) -> float:
    """Return the processor time that a process has had, seconds."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def at_least(admin: Client, collection: str, count: int) -> bool:
    """Tell whether so many rows match, without reading them all."""
    page = admin.get(f"{PROJECT}/{collection}&limit=1&marker=m{count - 1}")
    return bool(page["data"])


def step(name: str, server: Program, fleet: Program, reached: Callable[[], bool]) -> None:
    """Wait for something and print what it took."""
    began, before = time.monotonic(), (cpu_s(server.pid), cpu_s(fleet.pid))
    eventually(reached, STEP_S, name)
    took = time.monotonic() - began
    spent = (cpu_s(server.pid) - before[0], cpu_s(fleet.pid) - before[1])
    print(
        f"{name}: {took:.1f} s; server {spent[0]:.1f} s of CPU, {server.rss_mb():.0f} MB; "
        f"fleet {spent[1]:.1f} s, {fleet.rss_mb():.0f} MB"
    )


def p99_ms(server: Server, admin: Client, container: str) -> float:
    """Return what a read of one container takes at most, but for one in a hundred."""
    connection = http.client.HTTPConnection(server.address)
    headers = dict([basic(admin.user, admin.password)])
    took: list[float] = []
    for number in range(READS):
        began = time.perf_counter()
        connection.request("GET", f"{PROJECT}/containers/{container}?n={number}", headers=headers)
        answer = connection.getresponse()
        answer.read()
        took.append((time.perf_counter() - began) * 1000)
    return statistics.quantiles(took, n=100)[-1]


def service(admin: Client, name: str, scale: int) -> str:
    """Make a service in a stack of its own, and return its address."""
    stack = admin.create(f"{PROJECT}/stacks", {"name": name})
    body = {"name": "web", "stackId": stack["id"], "scale": scale, "startOnCreate": True}
    launch = {"imageUuid": "docker:web:1"}
    made = admin.create(f"{PROJECT}/services", {**body, "launchConfig": launch})
    return str(made["links"]["self"])


def main() -> None:
    """Measure once."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hosts", type=int, default=1000)
    parser.add_argument("--each", type=int, default=50)
    parser.add_argument("--scale", type=int, default=1000)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="pasture-bench-") as name:
        folder = Path(name)
        server = Server(folder / "server")
        server.start()
        with ended_afterwards(server):
            told = {"PASTURE_REGISTRATION_URL": server.registration_url()}
            words = ["agent", "--simulate", str(args.hosts), "--data", str(folder / "fleet")]
            fleet = Program(words, folder / "fleet.log", told)
            admin = server.admin()
            before = alone(server, admin)
            fleet.spawn()
            with ended_afterwards(fleet):
                fill(server, fleet, admin, hosts=args.hosts, each=args.each)
                measure(server, fleet, admin, scale=args.scale, before_ms=before)
                revive(server, fleet, admin, hosts=args.hosts)


def alone(server: Server, admin: Client) -> float:
    """Return the p99 of a read while there is nothing else."""
    made = admin.create(f"{PROJECT}/containers", {"imageUuid": "docker:a:1", "name": "first"})
    took_ms = p99_ms(server, admin, made["id"])
    print(f"nothing there: GET of one container, p99 {took_ms:.1f} ms; {server.rss_mb():.0f} MB")
    return took_ms


def fill(server: Server, fleet: Program, admin: Client, *, hosts: int, each: int) -> None:
    """Have all hosts join, and fill them with containers."""
    joined = "hosts?agentState=active"
    step(f"{hosts} hosts active", server, fleet, lambda: at_least(admin, joined, hosts))
    full = hosts * each
    for number in range(-(-full // UNITS)):
        service(admin, f"fill-{number}", min(UNITS, full - number * UNITS))
    if full:
        reached = f"{full} containers running"
        step(reached, server, fleet, lambda: at_least(admin, RUNNING, full))


def measure(server: Server, fleet: Program, admin: Client, *, scale: int, before_ms: float) -> None:
    """Look at the full server at rest, and have a service come and go."""
    time.sleep(REST_S)  # what was done is still being told
    began, before = time.monotonic(), cpu_s(server.pid)
    time.sleep(REST_S)
    share = (cpu_s(server.pid) - before) / (time.monotonic() - began)
    [first] = admin.get(f"{PROJECT}/containers?limit=1&state=running")["data"] or [None]
    if first is not None:
        full_ms = p99_ms(server, admin, first["id"])
        print(f"full: GET of one, p99 {full_ms:.1f} ms, {full_ms / before_ms:.2f} x before")
    print(f"at rest: server {share:.1%} of a core, {server.rss_mb():.0f} MB")
    there = admin.get(f"{PROJECT}/containers?state=running&counts=true&limit=1")
    running = there["counts"].get("running", 0)
    place = service(admin, "more", scale)
    more = f"{scale} more running"
    step(more, server, fleet, lambda: at_least(admin, RUNNING, running + scale))
    admin.ask("DELETE", place)
    last = running + 1
    step("these removed", server, fleet, lambda: not at_least(admin, RUNNING, last))


def links(admin: Client) -> int:
    """Return how many hosts are connected."""
    told = admin.ask("GET", "/metrics").body.decode().splitlines()
    return next(int(float(line.split()[1])) for line in told if line.startswith("pasture_links "))


def revive(server: Server, fleet: Program, admin: Client, *, hosts: int) -> None:
    """Kill the server, and see how soon all hosts are connected and do what they are told."""
    server.kill()
    began = time.monotonic()
    server.start()
    step(f"killed: {hosts} hosts back", server, fleet, lambda: links(admin) >= hosts)
    print(f"from its death: {time.monotonic() - began:.1f} s, ready after {server.ready_s:.1f} s")
    place = service(admin, "after", hosts)
    step(f"{hosts} more at once", server, fleet, lambda: admin.get(place)["currentScale"] == hosts)


if __name__ == "__main__":
    main()
