"""``registration-url``: where a machine joins the environment as a host."""

from argparse import ArgumentParser
from urllib.parse import urlsplit

from pasture.cli import options
from pasture.cli.connect import Session, online
from pasture.cli.exits import Exit
from pasture.cli.login import LOOPBACK
from pasture.cli.progress import Progress
from pasture.cli.verb import Verb
from pasture.client.client import Client
from pasture.client.resource import Resource

TOKENS = "registrationTokens"
URL = "registrationUrl"


def configure(parser: ArgumentParser) -> None:
    """Add how long its token may take."""
    options.timeout(parser)


async def registration_url(session: Session) -> Exit:
    """Print the registration URL of the environment; its token is made where there is none."""
    console = session.context.console
    with Progress(console, f"waiting for {session.client.access.url}"):
        token = await session.client.wait(
            await active_token(session.client),
            lambda seen: seen.text(URL) is not None,
            timeout_s=session.args.timeout,
            watch=lambda _: None,
        )
    url = token.text(URL) or ""
    console.line(url)
    if urlsplit(url).hostname in LOOPBACK:
        console.say("it leads to the server from its own machine only: ask by an address of it")
    return Exit.OK


async def active_token(client: Client) -> Resource:
    """Return a token that lets machines join; lists leave its secret out, so it is asked again."""
    tokens = await client.all(TOKENS)
    active = next((token for token in tokens if token.state == "active"), None)
    if active is None:
        return await client.create(TOKENS, {})
    return await client.again(active)


VERBS = {"registration-url": Verb(configure, online(registration_url))}
