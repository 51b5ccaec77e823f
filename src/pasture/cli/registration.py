"""``add-host`` and ``registration-url``: how a machine joins the environment as a host."""

from argparse import ArgumentParser, ArgumentTypeError
from urllib.parse import urlsplit

from pasture.cli import options
from pasture.cli.connect import Session, online
from pasture.cli.exits import Exit
from pasture.cli.login import LOOPBACK
from pasture.cli.progress import Progress
from pasture.cli.verb import Verb
from pasture.client.client import Client
from pasture.client.resource import Resource
from pasture.model import joining

TOKENS = "registrationTokens"
URL, COMMAND, SCRIPT, NOTE = "registrationUrl", "command", "scriptCommand", "addressNote"


def configure(parser: ArgumentParser) -> None:
    """Add how long its token may take."""
    options.timeout(parser)


async def registration_url(session: Session) -> Exit:
    """Print the registration URL of the environment; its token is made where there is none."""
    console = session.context.console
    token = await ready_token(session)
    url = token.text(URL) or ""
    console.line(url)
    if urlsplit(url).hostname in LOOPBACK:
        console.say("it leads to the server from its own machine only: ask by an address of it")
    return Exit.OK


def configure_command(parser: ArgumentParser) -> None:
    """Add what the machine is to say of itself."""
    parser.add_argument(
        "--script",
        action="store_true",
        help="where no registry has the agent's image: the machine gets it from the server",
    )
    parser.add_argument(
        "--label",
        action="append",
        default=[],
        type=label,
        metavar="KEY=VALUE",
        help="a label of the host; may be repeated",
    )
    parser.add_argument(
        "--address", metavar="IP", help="where its ports are reached, if the server sees another"
    )
    options.timeout(parser)


def label(text: str) -> str:
    """Return a host's label, which is told among others in one variable.

    Raises:
        ArgumentTypeError: it cannot be told so.

    """
    if not text.partition("=")[0].strip() or "&" in text:
        raise ArgumentTypeError(f"{text!r} is no label; accepted: KEY=VALUE without &")
    return text


async def add_host(session: Session) -> Exit:
    """Print the command that makes a machine a host of the environment."""
    console, args = session.context.console, session.args
    token = await ready_token(session)
    told = joining.told_of(args.label, args.address)
    with_them = joining.script_with if args.script else joining.command_with
    console.line(with_them(token.text(SCRIPT if args.script else COMMAND) or "", told))
    if note := token.text(NOTE):
        console.say(note)
    return Exit.OK


async def ready_token(session: Session) -> Resource:
    """Return a token that lets machines join, once it does; one is made where there is none."""
    with Progress(session.context.console, f"waiting for {session.client.access.url}"):
        return await session.client.wait(
            await active_token(session.client),
            lambda seen: seen.text(URL) is not None,
            timeout_s=session.args.timeout,
            watch=lambda _: None,
        )


async def active_token(client: Client) -> Resource:
    """Return a token that lets machines join; lists leave its secret out, so it is asked again."""
    tokens = await client.all(TOKENS)
    active = next((token for token in tokens if token.state == "active"), None)
    if active is None:
        return await client.create(TOKENS, {})
    return await client.again(active)


VERBS = {
    "registration-url": Verb(configure, online(registration_url)),
    "add-host": Verb(configure_command, online(add_host)),
}
