"""One verb for several things: at once, a result for each, one exit code for all."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from pasture.cli.connect import Session
from pasture.cli.exits import Exit, Failure, exit_of, worst
from pasture.cli.progress import Progress
from pasture.client.client import Watch
from pasture.client.errors import ClientError
from pasture.client.resource import Resource
from pasture.kit.tasks import TaskGroup

AT_ONCE = 8


@dataclass(frozen=True)
class Done:
    """What became of one thing."""

    words: str
    resource: Resource


@dataclass(frozen=True)
class Outcome:
    """What was typed, and how it ended."""

    text: str
    exit: Exit
    words: str
    resource: Resource | None = None


OneThing = Callable[[str, Watch], Awaitable[Done]]


async def each(session: Session, texts: Sequence[str], do: OneThing) -> Exit:
    """Do it for every text and write the results in the order that they were typed in."""
    unique = list(dict.fromkeys(texts))
    gate = asyncio.Semaphore(AT_ONCE)
    console = session.context.console
    with Progress(console, f"waiting for {session.client.access.url}") as progress:

        async def one(text: str) -> Outcome:
            async with gate:
                outcome = await attempt(text, lambda seen: progress.waits(text, waiting(seen)), do)
            progress.done(text)
            return outcome

        async with TaskGroup() as group:
            tasks = [group.create_task(one(text)) for text in unique]
    return written(session, [task.result() for task in tasks])


async def attempt(text: str, watch: Watch, do: OneThing) -> Outcome:
    """Do it for one text; a failure that we mean is an outcome too."""
    try:
        done = await do(text, watch)
    except (ClientError, Failure) as error:
        return Outcome(text, exit_of(error), str(error))
    return Outcome(text, Exit.OK, done.words, done.resource)


def written(session: Session, outcomes: Sequence[Outcome]) -> Exit:
    """Write what became of each."""
    console = session.context.console
    if session.args.format == "json":
        console.json([as_json(o) for o in outcomes])
    for outcome in outcomes:
        if outcome.exit is not Exit.OK:
            console.complain(
                outcome.words
                if outcome.text in outcome.words
                else f"{outcome.text}: {outcome.words}"
            )
        elif session.args.format != "json":
            console.line(f"{outcome.text}: {outcome.words}")
    return worst(o.exit for o in outcomes)


def as_json(outcome: Outcome) -> dict[str, object]:
    """Return an outcome for scripts."""
    return {
        "name": outcome.text,
        "exit": int(outcome.exit),
        "result": outcome.words,
        "resource": outcome.resource and outcome.resource.fields,
    }


def waiting(seen: Resource) -> str:
    """Say what a resource waits for."""
    why = f": {seen.message}" if seen.message else ""
    return f"{seen} is {seen.state}{why}"
