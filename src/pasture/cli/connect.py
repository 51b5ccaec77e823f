"""From flags, variables and the config file to a client; how a verb that asks a server is run."""

import asyncio
from argparse import Namespace
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from pasture.cli import config, trust
from pasture.cli.config import Config
from pasture.cli.exits import Exit, Failure
from pasture.cli.verb import Context
from pasture.client.access import Access, KeyPair, Proof, Token, parse_url
from pasture.client.client import Client
from pasture.settings.client import ClientSettings

DEFAULT_URL = "http://127.0.0.1:8080"


@dataclass(frozen=True)
class Session:
    """What a verb that asks a server works with."""

    client: Client
    context: Context
    args: Namespace


Work = Callable[[Session], Awaitable[int]]  # an exit code: ours, or that of a program elsewhere


def online(work: Work) -> Callable[[Namespace, Context], int]:
    """Return a verb's ``run`` that does its work with a client."""

    def run(args: Namespace, context: Context) -> int:
        return asyncio.run(_with_client(work, args, context))

    return run


async def _with_client(work: Work, args: Namespace, context: Context) -> int:
    async with Client(access(args, context), patience_s=context.patience_s) as client:
        return await work(Session(client, context, args))


def access(args: Namespace, context: Context) -> Access:
    """Return where to ask and as whom: flags win over variables, these over the config file.

    A key that was kept for one server is never sent to another.
    """
    said = ClientSettings.from_env(context.variables)
    kept = config.read(config_path(args, said))
    url, in_url = parse_url(getattr(args, "url", None) or said.url or kept.url or DEFAULT_URL)
    return Access(
        url=url,
        proof=_proof(args, said) or (kept.proof if is_same(kept, url) else None),
        project=getattr(args, "project", None)
        or in_url
        or said.project
        or (kept.project if is_same(kept, url) else None),
        ca=trust.given_ca(args, said) or (kept.ca if is_same(kept, url) else None),
        proxies=said.proxies,
    )


def is_same(kept: Config, url: str) -> bool:
    """Tell whether a login was made at this URL."""
    return kept.url is not None and parse_url(kept.url)[0] == url


def config_path(args: Namespace, said: ClientSettings) -> Path:
    """Return where the login is kept."""
    given: str | None = getattr(args, "config", None)
    return Path(given) if given else said.config


def _proof(args: Namespace, said: ClientSettings) -> Proof | None:
    token_file: str | None = getattr(args, "token_file", None)
    if token_file is not None:
        return Token(first_line(Path(token_file)))
    if said.token is not None:
        return Token(said.token)
    if said.access_key is None:
        return None
    if said.secret_key is None:
        raise Failure("an access key is set but no secret key: set PASTURE_SECRET_KEY", Exit.USAGE)
    return KeyPair(said.access_key, said.secret_key)


def first_line(path: Path) -> str:
    """Return a file's first line.

    Raises:
        Failure: it cannot be read or is empty.

    """
    try:
        lines = path.read_text().splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise Failure(f"{path} cannot be read: {error}", Exit.USAGE) from error
    if not lines or not lines[0].strip():
        raise Failure(f"{path} is empty", Exit.USAGE)
    return lines[0].strip()
