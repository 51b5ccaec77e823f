"""The user's config file: the server logged in to, a session token or API key, the environment.

Owner-only, written whole or not at all; a password never stands in it.
"""

import json
import os
import tempfile
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, cast

from pasture.cli.exits import Failure
from pasture.client.access import KeyPair, Proof, Token

OTHERS = 0o077


@dataclass(frozen=True, kw_only=True)
class Config:
    """What the last login left."""

    url: str | None = None
    token: str | None = field(default=None, repr=False)
    access_key: str | None = None
    secret_key: str | None = field(default=None, repr=False)
    project: str | None = None
    ca: str | None = None  # PEM of the only CA that this server is trusted by

    @property
    def proof(self) -> Proof | None:
        """What proves who asks."""
        if self.token is not None:
            return Token(self.token)
        if self.access_key is not None and self.secret_key is not None:
            return KeyPair(self.access_key, self.secret_key)
        return None


def read(path: Path) -> Config:
    """Return what the file holds; nothing where there is none.

    Raises:
        Failure: it cannot be read, is no such file, or others may read the key in it.

    """
    try:
        mode = path.stat().st_mode
        text = path.read_text()
    except FileNotFoundError:
        return Config()
    except (OSError, UnicodeDecodeError) as error:
        raise Failure(f"{path} cannot be read: {error}") from error
    if mode & OTHERS:
        raise Failure(f"{path} may be read by others, and a key stands in it: chmod 600 {path}")
    return parse(text, path)


def parse(text: str, path: Path) -> Config:
    """Return what a config file's text says.

    Raises:
        Failure: it is none.

    """
    try:
        found: Any = json.loads(text)
    except ValueError as error:
        raise Failure(f"{path} is no JSON ({error}): log in again, or delete it") from error
    if not isinstance(found, dict):
        raise Failure(f"{path} is no config file: log in again, or delete it")
    known = cast("dict[str, Any]", found)
    return Config(**{k: known[k] for k in Config.__dataclass_fields__ if known.get(k)})


def write(path: Path, config: Config) -> None:
    """Replace the file.

    Raises:
        Failure: it cannot be written.

    """
    text = json.dumps({k: v for k, v in asdict(config).items() if v is not None}, indent=2)
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".client")  # owner-only
        with os.fdopen(handle, "w") as file:
            file.write(text + "\n")
        Path(name).replace(path)
    except OSError as error:
        raise Failure(f"{path} cannot be written: {error}") from error
