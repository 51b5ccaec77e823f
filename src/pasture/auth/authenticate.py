"""Prove who asks, from a request's credentials (``reference/rancher16-api.md#5.1``).

Works over ``Rows``, the little of the store that it needs. Nothing here says *what* may be done.
"""

import base64
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol, TypeVar

from pasture.auth.identity import (
    ADMIN_AUTH,
    BASIC_AUTH,
    OWNER,
    READ_ADMIN,
    READ_ONLY,
    REGISTRATION,
    SEES_ALL,
    TOKEN_AUTH,
    Identity,
    best_role,
    role_of_kind,
)
from pasture.auth.secrets import Passwords, Throttle, matches_key, same_text
from pasture.kit.clock import Clock
from pasture.kit.errors import Forbidden, Unauthorized
from pasture.kit.ids import parse
from pasture.model.account import Account, Project, ProjectMember
from pasture.model.credential import (
    AgentApiKey,
    ApiKey,
    Credential,
    Password,
    RegistrationToken,
    Session,
    token_text,
)
from pasture.model.host import Agent
from pasture.model.query import Where
from pasture.model.resource import Resource

USABLE = frozenset({"active", "updating-active", "upgrading"})  # states of accounts that may act
REGISTER_LOGIN, BEARER_LOGIN = "registrationtoken", "x-api-bearer"
KEY_LENGTH = 20  # a session's token is its public value and its secret, joined
R = TypeVar("R", bound=Resource)


class Rows(Protocol):
    """What is asked of the store."""

    async def get(self, cls: type[R], id: int, /) -> R | None:
        """Return a row, or None."""
        ...

    async def find(self, cls: type[R], /, *where: Where) -> Sequence[R]:
        """Return the live rows that fulfil all conditions."""
        ...


@dataclass(frozen=True, kw_only=True)
class Presented:
    """What a request brings to prove who asks, and which environment it names."""

    authorization: str | None = None
    token: str | None = None  # cookie or query
    project: str | None = None  # shown id
    address: str = ""
    enforce: bool = False  # with access control off: refuse wrong credentials all the same


@dataclass(frozen=True)
class Basic:
    """A pair of Basic authentication."""

    login: str
    secret: str


class Authenticator:
    """Proves who asks."""

    def __init__(
        self, rows: Rows, clock: Clock, *, access_control: bool, stopwatch: Clock | None = None
    ) -> None:
        self.rows = rows
        self.clock = clock
        self.access_control = access_control
        self.passwords = Passwords(stopwatch or clock)
        self.throttle = Throttle(stopwatch or clock)

    async def identify(self, presented: Presented) -> Identity:
        """Return who asks, in the environment that they name.

        Raises:
            Unauthorized: nobody known asks.
            Forbidden: the environment is not theirs.

        """
        identity, project = await self._proven(presented)
        named = project or presented.project
        return identity if named is None else await self.enter(identity, named)

    async def login(self, login: str, password: str, address: str) -> tuple[Account, Password]:
        """Return whose login and password these are.

        Raises:
            Unauthorized: nobody's, or too many failed tries.
            Busy: too many passwords are being checked.

        """
        found = [p for p in await credentials(self.rows, Password, login) if _is_active(p)]
        credential = found[0] if found else None
        if not await self.is_password(credential, password, address, login) or credential is None:
            raise Unauthorized("login or password is wrong")
        return await self._usable(credential.account_id), credential

    async def is_password(
        self, credential: Password | None, given: str, address: str, login: str = ""
    ) -> bool:
        """Tell whether this is a login's password; None is an unknown login, which costs as much.

        Raises:
            Unauthorized: there were too many failed tries.
            Busy: too many passwords are being checked.

        """
        login = credential.public_value if credential else login
        stored = credential.secret_value if credential else None
        known = self.throttle.passed_lately(login, address)
        if known and self.passwords.remembers(stored, given):
            return True  # whatever others try from there
        async with self.throttle.turn(login, address):
            wait_ms = self.throttle.wait_ms(login, address)
            if wait_ms:
                raise Unauthorized(
                    f"too many failed tries; the next is looked at in {wait_ms // 1000 + 1} s"
                )
            if not self.passwords.remembers(stored, given):
                self.passwords.check_room()
                self.throttle.tried(login, address)
            right = await self.passwords.matches(stored, given)
            if right:
                self.throttle.succeeded(login, address)
            return right

    async def session(self, token: str) -> Session | None:
        """Return the live session of a token."""
        key, secret = token[:KEY_LENGTH], token[KEY_LENGTH:]
        for session in await credentials(self.rows, Session, key):
            if matches_key(session.secret_value, secret) and _is_active(session):
                return session if session.expires > self.clock.now_ms() else None
        return None

    async def enter(self, identity: Identity, shown: str) -> Identity:
        """Return the identity in an environment.

        Raises:
            Forbidden: no such environment, not active, or not theirs.

        """
        number = parse(shown)
        if number is None:
            raise Forbidden(f"{shown!r} is no environment's id; accepted: for example 1a5")
        if identity.project is not None:
            if identity.project == number:
                return identity
            raise Forbidden(f"this key is for another environment than {shown}")
        if identity.role in SEES_ALL:
            role = OWNER if identity.role != READ_ADMIN else READ_ONLY
        else:
            role = best_role([r for p, r in identity.memberships.items() if p == number])
        project = await self.rows.get(Project, number)
        if role is None or project is None or not _is_usable(project):
            raise Forbidden(f"environment {shown} does not exist, is not active or is not yours")
        return replace(identity, role=role, project=number)

    async def identity_of(self, account: Account, auth_type: str, login: str | None) -> Identity:
        """Return the identity of a proven account.

        Raises:
            Forbidden: accounts of its kind do not use the API.

        """
        role = role_of_kind(account.kind)
        if role is None:
            raise Forbidden(f"an account of kind {account.kind} has no role here")
        is_project = isinstance(account, Project)
        return Identity(
            account=account.id,
            account_kind=account.kind,
            account_name=account.name,
            role=role,
            auth_type=auth_type,
            login=login,
            project=account.id if is_project else None,
            memberships={} if role in SEES_ALL or is_project else await self._memberships(account),
        )

    async def _proven(self, presented: Presented) -> tuple[Identity, str | None]:
        basic = basic_of(presented.authorization)
        try:
            if basic is not None:
                return await self._by_basic(basic, presented.address)
            token = bearer_of(presented.authorization) or presented.token
            if token is not None:
                return await self._by_token(token), None
        except Unauthorized:
            if self.access_control or presented.enforce:
                raise
        if self.access_control:
            raise Unauthorized(
                "credentials are needed; accepted: Basic with login and password or with an API "
                "key pair, Bearer with a session token"
            )
        return await self._everybody(), None

    async def _by_basic(self, basic: Basic, address: str) -> tuple[Identity, str | None]:
        word, _, project = basic.login.partition("=")
        if word.lower() == BEARER_LOGIN:
            return await self._by_token(basic.secret), project or None
        if basic.login.lower() == REGISTER_LOGIN:
            return await self._by_registration(basic.secret), None
        key = await key_of(self.rows, basic)
        if key is not None:
            account = await self._usable(key.account_id)
            return await self.identity_of(account, BASIC_AUTH, None), None
        account, password = await self.login(basic.login, basic.secret, address)
        return await self.identity_of(account, BASIC_AUTH, password.public_value), None

    async def _by_token(self, token: str) -> Identity:
        session = await self.session(token)
        if session is None:
            raise Unauthorized("the session is unknown or over; log in again")
        account = await self._usable(session.account_id)
        return await self.identity_of(account, TOKEN_AUTH, session.name)

    async def _by_registration(self, text: str) -> Identity:
        token = await registration_token(self.rows, text)
        if token is None:
            raise Unauthorized("the registration token is unknown or not active")
        account = await self._usable(token.account_id)
        return Identity(
            account=account.id,
            account_kind=account.kind,
            account_name=account.name,
            role="register",
            auth_type=REGISTRATION,
            project=account.id,
        )

    async def _everybody(self) -> Identity:
        admins = [a for a in await self.rows.find(Account, Where("kind", "admin")) if _is_usable(a)]
        if not admins:
            raise Unauthorized("there is no active account of kind admin")
        first = min(admins, key=lambda a: a.id)
        return await self.identity_of(first, ADMIN_AUTH, None)

    async def _usable(self, account_id: int | None) -> Account:
        account: Any = None if account_id is None else await self.rows.get(Account, account_id)
        if account is None or not _is_usable(account):
            raise Unauthorized("the account is not active")
        return account

    async def _memberships(self, account: Account) -> dict[int, str]:
        found: dict[int, list[str]] = {}
        for member in await self.rows.find(ProjectMember, Where("member_id", account.id)):
            found.setdefault(member.project_id, []).append(member.role)
        return {p: role for p, roles in found.items() if (role := best_role(roles))}


async def credentials(rows: Rows, cls: type[R], public_value: str) -> Sequence[R]:
    """Return the credentials of a public value; what no database holds is nobody's."""
    if "\0" in public_value:
        return ()
    return await rows.find(cls, Where("public_value", public_value))


async def key_of(rows: Rows, basic: Basic) -> ApiKey | AgentApiKey | None:
    """Return the active key of a pair; None: not a key, or not this secret."""
    for cls in (ApiKey, AgentApiKey):
        for key in await credentials(rows, cls, basic.login):
            if matches_key(key.secret_value, basic.secret) and _is_active(key):
                return key
    return None


async def registration_token(rows: Rows, text: str) -> RegistrationToken | None:
    """Return the active registration token that a joining host presents."""
    key = text.partition(":")[0]
    for token in await credentials(rows, RegistrationToken, key):
        if same_text(token_text(token), text) and _is_active(token):
            return token
    return None


async def authenticate_agent(
    rows: Rows, authorization: str | None
) -> tuple[Agent, AgentApiKey] | None:
    """Return whose agent key a websocket's Authorization header holds, or None."""
    basic = basic_of(authorization)
    if basic is None:
        return None
    key = await key_of(rows, basic)
    if not isinstance(key, AgentApiKey) or key.account_id is None:
        return None
    account = await rows.get(Account, key.account_id)
    if account is None or not _is_usable(account):
        return None
    agents = await rows.find(Agent, Where("account_id", key.account_id))
    return (agents[0], key) if agents else None


def basic_of(authorization: str | None) -> Basic | None:
    """Return the pair of a Basic header."""
    scheme, _, rest = (authorization or "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        text = base64.b64decode(rest.strip(), validate=True).decode()
    except ValueError:
        return None
    login, colon, secret = text.partition(":")
    return Basic(login, secret) if colon else None


def bearer_of(authorization: str | None) -> str | None:
    """Return the token of a Bearer header; a bare value is one too."""
    if not authorization:
        return None
    scheme, space, rest = authorization.strip().partition(" ")
    if not space:
        return None if scheme.lower() in {"basic", "bearer"} else scheme
    return rest.strip() if scheme.lower() == "bearer" else None


def _is_active(credential: Credential | Resource) -> bool:
    return credential.is_live and credential.state == "active"


def _is_usable(account: Resource) -> bool:
    return account.is_live and account.state in USABLE
