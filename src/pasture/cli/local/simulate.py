"""``agent --simulate N``: a fleet of simulated hosts in one process."""

import asyncio
from argparse import ArgumentParser, Namespace

from pasture.agent.engine.knobs import IllKnob, Knobs
from pasture.agent.fleet import Fleet, run
from pasture.agent.session import Rejected
from pasture.agent.trust import Trust
from pasture.cli.exits import Exit, Failure
from pasture.settings.settings import AgentSettings

MOST_HOSTS = 10_000
FOLDER = "fleet"


def add_options(parser: ArgumentParser) -> None:
    """Add how many hosts, and what their Engines do badly."""
    group = parser.add_argument_group(
        "simulated hosts", "a fleet that runs nothing, to try, test and measure a server"
    )
    group.add_argument("--simulate", metavar="N", type=int, help="be N simulated hosts")
    group.add_argument(
        "--ephemeral", action="store_true", help="keep nothing: next time they are other hosts"
    )
    group.add_argument(
        "--set",
        metavar="KNOB=VALUE",
        action="append",
        default=[],
        help="run_for=5s, exit_code=1, start_delay=2s, stop_delay, pull_delay, fails_with=WORDS, "
        "hangs_on=CALL,CALL; a container's label io.pasture.simulate.KNOB does it for one",
    )
    group.add_argument("--name", metavar="NAME", default="sim", help="they are NAME-1 to NAME-N")


def simulate(args: Namespace, settings: AgentSettings) -> int:
    """Run the fleet."""
    count: int = args.simulate
    if not 1 <= count <= MOST_HOSTS:
        raise Failure(f"--simulate {count}: accepted are 1 to {MOST_HOSTS} hosts", Exit.USAGE)
    if settings.url is None:
        raise Failure(
            "simulated hosts need the registration URL, http://SERVER:8080/v1/scripts/TOKEN",
            Exit.USAGE,
        )
    fleet = Fleet(
        hosts=count,
        prefix=args.name,
        labels=settings.labels,
        knobs=turned(args.set),
        trust=Trust(ca_fingerprint=settings.ca_fingerprint, proxies=settings.proxies),
    )
    folder = None if args.ephemeral else settings.data / FOLDER
    try:
        return asyncio.run(run(settings.url, folder, fleet))
    except Rejected as refused:
        raise Failure(str(refused), Exit.USAGE) from refused


def turned(given: list[str]) -> Knobs:
    """Return the knobs as ``--set`` turns them.

    Raises:
        Failure: there is no such knob, or it cannot be turned so.

    """
    knobs = Knobs()
    for one in given:
        name, _, text = one.partition("=")
        try:
            knobs.turn(name.strip(), text)
        except IllKnob as ill:
            raise Failure(f"--set {one}: {ill}", Exit.USAGE) from ill
    return knobs
