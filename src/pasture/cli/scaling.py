"""``scale``: how many units of a service run."""

import asyncio
from argparse import ArgumentParser

from pasture.cli import options
from pasture.cli.connect import Session, online
from pasture.cli.exits import Exit, Failure
from pasture.cli.resolve import find
from pasture.cli.several import Done, each
from pasture.cli.verb import Verb
from pasture.client.client import Watch
from pasture.client.resource import Resource


def configure(parser: ArgumentParser) -> None:
    """Add the flags of ``scale``."""
    parser.add_argument(
        "wishes", nargs="+", metavar="SERVICE=N", help="service (stack/service, name or id)"
    )
    options.waiting(parser)
    options.output(parser)


async def scale(session: Session) -> Exit:
    """Set scales and wait until that many units run."""
    wishes = dict(parse(text) for text in session.args.wishes)

    async def one(name: str, watch: Watch) -> Done:
        service = await find(session.client, name, ("service",))
        changed = await session.client.update(service, {"scale": wishes[name]})
        if session.args.detach:
            return Done(f"scale {wishes[name]}, {changed.state}", changed)
        return Done(f"scale {wishes[name]}", await scaled(session, changed, watch))

    return await each(session, list(wishes), one)


def parse(text: str) -> tuple[str, int]:
    """Return the service and number that ``SERVICE=N`` means.

    Raises:
        Failure: it is none.

    """
    name, equals, number = text.rpartition("=")
    if not equals or not name:
        raise Failure(f"{text!r} is no SERVICE=N, for example shop/web=3", Exit.USAGE)
    return name, options.scale(number)


async def scaled(session: Session, service: Resource, watch: Watch) -> Resource:
    """Wait until the wanted number of units runs, and those that were too many are gone.

    An inactive service has none to wait for.
    """
    timeout_s: float = session.args.timeout
    now_s = asyncio.get_running_loop().time
    end_s = now_s() + timeout_s
    settled = await session.client.wait(service, is_scaled, timeout_s=timeout_s, watch=watch)
    await session.client.wait_for_rest(
        "containers", {"serviceId": service.id}, timeout_s=end_s - now_s(), watch=watch
    )
    return settled


def is_scaled(service: Resource) -> bool:
    """Whether a service is settled and runs what is wanted."""
    if service.is_moving or service.is_failed:
        return False
    if service.state != "active":
        return True
    return service.number("currentScale") in {None, service.number("scale")}


VERBS = {"scale": Verb(configure, online(scale))}
