"""The entry point: parse, run one verb, say what went wrong in one line, return an exit code."""

import argparse
import io
import os
import sys
from collections.abc import Sequence

from pasture import __version__
from pasture.cli import console, options
from pasture.cli.commands import BY_NAME, COMMANDS, Command
from pasture.cli.exits import Exit, Failure, exit_of
from pasture.cli.verb import Context, Verb
from pasture.client.errors import ClientError
from pasture.kit.clock import SystemClock
from pasture.kit.errors import PastureError
from pasture.settings.table import process_environment

ABOUT = "Drive a Pasture server; or run one, or make this machine a host of one."
PROJECT_FLAGS = ("--project", "--env")


def main() -> int:
    """Run the command line of this process."""
    variables = process_environment()
    streams = (sys.stdin, sys.stdout, sys.stderr)
    for stream in streams[1:]:
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal of few characters is no failure
    context = Context(
        console=console.on(streams, colour="NO_COLOR" not in variables),
        variables=variables,
        clock=SystemClock(),
    )
    return command_line(sys.argv[1:], context)


def command_line(words: Sequence[str], context: Context) -> int:
    """Run one command line and return its exit code; nothing we mean ends in a traceback."""
    try:
        ended = parsed_and_run(words, context)
        context.console.flush()
    except (Failure, ClientError) as failure:
        if isinstance(failure, console.Unwritable):
            silence_stdout()
        context.console.complain(str(failure))
        if (code := exit_of(failure)) is Exit.NOT_AUTHORISED:
            context.console.say("log in with `pasture login URL`, or set PASTURE_ACCESS_KEY")
        return code
    except PastureError as error:
        context.console.complain(error.detail)
        return Exit.FAILED
    except KeyboardInterrupt:
        return Exit.INTERRUPTED
    except BrokenPipeError:
        silence_stdout()
        return Exit.BROKEN_PIPE
    return ended


def parsed_and_run(words: Sequence[str], context: Context) -> int:
    """Parse and run; argparse's own way out becomes an exit code."""
    try:
        command = wanted(words)
        verb = command.load() if command else None
        with console.writing():
            args = whole_parser(command, verb).parse_args(words)
    except SystemExit as end:
        return Exit.OK if not end.code else Exit.USAGE
    assert verb is not None, "argparse accepts no command line without a verb"
    return verb.run(args, context)


def wanted(words: Sequence[str]) -> Command | None:
    """Return the command that is meant: the first word after the connection's flags."""
    before = argparse.ArgumentParser(prog="pasture", add_help=False, allow_abbrev=False)
    options.connection(before, project_flags=PROJECT_FLAGS)
    before.add_argument("words", nargs=argparse.REMAINDER)
    after: list[str] = before.parse_known_args(words)[0].words
    return BY_NAME.get(after[0]) if after else None


def whole_parser(command: Command | None, verb: Verb | None) -> argparse.ArgumentParser:
    """Return the parser: every verb's name and help, the flags of the wanted one."""
    parser = argparse.ArgumentParser(prog="pasture", description=ABOUT, allow_abbrev=False)
    parser.add_argument("--version", action="version", version=f"pasture {__version__}")
    options.connection(parser, project_flags=PROJECT_FLAGS)
    verbs = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for known in COMMANDS:
        sub = verbs.add_parser(
            known.name, help=known.help, description=known.help, allow_abbrev=False
        )
        if known is command and verb is not None:
            verb.configure(sub)
            if not known.is_local:
                flags = ("--project",) if known.makes_variables else PROJECT_FLAGS
                options.connection(sub, project_flags=flags)
    return parser


def silence_stdout() -> None:
    """Send what is still buffered nowhere: it cannot be written."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
