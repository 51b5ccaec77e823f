"""Where ``cp`` copies from and to, by the rules of ``docker cp``.

Pure, but for the few functions that ask this machine's disk.
"""

import posixpath
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from pasture.cli.exits import Exit, Failure

STD = "-"


class Kind(Enum):
    """What is at a path."""

    ABSENT = "nothing"
    FILE = "a file"  # or anything else that is no folder
    FOLDER = "a folder"


@dataclass(frozen=True, kw_only=True)
class Place:
    """What an argument of ``cp`` means."""

    name: str | None  # of the container, as it was typed; None: on this machine
    path: str  # from the root, and without an end that says something; or ``-``
    contents: bool = False  # it ended with ``/.``: what is in the folder
    is_folder: bool = False  # it ended with a slash

    def __str__(self) -> str:
        return self.path if self.name is None else f"{self.name}:{self.path}"


@dataclass(frozen=True)
class Target:
    """What an archive is unpacked into, and what is packed is called there (None: its contents)."""

    folder: str
    top: str | None


def parse(text: str, here: str) -> Place:
    """Return what an argument means; ``here`` is the folder that is worked in.

    Raises:
        Failure: it names no path.

    """
    name, colon, path = text.partition(":")
    if not colon or not name or text.startswith(("/", ".", "~")):
        return Place(name=None, path=STD) if text == STD else place(None, text, here)
    if not path:
        raise Failure(f"{text!r} names no path; accepted: {name}:/PATH", Exit.USAGE)
    return place(name, path, "/")


def place(name: str | None, path: str, here: str) -> Place:
    """Return a place; a path is taken from ``here``."""
    contents = path in {".", "./"} or path.endswith(("/.", "/./"))
    plain = posixpath.normpath(posixpath.join(here, path))
    return Place(
        name=name,
        path=f"/{plain.lstrip('/')}",
        contents=contents,
        is_folder=contents or path.endswith("/"),
    )


def local_kind(path: str, *, follow: bool) -> Kind:
    """Return what a path of this machine is."""
    there = Path(path)
    if there.is_symlink() and not follow:
        return Kind.FILE
    if there.is_dir():
        return Kind.FOLDER
    return Kind.FILE if there.exists() else Kind.ABSENT


def resolved(path: str) -> str:
    """Return a path of this machine with all its links gone through."""
    return str(Path(path).resolve())


def check_folder(path: str) -> None:
    """Refuse to unpack into what is no folder of this machine.

    Raises:
        Failure: it is none.

    """
    if not Path(path).is_dir():
        raise Failure(f"there is no folder {path}", Exit.NOT_FOUND)


def target(source: Place, source_kind: Kind, goal: Place, kind: Kind) -> Target:
    """Return where something is copied to.

    Raises:
        Failure: it is not there, or cannot be put there.

    """
    if source_kind is Kind.ABSENT:
        raise Failure(f"there is no {source}", Exit.NOT_FOUND)
    if source_kind is Kind.FILE and source.is_folder:
        raise Failure(f"{source} is a file, and was named as a folder", Exit.USAGE)
    above, name = posixpath.split(goal.path)
    if kind is Kind.FOLDER:
        if source.contents:
            return Target(goal.path, None)
        return Target(goal.path, posixpath.basename(source.path) or None)
    if kind is Kind.FILE and (source_kind is Kind.FOLDER or goal.is_folder):
        raise Failure(f"{goal} is a file: a folder cannot be put there", Exit.USAGE)
    if kind is Kind.ABSENT and source_kind is Kind.FILE and goal.is_folder:
        raise Failure(f"there is no folder {goal}", Exit.NOT_FOUND)
    return Target(above, name)


def followed(path: str, link: str) -> str:
    """Return the path that a link in a container leads to."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(path), link))
