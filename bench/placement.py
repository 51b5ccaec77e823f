"""S3: placements a second on one core: hosts, services, hard and soft labels; empty and full.

.venv/bin/python -m bench.placement [--hosts 1000] [--services 50] [--full 50000]
"""

import argparse
import time

from bench.rounds import LEAST_ROUNDS, middle, ratio, take_turns
from pasture.model.container import Container
from pasture.model.host import Host
from pasture.schedule.address import Pool
from pasture.schedule.fleet import Fleet
from pasture.schedule.place import Placed, place

ZONES = 4
HARD = "io.rancher.scheduler.affinity:host_label"
SOFT = "io.rancher.scheduler.affinity:host_label_soft"
SUBNET = "10.42.0.0/16"
AT_ONCE = 1000


def fleet(hosts: int, services: int, full: int) -> Fleet:
    """Return hosts in a few zones, with so many containers on them."""
    made = Fleet(Pool(SUBNET))
    for number in range(hosts):
        labels = {"zone": str(number % ZONES), "disk": "ssd" if number % 2 else "hdd"}
        made.see_host(
            Host(
                id=number + 1,
                name=f"h{number}",
                engine_id=f"e{number}",
                state="active",
                agent_state="active",
                checked_subnet=SUBNET,
                labels=labels,
            )
        )
    made.filled()
    for start in range(0, full, AT_ONCE):
        place(wanted(start, min(AT_ONCE, full - start), services), made)
    return made


def wanted(first: int, count: int, services: int) -> list[Container]:
    """Return containers of services: each has its zone, and would rather have an SSD."""
    return [
        Container(
            id=number + 1,
            name=f"c{number}",
            image_uuid="docker:web:1",
            service_id=number % services + 1,
            labels={HARD: f"zone={number % services % ZONES}", SOFT: "disk=ssd"},
        )
        for number in range(first, first + count)
    ]


def rate(here: Fleet, first: int, services: int) -> float:
    """Return how many are placed a second; what was placed stays there.

    Raises:
        RuntimeError: one was not placed.

    """
    unplaced = wanted(first, AT_ONCE, services)
    began = time.process_time()
    answers = place(unplaced, here)
    took = time.process_time() - began
    if not all(isinstance(answer, Placed) for answer in answers):
        raise RuntimeError(next(a for a in answers if not isinstance(a, Placed)))
    return len(answers) / took


def main() -> None:
    """Measure once."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hosts", type=int, default=1000)
    parser.add_argument("--services", type=int, default=50)
    parser.add_argument("--full", type=int, default=50_000)
    parser.add_argument("--rounds", type=int, default=LEAST_ROUNDS)
    args = parser.parse_args()
    full = fleet(args.hosts, args.services, args.full)
    turns = iter(range(args.full, args.full + 10 * AT_ONCE * args.rounds, AT_ONCE))
    measured = take_turns(
        {
            "empty": lambda: rate(fleet(args.hosts, args.services, 0), 0, args.services),
            "full": lambda: rate(full, next(turns), args.services),
        },
        args.rounds,
    )
    print(
        f"{args.hosts} hosts, {args.services} services: "
        f"{middle(measured, 'empty'):.0f} placements/s, with {args.full} placed "
        f"{middle(measured, 'full'):.0f}; ratio {ratio(measured, 'full', 'empty')}"
    )


if __name__ == "__main__":
    main()
