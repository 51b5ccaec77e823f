"""v1 as a table of what differs from v2-beta (``reference/rancher16-api.md#10``), no more.

v1 has been frozen since 2016: what came later is not there as a type. Fields that came later are
shown all the same, but for those that its clients would take for something else, or that repeat
what a link says.
"""

from collections.abc import Mapping

from pasture.api.names import V2_BETA, Version

V1 = Version(
    name="v1",
    called={"stack": "environment"},
    fields={
        "container": {
            "stackId": "environmentId", "serviceIds": None, "mounts": None, "userPorts": None,
            "primaryNetworkId": None,
        },
        "host": {"instanceIds": None, "stackId": None},
        "service": {"stackId": "environmentId", "instanceIds": None, "linkedServices": None},
        "stack": {"serviceIds": None, "binding": None, "answers": None, "templates": None},
        "storagePool": {"hostIds": None, "volumeIds": None},
        "volume": {"stackId": "environmentId", "mounts": None},
    },
    most={
        "agent": "r",
        "network": "r",
        "volume": "crd",
    },
    absent=frozenset(
        {"accountLink", "genericObject", "hostTemplate", "networkDriver", "networkDriverService",
         "processPool", "processSummary", "projectTemplate", "region", "scheduledUpgrade", "secret",
         "serviceLog", "storageDriver", "storageDriverService", "subnet", "volumeTemplate"}
    ),
    shows_agent_state=False,
)  # fmt: skip

VERSIONS: Mapping[str, Version] = {version.name: version for version in (V1, V2_BETA)}
