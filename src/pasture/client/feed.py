"""The feed of an environment's changes: frames in order, each with the revision to go on from."""

import asyncio
import json
from dataclasses import dataclass
from typing import Any, cast

import aiohttp

from pasture.client.errors import ApiError, ClientError, NotPasture, TooSlow, Unreachable
from pasture.client.resource import Resource

LARGEST = 64 * 1024 * 1024  # bytes of a frame
SILENCE_S = 30.0  # a frame comes at least every five seconds
GAP, POLICY = 4410, 1008  # close codes


class Gap(ClientError):
    """What followed a revision is not kept any more: what is there now is to be read anew."""


@dataclass(frozen=True)
class Change:
    """What has changed: the resource as it is now, None where it is gone."""

    type: str
    id: str
    resource: Resource | None


@dataclass(frozen=True)
class Frame:
    """Changes up to a revision; none where nothing has changed."""

    revision: int
    changes: tuple[Change, ...]


class Feed:
    """One open feed."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse, base: str) -> None:
        self._socket, self._base = socket, base

    async def next(self) -> Frame:
        """Return the next frame.

        Raises:
            Gap: what follows is not kept.
            ApiError: the asker may not listen any more.
            Unreachable: the connection broke.
            TooSlow: it was silent for too long.

        """
        try:
            async with asyncio.timeout(SILENCE_S):
                message = await self._socket.receive()
        except TimeoutError as error:
            raise TooSlow(f"{self._base} was silent for {SILENCE_S:g} s") from error
        match message.type:
            case aiohttp.WSMsgType.TEXT:
                return frame(message.data)
            case aiohttp.WSMsgType.CLOSE if message.data == GAP:
                raise Gap(message.extra or "what follows is not kept any more")
            case aiohttp.WSMsgType.CLOSE if message.data == POLICY:
                raise ApiError(403, "Forbidden", message.extra or "you may not listen any more")
            case _:
                raise Unreachable(f"{self._base} closed the connection")


def frame(text: str) -> Frame:
    """Return a frame from its text.

    Raises:
        NotPasture: it is none.

    """
    try:
        said: Any = json.loads(text)
        changes = tuple(change(one) for one in said["changes"])
        return Frame(int(said["revision"]), changes)
    except (ValueError, KeyError, TypeError) as error:
        raise NotPasture("the server's feed says what is not known here") from error


def change(said: Any) -> Change:
    """Return a change from its JSON."""
    fields = said["resource"]
    seen = None if fields is None else Resource(cast("dict[str, Any]", fields))
    return Change(str(said["type"]), str(said["id"]), seen)
