"""P6: durable changes a second through the store, beside one connection that commits 64 at once.

    .venv/bin/python -m bench.store [--seconds 3]

Both at ``synchronous=FULL`` on the disk of the temporary folder, an event row with each change.
"""

import argparse
import asyncio
import sqlite3
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from bench.rounds import LEAST_ROUNDS, middle, ratio, take_turns
from pasture.kit.clock import SystemClock
from pasture.model.stack import Stack
from pasture.store.changes import Create, Update
from pasture.store.store import Store

WRITERS = 64
DOCUMENT = "x" * 1500  # bytes, about a container's


def direct(folder: Path, seconds: float) -> float:
    """Return the rate of the plain driver."""
    connection = sqlite3.connect(folder / "direct.db", isolation_level=None)
    connection.executescript(
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
        "CREATE TABLE IF NOT EXISTS row (id INTEGER PRIMARY KEY, version INTEGER, spec TEXT);"
        "CREATE TABLE IF NOT EXISTS feed (revision INTEGER PRIMARY KEY, id INTEGER);"
    )
    rows = [(number, 1, DOCUMENT) for number in range(WRITERS)]
    connection.executemany("INSERT OR IGNORE INTO row VALUES (?, ?, ?)", rows)
    done, began = 0, time.perf_counter()
    while time.perf_counter() - began < seconds:
        connection.execute("BEGIN IMMEDIATE")
        for number in range(WRITERS):
            connection.execute(
                "UPDATE row SET version = version + 1, spec = ? WHERE id = ?", (DOCUMENT, number)
            )
            connection.execute("INSERT INTO feed (id) VALUES (?)", (number,))
        connection.execute("COMMIT")
        done += WRITERS
    took = time.perf_counter() - began
    connection.close()
    return done / took


async def through(folder: Path, seconds: float) -> float:
    """Return the rate of as many writers, each with a row of its own, through the store."""
    url = f"sqlite:///{folder / 'pasture.db'}"
    async with Store.open(url, key=bytes(32), clock=SystemClock()) as store:
        began = time.perf_counter()

        async def write() -> int:
            [row] = await store.write(Create(Stack(name="s", description=DOCUMENT)))
            done = 0
            while time.perf_counter() - began < seconds:
                [row] = await store.write(Update(replace(row, description=DOCUMENT)))
                done += 1
            return done

        done = sum(await asyncio.gather(*(write() for _ in range(WRITERS))))
        return done / (time.perf_counter() - began)


def main() -> None:
    """Measure once."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=3)
    parser.add_argument("--rounds", type=int, default=LEAST_ROUNDS)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="pasture-bench-") as name:
        folder = Path(name)
        measured = take_turns(
            {
                "direct": lambda: direct(folder, args.seconds),
                "store": lambda: asyncio.run(through(folder, args.seconds)),
            },
            args.rounds,
        )
    print(
        f"{WRITERS} writers: {middle(measured, 'store'):.0f} changes/s, one connection with "
        f"{WRITERS} a commit {middle(measured, 'direct'):.0f}; "
        f"ratio {ratio(measured, 'store', 'direct')}"
    )


if __name__ == "__main__":
    main()
