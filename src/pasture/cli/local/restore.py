"""``restore``: put a backup in the place of the database of a server that does not run."""

import asyncio
from argparse import ArgumentParser, Namespace
from pathlib import Path

from pasture.cli.console import Console
from pasture.cli.exits import Exit
from pasture.cli.local.backup import at, settings_of, where
from pasture.cli.verb import Context, Verb
from pasture.server.restore import Restored, Wanted, in_words, run


def configure(parser: ArgumentParser) -> None:
    """Add the flags of ``restore``."""
    parser.add_argument("file", metavar="FILE", type=Path, help="a backup")
    parser.add_argument(
        "--key", metavar="FILE", type=Path, help="the key that was kept apart from the backup"
    )
    parser.add_argument(
        "--new-key",
        action="store_true",
        help="make a new key: what the lost one sealed has to be given again",
    )
    parser.add_argument(
        "--force", action="store_true", help="replace another installation that has hosts"
    )
    where(parser)


def restore(args: Namespace, context: Context) -> Exit:
    """Restore, and say what that means."""
    settings = settings_of(args, context)
    wanted = Wanted(file=args.file, key_file=args.key, new_key=args.new_key, force=args.force)
    done = asyncio.run(run(settings, wanted, context.clock))
    told(done, context.console, settings.data)
    return Exit.OK


def told(done: Restored, console: Console, data: Path) -> None:
    """Say what was restored, what is kept, and what comes next."""
    made = done.backup
    when = "" if made.made_ms is None else f" of {at(made.made_ms)}"
    counts = ", ".join(f"{number} {word}" for word, number in made.counts.items())
    console.line(f"restored {made.path}{when}: {counts}")
    for kept, what in ((done.former, "database"), (done.former_key, "key")):
        if kept is not None:
            console.say(f"the former {what} is kept: {kept}")
    if done.lost:
        console.say(
            f"lost with the former key: {in_words(done.lost)}. Logins at registries are emptied "
            "and inactive: give their passwords and activate them. URLs that machines join with "
            "are new"
        )
    console.say(
        f"start the server on {data} now. Nothing is removed on any host by this: containers that "
        "the backup does not know are kept, `pasture adopt` lists them; what it has as stopped is "
        "stopped again"
    )


VERBS = {"restore": Verb(configure, restore)}
