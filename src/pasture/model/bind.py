"""``dataVolumes``: what of the host, or which volume, a container sees at which path."""

import posixpath
import re
from collections.abc import Iterable

from pasture.kit.errors import Invalid

MODES = ("ro", "rw", "z", "Z", "nocopy", "rshared", "rslave", "rprivate", "shared", "slave",
         "private")  # fmt: skip
FORMS = "/path, name:/path[:ro], /on/host:/path[:ro]"
SOURCE = re.compile(r"/.*|[a-zA-Z0-9][a-zA-Z0-9_.-]*", re.DOTALL)  # a path, or a volume's name
MOST_PARTS = 3


def check_binds(binds: Iterable[str]) -> None:
    """Refuse what no Engine mounts.

    Raises:
        Invalid: a text is none of the forms, has an unknown mode, or a path that another has.

    """
    seen: dict[str, str] = {}
    for bind in binds:
        target = target_of(bind)
        if target in seen:
            raise ill(f"{bind!r} and {seen[target]!r} are at the same path; accepted: one of them")
        seen[target] = bind


def target_of(bind: str) -> str:
    """Return the path in the container, as the Engine compares it.

    Raises:
        Invalid: the text is none of the forms, or has an unknown mode.

    """
    source, target, *modes = bind.split(":") if ":" in bind else ("", bind)
    if not target.startswith("/") or len(modes) > MOST_PARTS - 2:
        raise ill(f"{bind!r} names no absolute path in the container; accepted: {FORMS}")
    if ":" in bind and not SOURCE.fullmatch(source):
        raise ill(
            f"{source!r} in {bind!r} is no absolute path on the host and no volume's name; "
            f"accepted: {FORMS}"
        )
    unknown = [word for mode in modes for word in mode.split(",") if word not in MODES]
    if unknown:
        raise ill(f"mode {unknown[0]!r} in {bind!r} is unknown; accepted: {', '.join(MODES)}")
    return posixpath.normpath(target)


def ill(words: str) -> Invalid:
    """Return the refusal."""
    return Invalid(words, field="dataVolumes")
