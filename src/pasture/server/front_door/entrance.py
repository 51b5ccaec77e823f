"""TLS and plain HTTP on one port: the first byte tells which; TLS is served, the other sent on.

A client that says nothing, or breaks off the handshake, costs a socket for a few seconds.
"""

import asyncio
import logging
import socket
import ssl
from collections.abc import Callable
from http import HTTPStatus
from typing import Protocol

from pasture.kit.tasks import TaskGroup
from pasture.server.front_door.census import Census

log = logging.getLogger(__name__)
HELLO = b"\x16"  # what a TLS handshake begins with
PATIENCE_S = 15.0  # until the first byte, and then with the handshake
MOST_WAITING = 4096  # sockets that have not said what they want
FAREWELL_S = 1.0  # for the other side's own end of TLS, which is nothing but polite
AT_ONCE = 64  # accepted before others have their turn
PAUSE_S = 0.2  # with no file descriptor left
MakeProtocol = Callable[[], asyncio.Protocol]


class Secured(Protocol):
    """Whose certificate is in force."""

    @property
    def context(self) -> ssl.SSLContext:
        """What a new connection is served with now."""
        ...


class Entrance:
    """Takes connections from a listening socket and finds out what each is."""

    def __init__(
        self,
        listener: socket.socket,
        secured: Secured,
        *,
        secure: MakeProtocol,
        plain: MakeProtocol,
        census: Census,
        patience_s: float = PATIENCE_S,
    ) -> None:
        self._listener = listener
        self._secured = secured
        self._secure, self._plain = secure, plain
        self._census = census
        self._patience_s = patience_s
        self._paused: asyncio.TimerHandle | None = None
        self._waiting: dict[socket.socket, tuple[str, asyncio.TimerHandle]] = {}
        self.failed = 0  # handshakes

    async def run(self) -> None:
        """Take connections until cancelled; those that were taken are others' by then."""
        self._listener.setblocking(False)
        self._loop = asyncio.get_running_loop()
        try:
            async with TaskGroup() as self._group:
                self._listen()
                await asyncio.Event().wait()
        finally:
            self._loop.remove_reader(self._listener.fileno())
            if self._paused is not None:
                self._paused.cancel()
            for waiting in list(self._waiting):
                self._forget(waiting)
                waiting.close()

    def _listen(self) -> None:
        self._loop.add_reader(self._listener.fileno(), self._accept)

    def _accept(self) -> None:
        for _ in range(AT_ONCE):
            if len(self._waiting) >= MOST_WAITING:
                self._pause()
                return
            try:
                taken, _ = self._listener.accept()
            except (BlockingIOError, ConnectionAbortedError):
                return
            except OSError as error:
                log.warning("no more connections are taken", extra={"why": error.strerror})
                self._pause()
                return
            self._wait_for_first_byte(taken)

    def _pause(self) -> None:
        self._loop.remove_reader(self._listener.fileno())
        self._paused = self._loop.call_later(PAUSE_S, self._listen)

    def _wait_for_first_byte(self, taken: socket.socket) -> None:
        taken.setblocking(False)
        try:
            address = str(taken.getpeername()[0])
        except OSError:  # gone already
            taken.close()
            return
        if not self._census.enter(address):
            self._census.refused[HTTPStatus.SERVICE_UNAVAILABLE] += 1
            taken.close()
            return
        timer = self._loop.call_later(self._patience_s, self._drop, taken)
        self._waiting[taken] = (address, timer)
        self._loop.add_reader(taken.fileno(), self._ready, taken)

    def _ready(self, taken: socket.socket) -> None:
        try:
            first = taken.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            return
        except OSError:
            first = b""
        if not first:
            self._drop(taken)
            return
        address = self._forget(taken)
        self._group.create_task(self._hand_over(taken, address, is_tls=first == HELLO))

    async def _hand_over(self, taken: socket.socket, address: str, *, is_tls: bool) -> None:
        """Let a connection's protocol have it, once the handshake is over."""
        try:
            if is_tls:
                await self._loop.connect_accepted_socket(
                    self._secure,
                    taken,
                    ssl=self._secured.context,
                    ssl_handshake_timeout=self._patience_s,
                    ssl_shutdown_timeout=FAREWELL_S,
                )
            else:
                await self._loop.connect_accepted_socket(self._plain, taken)
        except (OSError, TimeoutError) as error:  # ssl.SSLError is one too
            self.failed += 1
            log.debug("no TLS connection", extra={"address": address, "why": str(error)})
            taken.close()
        finally:
            self._census.leave(address)

    def _drop(self, taken: socket.socket) -> None:
        self._census.leave(self._forget(taken))
        taken.close()

    def _forget(self, taken: socket.socket) -> str:
        address, timer = self._waiting.pop(taken)
        timer.cancel()
        self._loop.remove_reader(taken.fileno())
        return address
