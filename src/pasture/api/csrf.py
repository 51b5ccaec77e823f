"""Changes that a browser sends must come from our own page (``reference/rancher16-api.md#4``).

Clients that are no browser are exempt. Beside Rancher's cookie, what the browser itself says of
the page counts (``auth/origin.py``).
"""

import secrets

from pasture.api.asked import Asked, cookies, hosts_named
from pasture.auth.origin import foreign_page, may_be_rebound, netloc_of
from pasture.kit.errors import Forbidden, InvalidCSRFToken

COOKIE, HEADER = "CSRF", "x-api-csrf"
BROWSER = "mozilla"
HARMLESS = frozenset({"GET", "HEAD"})
DIGITS = 5  # bytes, so ten hexadecimal digits


def check_csrf(asked: Asked) -> None:
    """Refuse a change that another site's page may have sent.

    Raises:
        InvalidCSRFToken: it may.

    """
    if asked.method in HARMLESS:
        return
    check_page(asked)
    expected = cookies(asked.headers).get(COOKIE)
    if not is_browser(asked) or not expected:
        return
    given = asked.headers.get(HEADER) or asked.one(COOKIE) or ""
    if not secrets.compare_digest(given.encode(), expected.encode()):
        raise InvalidCSRFToken("CSRF header and cookie do not match")


def check_page(asked: Asked) -> None:
    """Refuse what a browser says another site's page sent; an upgrade to a websocket too.

    Raises:
        InvalidCSRFToken: it did.

    """
    foreign = foreign_page(asked.headers, netloc_of(asked.base_url))
    if foreign is not None:
        raise InvalidCSRFToken(
            f"a page of another site sent this ({foreign}); accepted: from a page of this server, "
            "or from a program, which sends neither Origin nor Sec-Fetch-Site"
        )


def check_host(asked: Asked, api_host: str) -> None:
    """Refuse a request that another site's page may have sent by a name that it points at us.

    Where nobody proves who they are, only the name tells (DNS rebinding).

    Raises:
        Forbidden: it may.

    """
    for host in hosts_named(asked):
        if may_be_rebound(host, api_host):
            raise Forbidden(
                f"access control is off, and {host[:80]!r} may be anybody's name; accepted: "
                "localhost, an address, or the host that the setting api.host names"
            )


def csrf_cookie(asked: Asked) -> list[tuple[str, str]]:
    """Return the cookie that a browser is given where it has none."""
    if not is_browser(asked) or COOKIE in cookies(asked.headers):
        return []
    return [("set-cookie", f"{COOKIE}={secrets.token_hex(DIGITS).upper()}; Path=/; SameSite=Lax")]


def is_browser(asked: Asked) -> bool:
    """Tell whether a browser asks."""
    return BROWSER in asked.headers.get("user-agent", "").lower()
