"""``login``, ``logout``, ``switch``: which server, as whom, in which environment, from now on."""

import asyncio
import getpass
from argparse import ArgumentParser, Namespace
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

from pasture.cli import config, trust
from pasture.cli.config import Config
from pasture.cli.connect import DEFAULT_URL, Session, config_path, online
from pasture.cli.exits import Exit, Failure
from pasture.cli.lists import asking
from pasture.cli.verb import Context, Verb
from pasture.client.access import Access, KeyPair, Token, parse_url
from pasture.client.client import Client, choose
from pasture.client.errors import ApiError, NotPasture
from pasture.settings.client import ClientSettings

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
REFUSED = 401


def configure(parser: ArgumentParser) -> None:
    """Add the flags of ``login``."""
    parser.add_argument("server", nargs="?", metavar="URL", help=f"default {DEFAULT_URL}")
    parser.add_argument("-u", "--user", metavar="NAME", help="login name (default: asked)")
    parser.add_argument(
        "--access-key", metavar="KEY", help="keep an API key instead; its secret is asked"
    )
    parser.add_argument(
        "--password-stdin", action="store_true", help="read password or secret key from stdin"
    )
    trust.configure(parser)


def login(args: Namespace, context: Context) -> Exit:
    """Prove who you are, and keep what proves it from now on; never the password."""
    said = ClientSettings.from_env(context.variables)
    url, in_url = parse_url(args.server or getattr(args, "url", None) or said.url or DEFAULT_URL)
    warn_in_clear(context, url)
    wanted = getattr(args, "project", None) or in_url
    at = Access(url=url, project=wanted, ca=trust.given_ca(args, said), proxies=said.proxies)
    at = replace(at, ca=trust.settled(at, args, context))
    user = args.access_key or args.user or asked_name(context)
    secret = asked_secret(args, context, "Secret key" if args.access_key else "Password")
    kept, words = asyncio.run(proven(at, args, user, secret))
    path = config_path(args, said)
    config.write(path, kept)
    context.console.say(f"logged in to {url} as {user}{words}")
    return Exit.OK


async def proven(at: Access, args: Namespace, user: str, secret: str) -> tuple[Config, str]:
    """Return what to keep once the server has accepted it, and in words where that is."""
    if args.access_key is not None:
        proof = KeyPair(user, secret)
        kept = Config(url=at.url, access_key=user, secret_key=secret, ca=at.ca)
    else:
        token = await new_token(at, user, secret)
        proof = Token(token)
        kept = Config(url=at.url, token=token, ca=at.ca)
    async with Client(replace(at, proof=proof)) as client:
        projects = await client.projects()
    if at.project is None:
        return kept, ""
    chosen = choose(projects, at.project)
    return replace(kept, project=chosen.id), f", environment {chosen.name}"


async def new_token(at: Access, user: str, password: str) -> str:
    """Return a new session's token.

    Raises:
        Failure: name or password is wrong.
        NotPasture: the answer has no token.

    """
    async with Client(at) as client:
        try:
            session = await client.login(user, password)
        except ApiError as error:
            if error.status != REFUSED:
                raise
            raise Failure("wrong name or password", Exit.NOT_AUTHORISED) from error
    token = session.text("jwt")
    if not token:
        raise NotPasture(f"{at.url} answered the login without a token")
    return token


def asked_name(context: Context) -> str:
    """Return the login name that is typed.

    Raises:
        Failure: nobody is there to type one.

    """
    console = context.console
    if not console.interactive:
        raise Failure("say who logs in: --user NAME, or --access-key KEY", Exit.USAGE)
    return console.ask("User:")


def asked_secret(args: Namespace, context: Context, prompt: str) -> str:
    """Return the password or secret key: typed unseen, or the first line of stdin.

    Raises:
        Failure: there is none.

    """
    console = context.console
    if args.password_stdin:
        secret = console.stdin.readline().rstrip("\r\n")
    elif console.interactive:
        secret = getpass.getpass(f"{prompt}: ", stream=console.err)
    else:
        raise Failure("no terminal to ask on: give it by --password-stdin", Exit.USAGE)
    if not secret:
        raise Failure(f"{prompt.lower()} is empty", Exit.USAGE)
    return secret


def warn_in_clear(context: Context, url: str) -> None:
    """Say so where a password is about to travel in clear."""
    parts = urlsplit(url)
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        context.console.say(f"{url} is no https: what you type travels in clear")


def configure_nothing(_: ArgumentParser) -> None:
    """Add no flags."""


def logout(args: Namespace, context: Context) -> Exit:
    """End the session and forget it."""
    path = config_path(args, ClientSettings.from_env(context.variables))
    kept = config.read(path)
    said = ClientSettings.from_env(context.variables)
    if kept.url is None:
        raise Failure("not logged in")
    path.unlink()
    if kept.token is not None:
        at = Access(url=kept.url, proof=kept.proof, ca=kept.ca, proxies=said.proxies)
        asyncio.run(end_session(at))
    context.console.say(f"logged out of {kept.url}")
    return Exit.OK


async def end_session(at: Access) -> None:
    """End a session; one that has ended already is no error."""
    async with Client(at) as client:
        try:
            await client.logout()
        except ApiError as error:
            if error.status != REFUSED:
                raise


def configure_switch(parser: ArgumentParser) -> None:
    """Add the flags of ``switch``."""
    parser.add_argument("to", metavar="NAME", help="environment, by name or id")


async def switch(session: Session) -> Exit:
    """Work in another environment from now on."""
    args, context = session.args, session.context
    path: Path = config_path(args, ClientSettings.from_env(context.variables))
    kept = config.read(path)
    if kept.url is None:
        raise Failure("log in first: the environment is kept with the login", Exit.USAGE)
    with asking(session):
        chosen = choose(await session.client.projects(), args.to)
    config.write(path, replace(kept, project=chosen.id))
    context.console.say(f"environment {chosen.name} ({chosen.id})")
    return Exit.OK


VERBS = {
    "login": Verb(configure, login),
    "logout": Verb(configure_nothing, logout),
    "switch": Verb(configure_switch, online(switch)),
}
