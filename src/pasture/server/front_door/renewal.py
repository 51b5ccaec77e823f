"""The certificate in force: read again when its files change, made anew when it is ours and due.

New connections take what is in force then; those that are open keep what they began with.
"""

import asyncio
import logging
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pasture.kit.ca import CaCertificate
from pasture.kit.clock import Clock
from pasture.kit.errors import PastureError
from pasture.server.front_door import certificate
from pasture.server.front_door.certificate import Served
from pasture.server.front_door.issue import Issuer
from pasture.server.front_door.names import names_for
from pasture.settings.front_door import FrontDoor
from pasture.settings.parse import Listen

log = logging.getLogger(__name__)
LOOK_S = 15.0
FOLDER = "tls"
MILLI, DAY_MS = 1000, 86_400_000
MILLISECOND = timedelta(milliseconds=1)
PublicUrl = Callable[[], Awaitable[str]]


@dataclass(frozen=True)
class Found:
    """What one look at the files found."""

    seen: tuple[tuple[int, int], ...]  # of each file: when it was written, its size
    served: Served | None
    ca: CaCertificate | None


class Certificates:
    """What is served with, and which CA it takes to trust it; made by ``open``."""

    def __init__(
        self, front: FrontDoor, data: Path, *, listen: Listen, clock: Clock, public_url: PublicUrl
    ) -> None:
        self._front, self._listen, self._clock = front, listen, clock
        self._public_url = public_url
        self._issuer = Issuer(data / FOLDER) if front.tls_self_signed else None
        self._found = Found((), None, None)
        self._complaint = ""
        self._reminded_ms = clock.now_ms()

    @classmethod
    async def open(
        cls, front: FrontDoor, data: Path, *, listen: Listen, clock: Clock, public_url: PublicUrl
    ) -> "Certificates":
        """Return what is in force at the start.

        Raises:
            PastureError: a file cannot be used.

        """
        made = cls(front, data, listen=listen, clock=clock, public_url=public_url)
        made._take(await made._look())
        return made

    @property
    def served(self) -> Served | None:
        """What is served with now; None: this server speaks no TLS."""
        return self._found.served

    @property
    def context(self) -> ssl.SSLContext:
        """What a new connection is served with now."""
        assert self.served is not None, "this server speaks no TLS"
        return self.served.context

    @property
    def ca(self) -> CaCertificate | None:
        """The private CA that clients must be told of; None: everybody knows it."""
        return self._found.ca

    async def run(self) -> None:
        """Look again now and then, until cancelled; what cannot be used changes nothing."""
        while True:
            await asyncio.sleep(LOOK_S)
            await self.look_again()

    async def look_again(self) -> None:
        """Take what is new; where it cannot be used, say so once and go on as before."""
        try:
            found = await self._look()
        except PastureError as wrong:
            if wrong.detail != self._complaint:
                log.warning("new certificate is not taken", extra={"why": wrong.detail})
            self._complaint = wrong.detail
            return
        self._complaint = ""
        if found.seen != self._found.seen:
            self._take(found)
        elif found.served is not None and self._is_late(found.served):
            log.warning(
                "the certificate expires soon: renew it",
                extra={"expires": certificate.day(found.served.expires)},
            )

    def _is_late(self, served: Served) -> bool:
        """Tell, once a day, whether the certificate should have been renewed by now."""
        now = self._clock.now_ms()
        if served.expires.timestamp() * MILLI - now > certificate.SOON / MILLISECOND:
            return False
        is_new_day = now - self._reminded_ms >= DAY_MS
        self._reminded_ms = now if is_new_day else self._reminded_ms
        return is_new_day

    def _take(self, found: Found) -> None:
        self._found = found
        if found.served is None:
            return
        log.info(
            "certificate in force",
            extra={
                "names": found.served.names,
                "expires": certificate.day(found.served.expires),
                "ca_fingerprint": found.ca.fingerprint if found.ca else None,
            },
        )
        for remark in found.served.remarks:
            log.warning(remark)

    async def _look(self) -> Found:
        names = names_for(self._listen, self._front.public_url, await self._public_url())
        now = datetime.fromtimestamp(self._clock.now_ms() / MILLI, UTC)
        return await asyncio.to_thread(self._read, names, now)

    def _read(self, names: tuple[str, ...], now: datetime) -> Found:
        front, issuer = self._front, self._issuer
        if issuer is not None:
            issuer.bring_up(names, now)
            cert, key, ca = issuer.pair, issuer.pair, issuer.ca_cert
        else:
            cert, key, ca = front.tls_cert, front.tls_key, front.tls_ca
        seen = tuple(written(path) for path in (cert, key, ca) if path is not None)
        if seen == self._found.seen:
            return self._found
        served = None
        if cert is not None and key is not None:
            served = certificate.load(cert, key, now=now, is_private=ca is not None)
        return Found(seen, served, certificate.read_ca(ca) if ca is not None else None)


def written(path: Path) -> tuple[int, int]:
    """Return what tells two writings of a file apart; one that is not there is read as such."""
    try:
        seen = path.stat()
    except OSError:
        return (0, 0)
    return (seen.st_mtime_ns, seen.st_size)
