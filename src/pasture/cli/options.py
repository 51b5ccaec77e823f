"""Flags that several verbs share."""

import argparse
from collections.abc import Sequence

from pasture.cli.exits import Exit, Failure

TIMEOUT_S = 300.0


def connection(parser: argparse.ArgumentParser, *, project_flags: Sequence[str]) -> None:
    """Add which server is asked and as whom; given before or after the verb.

    Secrets are given by file, variable or login: an argument is seen in the process list.
    """
    group = parser.add_argument_group("which server, as whom")
    suppress = argparse.SUPPRESS
    group.add_argument(
        "--url", default=suppress, help="the server, for example http://host:8080 [PASTURE_URL]"
    )
    group.add_argument(
        *project_flags,
        dest="project",
        metavar="NAME",
        default=suppress,
        help="environment to work in, by name or id [PASTURE_PROJECT]",
    )
    group.add_argument(
        "--token-file",
        metavar="FILE",
        default=suppress,
        help="file with a session's token [PASTURE_TOKEN]",
    )
    group.add_argument(
        "--ca-cert",
        metavar="FILE",
        default=suppress,
        help="trust the server by this CA alone [PASTURE_CA_CERT]",
    )
    group.add_argument(
        "--config", metavar="FILE", default=suppress, help="the login's file [PASTURE_CONFIG]"
    )


def output(parser: argparse.ArgumentParser) -> None:
    """Add how a result is written."""
    parser.add_argument(
        "--format",
        choices=("table", "json"),
        default="table",
        help="table for people (default), json for scripts",
    )


def listing(parser: argparse.ArgumentParser) -> None:
    """Add how a list is written."""
    output(parser)
    parser.add_argument("-q", "--quiet", action="store_true", help="ids only, one a line")


def waiting(parser: argparse.ArgumentParser) -> None:
    """Add whether and how long the verb waits."""
    parser.add_argument(
        "-d", "--detach", action="store_true", help="do not wait until it has happened"
    )
    timeout(parser)


def timeout(parser: argparse.ArgumentParser) -> None:
    """Add how long the verb waits."""
    parser.add_argument(
        "--timeout",
        type=positive,
        metavar="SECONDS",
        default=TIMEOUT_S,
        help=f"how long to wait (default {TIMEOUT_S:g})",
    )


def talking(parser: argparse.ArgumentParser) -> None:
    """Add how a program is talked with."""
    parser.add_argument("-i", "--interactive", action="store_true", help="give it what is typed")
    parser.add_argument("-t", "--tty", action="store_true", help="give it a terminal")


def positive(text: str) -> float:
    """Return a number of seconds above 0."""
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < float("inf"):
        raise argparse.ArgumentTypeError(f"{text!r} is no number of seconds above 0")
    return seconds


def scale(text: str) -> int:
    """Return a number of units.

    Raises:
        Failure: it is none.

    """
    if not text.isascii() or not text.isdigit():
        raise Failure(f"{text!r} is no scale; accepted: 0, 1, 2, ...", Exit.USAGE)
    return int(text)
