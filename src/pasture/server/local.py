"""DATA/local.sock: for who owns the data folder, without a password."""

import json
import socket
from collections.abc import Callable, Generator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, cast

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from pasture import __version__
from pasture.auth.secrets import Passwords
from pasture.kit.ca import CaCertificate
from pasture.kit.errors import NotFound, PastureError
from pasture.kit.ids import show
from pasture.model.account import Project
from pasture.model.credential import RegistrationToken, token_text
from pasture.model.host import Host
from pasture.model.query import Where
from pasture.server.folder import LOCAL_SOCKET, OWNER_FILE
from pasture.server.passwords import reset_password
from pasture.server.seed import DEFAULT_PROJECT
from pasture.store.store import Store

LARGEST_BODY = 16 * 1024
LONGEST_PATH = 107  # bytes of a Unix socket's address


@contextmanager
def bound_in(folder: Path) -> Generator[socket.socket]:
    """Return the bound socket; the caller holds the folder, so an old one is nobody's.

    Raises:
        PastureError: the folder's path is too long for a socket in it.

    """
    path = folder / LOCAL_SOCKET
    if len(str(path).encode()) > LONGEST_PATH:
        raise PastureError(
            f"data folder {folder} has a name too long for a socket in it; "
            f"accepted: at most {LONGEST_PATH - len(LOCAL_SOCKET) - 1} bytes"
        )
    path.unlink(missing_ok=True)
    with closing(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)) as bound:
        bound.bind(str(path))
        path.chmod(OWNER_FILE)
        bound.listen()
        try:
            yield bound
        finally:
            path.unlink(missing_ok=True)


def make(
    store: Store,
    *,
    url: str,
    port: int,
    passwords: Passwords,
    ca: Callable[[], CaCertificate | None] = lambda: None,
) -> Starlette:
    """Return the app that is served there; ``url`` is where this machine finds the server."""
    local = Local(store, url, port=port, passwords=passwords, ca=ca)
    return Starlette(
        routes=[
            Route("/registration-url", local.registration_url),
            Route("/reset-password", local.reset_password, methods=["POST"]),
            Route("/status", local.status),
        ],
        exception_handlers={PastureError: refused},
    )


async def refused(_: Request, error: Exception) -> Response:
    """Answer with the words of an error."""
    status = 404 if isinstance(error, NotFound) else 422
    return PlainTextResponse(f"{error}\n", status_code=status)


class Local:
    """The answers."""

    def __init__(
        self,
        store: Store,
        url: str,
        *,
        port: int,
        passwords: Passwords,
        ca: Callable[[], CaCertificate | None],
    ) -> None:
        self._store, self._url, self._port, self._passwords = store, url, port, passwords
        self._ca = ca

    async def registration_url(self, _: Request) -> Response:
        """Tell where this machine joins the environment Default."""
        project = await self._store.one(Project, Where("uuid", DEFAULT_PROJECT))
        if project is None:
            raise NotFound("the environment Default was removed; join another by its own URL")
        ours = Where("account_id", project.id)
        token = await self._store.one(RegistrationToken, ours, Where("state", "active"))
        if token is None:
            raise NotFound("the environment Default has no active registration token; make one")
        url = f"{self._url}/v1/scripts/{token_text(token)}"
        return PlainTextResponse(url + "\n")

    async def reset_password(self, request: Request) -> Response:
        """Give somebody a new password."""
        given = await body(request)
        login, password = await reset_password(
            self._store,
            self._passwords,
            login=text(given, "login"),
            password=text(given, "password"),
        )
        return JSONResponse({"login": login, "password": password})

    async def status(self, _: Request) -> Response:
        """Tell what runs, and which hosts there are."""
        hosts = [
            {
                "id": show("host", host.id),
                "name": host.name,
                "state": host.state,
                "agentState": host.agent_state,
                "message": host.message,
            }
            for host in await self._store.find(Host)
        ]
        ca = self._ca()
        return JSONResponse(
            {
                "version": __version__,
                "port": self._port,
                "hosts": hosts,
                "caFingerprint": ca.fingerprint if ca else None,
            }
        )


async def body(request: Request) -> dict[str, Any]:
    """Return the JSON object that was sent; nothing is an empty one.

    Raises:
        PastureError: it is too long or no object.

    """
    content = b""
    async for part in request.stream():
        content += part
        if len(content) > LARGEST_BODY:
            raise PastureError(f"the body is too long; accepted: {LARGEST_BODY} bytes")
    try:
        given: Any = json.loads(content or b"{}")
    except (ValueError, RecursionError) as error:
        raise PastureError("the body is no JSON; accepted: an object") from error
    if not isinstance(given, dict):
        raise PastureError("the body is no object; accepted: {login?, password?}")
    return cast("dict[str, Any]", given)


def text(given: dict[str, Any], name: str) -> str | None:
    """Return a text of the body, or None.

    Raises:
        PastureError: it is something else.

    """
    value = given.get(name)
    if value is not None and not isinstance(value, str):
        raise PastureError(f"{name} is no text")
    return value
