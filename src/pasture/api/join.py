"""``/join/TOKEN``: a script that makes a machine a host, with the agent's image from this server.

For machines that find the image in no registry. It is a file that `make image` writes, given to
whoever has a registration token; by ``/join/image`` to agents, for their keys.
"""

import asyncio
import hashlib
import logging
import shlex
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from string import Template

from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

from pasture.api.asked import ask
from pasture.auth.authenticate import authenticate_agent, registration_token
from pasture.kit.ca import CaCertificate
from pasture.model import joining
from pasture.model.setting import AGENT_IMAGE, KNOWN, Setting
from pasture.store.store import Store

log = logging.getLogger(__name__)
ARCHIVE = "agent-image.tar.gz"
IN_IMAGE = Path("/usr/share/pasture") / ARCHIVE  # where pasture/server carries it
SHELL, GZIP = "text/x-shellscript; charset=utf-8", "application/gzip"
PART = 1 << 20
AT_ONCE, LONGEST_S, AGAIN_S = 8, 900, 10  # hand-overs: after an upgrade all agents ask together
BUSY = f"the image is being handed to {AT_ONCE} machines already; again in {AGAIN_S} s"
NOT_KEPT = {"cache-control": "no-store"}
UNKNOWN = "this registration token is unknown or not active: ask for the command anew"
NO_IMAGE = "this server carries no image of the agent: `make image` where it was installed makes it"
SCRIPT = Template("""\
#!/bin/sh
# Makes this machine a host of the Pasture server at $shown; asks for nothing.
set -eu
server=$server token=$token image=$image sum=$sum

fail() {
    echo "pasture: $$*" >&2
    exit 1
}

fetch() { # URL FILE
    if command -v curl >/dev/null; then
        curl -fsSL --retry 5 -o "$$2" "$$1"
    elif command -v wget >/dev/null; then
        wget -q -O "$$2" "$$1"
    else
        fail "there is neither curl nor wget here: install one of them"
    fi
}

command -v docker >/dev/null ||
    fail "there is no Docker on this machine: install it first (Debian: apt-get install docker.io)"
docker info >/dev/null 2>&1 ||
    fail "the Docker Engine does not answer: start it, or run this as root (... | sudo sh)"
if docker image inspect "$$image" >/dev/null 2>&1; then
    echo "image $$image is here"
elif [ -n "$$sum" ]; then
    echo "fetching image $$image from $$server"
    folder=$$(mktemp -d)
    trap 'rm -rf "$$folder"' EXIT
    fetch "$$server/join/$$token/image" "$$folder/image" ||
        fail "the image could not be fetched from $$server: look at proxies, then try again"
    echo "$$sum  $$folder/image" | sha256sum -c - >/dev/null 2>&1 ||
        fail "the image came broken (its SHA-256 is not $$sum): try again"
    docker load -q -i "$$folder/image" >/dev/null ||
        fail "docker load failed: look whether the disk is full (docker system df)"
    docker image inspect "$$image" >/dev/null 2>&1 ||
        fail "the server hands over another image than $$image: \\`make image\\` there"
else
    docker pull -q "$$image" >/dev/null ||
        fail "neither a registry nor the server has $$image: \\`make image\\` there makes it"
fi
$command </dev/null
""")


@dataclass(frozen=True)
class Sum:
    """The SHA-256 of a file as it was: its time and size tell whether it still is."""

    seen: tuple[int, int]
    digest: str


class InTurn(FileResponse):
    """A file that is sent to so many at once, and to nobody for ever."""

    def __init__(self, path: Path, turns: asyncio.Semaphore) -> None:
        super().__init__(path, media_type=GZIP, headers=NOT_KEPT)
        self._turns = turns

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async with self._turns, asyncio.timeout(LONGEST_S):
            await super().__call__(scope, receive, send)


class Joining:
    """The answers."""

    def __init__(
        self, store: Store, archives: Sequence[Path], ca: Callable[[], CaCertificate | None]
    ) -> None:
        self._store, self._archives, self._ca = store, archives, ca
        self._sums: dict[Path, Sum] = {}
        self._summing = asyncio.Lock()
        self._turns = asyncio.Semaphore(AT_ONCE)

    async def script(self, request: Request) -> Response:
        """Answer the script for a token."""
        token = str(request.path_params["token"])
        if await registration_token(self._store, token) is None:
            return PlainTextResponse(UNKNOWN + "\n", status_code=404)
        settings = {s.name: s.value for s in await self._store.find(Setting) if s.value}
        base = settings.get("api.host") or ask(request.scope).base_url
        image = settings.get(AGENT_IMAGE) or KNOWN[AGENT_IMAGE]
        archive = await asyncio.to_thread(self._archive)
        ca = self._ca()
        command = joining.docker_command(
            f"{base}/v1/scripts/{token}",
            image,
            ca_fingerprint=ca.fingerprint if ca else None,
            variables=joining.PASSED_ON,
            as_root="",
        )
        told = {
            "server": shlex.quote(base),
            "token": shlex.quote(token),
            "image": shlex.quote(image),
            "sum": await self._sum(archive) if archive else "''",
            "shown": "".join(c for c in base if c.isprintable()),
            "command": command,
        }
        return PlainTextResponse(SCRIPT.substitute(told), media_type=SHELL, headers=NOT_KEPT)

    async def image(self, request: Request) -> Response:
        """Answer the agent's image to who has a token."""
        if await registration_token(self._store, str(request.path_params["token"])) is None:
            return PlainTextResponse(UNKNOWN + "\n", status_code=404)
        return await self._file()

    async def image_for_agents(self, request: Request) -> Response:
        """Answer the agent's image to an agent."""
        if await authenticate_agent(self._store, request.headers.get("authorization")) is None:
            return PlainTextResponse(
                "accepted: Basic authentication with an agent's key pair\n",
                status_code=401,
                headers={"WWW-Authenticate": 'Basic realm="Pasture"'},
            )
        return await self._file()

    async def _file(self) -> Response:
        archive = await asyncio.to_thread(self._archive)
        if archive is None:
            return PlainTextResponse(NO_IMAGE + "\n", status_code=404)
        if self._turns.locked():
            later = NOT_KEPT | {"retry-after": str(AGAIN_S)}
            return PlainTextResponse(BUSY + "\n", status_code=503, headers=later)
        return InTurn(archive, self._turns)

    def _archive(self) -> Path | None:
        return next((path for path in self._archives if path.is_file()), None)

    async def _sum(self, archive: Path) -> str:
        """Return the SHA-256 of the archive, read once for each that there is."""
        async with self._summing:
            stat = await asyncio.to_thread(archive.stat)
            seen = (stat.st_mtime_ns, stat.st_size)
            known = self._sums.get(archive)
            if known is None or known.seen != seen:
                known = self._sums[archive] = Sum(seen, await asyncio.to_thread(sha256, archive))
            return known.digest


def sha256(path: Path) -> str:
    """Return a file's SHA-256."""
    total = hashlib.sha256()
    with path.open("rb") as file:
        while part := file.read(PART):
            total.update(part)
    return total.hexdigest()


def make(
    store: Store, data: Path, *, ca: Callable[[], CaCertificate | None] = lambda: None
) -> list[BaseRoute]:
    """Return the routes; `make image` leaves the image in ``data`` for a server from source."""
    answers = Joining(store, (data / ARCHIVE, IN_IMAGE), ca)
    return [
        Route("/join/image", answers.image_for_agents),
        Route("/join/{token}", answers.script),
        Route("/join/{token}/image", answers.image),
    ]
