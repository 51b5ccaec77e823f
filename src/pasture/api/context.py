"""What handlers work with: the store, who asked for what, and how they see it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from pasture.api.asked import Asked
from pasture.api.render import View, view_of
from pasture.auth.authenticate import Authenticator
from pasture.auth.host_token import HostTokens
from pasture.auth.identity import Identity
from pasture.kit.ca import CaCertificate
from pasture.kit.clock import Clock
from pasture.kit.ids import show
from pasture.model.declare import Origin
from pasture.model.setting import KNOWN, Setting
from pasture.store.store import Store

SETTINGS_FOR_MS = 2000
SEES_PLAIN = frozenset({"admin", "service", "agent"})  # roles that may ask for bare row numbers


class Settings:
    """The settings in force, read again every other second and after each write here."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._known: Mapping[str, str] = KNOWN
        self._until = 0

    async def all(self) -> Mapping[str, str]:
        """Return every setting's value by name."""
        now = self._clock.now_ms()
        self._store.fresh.reads(Setting.type.base)  # also where they are known
        if now >= self._until:
            rows = await self._store.find(Setting)
            self._known = {**KNOWN, **{s.name: s.value for s in rows if s.value is not None}}
            self._until = now + SETTINGS_FOR_MS
        return self._known

    def forget(self) -> None:
        """Read them again at the next use."""
        self._until = 0


@dataclass(frozen=True, kw_only=True)
class Api:
    """What all requests share."""

    store: Store
    clock: Clock
    auth: Authenticator
    settings: Settings
    tokens: HostTokens
    version: str
    ca: Callable[[], CaCertificate | None] = lambda: None  # the private CA of our certificate


@dataclass(frozen=True, kw_only=True)
class Context:
    """One request, its asker, and what they see."""

    api: Api
    asked: Asked
    identity: Identity
    view: View
    given: Mapping[str, Any] = field(default_factory=dict[str, Any])  # body, over query and form

    @property
    def store(self) -> Store:
        """The store."""
        return self.api.store


async def context_of(
    api: Api, asked: Asked, identity: Identity, given: Mapping[str, Any]
) -> Context:
    """Return what the handlers of a request work with."""
    project = None if asked.project is None else show("account", identity.effective)
    origin = Origin(
        asked.base_url,
        asked.version,
        project,
        asked.first,
        await api.settings.all(),
        ca.fingerprint if (ca := api.ca()) else None,
    )
    view = view_of(
        identity,
        origin,
        action_key="actionLinks" if "x-api-action-links" in asked.headers else "actions",
        plain=identity.role in SEES_PLAIN and asked.option("_plainId"),
    )
    return Context(
        api=api, asked=replace(asked, project=project), identity=identity, view=view, given=given
    )
