"""Changes that a browser sends must come from our own page (``reference/rancher16-api.md#4``).

Clients that are no browser are exempt. Beside Rancher's cookie, what the browser itself says of
the page counts.
"""

import secrets

from pasture.api.asked import Asked, cookies
from pasture.kit.errors import InvalidCSRFToken

COOKIE, HEADER = "CSRF", "x-api-csrf"
BROWSER = "mozilla"
HARMLESS = frozenset({"GET"})
DIGITS = 5  # bytes, so ten hexadecimal digits


def check_csrf(asked: Asked) -> None:
    """Refuse a change that another site's page may have sent.

    Raises:
        InvalidCSRFToken: it may.

    """
    if asked.method in HARMLESS:
        return
    if asked.headers.get("sec-fetch-site") == "cross-site":
        raise InvalidCSRFToken("a page of another site sent this; accepted: from our own")
    expected = cookies(asked.headers).get(COOKIE)
    if not is_browser(asked) or not expected:
        return
    given = asked.headers.get(HEADER) or asked.one(COOKIE) or ""
    if not secrets.compare_digest(given.encode(), expected.encode()):
        raise InvalidCSRFToken("CSRF header and cookie do not match")


def csrf_cookie(asked: Asked) -> list[tuple[str, str]]:
    """Return the cookie that a browser is given where it has none."""
    if not is_browser(asked) or COOKIE in cookies(asked.headers):
        return []
    return [("set-cookie", f"{COOKIE}={secrets.token_hex(DIGITS).upper()}; Path=/; SameSite=Lax")]


def is_browser(asked: Asked) -> bool:
    """Tell whether a browser asks."""
    return BROWSER in asked.headers.get("user-agent", "").lower()
