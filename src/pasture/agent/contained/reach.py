"""What a machine that is to join asks its server first, and says in a line what is wrong.

Nothing is changed by it, here or there.
"""

import asyncio
import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from urllib.parse import quote, urlsplit

import aiohttp

from pasture.agent.session import Rejected
from pasture.kit.outward import distrust
from pasture.kit.proxies import is_local

ANSWER_S, PAUSE_S, PATIENCE_S = 10.0, 2.0, 30.0
SKEW_S = 30
LONGEST = 64 * 1024
OK, NOT_FOUND = 200, 404
Say = Callable[[str], None]


@dataclass(frozen=True)
class Reached:
    """What the server told a machine that may join."""

    exports: Mapping[str, str]
    ahead_s: int | None  # how far this machine's clock is ahead, where that matters


async def reach(
    http: aiohttp.ClientSession, base: str, token: str, *, say: Say, now_ms: Callable[[], int]
) -> Reached:
    """Ask the server what the token's script says; waits a while for one that starts.

    Raises:
        Rejected: it cannot be reached, does not know the token, or is no server of ours.

    """
    loop = asyncio.get_running_loop()
    end = loop.time() + PATIENCE_S
    while True:
        try:
            return await _ask(http, base, token, now_ms)
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            why = words_of(error)
            if (untrusted := distrust(error)) is not None:
                raise Rejected(f"{base} is not trusted: {untrusted}") from error
            if loop.time() + PAUSE_S > end:
                raise Rejected(unreachable(base, why)) from error
            say(f"{base} is not accessible yet ({why}), trying again")
        await asyncio.sleep(PAUSE_S)


async def _ask(
    http: aiohttp.ClientSession, base: str, token: str, now_ms: Callable[[], int]
) -> Reached:
    async with (
        asyncio.timeout(ANSWER_S),
        http.get(f"{base}/v1/scripts/{quote(token, safe=':')}") as response,
    ):
        text = (await response.content.read(LONGEST)).decode(errors="replace")
        status, date = response.status, response.headers.get("Date")
    if status == NOT_FOUND and "registration token" in text:
        raise Rejected(
            f"the server at {base} does not know this token, or it was removed; get the command "
            "anew: pasture add-host"
        )
    if status != OK or not text.startswith("#!/bin/sh"):
        raise Rejected(
            f"what answers at {base} ({status}) is no Pasture server; look at the address, and at "
            "proxies between here and there"
        )
    return Reached(exports(text), ahead_s(date, now_ms()))


def exports(script: str) -> dict[str, str]:
    """Return the variables that a script exports."""
    lines = (line.removeprefix("export ") for line in script.splitlines() if "export " in line)
    pairs = (shlex.split(line)[0].partition("=") for line in lines)
    return {name: text for name, _, text in pairs}


def ahead_s(date: str | None, now_ms: int) -> int | None:
    """Return how far our clock is ahead of an answer's date; None: not enough to matter."""
    if date is None:
        return None
    try:
        skew = round(now_ms / 1000 - parsedate_to_datetime(date).timestamp())
    except ValueError:
        return None
    return skew if abs(skew) > SKEW_S else None


def skewed(ahead: int) -> str:
    """Return what to do about a clock."""
    side = "ahead of" if ahead > 0 else "behind"
    return (
        f"this machine's clock is {abs(ahead)} s {side} the server's: certificates and times of "
        "events will be wrong; set it, for example timedatectl set-ntp true"
    )


def unreachable(base: str, why: str) -> str:
    """Return what to do where nobody answers at the server's address."""
    host = urlsplit(base).hostname or ""
    if is_local(host):
        return (
            f"no server answers at {base}, which is this machine itself ({why}): take the command "
            "with an address of the server that this machine reaches (setting api.host)"
        )
    return (
        f"{base} cannot be reached from this machine ({why}): look at address, port, firewalls and "
        "proxies, or set api.host to an address that it reaches"
    )


def words_of(error: Exception) -> str:
    """Return in words why a connection failed."""
    if isinstance(error, TimeoutError):
        return "no answer"
    cause = error.os_error if isinstance(error, aiohttp.ClientConnectorError) else error
    return (getattr(cause, "strerror", None) or str(cause) or type(cause).__name__).lower()
