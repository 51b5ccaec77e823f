"""What each call to a Docker Engine has: a deadline, and errors in our words."""

import asyncio
import re
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import Any, NoReturn, TypeVar

import aiodocker
import aiohttp
import msgspec

from pasture.agent.engine.engine import (
    EngineError,
    EngineTimeout,
    EngineUnreachable,
    ImageNotFound,
    NameTaken,
    NetworkGone,
    NoSuchContainer,
    StuckContainer,
)
from pasture.agent.engine.inspection import Raw
from pasture.agent.engine.words import explain

T = TypeVar("T")
NO_CONNECTION = 900  # aiodocker's own status
# containerd's words where it still keeps what a start that broke off had begun
LEFT_OVER = re.compile(r"task \S+ already exists|failed to start shim: mkdir \S+: file exists")
NO_NETWORK = re.compile(r"network \S+ not found|could not find (a )?network")
FIRST_ERROR, NOT_FOUND, CONFLICT = 400, 404, 409


class Conflict(EngineError):
    """The container is in a state that does not allow the call."""


@asynccontextmanager
async def deadline(
    call: str, seconds: float, *, image: str = ""
) -> AsyncGenerator[asyncio.Timeout, None]:
    """Bound a call, and turn what it raises into our errors."""
    try:
        async with asyncio.timeout(seconds) as limit:
            yield limit
    except TimeoutError as error:
        if call == "pull":
            raise EngineError(f"the registry of image {image} does not answer") from error
        raise EngineTimeout(
            f"the Engine did not answer a call to {call} within {seconds:.0f} s"
        ) from error
    except aiodocker.DockerError as error:
        raise_ours(call, error, image)
    except (aiohttp.ClientError, OSError) as error:
        raise EngineUnreachable(f"the Engine broke off: {error}") from error
    except msgspec.DecodeError as error:
        raise EngineError(f"the Engine's answer cannot be read: {error}") from error


def raise_ours(call: str, error: aiodocker.DockerError, image: str) -> NoReturn:
    """Raise what the Engine answered as one of our errors."""
    text = explain(error.message, image)
    if error.status == NO_CONNECTION:
        raise EngineUnreachable(f"the Engine cannot be reached: {text}") from error
    if call == "start" and NO_NETWORK.search(error.message):
        raise NetworkGone(text) from error
    if error.status == NOT_FOUND:
        about_image = call in {"pull", "create", "image inspect"}
        raise (ImageNotFound(text) if about_image else NoSuchContainer(text)) from error
    if error.status == CONFLICT:
        raise (NameTaken(text) if call == "create" else Conflict(text)) from error
    if call == "start" and LEFT_OVER.search(error.message):
        raise StuckContainer("the Engine still holds a start of it that broke off") from error
    raise EngineError(text) from error


def read(convert: Callable[[Raw], T], answer: Raw) -> T:
    """Convert an answer; one that is not as the Engine's documentation says is its failure."""
    try:
        return convert(answer)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise EngineError(f"the Engine's answer cannot be read: {error!r}") from error


def message_of(body: bytes) -> str:
    """Return the text of the Engine's error answer."""
    try:
        return str(msgspec.json.decode(body, type=dict[str, Any])["message"])
    except (msgspec.DecodeError, KeyError):
        return body.decode(errors="replace")
