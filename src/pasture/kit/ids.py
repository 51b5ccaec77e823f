"""Ids as clients know them: ``1h5`` is row 5 of a type whose base is ``host``.

Rules: ``reference/rancher16-api.md#9``. The prefix is cosmetic on input: any letters resolve to
the number, for the type in the path.
"""

import re
from functools import cache

OVERRIDES = {"stack": "st", "secret": "se"}
SHOWN = re.compile(r"1[a-z]+([0-9]{1,18})")


@cache
def prefix(base_type: str) -> str:
    """Return the letters of a base type: first letter and upper-case letters, lowercased."""
    known = OVERRIDES.get(base_type)
    if known is not None:
        return known
    return base_type[0] + "".join(c for c in base_type[1:] if c.isupper()).lower()


def show(base_type: str, number: int) -> str:
    """Return the id shown to clients, for example ``show("host", 5) == "1h5"``."""
    return f"1{prefix(base_type)}{number}"


def parse(text: str) -> int | None:
    """Return the row's number, or None where the text is no id that clients were given."""
    match = SHOWN.fullmatch(text)
    return int(match.group(1)) if match else None
