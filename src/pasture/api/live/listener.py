"""Who listens: let in as for a read, and out as soon as they may no longer."""

import asyncio
import uuid
from collections import Counter
from dataclasses import dataclass, replace
from typing import NoReturn, Protocol

from starlette.responses import Response
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from pasture.api.answer import encode
from pasture.api.asked import Asked, ask
from pasture.api.context import Api, Context, context_of
from pasture.api.errors import shown, status_of
from pasture.api.named import SUBSCRIBE
from pasture.auth.identity import Identity
from pasture.kit.errors import Busy, Forbidden, NotFound, PastureError, Unauthorized
from pasture.kit.tasks import TaskGroup, alone

SEND_S = 30.0  # who takes no frame for so long is given up
LOOK_S = 5.0  # between two looks whether they still may
CLOSE_S = 5.0
MOST_OF_ONE = 2000  # sockets of one account
DONE, OVER, POLICY, SLOW = (
    1000,
    1001,
    1008,
    1013,
)  # close codes (RFC 6455, IANA): 1013 is "try again later"


@dataclass(frozen=True)
class Listener:
    """One socket, let in."""

    socket: WebSocket
    context: Context
    project: int

    async def send(self, frame: str) -> None:
        """Send a frame, waiting until there is room.

        Raises:
            Left: nobody takes it.

        """
        try:
            async with asyncio.timeout(SEND_S):
                await self.socket.send_text(frame)
        except (TimeoutError, WebSocketDisconnect, RuntimeError) as error:
            raise Left from error  # RuntimeError: closed before


class Left(Exception):
    """Nobody listens any more."""


class Ended(Exception):
    """We end it: close code and words."""

    def __init__(self, code: int, words: str) -> None:
        super().__init__(words)
        self.code, self.words = code, words


class Speaker(Protocol):
    """What is served on a socket until either side ends it."""

    async def speak(self, listener: Listener) -> NoReturn:
        """Tell the listener of changes.

        Raises:
            Left: nobody listens any more.
            Ended: it is over.

        """
        ...


class Sockets:
    """Lets listeners in, bounds how many there are, and closes what has ended."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self.open: Counter[int] = Counter()  # by account

    async def serve(self, socket: WebSocket, speaker: Speaker) -> None:
        """Serve one socket from its handshake to its end."""
        try:
            context = await self._admitted(socket)
        except PastureError as refused:
            await deny(socket, refused)
            return
        account = context.identity.account
        self.open[account] += 1
        try:
            await socket.accept()
            listener = Listener(socket, context, context.identity.effective)
            await self._served(listener, speaker)
        except (Left, WebSocketDisconnect):
            pass  # they went: nothing is left to say
        except Ended as ended:
            await close(socket, ended)
        finally:
            self.open[account] -= 1
            if not self.open[account]:
                del self.open[account]

    async def _admitted(self, socket: WebSocket) -> Context:
        """Return what the asker sees.

        Raises:
            PastureError: nobody known asks, or not here. Pages of other sites come no further than
                the door (``server/front_door/websocket_origin.py``).

        """
        asked = ask({**socket.scope, "method": "GET"})
        identity = await self._api.auth.identify(asked.presented)
        if not SUBSCRIBE.letters(identity.role):
            raise NotFound(
                "there is nothing to listen to here; accepted: inside an environment, such as "
                f"{asked.root}/projects/1a5/{asked.parts[-1] if asked.parts else 'subscribe'}"
            )
        if self.open[identity.account] >= MOST_OF_ONE:
            raise Busy(f"this account has {MOST_OF_ONE} sockets open; accepted: close some")
        return await context_of(self._api, with_action_links(asked), identity, {})

    async def _served(self, listener: Listener, speaker: Speaker) -> None:
        """Speak, read what nobody needs so that an end is noticed, and look who it is."""
        with alone(Left, Ended):
            async with TaskGroup() as group:
                group.create_task(speaker.speak(listener))
                group.create_task(heard(listener.socket))
                group.create_task(self._watch(listener.context))

    async def _watch(self, context: Context) -> NoReturn:
        """Look now and then whether the asker is still the same.

        Raises:
            Ended: they are not.

        """
        while True:
            await asyncio.sleep(LOOK_S)
            try:
                now = await self._api.auth.identify(context.asked.presented)
            except (Unauthorized, Forbidden) as refused:
                raise Ended(POLICY, refused.detail) from refused
            except Busy:
                continue
            if not is_same(context.identity, now):
                raise Ended(POLICY, "your role has changed: connect again")


def is_same(before: Identity, now: Identity) -> bool:
    """Tell whether somebody sees what they saw before."""
    return (before.account, before.role, before.project) == (now.account, now.role, now.project)


def with_action_links(asked: Asked) -> Asked:
    """Return the request as one that has the header, where the query says so: pages set none."""
    if not asked.option("_actionLinks"):
        return asked
    return replace(asked, headers={**asked.headers, "x-api-action-links": "actionLinks"})


async def heard(socket: WebSocket) -> NoReturn:
    """Drop what the other side says until it leaves.

    Raises:
        Left: it left.

    """
    while True:
        if (await socket.receive())["type"] == "websocket.disconnect":
            raise Left


async def deny(socket: WebSocket, refused: PastureError) -> None:
    """Answer the handshake with an error, as a request would be."""
    number = uuid.uuid4().hex
    await socket.send_denial_response(
        Response(
            encode(shown(refused, number)),
            status_code=status_of(refused),
            headers={"x-request-id": number, "cache-control": "no-store"},
            media_type="application/json",
        )
    )


async def close(socket: WebSocket, ended: Ended) -> None:
    """Close a socket in words, where it is open still."""
    if socket.application_state is not WebSocketState.CONNECTED:
        return
    try:
        async with asyncio.timeout(CLOSE_S):
            await socket.close(ended.code, ended.words[:100])
    except (TimeoutError, RuntimeError, WebSocketDisconnect):
        return  # it was closed before
