"""Before a database is opened: finish what a killed restore began, back up before an upgrade.

The caller holds the data folder. DATA/backups keeps the last few; a full disk refuses the upgrade.
"""

import logging
import re
from pathlib import Path

from pasture import __version__
from pasture.kit.clock import Clock
from pasture.kit.errors import PastureError
from pasture.server import folder
from pasture.server.restore import settle
from pasture.server.stamp import free, stamp
from pasture.settings.settings import Settings
from pasture.store import backup
from pasture.store.sqlite import path_of
from pasture.store.upgrade import pending

log = logging.getLogger(__name__)
KEPT = 5
BEFORE_UPGRADE = "before-upgrade"
ODD = re.compile(r"[^0-9A-Za-z.-]+")  # what a version may not bring into a file's name


def prepare(settings: Settings, clock: Clock) -> None:
    """Make the data folder ready for its database to be opened by this version.

    Raises:
        PastureError: the backup before an upgrade cannot be made.

    """
    database = path_of(settings.database)
    settle(settings.data, database)
    backup.sweep(database.parent)
    wrote = pending(database)
    if wrote is not None:
        back_up(database, settings.data / folder.BACKUPS, wrote, clock.now_ms())


def back_up(database: Path, backups: Path, wrote: str, now_ms: int) -> None:
    """Make the backup before an upgrade, and remove those that are too many.

    Raises:
        PastureError: it cannot be made.

    """
    backups.mkdir(mode=folder.OWNER_ONLY, exist_ok=True)
    backup.sweep(backups)
    name = f"{BEFORE_UPGRADE}-{stamp(now_ms)}-from-{ODD.sub('-', wrote)}.db"
    try:
        made = backup.make(database, free(backups / name), now_ms=now_ms)
    except PastureError as failed:
        raise PastureError(
            f"version {__version__} does not touch the database of version {wrote} without a "
            f"backup, and that cannot be made: {failed.detail}. Make room, or start version {wrote}"
        ) from failed
    log.info("backup before an upgrade", extra={"file": str(made.path), "of_version": wrote})
    for old in sorted(backups.glob(f"{BEFORE_UPGRADE}-*.db"))[:-KEPT]:
        old.unlink()
