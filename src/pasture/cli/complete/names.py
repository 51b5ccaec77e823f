"""Names that are there, for completion: asked once, briefly, and silently where that fails."""

import asyncio
from argparse import Action, Namespace
from collections.abc import Mapping

from pasture.cli import connect
from pasture.cli.complete.typed import Typed
from pasture.cli.exits import Failure
from pasture.cli.verb import Context
from pasture.client.client import Client
from pasture.client.errors import ClientError
from pasture.client.resource import Resource
from pasture.kit.tasks import TaskGroup, alone

DEADLINE_S = 2.0
ALL = ("containers", "services", "stacks", "hosts")
OF_VERB: Mapping[str, tuple[str, ...]] = {
    "logs": ("containers", "services", "stacks"),
    "exec": ("containers", "services"),
    "attach": ("containers", "services"),
    "cp": ("containers", "services"),
    "stats": ALL,
    "start": ALL,
    "stop": ALL,
    "restart": ("containers", "services", "stacks"),
    "rm": ALL,
    "inspect": ALL,
    "scale": ("services",),
    "adopt": ("containers",),
    "switch": ("projects",),
}
OF_FLAG: Mapping[str, tuple[str, ...]] = {
    "host": ("hosts",),
    "stack": ("stacks",),
    "project": ("projects",),
}
ENDS: Mapping[str, str] = {"scale": "=", "cp": ":"}  # what follows a name
ONE_NAME = frozenset({"exec", "attach", "switch"})
Offer = tuple[str, str]


def offered(seen: Typed, of: Action, current: str, context: Context) -> list[Offer]:
    """Return names that may stand there, with what they are."""
    verb = seen.verbs[0] if seen.verbs else ""
    is_flag = bool(of.option_strings)
    collections = OF_FLAG.get(of.dest, ()) if is_flag else OF_VERB.get(verb, ())
    has_path = verb == "cp" and (current.startswith(("/", ".", "~")) or ":" in current)
    if not collections or has_path or (verb in ONE_NAME and seen.positionals and not is_flag):
        return []
    end = "" if is_flag else ENDS.get(verb, "")
    try:
        found = asyncio.run(asked(collections, Namespace(**seen.values), context))
    except (ClientError, Failure):
        return []
    return [(f"{name}{end}", what) for name, what in found]


async def asked(collections: tuple[str, ...], args: Namespace, context: Context) -> list[Offer]:
    """Ask the server for names."""
    async with Client(connect.access(args, context), deadline_s=DEADLINE_S) as client:
        if collections == ("projects",):
            return [(p.name or p.id, "environment") for p in await client.projects()]
        await client.project()
        wanted = {*collections, "stacks"} if "services" in collections else set(collections)
        with alone(ClientError):
            async with TaskGroup() as group:
                tasks = {name: group.create_task(client.all(name)) for name in sorted(wanted)}
    rows = {name: task.result() for name, task in tasks.items()}
    stacks = {stack.id: stack.name or stack.id for stack in rows.get("stacks", [])}
    return [
        (named(row, stacks), f"{row.type} {row.state}")
        for name in collections
        for row in rows[name]
    ]


def named(row: Resource, stacks: Mapping[str, str]) -> str:
    """Return how a resource is called on the command line."""
    stack = stacks.get(row.text("stackId") or "")
    name = row.name or row.text("hostname") or row.id
    is_service = row.type.casefold().endswith("service")
    return f"{stack}/{name}" if is_service and stack else name
