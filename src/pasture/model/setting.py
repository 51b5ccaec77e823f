"""Settings of the installation: known names with their defaults; a row each, seeded at start."""

from pasture import __version__
from pasture.model.declare import Derived, Scope, attr, resource
from pasture.model.resource import Resource
from pasture.model.roles import table

AGENT_IMAGE = "bootstrap.required.image"
KNOWN: dict[str, str] = {
    "api.host": "",
    AGENT_IMAGE: f"pasture/agent:{__version__}",
    "rancher.server.version": "v1.6.30",
    "ui.pl": "rancher",
}
PUBLIC = frozenset({"rancher.server.version", "ui.pl"})


@resource(
    "setting",
    scope=Scope.GLOBAL,
    id_style="name",
    unique=(("name",),),
    roles=table(admin="crud", user="r", project="r", restricted="r", readonly="r", service="crud"),
    derived=(
        Derived(
            "activeValue",
            "string",
            "What is in force.",
            lambda row, _: KNOWN.get(row.name, "") if row.value is None else row.value,
        ),
        Derived(
            "source",
            "string",
            "Where that comes from.",
            lambda row, _: "Default Settings" if row.value is None else "Database",
        ),
        Derived("inDb", "boolean", "Whether a value is set.", lambda row, _: row.value is not None),
    ),
)
class Setting(Resource):
    """One named value."""

    name: str = attr("cr", "Its name.", min_length=1, max_length=255, filterable=True, column=True)
    value: str | None = attr("cru", "The value set; null for the default.", default=None)
