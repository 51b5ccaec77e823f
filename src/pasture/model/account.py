"""Accounts and environments (API: ``project``), who is a member of what."""

from pasture.kit.errors import Invalid
from pasture.model.declare import Scope, attr, resource, value
from pasture.model.resource import Resource
from pasture.model.roles import table
from pasture.model.steps import DEFAULT

ACCOUNT_KINDS = ("admin", "user", "service", "agent", "registeredAgent", "project", "readAdmin")
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
        "admin, user, service, ...",
        default="user",
        max_length=255,
        filterable=True,
        column=True,
    )
    external_id: str | None = attr(
        "cru", "Id at an identity provider.", default=None, max_length=255, filterable=True
    )
    external_id_type: str | None = attr(
        "cru", "Kind of that id.", default=None, max_length=128, filterable=True
    )


@value("projectMember")
class Member:
    """Who has which role, as given when an environment is created."""

    external_id: str = attr("cr", "Whose: an account's id, such as 1a7.")
    external_id_type: str = attr("cr", "Kind of that id.", default="rancher_id")
    role: str = attr("cr", "What they may do.", default="member", options=MEMBER_ROLES)


def check_members(project: "Project") -> None:
    """Refuse a list of members without an owner (#5.5); no list makes the caller owner.

    Raises:
        Invalid: nobody in the list is owner.

    """
    if project.members and not any(m.role == "owner" for m in project.members):
        raise Invalid("at least one member must have the role owner", field="members")


@resource(
    "project",
    base="account",
    parent="account",
    scope=Scope.ACCOUNT,
    steps=DEFAULT,
    checks=(check_members,),
    roles=table(admin="crud", user="crud", project="r", restricted="r", readonly="r", service="cr"),
)
class Project(Resource):
    """An environment: hosts, stacks and containers that belong together, and their members."""

    orchestration: str = attr("r", "What runs containers here.", default="cattle")
    members: tuple[Member, ...] | None = attr("c", "First members.", default=None)
    health_state: str | None = attr("r", "Health of all in it.", default="healthy", filterable=True)


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
