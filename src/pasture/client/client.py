"""The API's verbs for one asker in one environment."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager
from types import TracebackType
from typing import Any, Self

from pasture.client.access import API, Access
from pasture.client.errors import Absent, ApiError, Failed, Held, TooSlow, Unreachable
from pasture.client.feed import LARGEST as LARGEST_FRAME
from pasture.client.feed import Feed
from pasture.client.resource import Resource, page, resource
from pasture.client.stream import LARGEST, Stream
from pasture.client.transport import DEADLINE_S, Transport
from pasture.wire.host_api import CHANNELS

FIRST_POLL_S = 0.1
LONGEST_POLL_S = 1.0
PATIENCE_S = 5.0  # how long a refusal of placement may stand until it is not waited for
PAGE = "1000"
AWAY = "the server does not answer, asking again"
GONE_STATUS = 404
Watch = Callable[[Resource], None]


class Client:
    """One server, one asker, one environment; use it as a context manager."""

    def __init__(
        self,
        access: Access,
        *,
        deadline_s: float = DEADLINE_S,
        first_poll_s: float = FIRST_POLL_S,
        patience_s: float = PATIENCE_S,
    ) -> None:
        self.access = access
        self.first_poll_s = first_poll_s
        self.patience_s = patience_s
        self._transport = Transport(access, deadline_s=deadline_s)
        self._project: Resource | None = None

    async def __aenter__(self) -> Self:
        await self._transport.__aenter__()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._transport.__aexit__(kind, error, trace)

    async def login(self, user: str, password: str) -> Resource:
        """Return a new session; ``jwt`` is its token."""
        body = {"code": f"{user}:{password}"}
        return resource(await self._transport.ask("POST", f"{API}/token", body=body))

    async def logout(self) -> None:
        """End the session that the token belongs to."""
        await self._transport.ask("DELETE", f"{API}/token/current")

    async def projects(self) -> list[Resource]:
        """Return the environments that the asker may see."""
        return await self._pages(f"{API}/projects", {})

    async def create_project(self, body: Mapping[str, Any]) -> Resource:
        """Create an environment."""
        return resource(await self._transport.ask("POST", f"{API}/projects", body=body))

    async def project(self) -> Resource:
        """Return the environment that is worked in.

        Raises:
            Absent: none is named so, or none can be chosen.

        """
        if self._project is None:
            self._project = choose(await self.projects(), self.access.project)
        return self._project

    async def all(
        self, collection: str, filters: Mapping[str, str] | None = None
    ) -> list[Resource]:
        """Return every row of the environment's collection (its link's name) that matches."""
        return await self._pages(await self._collection(collection), filters or {})

    async def everywhere(self, collection: str) -> list[Resource]:
        """Return every row that the asker sees of a collection outside environments."""
        return await self._pages(f"{API}/{collection}", {})

    async def get(self, collection: str, id: str) -> Resource:
        """Return one row by its id.

        Raises:
            Absent: there is none.

        """
        try:
            answer = await self._transport.ask("GET", f"{await self._collection(collection)}/{id}")
        except ApiError as error:
            if error.status == GONE_STATUS:
                raise Absent(f"there is no {id} here") from error
            raise
        return resource(answer)

    async def create(self, collection: str, body: Mapping[str, Any]) -> Resource:
        """Create a row."""
        url = await self._collection(collection)
        return resource(await self._transport.ask("POST", url, body=body))

    async def again(self, seen: Resource) -> Resource:
        """Return a resource as it is now."""
        return resource(await self._transport.ask("GET", seen.links["self"]))

    async def update(self, seen: Resource, changes: Mapping[str, Any]) -> Resource:
        """Change fields."""
        return resource(await self._transport.ask("PUT", seen.links["self"], body=changes))

    async def delete(self, seen: Resource) -> Resource:
        """Ask for its removal; the answer shows it being removed."""
        answer = await self._transport.ask("DELETE", seen.links["self"])
        return seen if answer is None else resource(answer)

    async def act(
        self, seen: Resource, action: str, given: Mapping[str, Any] | None = None
    ) -> Resource:
        """Follow one of a resource's actions.

        Raises:
            ApiError: it is not possible now.

        """
        url = seen.actions.get(action)
        if url is None:
            possible = ", ".join(sorted(seen.actions)) or "nothing"
            raise ApiError(
                422,
                "ActionNotAvailable",
                f"{seen} is {seen.state}: {action} is not possible now; possible: {possible}",
            )
        return resource(await self._transport.ask("POST", url, body=given or {}))

    @asynccontextmanager
    async def stream(
        self, seen: Resource, action: str, given: Mapping[str, Any] | None = None
    ) -> AsyncGenerator[Stream]:
        """Open the stream that an action of a resource leads to.

        Raises:
            ApiError: it is not possible now.

        """
        async with self._opened(await self.act(seen, action, given)) as stream:
            yield stream

    @asynccontextmanager
    async def figures(self, seen: Resource, link: str) -> AsyncGenerator[Stream]:
        """Open the stream of figures that a link of a resource leads to; JSON arrays of rows.

        Raises:
            ApiError: there is none.

        """
        url = seen.links.get(link)
        if url is None:
            raise ApiError(403, "Forbidden", f"you may not see the figures of {seen}")
        async with self._opened(resource(await self._transport.ask("GET", url))) as stream:
            yield stream

    @asynccontextmanager
    async def feed(self, after: int | None = None) -> AsyncGenerator[Feed]:
        """Open the feed of the environment's changes after a revision, or from now on."""
        place = (await self.project()).links["self"] + "/feed"
        url = place if after is None else f"{place}?after={after}"
        async with self._transport.websocket(url, largest=LARGEST_FRAME) as socket:
            yield Feed(socket, self.access.url)

    @asynccontextmanager
    async def _opened(self, access: Resource) -> AsyncGenerator[Stream]:
        async with self._transport.websocket(
            access.text("url") or "",
            protocols=(CHANNELS,),
            token=access.text("token"),
            largest=LARGEST,
        ) as socket:
            yield Stream(socket, self.access.url)

    async def wait(
        self,
        seen: Resource,
        until: Callable[[Resource], bool],
        *,
        timeout_s: float,
        watch: Watch,
    ) -> Resource:
        """Look again and again until a resource is as wanted; ``watch`` is shown each look.

        A server that is away for a moment is waited for. A resource that is no longer known is
        shown as removed.

        Raises:
            TooSlow: it is not so in time.
            Failed: it is in error.
            Held: for a while it has had no place, and nothing of it is under way.

        """
        now_s = asyncio.get_running_loop().time
        delay_s, since_s = self.first_poll_s, now_s()
        try:
            async with asyncio.timeout(timeout_s):
                while not until(seen):
                    if seen.is_failed:
                        raise Failed(f"{seen} is {seen.state}: {seen.message or 'it failed'}")
                    watch(seen)
                    await asyncio.sleep(delay_s)
                    delay_s = min(LONGEST_POLL_S, delay_s * 1.5)
                    before, seen = seen, await self._look(seen)
                    if progress_of(before) != progress_of(seen):
                        since_s = now_s()
                    elif now_s() - since_s >= self.patience_s:
                        await self._check_places(seen)
        except TimeoutError as error:
            raise too_slow(seen, timeout_s) from error
        return seen

    async def wait_for_rest(
        self, collection: str, filters: Mapping[str, str], *, timeout_s: float, watch: Watch
    ) -> None:
        """Look again and again until no row that matches is under way.

        Raises:
            TooSlow: one still is.

        """
        delay_s = self.first_poll_s
        moving: list[Resource] = []
        try:
            async with asyncio.timeout(timeout_s):
                while moving := [r for r in await self.all(collection, filters) if r.is_moving]:
                    watch(moving[0])
                    await asyncio.sleep(delay_s)
                    delay_s = min(LONGEST_POLL_S, delay_s * 1.5)
        except TimeoutError as error:
            raise too_slow(moving[0], timeout_s) from error

    async def _check_places(self, seen: Resource) -> None:
        """Raise Held where all that is not there yet are containers that no host takes.

        A container says so itself; a service's containers are asked.
        """
        if seen.message == AWAY:
            return
        late = [seen]
        if seen.number("currentScale") is not None:
            try:
                rows = await self.all("containers", {"serviceId": seen.id})
            except Unreachable:
                return
            late = [row for row in rows if row.state != "running"]
        if late and all(row.is_unplaced for row in late):
            more = f" (and {len(late) - 1} more)" if len(late) > 1 else ""
            raise Held(f"{late[0]}{more} waits: {late[0].message}; it starts when that changes")

    async def _look(self, seen: Resource) -> Resource:
        try:
            return await self.again(seen)
        except Unreachable:
            fields = {"transitioningMessage": AWAY}
            return Resource({**seen.fields, **fields})
        except ApiError as error:
            if error.status != GONE_STATUS:
                raise
            return Resource({**seen.fields, "state": "removed", "transitioning": "no"})

    async def _collection(self, name: str) -> str:
        project = await self.project()
        url = project.links.get(name)
        if url is None:
            raise ApiError(403, "Forbidden", f"you may not see {name} in {project}")
        return url

    async def _pages(self, url: str, filters: Mapping[str, str]) -> list[Resource]:
        rows, following = page(
            await self._transport.ask("GET", url, query={**filters, "limit": PAGE})
        )
        seen = {url}
        while following is not None and following not in seen:
            seen.add(following)
            more, following = page(await self._transport.ask("GET", following))
            rows += more
        return rows


def progress_of(seen: Resource) -> tuple[object, ...]:
    """Return what changes while something of a resource is under way."""
    return (seen.state, seen.message, seen.text("hostId"), seen.number("currentScale"))


def too_slow(seen: Resource, timeout_s: float) -> TooSlow:
    """Return the error of a wait that has lasted too long."""
    why = f": {seen.message}" if seen.message else ""
    return TooSlow(f"{seen} is still {seen.state} after {timeout_s:g} s{why}")


def choose(projects: list[Resource], wanted: str | None) -> Resource:
    """Return the environment that is meant: by id or name, else the only one, else Default.

    Raises:
        Absent: there is none such.

    """
    there = ", ".join(sorted(p.name or p.id for p in projects)) or "none"
    if wanted is not None:
        asked = wanted.casefold()
        found = [p for p in projects if asked in {p.id, (p.name or "").casefold()}]
        if not found:
            raise Absent(f"there is no environment {wanted!r}; there are: {there}")
        if len(found) > 1:
            ids = ", ".join(p.id for p in found)
            raise Absent(f"several environments are named {wanted!r}: give one's id: {ids}")
        return found[0]
    default = [p for p in projects if (p.name or "").casefold() == "default"]
    for candidates in (projects, default):
        if len(candidates) == 1:
            return candidates[0]
    if not projects:
        raise Absent("you are a member of no environment")
    raise Absent(f"which environment? name one with --project; there are: {there}")
