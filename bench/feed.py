"""P7: how soon a thousand listeners know of a change, and what they cost those who write.

    .venv/bin/python -m bench.feed [--environments 20] [--each 50]

Websockets over loopback, each with the API key of its environment: of ``subscribe``, as clients of
Rancher listen, and of our own ``feed``. One stack after another is changed at a steady pace, the
environments in turn; so it is with nobody listening. The clock of a change runs from before it is
asked for until a listener has its frame. Each must be told of each change in its environment and
of no other, or the run ends.
"""

import argparse
import http.client
import json
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from bench.listeners import Heard, Place, heard, listening, mark
from bench.rounds import LEAST_ROUNDS, basic, middle, ratio, take_turns
from tests.support.local_http import Client
from tests.support.processes import Server, ended_afterwards
from tests.support.waiting import eventually

OK = 200
ROWS = 20  # of each environment, each changed once a round
PACE_S = 0.025  # between the beginnings of two changes
REST_S = 2  # until all has been told
SETTLED_S = 60
SPEAKERS = ("subscribe", "feed")


@dataclass(frozen=True)
class Environment:
    """Where some listen, and what is changed there."""

    address: str
    place: str
    login: tuple[str, str]  # header and value
    stacks: list[str]

    def speaker(self, name: str) -> Place:
        """Return where its changes are told."""
        query = "?eventNames=resource.change" if name == "subscribe" else ""
        return Place(f"ws://{self.address}{self.place}/{name}{query}", self.login)


@dataclass
class Writer:
    """Changes stacks, and remembers when it asked for which change."""

    environments: list[Environment]
    number: int = 0
    asked: dict[int, float] = field(default_factory=dict[int, float])  # those of the last round

    def p99_ms(self) -> float:
        """Change each stack once; return what a write takes at most, but for one in a hundred."""
        connection = http.client.HTTPConnection(self.environments[0].address)
        self.asked, took = {}, list[float]()
        begin = time.monotonic()
        for row in range(ROWS):
            for at, environment in enumerate(self.environments):
                time.sleep(max(0.0, begin + len(took) * PACE_S - time.monotonic()))
                self.number += 1
                before = self.asked[self.number] = time.monotonic()
                body = json.dumps({"description": mark(at, self.number)})
                said = {"Content-Type": "application/json", **dict([environment.login])}
                connection.request("PUT", environment.stacks[row], body, said)
                answer = connection.getresponse()
                text = answer.read()
                took.append((time.monotonic() - before) * 1000)
                if answer.status != OK:
                    raise RuntimeError(text.decode())
        connection.close()
        return statistics.quantiles(took, n=100)[-1]


def told_ms(told: Heard, writer: Writer, each: int) -> list[float]:
    """Return what each change took to each listener of its environment.

    Raises:
        RuntimeError: somebody was told too little or too much.

    """
    whole = all(len(told.at.get(number, ())) == each for number in writer.asked)
    if told.wrongly or told.lost or not whole:
        missed = sum(each - len(told.at.get(number, ())) for number in writer.asked)
        raise RuntimeError(f"{told.wrongly} told wrongly, {missed} missed, {told.lost} closed")
    return [
        (moment - asked) * 1000
        for number, asked in writer.asked.items()
        for moment in told.at[number]
    ]


def environment(server: Server, admin: Client, name: str) -> Environment:
    """Make an environment with its key and its stacks."""
    made = admin.create("/v2-beta/projects", {"name": name})
    place = f"/v2-beta/projects/{made['id']}"
    eventually(lambda: admin.get(place)["state"] == "active", SETTLED_S, f"{name} active")
    key = admin.create(f"{place}/apikeys", {"name": "bench"})
    stacks = [admin.create(f"{place}/stacks", {"name": f"s{n}"})["id"] for n in range(ROWS)]
    active = f"{place}/stacks?state=active"
    eventually(lambda: len(admin.get(active)["data"]) >= ROWS, SETTLED_S, f"{name}'s stacks")
    login = basic(key["publicValue"], key["secretValue"])
    return Environment(server.address, place, login, [f"{place}/stacks/{s}" for s in stacks])


def measure(environments: list[Environment], each: int, rounds: int) -> None:
    """Compare and print."""
    writer = Writer(environments)
    took: dict[str, list[float]] = {name: [] for name in SPEAKERS}

    def told(name: str) -> float:
        places = [one.speaker(name) for one in environments]
        with listening(places, each) as listeners:
            p99_ms = writer.p99_ms()
            time.sleep(REST_S)
            every = told_ms(heard(listeners), writer, each)
        took[name].append(statistics.median(every))
        return p99_ms

    contenders: dict[str, Callable[[], float]] = {"nobody": writer.p99_ms}
    contenders |= {name: lambda name=name: told(name) for name in SPEAKERS}
    measured = take_turns(contenders, rounds)
    print(f"nobody listens: write p99 {middle(measured, 'nobody'):.1f} ms")
    for name in SPEAKERS:
        print(
            f"{len(environments)} x {each} listen to {name}: a change is told after "
            f"{statistics.median(took[name]):.0f} ms ({min(took[name]):.0f} to "
            f"{max(took[name]):.0f}); write p99 {middle(measured, name):.1f} ms, "
            f"ratio {ratio(measured, name, 'nobody')}"
        )


def main() -> None:
    """Measure once."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--environments", type=int, default=20)
    parser.add_argument("--each", type=int, default=50)
    parser.add_argument("--rounds", type=int, default=LEAST_ROUNDS)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="pasture-bench-") as name:
        server = Server(Path(name) / "server")
        server.start()
        with ended_afterwards(server):
            admin = server.admin()
            made = [environment(server, admin, f"e{n}") for n in range(args.environments)]
            measure(made, args.each, args.rounds)


if __name__ == "__main__":
    main()
