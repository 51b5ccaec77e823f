"""From a name to containers: a container's own, or those of a service or a stack."""

from pasture.cli.exits import Exit, Failure
from pasture.cli.resolve import find
from pasture.client.client import Client
from pasture.client.resource import Resource

OWNED_BY = {"service": "serviceId", "stack": "stackId"}


async def one_of(client: Client, text: str) -> Resource:
    """Return the container that a name means; of a service, the first one that runs.

    Raises:
        Failure: there is none, or none that runs.

    """
    seen = await find(client, text, ("container", "service"))
    if seen.type == "container":
        return seen
    rows = await members(client, seen)
    running = [row for row in rows if row.state == "running"]
    if not running:
        states = ", ".join(sorted({row.state for row in rows})) or "none"
        raise Failure(f"{seen} has no container that runs (its containers: {states})")
    return running[0]


async def members(client: Client, owner: Resource) -> list[Resource]:
    """Return the containers of a service or stack, in the order of their names; or it itself.

    Raises:
        Failure: it has none by its nature.

    """
    if owner.type == "container":
        return [owner]
    kind = "stack" if owner.type == "stack" else "service"
    if kind == "service" and not owner.type.casefold().endswith(kind):
        raise Failure(f"{owner} has no containers", Exit.USAGE)
    rows = await client.all("containers", {OWNED_BY[kind]: owner.id})
    return sorted(rows, key=lambda row: (len(row.name or ""), row.name or ""))
