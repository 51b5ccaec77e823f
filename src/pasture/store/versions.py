"""Which version wrote a database, and whether this one may open it. Pure.

Additive rule: a version reads what every earlier one wrote, and adds what is missing. The other way
round is refused: an older version would drop what it does not know of each row that it writes.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass

from pasture.model.resource import Resource

NUMBERS = re.compile(r"\d+(?:\.\d+)*")
NAMED = 3  # of the attributes that are not known here


@dataclass(frozen=True)
class Writer:
    """A version, and the attributes that it keeps: ``container.image_uuid``."""

    version: str
    attributes: frozenset[str]

    @classmethod
    def of(cls, version: str, types: Iterable[type[Resource]]) -> "Writer":
        """Return what a version with these types writes."""
        return cls(
            version, frozenset(f"{t.type.name}.{f.name}" for t in types for f in t.type.fields)
        )

    @classmethod
    def read(cls, text: str) -> "Writer":
        """Return what ``text`` wrote down."""
        found = json.loads(text)
        return cls(found["version"], frozenset(found["attributes"]))

    @property
    def text(self) -> str:
        """What is kept of it in the database."""
        return json.dumps({"version": self.version, "attributes": sorted(self.attributes)})


def refused(found: Writer, mine: Writer) -> str | None:
    """Say why this version must not open a database that another one wrote, or None.

    A newer version that keeps nothing more (a mended release) can be gone back from at once.
    """
    unknown = sorted(found.attributes - mine.attributes)
    if release(found.version) <= release(mine.version) or not unknown:
        return None
    more = f" and {len(unknown) - NAMED} more" if len(unknown) > NAMED else ""
    return (
        f"version {found.version} wrote this database, and this is version {mine.version}, which "
        f"would drop what it does not know ({', '.join(unknown[:NAMED])}{more}); start version "
        f"{found.version} or later, or restore the backup that the upgrade made "
        "(DATA/backups, see docs/guide/upgrade.md)"
    )


def release(version: str) -> tuple[int, ...]:
    """Return the numbers of a version, in their order; none where it has none."""
    found = NUMBERS.match(version)
    numbers = [int(n) for n in found.group().split(".")] if found else []
    while numbers and numbers[-1] == 0:  # 1.0 is 1.0.0
        numbers.pop()
    return tuple(numbers)
