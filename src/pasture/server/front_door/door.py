"""The front door, put together: certificates, protocols, and what clients are told of them."""

import logging
import socket
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.middleware import Middleware
from starlette.types import ASGIApp

from pasture.kit.ca import CaCertificate
from pasture.kit.clock import Clock
from pasture.model.query import Where
from pasture.model.setting import Setting
from pasture.server.front_door import serving
from pasture.server.front_door.census import Census
from pasture.server.front_door.serving import Served
from pasture.server.front_door.websocket_origin import WebsocketOrigin
from pasture.settings.front_door import FrontDoor
from pasture.settings.parse import Listen
from pasture.store.changes import Create, Update
from pasture.store.store import Store

if TYPE_CHECKING:
    from pasture.server.front_door.renewal import Certificates

log = logging.getLogger(__name__)
PUBLIC_URL = "api.host"


@dataclass(frozen=True)
class Door:
    """What all connections from outside share."""

    front: FrontDoor
    store: Store
    census: Census
    certificates: "Certificates | None"  # None: neither TLS here nor a private CA to tell of

    @property
    def certificate_expires(self) -> float | None:
        """When the certificate expires, in seconds since the epoch; None: there is none here."""
        served = self.certificates.served if self.certificates is not None else None
        return served.expires.timestamp() if served is not None else None

    def ca(self) -> CaCertificate | None:
        """Return the private CA that clients must be told of, or None."""
        return None if self.certificates is None else self.certificates.ca

    def serve(self, app: ASGIApp, bound: socket.socket) -> Served:
        """Return the server of the public port."""
        if self.certificates is None or not self.front.has_tls:
            return Served(serving.server(app, self.census), bound)
        return serving.over_tls(app, bound, self.certificates, self.census)

    def pages(self, *, access_control: bool) -> Middleware:
        """Return what keeps pages of other sites from opening websockets."""
        known_host = None if access_control else partial(public_url, self.store)
        return Middleware(WebsocketOrigin, known_host=known_host)

    async def keep(self) -> None:
        """Keep certificates in force until cancelled."""
        if self.certificates is not None:
            await self.certificates.run()


async def door(front: FrontDoor, data: Path, store: Store, *, listen: Listen, clock: Clock) -> Door:
    """Return the front door as it was asked for.

    Raises:
        PastureError: a certificate cannot be used.

    """
    if front.public_url is not None:
        await tell_public_url(store, front.public_url)
    certificates = None
    if front.has_tls or front.tls_ca is not None:
        from pasture.server.front_door.renewal import Certificates  # noqa: PLC0415 - x509 takes 4 MB

        certificates = await Certificates.open(
            front, data, listen=listen, clock=clock, public_url=partial(public_url, store)
        )
    return Door(front, store, Census(front.trusted_proxies), certificates)


async def public_url(store: Store) -> str:
    """Return the setting; empty where it is not set."""
    row = await store.one(Setting, Where("name", PUBLIC_URL))
    return (row and row.value) or ""


async def tell_public_url(store: Store, url: str) -> None:
    """Make what was given at the start the setting that all URLs for others are made of."""
    row = await store.one(Setting, Where("name", PUBLIC_URL))
    if row is None:
        await store.write(Create(Setting(name=PUBLIC_URL, value=url, state="active")))
    elif row.value != url:
        log.info("public URL set", extra={"url": url, "was": row.value})
        await store.write(Update(replace(row, value=url)))
