"""What a person chose for the pages: kept for them, read by nobody else."""

from dataclasses import replace

from pasture.model.declare import Scope, attr, resource
from pasture.model.resource import Resource
from pasture.model.roles import table
from pasture.model.steps import DEFAULT

LONGEST = 1 << 20
STEPS = tuple(  # removed without being made inactive first
    replace(s, also=frozenset({"active", "activating"})) if s.name == "remove" else s
    for s in DEFAULT
)


@resource(
    "userPreference",
    scope=Scope.ACCOUNT,
    steps=STEPS,
    unique=(("account_id", "name"),),
    personal=True,
    roles=table(admin="crud", user="crud", project="", restricted="", readonly="", service=""),
)
class UserPreference(Resource):
    """One choice of one person."""

    account_id: int | None = attr(
        "cr", "Whose.", default=None, ref="account", filterable=True, column=True
    )
    name: str = attr("cru", "Which choice.", min_length=1, max_length=255, filterable=True,
                     column=True)  # fmt: skip
    value: str = attr("cru", "What was chosen.", max_length=LONGEST, filterable=True)
