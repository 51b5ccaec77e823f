"""The server: settings in, an exit code out. Composes store, API, link and control."""

import asyncio
import logging
import resource
import signal
import socket
import sys
from collections.abc import Awaitable, Callable, Coroutine, Generator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any

import uvloop
from starlette.middleware import Middleware

from pasture import __version__, control
from pasture.api import app as api
from pasture.api import join
from pasture.api.live.subscribe import Hub
from pasture.api.remembered import Remembered
from pasture.auth.authenticate import Authenticator, authenticate_agent
from pasture.auth.host_token import HostTokens
from pasture.kit import logs
from pasture.kit.clock import Clock, Stopwatch, SystemClock
from pasture.kit.errors import PastureError
from pasture.kit.tasks import TaskGroup
from pasture.link.endpoint import Link
from pasture.link.host_api import HostApi
from pasture.model.host import Agent
from pasture.server import first_login, folder, local, memory, upgrade
from pasture.server.front_door import ports, serving
from pasture.server.front_door.app import make
from pasture.server.front_door.door import door
from pasture.server.front_door.repeats import Repeats
from pasture.server.front_door.serving import Served
from pasture.server.measured import Measured
from pasture.server.metrics import Metrics
from pasture.server.seed import seed
from pasture.server.signing_key import StoredKeys
from pasture.server.watched import Watched
from pasture.settings.settings import Settings
from pasture.store.store import Store
from pasture.ui.pages import Page

log = logging.getLogger(__name__)
STOPPED, REFUSED, BROKEN = 0, 1, 70
# a busy loop lets threads (the disk's, passwords') have Python's lock this soon; measured with
# 200 us a request: a write takes 29 ms in the middle, 290 ms with Python's own 5 ms
SWITCH_S = 0.0001
SIGNALS = (signal.SIGTERM, signal.SIGINT)


@dataclass(frozen=True)
class Taken:
    """What a server holds while it runs: nobody else has any of it."""

    key: bytes
    public: socket.socket
    private: socket.socket

    @property
    def port(self) -> int:
        """The port that is listened on, where the kernel chose it too."""
        return self.public.getsockname()[1]


def run(settings: Settings) -> int:
    """Run the server in this process until SIGTERM or SIGINT, and return its exit code.

    1 where it cannot start, said in one sentence on standard error.
    """
    logs.set_up(settings.log_level)
    serving.quiet()
    memory.give_back_what_is_large()
    raise_file_limit()
    sys.setswitchinterval(SWITCH_S)
    try:
        with (
            taken(settings) as what,
            asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner,
        ):
            runner.run(serve(settings, what))
    except PastureError as refused:
        sys.stderr.write(f"pasture server: {refused.detail}\n")
        return REFUSED
    except ExceptionGroup:
        log.exception("server ends: a part of it failed")
        return BROKEN
    return STOPPED


@contextmanager
def taken(settings: Settings) -> Generator[Taken]:
    """Take data folder, port and key, in this order.

    Raises:
        PastureError: one of them cannot be had.

    """
    folder.prepare(settings.data)
    with (
        folder.held(settings.data),
        closing(ports.bind(settings.listen)) as public,
        local.bound_in(settings.data) as private,
    ):
        upgrade.prepare(settings, SystemClock())
        yield Taken(folder.key(settings.data), public, private)


async def serve(settings: Settings, what: Taken) -> None:
    """Serve until SIGTERM or SIGINT.

    Raises:
        PastureError: the database cannot be opened, or the first password is none.

    """
    clock = SystemClock()
    with heard_signals() as stop:
        async with Store.open(settings.database, key=what.key, clock=clock) as store:
            await composed(store, clock, settings, what, stop=stop)


async def composed(
    store: Store,
    clock: Clock,
    settings: Settings,
    what: Taken,
    *,
    stop: asyncio.Event,
) -> None:
    """Make the parts and run them together until told to stop."""
    authenticator = Authenticator(
        store, clock, access_control=settings.access_control, stopwatch=Stopwatch()
    )
    passwords = authenticator.passwords
    try:
        await seed(store, settings, passwords)
        entry = await door(
            settings.front, settings.data, store, listen=settings.listen, clock=clock
        )
        tokens = HostTokens(StoredKeys(store), clock)
        link = Link(store, clock, agents_of(store))
        await link.start()
        hub = Hub(store, clock)
        metrics = Metrics(store=store, clock=clock, links=link.links, door=entry)
        page = Page()
        app = make(
            [
                *page.first,
                *link.routes,
                *HostApi(store, link.links, tokens, clock).routes,
                *api.make(
                    store,
                    authenticator,
                    clock=clock,
                    tokens=tokens,
                    hub=hub,
                    ca=entry.ca,
                ),
                *join.make(store, settings.data, ca=entry.ca),
                *Watched(metrics, authenticator, settings.front.metrics_token).routes,
                *page.rest,
            ],
            proxies=settings.front.trusted_proxies,
            within=[
                Middleware(Measured, traffic=metrics.traffic),
                entry.pages(access_control=settings.access_control),
            ],
        )
        here = settings.front.url_here(settings.listen, what.port)
        private = local.make(store, url=here, port=what.port, passwords=passwords, ca=entry.ca)
        remembered = Remembered(store.fresh, Stopwatch())
        servers = [
            entry.serve(Repeats(app, remembered, metrics.traffic), what.public),
            Served(serving.server(private), what.private),
        ]
        tell(settings, what.port)
        beside = (
            link.run(),
            hub.run(),
            entry.keep(),
            metrics.pulse.run(),
            control.run(store, clock, metrics.tallies),
            first_login.forget_when_changed(store, settings.data, passwords),
        )
        await together(serving.serve(servers, stop), beside)
    finally:
        passwords.close()


async def together(
    serving_them: Coroutine[Any, Any, None], beside: tuple[Coroutine[Any, Any, None], ...]
) -> None:
    """Run the background beside the servers, and end it when these have ended."""
    async with TaskGroup() as group:
        background = [group.create_task(one) for one in beside]
        await serving_them
        for task in background:
            task.cancel()


def agents_of(store: Store) -> Callable[[str | None], Awaitable[Agent | None]]:
    """Return the check of an agent's Authorization header."""

    async def authenticate(authorization: str | None) -> Agent | None:
        found = await authenticate_agent(store, authorization)
        return found[0] if found else None

    return authenticate


@contextmanager
def heard_signals() -> Generator[asyncio.Event]:
    """Return what is set when this process is asked to end."""
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    for number in SIGNALS:
        loop.add_signal_handler(number, stop.set)
    try:
        yield stop
    finally:
        for number in SIGNALS:
            loop.remove_signal_handler(number)


def raise_file_limit() -> None:
    """Allow as many open files, and so connections, as this user may have."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def tell(settings: Settings, port: int) -> None:
    """Log what serves, and what somebody should know about it."""
    log.info(
        "server is ready",
        extra={
            "version": __version__,
            "address": settings.listen.host,
            "port": port,
            "folder": str(settings.data),
        },
    )
    if not settings.front.has_tls:
        log.warning(
            "passwords and keys travel in clear until TLS is set up, here (--tls-cert or "
            "--tls-self-signed) or in front of this server"
        )
    if not settings.access_control:
        log.warning("access control is off: everybody who reaches this server is admin")
    if settings.unknown:
        log.warning("variables that nothing reads", extra={"variables": settings.unknown})
