"""The websocket route ``/link``: authentication, the hello, then the session."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import NoReturn

import msgspec
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from pasture import __version__
from pasture.kit.clock import Clock
from pasture.kit.errors import Conflict
from pasture.kit.ids import show
from pasture.link.dispatch import dispatch
from pasture.link.entrance import admit, close_link, close_links, turn_of, turns
from pasture.link.farewell import host_was_removed, remove_host
from pasture.link.hello import PROTOCOL_NOT_SPOKEN, Refuse
from pasture.link.links import LinkEnded, Links
from pasture.link.session import Session, ill_frame
from pasture.link.wanted import wanted_image
from pasture.model.account import Project
from pasture.model.host import Agent
from pasture.store.store import Store
from pasture.wire.frames import (
    HISTORY,
    MAX_FRAME,
    PROTOCOL,
    Hello,
    Refused,
    Welcome,
    decode_from_agent,
    encode,
)

log = logging.getLogger(__name__)
HELLO_S = 10.0  # from accept to hello
CLOSE_S = 5.0  # a close frame that finds no room for so long is given up
HELLO_BYTES = 1024 * 1024
Authenticate = Callable[[str | None], Awaitable[Agent | None]]  # of an Authorization header


class Socket:
    """Starlette's websocket as the session's ``Wire``."""

    def __init__(self, websocket: WebSocket) -> None:
        self.websocket = websocket

    async def accept(self) -> None:
        """Answer the handshake."""
        try:
            await self.websocket.accept()
        except WebSocketDisconnect as error:
            raise LinkEnded("closed before it was accepted") from error

    async def receive(self) -> str | bytes:
        message = await self.websocket.receive()
        if message["type"] == "websocket.disconnect":
            raise LinkEnded(f"closed by the agent ({message.get('code')})")
        said: str | bytes = message.get("text") or message.get("bytes") or ""
        if len(said) > MAX_FRAME:
            raise LinkEnded(f"sent a frame of {len(said)} bytes; accepted: {MAX_FRAME}")
        return said

    async def send(self, message: str | bytes) -> None:
        try:
            if isinstance(message, str):
                await self.websocket.send_text(message)
            else:
                await self.websocket.send_bytes(message)
        except (WebSocketDisconnect, RuntimeError) as error:  # RuntimeError: closed before
            raise LinkEnded("closed while sending") from error


class Link:
    """The server's end of all hosts' links: ``routes`` to serve, ``run`` beside them."""

    def __init__(self, store: Store, clock: Clock, authenticate: Authenticate) -> None:
        self.links = Links()
        self._store, self._clock, self._authenticate = store, clock, authenticate
        self._after = store.revision
        self.routes: list[BaseRoute] = [
            WebSocketRoute("/link", self.serve),
            Route("/link/leave", self.leave, methods=["POST"]),
        ]

    async def start(self) -> None:
        """Write that links which a former process held are closed; before anything is served."""
        await close_links(self._store, self._clock)

    async def run(self) -> None:
        """Tell hosts what changes, until cancelled."""
        await dispatch(self._store, self.links, self._after)

    async def serve(self, websocket: WebSocket) -> None:
        """Serve one agent's link from its first byte to its last."""
        if "origin" in websocket.headers:
            await websocket.send_denial_response(not_from_a_page())
            return
        agent = await self._authenticate(websocket.headers.get("authorization"))
        if agent is None:
            gone = await host_was_removed(self._store, websocket.headers.get("authorization"))
            await websocket.send_denial_response(self._refusal(gone))
            return
        socket = Socket(websocket)
        try:
            await socket.accept()
            hello = await self._hello(socket)
            session = await self._enter(socket, agent, hello, address_of(websocket))
            if isinstance(session, Refuse):
                await refuse(socket, told(session, await wanted_image(self._store)))
        except LinkEnded as ended:
            log.info("no link", extra={"agent": show("agent", agent.id), "reason": str(ended)})
            await close(websocket)
            return
        await self._serve_session(session, socket)

    async def leave(self, request: Request) -> Response:
        """Remove the host of an agent that leaves; it sees to its containers itself."""
        if "origin" in request.headers:
            return not_from_a_page()
        authorization = request.headers.get("authorization")
        agent = await self._authenticate(authorization)
        if agent is None:
            gone = await host_was_removed(self._store, authorization)
            return self._refusal(gone)
        await remove_host(self._store, agent)
        return PlainTextResponse("the host is being removed", status_code=202)

    def _refusal(self, gone: bool) -> PlainTextResponse:
        """Return the answer to who has no link here."""
        return host_is_gone() if gone else unauthorized(self._store.history)

    async def _hello(self, socket: Socket) -> Hello:
        """Return the first frame, which must be a hello."""
        try:
            async with asyncio.timeout(HELLO_S):
                message = await socket.receive()
        except TimeoutError:
            raise LinkEnded(f"no hello within {HELLO_S:.0f} seconds") from None
        if len(message) > HELLO_BYTES:
            await refuse(socket, ill_frame(f"a hello has at most {HELLO_BYTES} bytes"))
        try:
            frame = decode_from_agent(message)
        except msgspec.DecodeError as error:
            await refuse(socket, ill_frame(f"the first frame is no hello: {error}"))
        if not isinstance(frame, Hello):
            await refuse(socket, ill_frame("the first frame must be a hello"))
        return frame

    async def _enter(
        self, socket: Socket, agent: Agent, hello: Hello, address: str | None
    ) -> Session | Refuse:
        """Let the agent in: from now on its session is the one of its host."""
        async with self.links.turn(*turns(agent.id, hello)):
            try:
                host = await admit(
                    self._store, self._clock, agent.id, hello, address=address, links=self.links
                )
            except Conflict as conflict:
                raise LinkEnded(str(conflict)) from conflict
            if isinstance(host, Refuse):
                return host
            session = Session(socket, self._store, host, hello=hello, links=self.links)
            self.links.enter(session)
            self.links.doubles.enter(agent.id, session.presence)
            return session

    async def _welcome(self, session: Session) -> Welcome:
        host = session.host
        project = await self._store.get(Project, host.account_id or 0)
        return Welcome(
            protocol=PROTOCOL,
            version=__version__,
            installation=self._store.installation,
            history=self._store.history,
            host_id=show("host", host.id),
            host_name=host.name or "",
            project=project.uuid if project else "",
            agent_image=await wanted_image(self._store),
            subnet=project.subnet if project else None,
        )

    async def _serve_session(self, session: Session, socket: Socket) -> None:
        reason = "failed"
        try:
            session.welcome = await self._welcome(session)
            await socket.send(encode(session.welcome).decode())
            reason = await session.run()
        except LinkEnded as ended:
            reason = str(ended)
        finally:
            log.info("link closed", extra={"host": show("host", session.host_id), "reason": reason})
            await self._leave(session)
            await close(socket.websocket)

    async def _leave(self, session: Session) -> None:
        """Write that the link is closed, unless another one of the same agent is open."""
        async with self.links.turn(turn_of(session.agent_id)):
            self.links.leave(session)
            if session.agent_id not in self.links.by_agent:
                await close_link(self._store, self._clock, session.agent_id)


def unauthorized(history: str) -> PlainTextResponse:
    """Return the answer to somebody who is no agent, or one that this database does not know."""
    return PlainTextResponse(
        "accepted: Basic authentication with an agent's key pair",
        status_code=401,
        headers={"WWW-Authenticate": 'Basic realm="Pasture"', HISTORY: history},
    )


def not_from_a_page() -> PlainTextResponse:
    """Return the answer to a page in a browser, which may be anybody's."""
    return PlainTextResponse(
        "this has an Origin, so a page in a browser sent it; accepted: from an agent",
        status_code=403,
    )


def host_is_gone() -> PlainTextResponse:
    """Return the answer to the agent of a host that somebody removed."""
    return PlainTextResponse("this host was removed", status_code=410)


def told(refuse: Refuse, image: str) -> Refused:
    """Return a refusal as the agent hears it; ``image``: what agents that are let in run from."""
    outdated = refuse.final and refuse.code == PROTOCOL_NOT_SPOKEN
    return Refused(
        code=refuse.code,
        message=refuse.message,
        final=refuse.final,
        agent_image=image if outdated else None,
    )


async def refuse(socket: Socket, told: Refused) -> NoReturn:
    """Say why the agent is not let in; the link is over."""
    await socket.send(encode(told).decode())
    raise LinkEnded(f"refused: {told.message}")


def address_of(websocket: WebSocket) -> str | None:
    """Return where the agent connects from."""
    return websocket.client.host if websocket.client else None


async def close(websocket: WebSocket) -> None:
    """Close the socket, where it is open still."""
    try:
        async with asyncio.timeout(CLOSE_S):
            await websocket.close()
    except (TimeoutError, RuntimeError, WebSocketDisconnect):
        log.debug("socket was closed before")
