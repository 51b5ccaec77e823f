"""How figures are written for people and read from them: ages, sizes, pairs."""

import re
from collections.abc import Iterable, Mapping

from pasture.cli.exits import Exit, Failure

UNITS = (("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1))
SIZE = re.compile(r"(?P<number>[0-9]+(?:\.[0-9]+)?)(?P<unit>[bkmgt]?)(?:i?b)?", re.IGNORECASE)
POWERS = {"": 0, "b": 0, "k": 1, "m": 2, "g": 3, "t": 4}
KIB = 1024


def age(since_ms: int | None, now_ms: int) -> str:
    """Return how long ago that was, in its largest unit: 3d, 5h, 12m, 40s."""
    if since_ms is None:
        return ""
    seconds = max(0, (now_ms - since_ms) // 1000)
    name, length = next((u for u in UNITS if seconds >= u[1]), UNITS[-1])
    return f"{seconds // length}{name}"


def size(count: int | None) -> str:
    """Return a number of bytes as people say it."""
    if count is None:
        return ""
    power, value = 0, float(count)
    while value >= KIB and power < len("KMGT"):
        value, power = value / KIB, power + 1
    unit = ("", "K", "M", "G", "T")[power]
    return f"{value:.1f}".removesuffix(".0") + unit


def parse_size(text: str) -> int:
    """Return the bytes that ``512m`` or ``1.5G`` means.

    Raises:
        Failure: it is no size.

    """
    match = SIZE.fullmatch(text.strip())
    if match is None:
        raise Failure(f"{text!r} is no size; accepted: 512m, 1.5g, 1048576", Exit.USAGE)
    return int(float(match["number"]) * KIB ** POWERS[match["unit"].lower()])


def parse_pairs(texts: Iterable[str], flag: str, *, hint: str = "") -> dict[str, str]:
    """Return the mapping that repeated ``NAME=VALUE`` flags mean.

    Raises:
        Failure: one is no pair.

    """
    pairs: dict[str, str] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals or not name:
            raise Failure(f"{flag} takes NAME=VALUE, not {text!r}{hint}", Exit.USAGE)
        pairs[name] = value
    return pairs


def pairs_in_words(pairs: Mapping[str, object]) -> str:
    """Return labels in one line."""
    return ", ".join(f"{name}={value}" for name, value in sorted(pairs.items()))


def counted(number: int, noun: str) -> str:
    """Return a number with its noun: 1 container, 3 containers."""
    return f"{number} {noun}" + ("" if number == 1 else "s")
