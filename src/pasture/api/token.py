"""Sessions: ``/token`` works without credentials (``reference/rancher16-api.md#5.4``)."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from pasture.api.answer import Answer, json_answer, unpaged
from pasture.api.asked import Asked
from pasture.api.context import Api
from pasture.api.csrf import is_browser
from pasture.api.first_project import give_first_project
from pasture.api.identity import shown_identity
from pasture.auth.authenticate import bearer_of
from pasture.auth.identity import SEES_ALL, TOKEN_AUTH, Identity
from pasture.auth.secrets import hash_key
from pasture.kit.errors import Forbidden, MethodNotAllowed, PastureError
from pasture.kit.ids import show
from pasture.model.audit import AuditLog
from pasture.model.credential import Session
from pasture.model.resource import Resource
from pasture.store.changes import Create, Delete

TYPE = "token"
PATHS = frozenset({"token", "tokens"})
LASTS_MS = 16 * 60 * 60 * 1000
PROVIDER = "localAuthConfig"
CLEARED = ("set-cookie", "token=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT")
CREATED, NO_CONTENT = 201, 204


async def answer_token(api: Api, asked: Asked, given: dict[str, Any]) -> Answer:
    """Answer a request for ``/token``.

    Raises:
        MethodNotAllowed: it is none of GET, POST, DELETE.
        Unauthorized: wrong login or password.
        Forbidden: the code is no ``login:password``.

    """
    match asked.method:
        case "GET":
            return json_answer(200, unpaged(asked, TYPE, [await token_now(api, asked)]))
        case "POST":
            made = await log_in(api, asked, given)
            return replace(json_answer(CREATED, made), headers=session_cookie(asked, made["jwt"]))
        case "DELETE":
            await log_out(api, asked)
            return Answer(NO_CONTENT, headers=(CLEARED,))
        case _:
            raise MethodNotAllowed(f"{asked.method} is not accepted here; GET, POST, DELETE are")


async def log_in(api: Api, asked: Asked, given: dict[str, Any]) -> dict[str, Any]:
    """Make a session from ``login:password`` and return the token that proves it."""
    login, colon, password = str(given.get("code") or "").partition(":")
    if not colon:
        raise Forbidden("code is no login; accepted: login:password", field="code")
    account, credential = await api.auth.login(login, password, asked.address)
    identity = await api.auth.identity_of(account, TOKEN_AUTH, credential.public_value)
    new = Session(
        account_id=account.id,
        name=credential.public_value,
        expires=api.clock.now_ms() + LASTS_MS,
        state="active",
    )
    secret = new.secret_value
    kept = replace(new, secret_value=hash_key(secret))
    await api.store.write(Create(kept), audited(asked, "create", CREATED))
    await give_first_project(api, identity, asked.address)
    return {**about(api, asked, identity), "jwt": new.public_value + secret}


def session_cookie(asked: Asked, token: str) -> tuple[tuple[str, str], ...]:
    """Return the cookie that keeps a browser logged in: no script reads it, no other site uses it.

    Programs keep the token themselves, as the reference's do.
    """
    if not is_browser(asked):
        return ()
    secure = "; Secure" if asked.base_url.startswith("https:") else ""
    lasts = f"Max-Age={LASTS_MS // 1000}; HttpOnly; SameSite=Strict{secure}"
    return (("set-cookie", f"token={token}; Path=/; {lasts}"),)


async def log_out(api: Api, asked: Asked) -> None:
    """End the session that the request itself proves."""
    presented = asked.presented
    text = bearer_of(presented.authorization) or presented.token
    session = await api.auth.session(text) if text else None
    if session is not None:
        await api.store.write(Delete(session), audited(asked, "delete", NO_CONTENT))


def audited(asked: Asked, verb: str, status: int) -> Create:
    """Return the change that writes the audit row, after the one of the session."""

    def row(written: Sequence[Resource]) -> AuditLog:
        session = written[0]
        return AuditLog(
            account_id=session.account_id,
            authenticated_as_account_id=session.account_id,
            auth_type=TOKEN_AUTH,
            event_type=f"api.{TYPE}.{verb}",
            resource_type=TYPE,
            resource_id=session.id,
            response_code=status,
            client_ip=asked.address,
            state="active",
        )

    return Create(row)


async def token_now(api: Api, asked: Asked) -> dict[str, Any]:
    """Return what a login page needs, and who asks, where that is proven."""
    try:
        identity = await api.auth.identify(replace(asked.presented, project=None))
    except PastureError:
        identity = None
    return about(api, asked, identity)


def about(api: Api, asked: Asked, identity: Identity | None) -> dict[str, Any]:
    """Return a token without its secret."""
    own = None
    if identity is not None:
        own = shown_identity(identity.account, identity.account_name, identity.login)
    return {
        "id": None,
        "type": TYPE,
        "links": {"self": f"{asked.root}/{TYPE}"},
        "actions": {},
        "baseType": TYPE,
        "accountId": None if identity is None else show("account", identity.account),
        "authProvider": PROVIDER,
        "enabled": api.auth.access_control,
        "identities": [] if own is None else [own],
        "jwt": None,
        "redirectUrl": None,
        "security": api.auth.access_control,
        "user": None if identity is None else identity.login or identity.account_name,
        "userIdentity": own,
        "userType": None if identity is None else user_type(identity),
    }


def user_type(identity: Identity) -> str:
    """Return admin or user."""
    return "admin" if identity.account_kind in SEES_ALL else "user"
