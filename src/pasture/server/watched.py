"""What others watch this server by: ``/healthcheck`` for balancers, ``/metrics`` for Prometheus."""

import asyncio
import secrets
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from pasture.api.asked import ask
from pasture.auth.authenticate import Authenticator, bearer_of
from pasture.auth.identity import READ_ADMIN
from pasture.kit.errors import Forbidden, PastureError, Unauthorized
from pasture.model.query import Page
from pasture.model.setting import Setting
from pasture.server.exposition import CONTENT_TYPE, expose
from pasture.server.front_door.app import answer_refusal
from pasture.server.metrics import Metrics

READ_S = 2.0
MOST_LATE_S = 5.0
READERS = frozenset({"admin", READ_ADMIN, "service"})
OK, UNAVAILABLE, UNAUTHORIZED = 200, 503, 401
FINE = "ok"


@dataclass(frozen=True)
class Watched:
    """The two answers; ``routes`` to serve."""

    metrics_of: Metrics
    auth: Authenticator
    token: str | None  # that opens the metrics without an account

    @property
    def routes(self) -> list[BaseRoute]:
        """Where they are."""
        return [Route("/healthcheck", self.health), Route("/metrics", self.metrics)]

    async def health(self, _: Request) -> Response:
        """Say whether requests are worth sending here, and what is wrong."""
        checks = {
            "reads": await self._reads(),
            "writes": self._writes(),
            "loop": self._loop(),
        }
        is_fine = all(words == FINE for words in checks.values())
        return JSONResponse(
            {"status": FINE if is_fine else "degraded", "checks": checks},
            status_code=OK if is_fine else UNAVAILABLE,
            headers={"cache-control": "no-store"},
        )

    async def metrics(self, request: Request) -> Response:
        """Answer all metrics to who may see them."""
        try:
            await self._admit(request)
        except PastureError as refused:
            answer = answer_refusal(refused)
            if answer.status_code == UNAUTHORIZED:
                answer.headers["www-authenticate"] = 'Basic realm="Pasture"'
            return answer
        text = expose(await self.metrics_of.gather())
        return PlainTextResponse(text, headers={"content-type": CONTENT_TYPE})

    def _writes(self) -> str:
        fails = self.metrics_of.store.commits.is_failing
        return "the last write to the database failed" if fails else FINE

    async def _reads(self) -> str:
        try:
            async with asyncio.timeout(READ_S):
                await self.metrics_of.store.find(Setting, page=Page(limit=1))
        except TimeoutError:
            return f"the database gave no answer within {READ_S:.0f} s"
        except PastureError:
            return "the database could not be read"
        return FINE

    def _loop(self) -> str:
        late = self.metrics_of.pulse.late_s
        return FINE if late < MOST_LATE_S else f"the server was busy for {late:.0f} s at once"

    async def _admit(self, request: Request) -> None:
        """Let in who may see everything, and who has the token.

        Raises:
            Unauthorized: nobody known asks.
            Forbidden: somebody who may not.

        """
        asked = ask(request.scope)
        given = bearer_of(asked.headers.get("authorization"))
        if self.token and given and secrets.compare_digest(given.encode(), self.token.encode()):
            return
        try:
            identity = await self.auth.identify(asked.presented)
        except Unauthorized as unknown:
            raise Unauthorized(
                "accepted: Basic with an admin's login and password or API key, or Bearer with "
                "the token of PASTURE_METRICS_TOKEN"
            ) from unknown
        if identity.project is not None or identity.role not in READERS:
            raise Forbidden("metrics are of the whole server; accepted: admin or readAdmin")
