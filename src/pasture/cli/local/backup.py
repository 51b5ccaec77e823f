"""``backup``: all rows of this machine's server in one file, whether it runs or not.

The database is read here, beside the server: it goes on writing meanwhile.
"""

from argparse import ArgumentParser, Namespace
from datetime import UTC, datetime
from pathlib import Path

from pasture.cli.console import Console
from pasture.cli.exits import Exit, Failure
from pasture.cli.verb import Context, Verb
from pasture.server import folder
from pasture.server.stamp import stamp
from pasture.settings.settings import Settings
from pasture.store import backup
from pasture.store.backup import Backup
from pasture.store.sqlite import path_of

MIB = 1024 * 1024


def configure(parser: ArgumentParser) -> None:
    """Add the flags of ``backup``."""
    parser.add_argument(
        "file",
        metavar="FILE",
        type=Path,
        help="where to write it; in a folder, a file named by the time",
    )
    parser.add_argument("--check", action="store_true", help="check that FILE is a sound backup")
    parser.add_argument("--force", action="store_true", help="replace FILE where it is there")
    where(parser)


def where(parser: ArgumentParser) -> None:
    """Add what says whose database it is."""
    parser.add_argument("--data", metavar="DIR", help="the server's data folder [PASTURE_DATA]")
    parser.add_argument("--database", metavar="URL", help="its database [PASTURE_DATABASE]")


def settings_of(args: Namespace, context: Context) -> Settings:
    """Return the settings of the server that is meant."""
    return Settings.from_env(context.variables, {"data": args.data, "database": args.database})


def back_up(args: Namespace, context: Context) -> Exit:
    """Write a backup, or check one."""
    if args.check:
        told(backup.read(args.file), context.console)
        return Exit.OK
    settings = settings_of(args, context)
    database = path_of(settings.database)
    if not database.exists():
        raise Failure(
            f"there is no database {database}: name the server's data folder by --data. A backup "
            "is made on the server's own machine, by the user that it runs as"
        )
    now_ms = context.clock.now_ms()
    target = args.file / f"pasture-{stamp(now_ms)}.db" if args.file.is_dir() else args.file
    told(backup.make(database, target, now_ms=now_ms, overwrite=args.force), context.console)
    context.console.say(
        f"the key that opens its secrets is not in it: keep a copy of {settings.data / folder.KEY} "
        "apart from it; without the key, logins at registries have to be given again"
    )
    return Exit.OK


def told(made: Backup, console: Console) -> None:
    """Say what a file is."""
    console.line(str(made.path))
    counts = ", ".join(f"{number} {word}" for word, number in made.counts.items())
    when = "a server's own database" if made.made_ms is None else f"backup of {at(made.made_ms)}"
    console.say(
        f"{when}, {made.size / MIB:.1f} MiB, checked: {counts}; installation {made.installation}, "
        f"written by version {made.version or 'unknown'}"
    )


def at(moment_ms: int) -> str:
    """Return a time for people."""
    return datetime.fromtimestamp(moment_ms / 1000, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


VERBS = {"backup": Verb(configure, back_up)}
