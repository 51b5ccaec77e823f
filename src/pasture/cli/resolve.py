"""From what people type to the resource they mean: ids, names, ``stack/service``."""

import re
from dataclasses import dataclass

from pasture.cli.exits import Exit, Failure
from pasture.client.client import Client
from pasture.client.resource import Resource

ID = re.compile(r"1(?P<letters>i|st|s|h)[0-9]{1,18}")
COLLECTIONS = {"i": "containers", "s": "services", "st": "stacks", "h": "hosts"}
KINDS = {"container": "i", "service": "s", "stack": "st", "host": "h"}
ALL = tuple(KINDS)


@dataclass(frozen=True)
class Found:
    """A resource, and its name as people write it."""

    resource: Resource
    shown: str

    @property
    def candidate(self) -> str:
        """How it is listed among several."""
        return f"{self.resource.type} {self.shown} ({self.resource.id})"


async def find(client: Client, text: str, kinds: tuple[str, ...] = ALL) -> Resource:
    """Return the one resource that a text means.

    Raises:
        Failure: nothing is called so, or several are.
        Absent: nothing has that id.

    """
    match = ID.fullmatch(text)
    if match is not None:
        return await _by_id(client, text, match["letters"], kinds)
    found = (
        await _in_stack(client, text, kinds) if "/" in text else await _named(client, text, kinds)
    )
    if not found:
        raise Failure(f"there is no {in_words(kinds)} {text!r} here", Exit.NOT_FOUND)
    if len(found) > 1:
        those = ", ".join(f.candidate for f in found)
        raise Failure(f"{text!r} can mean several: {those}; give the id", Exit.USAGE)
    return found[0].resource


async def _by_id(client: Client, id: str, letters: str, kinds: tuple[str, ...]) -> Resource:
    if letters not in {KINDS[kind] for kind in kinds}:
        raise Failure(f"{id} is no {in_words(kinds)}", Exit.USAGE)
    seen = await client.get(COLLECTIONS[letters], id)
    if seen.is_gone:
        raise Failure(f"{seen} ({id}) is {seen.state} already", Exit.NOT_FOUND)
    return seen


async def _in_stack(client: Client, text: str, kinds: tuple[str, ...]) -> list[Found]:
    if "service" not in kinds:
        return []
    stack_name, _, name = text.partition("/")
    stacks = same_name(await client.all("stacks"), stack_name)
    found: list[Found] = []
    for stack in stacks:
        services = await client.all("services", {"stackId": stack.id})
        found += [Found(s, f"{stack.name}/{s.name}") for s in same_name(services, name)]
    return found


async def _named(client: Client, text: str, kinds: tuple[str, ...]) -> list[Found]:
    found: list[Found] = []
    for kind in kinds:
        rows = await client.all(COLLECTIONS[KINDS[kind]], {} if kind == "host" else {"name": text})
        if kind == "host":
            rows = [h for h in rows if text in {h.name, h.text("hostname")}]
        found += [Found(row, text) for row in rows]
    services = [f for f in found if f.resource.type == "service"]
    if len(found) > 1 and services:
        stacks = {s.id: s.name for s in await client.all("stacks")}
        found = [
            Found(f.resource, f"{stacks.get(f.resource.text('stackId') or '')}/{text}")
            if f in services
            else f
            for f in found
        ]
    return found


def same_name(rows: list[Resource], name: str) -> list[Resource]:
    """Return the rows of that name, without regard to case as the server compares them."""
    return [row for row in rows if (row.name or "").casefold() == name.casefold()]


def in_words(kinds: tuple[str, ...]) -> str:
    """Return kinds as a list in a sentence."""
    if len(kinds) == 1:
        return kinds[0]
    return f"{', '.join(kinds[:-1])} or {kinds[-1]}"
