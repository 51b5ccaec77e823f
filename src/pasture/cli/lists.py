"""``ps``, ``hosts``, ``stacks``, ``services``, ``projects``: what is there."""

from argparse import ArgumentParser
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pasture.cli import options, table
from pasture.cli.connect import Session, online
from pasture.cli.exits import Exit
from pasture.cli.progress import Progress
from pasture.cli.table import Column
from pasture.cli.verb import Verb
from pasture.cli.words import age, pairs_in_words, size
from pasture.client.resource import Resource

MIB = 1024 * 1024
FOUND_OUT = "io.rancher.host."
SETTLED_STOPPED = "stopped"


def configure_ps(parser: ArgumentParser) -> None:
    """Add the flags of ``ps``."""
    parser.add_argument("-a", "--all", action="store_true", help="stopped ones too")
    options.listing(parser)


async def ps(session: Session) -> Exit:
    """List containers: those that run, are on their way, or failed; all with ``-a``."""
    with asking(session):
        rows = await session.client.all("containers")
        rows = rows if session.args.all else [row for row in rows if not is_at_rest(row)]
        hosts = await names(session, "hosts", rows)
    columns = [
        identity(),
        Column[Resource](head="NAME", cell=container_name, least=10),
        Column[Resource](head="IMAGE", cell=image, least=8),
        state(),
        Column[Resource](
            head="HOST", cell=lambda c: hosts.get(c.text("hostId") or "", ""), least=6
        ),
        Column[Resource](head="IP", cell=lambda c: c.text("primaryIpAddress") or ""),
        Column[Resource](head="PORTS", cell=ports, least=8),
        since(session, began),
        message(),
    ]
    return written(session, columns, rows)


async def hosts(session: Session) -> Exit:
    """List hosts."""
    with asking(session):
        rows = await session.client.all("hosts")
        containers = await session.client.all("containers") if rows else []
    columns = [
        identity(),
        Column[Resource](head="NAME", cell=lambda h: h.name or h.text("hostname") or "", least=12),
        state(),
        Column[Resource](head="ADDRESS", cell=lambda h: h.text("agentIpAddress") or ""),
        Column[Resource](head="CONTAINERS", cell=lambda h: str(on_host(containers, h.id))),
        Column[Resource](head="CPUS", cell=cpus, optional=True),
        Column[Resource](head="MEMORY", cell=memory, optional=True),
        Column[Resource](head="ENGINE", cell=engine, optional=True),
        Column[Resource](
            head="LABELS",
            cell=labels,
            least=8,
            optional=True,
        ),
        since(session, created),
        message(),
    ]
    return written(session, columns, rows)


async def stacks(session: Session) -> Exit:
    """List stacks."""
    with asking(session):
        rows = await session.client.all("stacks")
        services = await session.client.all("services") if rows else []
    columns = [
        identity(),
        Column[Resource](head="NAME", cell=lambda s: s.name or "", least=12),
        state(),
        Column[Resource](
            head="SERVICES",
            cell=lambda s: str(sum(1 for v in services if v.text("stackId") == s.id)),
        ),
        Column[Resource](head="HEALTH", cell=lambda s: s.text("healthState") or "", optional=True),
        since(session, created),
        message(),
    ]
    return written(session, columns, rows)


async def services(session: Session) -> Exit:
    """List services, with how many of the wanted units run."""
    with asking(session):
        rows = await session.client.all("services")
        in_stack = await names(session, "stacks", rows)

    def full_name(service: Resource) -> str:
        return f"{in_stack.get(service.text('stackId') or '', '?')}/{service.name}"

    columns = [
        identity(),
        Column[Resource](head="NAME", cell=full_name, least=12),
        Column[Resource](head="IMAGE", cell=launch_image, least=12),
        state(),
        Column[Resource](head="SCALE", cell=scale),
        Column[Resource](head="PORTS", cell=lambda s: ", ".join(launch(s).texts("ports"))),
        Column[Resource](head="HEALTH", cell=lambda s: s.text("healthState") or "", optional=True),
        since(session, created),
        message(),
    ]
    return written(session, columns, sorted(rows, key=full_name))


async def projects(session: Session) -> Exit:
    """List environments; a star marks the one that is worked in."""
    with asking(session):
        rows = await session.client.projects()
        current = await session.client.project() if rows else None
    columns = [
        identity(),
        Column[Resource](head="NAME", cell=lambda p: p.name or "", least=12),
        Column[Resource](head="CURRENT", cell=lambda p: "*" if p == current else ""),
        state(),
        since(session, created),
        message(),
    ]
    return written(session, columns, rows)


def written(session: Session, columns: Sequence[Column[Resource]], rows: list[Resource]) -> Exit:
    """Write rows as the flags say."""
    console = session.context.console
    if session.args.quiet:
        console.lines(row.id for row in rows)
    elif session.args.format == "json":
        console.json([row.fields for row in rows])
    else:
        table.show(console, columns, rows)
    return Exit.OK


def asking(session: Session) -> Progress:
    """Return the progress line of a question."""
    return Progress(session.context.console, f"waiting for {session.client.access.url}")


async def names(session: Session, collection: str, rows: list[Resource]) -> Mapping[str, str]:
    """Return names by id of what rows refer to; asks only where there are rows."""
    if not rows:
        return {}
    found = await session.client.all(collection)
    return {r.id: r.name or r.text("hostname") or r.id for r in found}


def identity() -> Column[Resource]:
    """Return the column of ids."""
    return Column(head="ID", cell=lambda row: row.id)


def state() -> Column[Resource]:
    """Return the column of states."""
    return Column(head="STATE", cell=lambda row: row.state, state=True)


def message() -> Column[Resource]:
    """Return the column that says what is waited for or failed."""

    def words(row: Resource) -> str:
        return (row.message or "") if row.is_moving or row.is_failed else ""

    return Column(head="MESSAGE", cell=words, note=True, optional=True)


def since(session: Session, beginning: Callable[[Resource], int | None]) -> Column[Resource]:
    """Return the column of ages."""
    now_ms = session.context.clock.now_ms()
    return Column(head="AGE", cell=lambda row: age(beginning(row), now_ms))


def created(row: Resource) -> int | None:
    """Return when it was made."""
    return row.number("createdTS")


def began(container: Resource) -> int | None:
    """Return since when a container has run; of one that does not run, when it was made."""
    started = container.number("startedTS") if container.state == "running" else None
    return created(container) if started is None else started


def is_at_rest(container: Resource) -> bool:
    """Whether a container is stopped as it should be."""
    at_rest = container.state == SETTLED_STOPPED
    return at_rest and not container.is_moving and not container.is_failed


def container_name(row: Resource) -> str:
    """Return a container's name; one that was made by hand, or is not known any more, is marked."""
    stray = row.fields.get("strayUuid") is not None
    marked = " (unknown)" if stray else " (native)" if row.fields.get("nativeContainer") else ""
    return f"{row.name or ''}{marked}"


def image(row: Resource) -> str:
    """Return the image's name without its prefix."""
    return (row.text("imageUuid") or "").removeprefix("docker:")


def launch(service: Resource) -> Resource:
    """Return a service's launch config."""
    return Resource(service.mapping("launchConfig"))


def launch_image(service: Resource) -> str:
    """Return the image of a service's containers."""
    return image(launch(service))


def scale(service: Resource) -> str:
    """Return how many units run, of how many."""
    wanted, running = service.number("scale"), service.number("currentScale")
    return f"{wanted}" if running is None else f"{running}/{wanted}"


def ports(container: Resource) -> str:
    """Return the ports that are published, else those that were asked for."""
    published = container.texts("publishedPorts") or container.texts("ports")
    short = (p.removeprefix("0.0.0.0:").removesuffix("/tcp") for p in published)
    return ", ".join(dict.fromkeys(p for p in short if not p.startswith("[::]:")))


def on_host(containers: list[Resource], host_id: str) -> int:
    """Return how many containers are on a host."""
    return sum(1 for c in containers if c.text("hostId") == host_id)


def part(host: Resource, name: str) -> Mapping[str, Any]:
    """Return one part of what is known of a machine."""
    return Resource(host.mapping("info")).mapping(name)


def cpus(host: Resource) -> str:
    """Return the number of processors."""
    count = part(host, "cpuInfo").get("count")
    return "" if count is None else str(count)


def memory(host: Resource) -> str:
    """Return the machine's memory; it is reported in MiB."""
    total = part(host, "memoryInfo").get("memTotal")
    return size(int(total) * MIB) if isinstance(total, int | float) else ""


def labels(host: Resource) -> str:
    """Return the labels that people gave: not those that the agent found out."""
    given = {k: v for k, v in host.mapping("labels").items() if not k.startswith(FOUND_OUT)}
    return pairs_in_words(given)


def engine(host: Resource) -> str:
    """Return the Engine's version."""
    return str(part(host, "osInfo").get("dockerVersion") or "").removeprefix("Docker version ")


VERBS = {
    "ps": Verb(configure_ps, online(ps)),
    "hosts": Verb(options.listing, online(hosts)),
    "stacks": Verb(options.listing, online(stacks)),
    "services": Verb(options.listing, online(services)),
    "projects": Verb(options.listing, online(projects)),
}
