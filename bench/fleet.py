"""How a server bears a fleet: N simulated hosts join, a service of S units comes, a host is lost.

    .venv/bin/python -m bench.fleet --hosts 200 --scale 1000

Everything runs on loopback and ends with it; each step has two minutes.
"""

import argparse
import os
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from tests.support.installation import PROJECT
from tests.support.local_http import Client
from tests.support.processes import Program, Server, ended_afterwards
from tests.support.waiting import eventually

STEP_S = 120
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


def main() -> None:
    """Measure once."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hosts", type=int, default=200)
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
            fleet.spawn()
            with ended_afterwards(fleet):
                measure(server, fleet, admin, hosts=args.hosts, scale=args.scale)


def measure(server: Server, fleet: Program, admin: Client, *, hosts: int, scale: int) -> None:
    """Take the fleet through its steps."""
    step(
        f"{hosts} hosts active",
        server,
        fleet,
        lambda: at_least(admin, "hosts?agentState=active", hosts),
    )
    stack = admin.create(f"{PROJECT}/stacks", {"name": "bench"})
    body = {
        "name": "web",
        "stackId": stack["id"],
        "scale": scale,
        "startOnCreate": True,
        "launchConfig": {"imageUuid": "docker:web:1"},
    }
    service = admin.create(f"{PROJECT}/services", body)
    units = f"{scale} containers running"
    step(units, server, fleet, lambda: at_least(admin, RUNNING, scale))
    began, before = time.monotonic(), cpu_s(server.pid)
    time.sleep(10)
    share = (cpu_s(server.pid) - before) / (time.monotonic() - began)
    print(f"at rest: server {share:.1%} of a core")
    spread = Counter(c["hostId"] for c in admin.get(f"{PROJECT}/containers?limit=3000")["data"])
    print(f"spread: {min(spread.values())} to {max(spread.values())} a host")
    admin.ask("DELETE", service["links"]["self"])
    step("all removed", server, fleet, lambda: not at_least(admin, RUNNING, 1))


if __name__ == "__main__":
    main()
