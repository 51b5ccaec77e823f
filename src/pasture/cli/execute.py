"""``exec``: a command in a container; ``attach``: the container's own program."""

from argparse import REMAINDER, ArgumentParser
from typing import Any

from pasture.cli import options, terminal
from pasture.cli.connect import Session, online
from pasture.cli.exits import Exit, Failure
from pasture.cli.members import one_of
from pasture.cli.progress import Progress
from pasture.cli.talk import Manner, talk
from pasture.cli.verb import Verb
from pasture.cli.words import parse_pairs
from pasture.client.stream import Ended

NOT_THERE, MAY_NOT = "has no program", "is no program"  # in the agent's words


def configure_exec(parser: ArgumentParser) -> None:
    """Add the flags of ``exec``."""
    options.talking(parser)
    parser.add_argument(
        "-e",
        "--env",
        metavar="NAME=VALUE",
        action="append",
        default=[],
        help="environment variable; may be repeated",
    )
    parser.add_argument("-u", "--user", metavar="USER", help="as whom: NAME[:GROUP]")
    parser.add_argument("-w", "--workdir", metavar="DIR", help="working folder")
    parser.add_argument(
        "name", metavar="NAME", help="a container, or a service: its first container that runs"
    )
    parser.add_argument("words", nargs=REMAINDER, metavar="CMD...", help="the command")
    parser.usage = "%(prog)s [FLAG...] NAME CMD..."


async def execute(session: Session) -> int:
    """Run a command in a container, talk with it, return its exit code."""
    args, console = session.args, session.context.console
    command = args.words[1:] if args.words[:1] == ["--"] else args.words
    if not command:
        raise Failure(f"which command? for example: exec -it {args.name} sh", Exit.USAGE)
    check_terminal(session)
    given: dict[str, Any] = {
        "command": command,
        "attachStdin": args.interactive,
        "tty": args.tty,
        "environment": [
            f"{name}={value}" for name, value in parse_pairs(args.env, "--env").items()
        ],
        "user": args.user,
        "workingDir": args.workdir,
    }
    if args.tty and (size := terminal.size(console.out) or terminal.size(console.stdin)):
        given |= dict(zip(("width", "height"), size, strict=True))
    with Progress(console, f"waiting for {session.client.access.url}") as progress:
        container = await one_of(session.client, args.name)
        async with session.client.stream(container, "execute", given) as stream:
            progress.end()
            ended = await talk(console, stream, Manner(stdin=args.interactive, tty=args.tty))
    return code_of_command(ended)


def configure_attach(parser: ArgumentParser) -> None:
    """Add the flags of ``attach``."""
    parser.add_argument(
        "--no-stdin", action="store_true", help="only look: what is typed stays here"
    )
    parser.add_argument(
        "name", metavar="NAME", help="a container, or a service: its first container that runs"
    )


async def attach(session: Session) -> int:
    """Talk with a container's own program, until it ends or Ctrl-P Ctrl-Q is typed."""
    args, console = session.args, session.context.console
    with Progress(console, f"waiting for {session.client.access.url}") as progress:
        container = await one_of(session.client, args.name)
        stdin = bool(container.fields.get("stdinOpen")) and not args.no_stdin
        tty = bool(container.fields.get("tty")) and console.stdin.isatty()
        async with session.client.stream(container, "console") as stream:
            progress.end()
            ended = await talk(
                console, stream, Manner(stdin=stdin, tty=tty, may_leave=tty, redraws=True)
            )
    if ended is None:
        console.say(f"{container} goes on")
        return Exit.OK
    return code_of(ended)


def check_terminal(session: Session) -> None:
    """Refuse to lend a terminal that is none.

    Raises:
        Failure: stdin is no terminal, and -it was asked for.

    """
    args = session.args
    if args.interactive and args.tty and not session.context.console.stdin.isatty():
        raise Failure("-t needs a terminal as input, which this is not: use -i alone", Exit.USAGE)


def code_of_command(ended: Ended | None) -> int:
    """Return a command's exit code; one that cannot be started has a shell's code for that.

    Raises:
        Failure: it broke off.

    """
    if ended is not None and ended.error is not None:
        raise Failure(ended.error, exit_of_start(ended.error))
    return code_of(ended)


def exit_of_start(words: str) -> Exit:
    """Return the code of a shell for what cannot be started, by what is said of it."""
    if NOT_THERE in words:
        return Exit.NO_PROGRAM
    return Exit.NOT_EXECUTABLE if MAY_NOT in words else Exit.FAILED


def code_of(ended: Ended | None) -> int:
    """Return a program's exit code.

    Raises:
        Failure: it broke off.

    """
    if ended is None:
        return Exit.OK
    if ended.error is not None:
        raise Failure(ended.error)
    return ended.exit_code or Exit.OK


VERBS = {
    "exec": Verb(configure_exec, online(execute)),
    "attach": Verb(configure_attach, online(attach)),
}
