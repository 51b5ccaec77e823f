"""What an empty database gets: the accounts that everything expects, an environment, a login.

All rows come in one write, so that a crash leaves all or nothing; a generated password is on the
disk before the row that holds its hash, and is used again where the rows did not make it.
"""

import asyncio
import logging
import secrets
from collections.abc import Sequence
from pathlib import Path

from pasture.auth.secrets import Passwords
from pasture.kit.errors import PastureError
from pasture.kit.ids import show
from pasture.model.account import Account, Project, ProjectMember
from pasture.model.credential import Password, RegistrationToken
from pasture.model.query import Where
from pasture.model.resource import Resource
from pasture.model.setting import KNOWN, Setting
from pasture.model.subnet import DEFAULTS as SUBNETS
from pasture.server import first_login
from pasture.server.first_login import FirstLogin
from pasture.settings.parse import password as checked
from pasture.settings.settings import Settings
from pasture.store.changes import Change, Create
from pasture.store.store import Store

log = logging.getLogger(__name__)
ADMIN = "admin"  # uuid and login name
DEFAULT_PROJECT = "adminProject"  # uuid of the environment Default
ADMIN_PLACE, PROJECT_PLACE = 0, 4  # among the seeded rows
PASSWORD_BYTES = 15

ACCOUNTS: tuple[Account | Project, ...] = (
    Account(kind="admin", name=ADMIN, uuid=ADMIN, state="active"),
    Account(kind="system", name="system", uuid="system", state="inactive"),
    Account(kind="superadmin", name="superadmin", uuid="superadmin", state="inactive"),
    Account(kind="token", name="token", uuid="token", state="active"),
    Project(name="Default", uuid=DEFAULT_PROJECT, subnet=SUBNETS[0], state="active"),
    Account(kind="service", name="service", uuid="service", state="active"),
)


async def seed(store: Store, settings: Settings, passwords: Passwords) -> None:
    """Make what is missing; nothing where all is there."""
    if not await store.find(Account, Where("uuid", ADMIN), removed=True):
        password = await asyncio.to_thread(first_password, settings)
        await store.write(*first_rows(await passwords.hash(password)))
        log.info("first start: accounts and environment Default are made")
    present = {row.name for row in await store.find(Setting)}
    missing = [name for name in KNOWN if name not in present]
    if missing:
        await store.write(*(Create(Setting(name=name, state="active")) for name in missing))


def first_password(settings: Settings) -> str:
    """Return the admin's first password: the one given, or a generated one that is written down.

    Raises:
        PastureError: the file that was named cannot be used.

    """
    if settings.admin_password is not None:
        return settings.admin_password
    if settings.admin_password_file is not None:
        return password_in(settings.admin_password_file)
    kept = first_login.read(settings.data)
    if kept is not None and kept.login == ADMIN:
        return kept.password
    made = secrets.token_urlsafe(PASSWORD_BYTES)
    first_login.write(settings.data, FirstLogin(ADMIN, made))
    return made


def password_in(path: Path) -> str:
    """Return the password that stands in a file's first line."""
    try:
        lines = path.read_text().splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise PastureError(f"the file with the admin's password, {path}, cannot be read") from error
    return checked("admin_password_file", lines[0] if lines else "")


def first_rows(hashed: str) -> list[Change]:
    """Return the rows of an empty database, in the order that gives them their known ids."""

    def owner(made: Sequence[Resource]) -> Resource:
        admin, project = made[ADMIN_PLACE], made[PROJECT_PLACE]
        return ProjectMember(
            account_id=project.id,
            project_id=project.id,
            member_id=admin.id,
            external_id=show("account", admin.id),
            role="owner",
            state="active",
        )

    def login(made: Sequence[Resource]) -> Resource:
        return Password(
            account_id=made[ADMIN_PLACE].id,
            public_value=ADMIN,
            secret_value=hashed,
            state="active",
        )

    def token(made: Sequence[Resource]) -> Resource:
        return RegistrationToken(account_id=made[PROJECT_PLACE].id, state="active")

    return [*map(Create, ACCOUNTS), Create(owner), Create(login), Create(token)]
