"""Stacks: services that belong together; a stack's name prefixes its containers' names."""

from pasture.kit.errors import InvalidCharacters
from pasture.model.declare import Gathered, Step, attr, resource
from pasture.model.resource import Resource
from pasture.model.roles import OWN

NAME_CHARS = "a-zA-Z0-9-"


def check_dashes(named: Resource) -> None:
    """Refuse names that are no DNS label, a dash at either end, and two dashes together (#4).

    Raises:
        InvalidCharacters: the name begins or ends with a dash, or has two together.

    """
    name = named.name or ""
    if name.startswith("-") or name.endswith("-") or "--" in name:
        raise InvalidCharacters(
            f"{name!r} begins or ends with a dash, or has two together; "
            "accepted: letters, digits, single dashes within",
            field="name",
        )


STACK_LIVE = ("requested", "activating", "active", "updating-active")


@resource(
    "stack",
    steps=(
        Step("create", frozenset({"requested"}), "activating", "active"),
        Step("update", frozenset({"active"}), "updating-active", "active"),
        Step("remove", frozenset(STACK_LIVE), "removing", "removed"),
    ),
    unique=(("account_id", "name"),),
    checks=(check_dashes,),
    gathers=(Gathered("serviceIds", "service", "stack_id", "Its services."),),
    roles=OWN,
)
class Stack(Resource):
    """Services that are made, shown and removed together."""

    name: str = attr(
        "cru",
        "Unique in the environment, without regard to case.",
        min_length=1,
        max_length=63,
        chars=NAME_CHARS,
        filterable=True,
        column=True,
        moves=True,
    )
    external_id: str | None = attr(
        "cru", "What it was made from.", default=None, max_length=128, filterable=True
    )
    group: str | None = attr(
        "cru", "Groups stacks on the page.", default=None, max_length=255, filterable=True
    )
    environment: dict[str, str] = attr("cr", "Values for its files.", default_factory=dict)
    health_state: str | None = attr("r", "Health of its services.", default=None, filterable=True)
    system: bool = attr("r", "Infrastructure of ours.", default=False, filterable=True)
