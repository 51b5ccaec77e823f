"""The decision over every access, against the declared tables."""

import itertools

import pytest

from pasture.auth.identity import Identity, best_role, role_of_kind
from pasture.auth.may import VERBS, letters, may, role_may, sees
from pasture.model.account import MEMBER_ROLES, Account, Project, ProjectMember
from pasture.model.container import Container
from pasture.model.credential import ApiKey
from pasture.model.declare import Secret
from pasture.model.host import Host
from pasture.model.resource import Resource
from pasture.model.roles import IN_PROJECT, ROLES
from pasture.model.setting import Setting
from pasture.model.types import TYPES

LETTER = {"list": "r", "read": "r", "create": "c", "update": "u", "delete": "d"}
ACCOUNT_ROLES = ("admin", "service")


def identity(
    role: str, *, account: int = 10, project: int | None = None, **memberships: str
) -> Identity:
    return Identity(
        account=account,
        account_kind="user",
        account_name="somebody",
        role=role,
        auth_type="BasicAuth",
        project=project,
        memberships={int(k.removeprefix("p")): v for k, v in memberships.items()},
    )


@pytest.mark.parametrize("cls", TYPES, ids=lambda c: c.type.name)
def test_a_role_may_what_its_letters_say(cls: type[Resource]) -> None:
    for role, verb in itertools.product(ROLES, VERBS):
        given = cls.type.roles.get(role, "")
        if verb == "action":
            wanted = bool(given) and (role in ACCOUNT_ROLES or any(c in given for c in "cud"))
        else:
            wanted = LETTER[verb] in given or (verb == "read" and "g" in given)
        assert role_may(role, verb, cls.type) is wanted, (role, verb)


@pytest.mark.parametrize("cls", TYPES, ids=lambda c: c.type.name)
def test_the_reading_admin_reads_what_admins_do_and_changes_nothing(cls: type[Resource]) -> None:
    assert letters(cls.type, "readAdmin") == "".join(
        c for c in cls.type.roles.get("admin", "") if c in "rg"
    )
    for verb in ("create", "update", "delete", "action"):
        assert not role_may("readAdmin", verb, cls.type)


@pytest.mark.parametrize(
    ("who", "row", "seen"),
    [
        (identity("admin"), Container(account_id=5), True),
        (identity("service"), Container(account_id=5), True),
        (identity("owner", project=5), Container(account_id=5), True),
        (identity("owner", project=5), Container(account_id=6), False),
        (identity("user", p5="owner"), Container(account_id=5), False),
        (identity("user"), ApiKey(account_id=10), True),
        (identity("user"), ApiKey(account_id=11), False),
        (identity("user", p5="member"), ApiKey(account_id=5), False),
        (identity("user", p5="readonly"), Project(id=5), True),
        (identity("user"), Project(id=5), False),
        (identity("user"), Account(id=10), True),
        (identity("user"), Account(id=11), False),
        (identity("user", p5="readonly"), ProjectMember(
            account_id=5, project_id=5, member_id=1, role="owner"), True),
        (identity("user"), ProjectMember(
            account_id=5, project_id=5, member_id=1, role="owner"), False),
        (identity("project", account=5, project=5), Project(id=5), True),
        (identity("project", account=5, project=5), Project(id=6), False),
        (identity("user"), Setting(name="a"), True),
    ],
)  # fmt: skip
def test_rows_are_visible_to_whose_they_are(who: Identity, row: Resource, seen: bool) -> None:
    assert sees(who, row) is seen
    assert may(who, "read", row.type, row) is (seen and role_may(who.role, "read", row.type))


@pytest.mark.parametrize("role", ["owner", "member", "restricted", "readonly"])
@pytest.mark.parametrize("verb", ["update", "delete", "action"])
def test_only_its_owner_changes_an_environment(role: str, verb: str) -> None:
    who = identity("user", p5=role)
    assert may(who, verb, Project.type, Project(id=5)) is (role == "owner")


@pytest.mark.parametrize("verb", ["update", "delete", "action"])
def test_an_environment_key_does_not_change_its_environment(verb: str) -> None:
    who = identity("project", account=5, project=5)
    assert not may(who, verb, Project.type, Project(id=5))


def test_who_is_restricted_does_nothing_to_hosts() -> None:
    who = identity("restricted", project=5)
    host = Host(account_id=5, engine_id="e")
    assert [v for v in VERBS if may(who, v, Host.type, host)] == ["list", "read"]


def test_the_best_of_several_memberships_counts() -> None:
    assert best_role(["readonly", "member", "restricted"]) == "member"
    assert best_role(["readonly", "owner"]) == "owner"
    assert best_role(["invented"]) is None


@pytest.mark.parametrize(
    ("kind", "role"),
    [("admin", "admin"), ("user", "user"), ("registeredAgent", "agent"), ("project", "project"),
     ("superadmin", None), ("", None)],
)  # fmt: skip
def test_an_accounts_kind_gives_its_role(kind: str, role: str | None) -> None:
    assert role_of_kind(kind) == role


PROVING = [
    c for c in TYPES if any(f.secret in {Secret.HASHED, Secret.PASSWORD} for f in c.type.fields)
]


@pytest.mark.parametrize("role", [*MEMBER_ROLES, *IN_PROJECT])
@pytest.mark.parametrize("cls", PROVING, ids=lambda c: c.type.name)
def test_nobody_in_an_environment_comes_to_a_key_that_can_more(
    role: str, cls: type[Resource]
) -> None:
    made_or_changed = [v for v in ("create", "update", "action") if role_may(role, v, cls.type)]
    beyond = {
        (other.type.name, letter)
        for other in TYPES
        for letter in letters(other.type, "project")  # the role of an environment's own key
        if letter not in letters(other.type, role)
    }
    assert not made_or_changed or not beyond
    assert beyond or role not in {"restricted", "readonly"}  # there is something to keep
