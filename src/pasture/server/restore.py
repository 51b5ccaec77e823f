"""Put a backup in the place of the database of a server that does not run.

Everything is checked before anything is changed; the new database is made beside the former one,
which is kept; then one rename decides. A key that comes with it waits in ``secret.key.next`` until
that rename is done: whoever opens the folder next finishes it (``settle``).
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pasture.auth.identity import ADMIN_AUTH
from pasture.kit.clock import Clock
from pasture.kit.errors import PastureError
from pasture.model.audit import AuditLog
from pasture.server import folder
from pasture.server.stamp import free, stamp
from pasture.settings.settings import Settings
from pasture.store import backup, restore
from pasture.store.backup import Backup
from pasture.store.changes import Create
from pasture.store.seal import Seal
from pasture.store.sqlite import path_of
from pasture.store.store import Store

FORMER = "before-restore-"
DONE = 200  # as an answer would have it


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What was asked for."""

    file: Path
    key_file: Path | None = None
    new_key: bool = False
    force: bool = False


@dataclass(frozen=True, kw_only=True)
class Restored:
    """What was done."""

    backup: Backup
    former: Path | None  # where the former database is kept
    former_key: Path | None
    lost: Mapping[str, int]  # secrets that nothing opens any more, by type


@dataclass(frozen=True)
class Key:
    """The key of the restored database; ``is_new``: it was made now and opens nothing of before."""

    content: bytes
    is_new: bool = False

    @property
    def seal(self) -> Seal:
        """What it seals with."""
        return Seal(self.content)


async def run(settings: Settings, wanted: Wanted, clock: Clock) -> Restored:
    """Restore, while the data folder is held against a server.

    Raises:
        PastureError: it is refused or failed, in words; the former database is as it was.

    """
    folder.prepare(settings.data)
    database = path_of(settings.database)
    with folder.held(settings.data):
        settle(settings.data, database)
        backup.sweep(database.parent)
        found = backup.read(wanted.file)
        here = present_key(settings.data)
        given = given_key(wanted.key_file)
        key = which_key(found, wanted, here=here, given=given, data=settings.data)
        refuse_other(database, found, force=wanted.force)
        with backup.scratch_beside(database) as scratch:
            await fill(scratch, found, key, clock)
            former = keep_former(database, settings.data, clock.now_ms())
            former_key = await_key(settings.data, here, key, clock.now_ms())
            backup.put(scratch, database, overwrite=True)
        settle(settings.data, database)
    return Restored(
        backup=found,
        former=former,
        former_key=former_key,
        lost=restore.lost(found.path) if key.is_new else {},
    )


def which_key(
    found: Backup, wanted: Wanted, *, here: bytes | None, given: bytes | None, data: Path
) -> Key:
    """Return the key that the restored database goes on with.

    Raises:
        PastureError: none of those at hand opens its secrets, or one that does is given up.

    """
    fitting = [k for k in (given, here) if k is not None and Seal(k).fingerprint == found.key]
    if given is not None and given not in fitting:
        raise PastureError(
            f"{wanted.key_file} is not the key of this backup; accepted: {folder.KEY} as it lay in "
            "the data folder of the server that made it"
        )
    if fitting and wanted.new_key:
        raise PastureError("the key of this backup is at hand: --new-key would only lose secrets")
    if fitting:
        return Key(fitting[0])
    if wanted.new_key:
        return Key(secrets.token_bytes(folder.KEY_BYTES), is_new=True)
    there = (
        f"{data / folder.KEY} belongs to another database"
        if here is not None
        else f"there is no {data / folder.KEY}"
    )
    raise PastureError(
        f"the key of this backup is not here: {there}. Give the one that was kept, by --key FILE; "
        f"or --new-key, which gives up {in_words(restore.lost(found.path))}"
    )


def in_words(lost: Mapping[str, int]) -> str:
    """Say how many secrets of which types; ``2 of registryCredential``."""
    parts = [f"{number} of {name}" for name, number in sorted(lost.items())]
    return "the secrets that it sealed: " + (", ".join(parts) if parts else "none")


def refuse_other(database: Path, found: Backup, *, force: bool) -> None:
    """Refuse to replace another installation that has hosts.

    Raises:
        PastureError: the database here is such a one.

    """
    if force or not database.is_file():
        return
    try:
        here = backup.read(database)
    except PastureError:  # damaged, or none of ours: there is nothing to spare but the file itself
        return
    if here.installation != found.installation and here.counts["hosts"]:
        raise PastureError(
            f"{database} is another installation than the backup's, with {here.counts['hosts']} "
            "hosts that would no longer be known; accepted: another --data, or --force"
        )


async def fill(scratch: Path, found: Backup, key: Key, clock: Clock) -> None:
    """Make the new database, of this version's shape, with an audit row that tells of it."""
    resealed = key.seal if key.is_new else None
    restore.prepare(found.path, scratch, now_ms=clock.now_ms(), resealed=resealed)
    async with Store.open(f"sqlite:///{scratch}", key=key.content, clock=clock) as store:
        await store.write(Create(audited(found, key)))


def audited(found: Backup, key: Key) -> AuditLog:
    """Return the audit row."""
    made = "" if found.made_ms is None else f" made {stamp(found.made_ms)}"
    return AuditLog(
        auth_type=ADMIN_AUTH,
        event_type="database.restore",
        resource_type="database",
        request_object=f'{{"backup": "{found.path.name[:200]}"}}',
        response_code=DONE,
        description=f"backup{made}{', with a new key' if key.is_new else ''}",
        state="active",
    )


def keep_former(database: Path, data: Path, now_ms: int) -> Path | None:
    """Give the former database a second name in DATA/backups, and return it.

    Raises:
        PastureError: it cannot be kept, or another process has it open.

    """
    if not database.is_file():
        return None
    backups = data / folder.BACKUPS
    backups.mkdir(mode=folder.OWNER_ONLY, exist_ok=True)
    kept = free(backups / f"{FORMER}{stamp(now_ms)}.db")
    restore.set_aside(database, kept)
    return kept


def present_key(data: Path) -> bytes | None:
    """Return the key of the data folder, if there is one."""
    path = data / folder.KEY
    return path.read_bytes() if path.is_file() else None


def given_key(file: Path | None) -> bytes | None:
    """Return the key in a file that was named.

    Raises:
        PastureError: there is none in it.

    """
    if file is None:
        return None
    try:
        content = file.read_bytes()
    except OSError as error:
        raise PastureError(f"{file} cannot be read: {error.strerror}") from error
    if len(content) != folder.KEY_BYTES:
        raise PastureError(
            f"{file} has {len(content)} bytes; accepted: a key, of {folder.KEY_BYTES}"
        )
    return content


def await_key(data: Path, here: bytes | None, key: Key, now_ms: int) -> Path | None:
    """Lay another key ready, and keep the one that is there; return where."""
    if here == key.content:
        return None
    kept = None
    if here is not None:
        kept = free(data / f"{folder.KEY}.before-restore-{stamp(now_ms)}")
        backup.link(data / folder.KEY, kept)
    folder.write_owner_only(data / folder.NEXT_KEY, key.content)
    return kept


def settle(data: Path, database: Path) -> None:
    """Finish what a restore that was killed left: a second name of the database, a key."""
    for kept in (data / folder.BACKUPS).glob(f"{FORMER}*.db"):
        if database.is_file() and kept.samefile(database):  # a server would write to both
            for path in (kept, *backup.beside(kept)):
                path.unlink(missing_ok=True)
    settle_key(data, database)


def settle_key(data: Path, database: Path) -> None:
    """Take the key that lies ready, if the database is the one that it came with; else drop it."""
    path = data / folder.NEXT_KEY
    if not path.is_file():
        return
    content = path.read_bytes()
    fits = len(content) == folder.KEY_BYTES and Seal(content).fingerprint == key_of(database)
    if fits:
        path.replace(data / folder.KEY)
    else:
        path.unlink()
    folder.sync_folder(data)


def key_of(database: Path) -> str | None:
    """Return the fingerprint of the key of a database, or None where there is none to be read."""
    try:
        return backup.read(database).key
    except PastureError:
        return None
