"""Accounts and environments (API: ``project``), who is a member of what."""

from collections.abc import Callable
from dataclasses import replace

from pasture.kit.errors import InvalidMembers
from pasture.kit.ids import parse, show
from pasture.model.declare import (
    Action,
    Apart,
    Scope,
    StreamLink,
    Value,
    attr,
    computed,
    resource,
    value,
)
from pasture.model.numbers import of_row
from pasture.model.resource import Resource
from pasture.model.roles import table
from pasture.model.steps import DEFAULT
from pasture.model.streams import StatsAccess
from pasture.model.subnet import check_subnet, overlap

ACCOUNT_KINDS = ("admin", "readAdmin", "user")  # people's; the others are made by the server
MEMBER_ROLES = ("member", "owner", "readonly", "restricted")


@resource(
    "account",
    scope=Scope.ACCOUNT,
    steps=DEFAULT,
    roles=table(admin="crud", user="r", project="r", restricted="r", readonly="r", service="crud"),
)
class Account(Resource):
    """Somebody or something that can ask: a person, an agent, or an environment."""

    kind: str = attr(
        "cru",
        "What they are to the installation: admin, readAdmin, user.",
        default="user",
        kind="string",
        max_length=255,
        options=ACCOUNT_KINDS,
        filterable=True,
        column=True,
    )
    external_id: str | None = attr(
        "cru", "Id at an identity provider.", default=None, max_length=255, filterable=True
    )
    external_id_type: str | None = attr(
        "cru", "Kind of that id.", default=None, max_length=128, filterable=True
    )


@value("projectMember", refusal=InvalidMembers)
class Member(Value):
    """Who has which role, as given for an environment."""

    external_id: str = attr(
        "cr", "Whose: an account's id, such as 1a7.", ref="account", kind="string"
    )
    external_id_type: str = attr(
        "cr", "Kind of that id.", default="rancher_id", options=("rancher_id",)
    )
    role: str = attr("cr", "What they may do.", default="member", options=MEMBER_ROLES)


def check_members(project: "Project") -> None:
    """Refuse a list of members without an owner (#5.5); no list makes the caller owner.

    Raises:
        InvalidMembers: nobody in the list is owner.

    """
    if project.members:
        check_owned(project.members)


def check_owned(members: tuple[Member, ...]) -> None:
    """Refuse members of whom nobody is owner.

    Raises:
        InvalidMembers: nobody is.

    """
    if not any(m.role == "owner" for m in members):
        raise InvalidMembers("at least one member must have the role owner", field="members")


@value("setProjectMembersInput", checks=(lambda given: check_owned(given.members),))
class SetMembers(Value):
    """Who are the members of an environment from now on."""

    members: tuple[Member, ...] = attr("c", "All of them; at least one owner.")


def first_members(
    project: "Project", creator: int
) -> "tuple[Callable[[Project], ProjectMember], ...]":
    """Return what makes a new environment's members: unless given, its creator owns it."""
    named = project.members or (Member(external_id=show("account", creator), role="owner"),)

    def made_of(member: Member) -> "Callable[[Project], ProjectMember]":
        return lambda made: membership(made, member)

    return tuple(made_of(m) for m in named)


def membership(project: "Project", member: Member) -> "ProjectMember":
    """Return the row of a member."""
    return ProjectMember(
        account_id=project.id,
        project_id=project.id,
        member_id=parse(member.external_id) or 0,
        external_id=member.external_id,
        external_id_type=member.external_id_type,
        role=member.role,
        state="active",
    )


HAS_MEMBERS = frozenset({"active", "inactive", "updating-active", "updating-inactive"})
# an environment that is active is deactivated on the way, as DELETE alone may ask (#4)
PROJECT_STEPS = tuple(
    replace(s, also=frozenset({"active", "activating", "deactivating"}))
    if s.name == "remove"
    else s
    for s in DEFAULT
)


@resource(
    "project",
    base="account",
    parent="account",
    scope=Scope.ACCOUNT,
    steps=PROJECT_STEPS,
    actions=(
        Action("setmembers", input=SetMembers, output="setProjectMembersInput", states=HAS_MEMBERS),
    ),
    streams=(StreamLink("hostStats", StatsAccess),),
    unique=(("subnet",),),
    apart=(Apart("subnet", overlap),),
    brings=first_members,
    checks=(check_members, lambda project: check_subnet(project.subnet)),
    roles=table(admin="crud", user="crud", project="r", restricted="r", readonly="r", service="cr"),
)
class Project(Resource):
    """An environment: hosts, stacks and containers that belong together, and their members."""

    orchestration: str = attr("r", "What runs containers here.", default="cattle")
    members: tuple[Member, ...] | None = attr("c", "First members.", default=None)
    # as asked for at creation; where nothing was, its controller writes a free one
    subnet: str | None = attr(
        "cr",
        "Addresses of its managed network; if not given, a free one of 10.42.0.0/16 to"
        " 10.57.0.0/16.",
        default=None,
        max_length=18,
        filterable=True,
        column=True,
    )
    health_state: str | None = attr("r", "Health of all in it.", default="healthy", filterable=True)

    @computed("The network of its containers, unless they name another.", ref="network")
    def default_network_id(self) -> int:
        """Return its managed network, which is numbered after it."""
        return of_row(self.id)


@resource(
    "projectMember",
    scope=Scope.ACCOUNT,
    steps=DEFAULT,
    roles=table(admin="r", user="r", project="r", restricted="r", readonly="r", service="r"),
)
class ProjectMember(Resource):
    """One account's role in one environment."""

    project_id: int = attr("r", "Where.", ref="project", filterable=True, column=True)
    member_id: int = attr("", "The member's account.", column=True)
    external_id: str | None = attr("r", "The member's id.", default=None, filterable=True)
    external_id_type: str = attr("r", "Kind of that id.", default="rancher_id", filterable=True)
    role: str = attr("r", "What they may do.", options=MEMBER_ROLES, filterable=True)
