"""Since when somebody wants lines: a moment, or how long ago, as ``docker logs`` takes it."""

import re
from datetime import UTC, datetime

from pasture.kit.errors import Invalid

SECONDS = re.compile(r"[0-9]{1,12}(\.[0-9]+)?")
PART = re.compile(r"([0-9]{1,9}(?:\.[0-9]+)?)(ms|s|m|h|d)")
AGO = re.compile(rf"(?:{PART.pattern})+")
UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86_400.0}


def since_s(text: str | None, now_ms: int) -> int | None:
    """Return the moment in seconds since the epoch; None: from the beginning.

    Raises:
        Invalid: the text says no moment.

    """
    text = (text or "").strip()
    if not text:
        return None
    if SECONDS.fullmatch(text):
        return int(float(text))
    if AGO.fullmatch(text):
        ago = sum(float(number) * UNITS[unit] for number, unit in PART.findall(text))
        return max(0, int(now_ms / 1000 - ago))
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise Invalid(
            f"since is {text!r}; accepted: seconds since 1970, a time such as "
            "2024-05-01T12:00:00Z, or how long ago, such as 10m or 1h30m",
            field="since",
        ) from None
    return max(0, int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()))
