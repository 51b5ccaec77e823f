"""Settings of the installation: known names with their defaults; a row each, seeded at start."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from pasture import __version__
from pasture.kit.errors import Invalid
from pasture.model.declare import Derived, Scope, attr, resource
from pasture.model.resource import Resource
from pasture.model.roles import table

AGENT_IMAGE, SERVER_VERSION = "bootstrap.required.image", "rancher.server.version"
KNOWN: dict[str, str] = {
    "api.host": "",
    AGENT_IMAGE: f"pasture/agent:{__version__}",
    SERVER_VERSION: "v1.6.30",
    "ui.pl": "rancher",
}
PUBLIC = frozenset({SERVER_VERSION, "ui.pl"})


@dataclass(frozen=True)
class Rule:
    """What the value of a setting is."""

    pattern: re.Pattern[str]
    accepted: str


# of those that stand in commands that people paste, and in the headers of each answer
RULES: Mapping[str, Rule] = {
    "api.host": Rule(
        re.compile(r"https?://([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?"),
        "an address without a path, such as https://pasture.example:8443",
    ),
    AGENT_IMAGE: Rule(
        re.compile(r"[A-Za-z0-9][A-Za-z0-9._/:@-]{0,254}"), "an image, such as pasture/agent:1.0"
    ),
    SERVER_VERSION: Rule(re.compile(r"[!-~]{1,64}"), "a version, such as v1.6.30"),
}


def check_setting(setting: "Setting") -> None:
    """Refuse a value that a known setting cannot have; none, or an empty one, is the default.

    Raises:
        Invalid: it is that.

    """
    rule = RULES.get(setting.name)
    if rule is not None and setting.value and not rule.pattern.fullmatch(setting.value):
        raise Invalid(
            f"{setting.name} is {setting.value[:64]!r}; accepted: {rule.accepted}", field="value"
        )


@resource(
    "setting",
    scope=Scope.GLOBAL,
    id_style="name",
    unique=(("name",),),
    checks=(check_setting,),
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
