"""Services: containers alike, kept at a wanted number."""

from dataclasses import replace

from pasture.kit.errors import MissingRequired
from pasture.model.declare import Gathered, Step, StreamLink, attr, resource, value
from pasture.model.resource import Resource
from pasture.model.roles import OWN
from pasture.model.run import RunSpec, check_run, with_prefix
from pasture.model.stack import NAME_CHARS, check_dashes
from pasture.model.streams import StatsAccess

GLOBAL = "io.rancher.scheduler.global"
ACTIVE, INACTIVE, REMOVED = "active", "inactive", "removed"  # what can be wanted
MAX_SCALE = 10_000


@value("launchConfig", checks=(check_run,))
class LaunchConfig(RunSpec):
    """How each container of a service runs."""

    requested_host_id: int | None = attr("cr", "Run on this host only.", default=None, ref="host")
    start_on_create: bool = attr("cr", "Start at once.", default=True)


def activate(service: "Service", _: None) -> "Service":
    """Want its containers running."""
    return replace(service, wanted=ACTIVE)


def deactivate(service: "Service", _: None) -> "Service":
    """Want its containers stopped, not removed."""
    return replace(service, wanted=INACTIVE)


def remove(service: "Service", _: None) -> "Service":
    """Want it and its containers gone."""
    return replace(service, wanted=REMOVED)


def check_launch_config(service: "Service") -> None:
    """Refuse a service without a launch config.

    Raises:
        MissingRequired: it has none.

    """
    if service.launch_config is None:
        raise MissingRequired(
            'a launch config is needed, for example {"imageUuid": "docker:nginx:1.27"}',
            field="launchConfig",
        )


def prepare(service: "Service") -> "Service":
    """Complete a new service: what is wanted follows from ``startOnCreate``."""
    launch = service.launch_config
    return replace(
        service,
        launch_config=launch and replace(launch, image_uuid=with_prefix(launch.image_uuid)),
        wanted=ACTIVE if service.start_on_create else INACTIVE,
    )


LIVE = frozenset(
    {"requested", "registering", "inactive", "activating", "active", "deactivating",
     "updating-active", "updating-inactive"}
)  # fmt: skip


@resource(
    "service",
    steps=(
        Step("create", frozenset({"requested"}), "registering", "inactive"),
        Step("activate", frozenset({"inactive"}), "activating", "active", apply=activate),
        Step(
            "deactivate",
            frozenset({"active", "activating", "updating-active", "updating-inactive"}),
            "deactivating",
            "inactive",
            apply=deactivate,
        ),
        Step("update", frozenset({"active"}), "updating-active", "active"),
        Step("update", frozenset({"inactive"}), "updating-inactive", "inactive"),
        Step("remove", LIVE, "removing", "removed", apply=remove),
    ),
    unique=(("stack_id", "name"),),
    checks=(check_dashes, check_launch_config),
    prepare=prepare,
    streams=(StreamLink("containerStats", StatsAccess),),
    gathers=(Gathered("instanceIds", "container", "service_id", "Its containers."),),
    roles=OWN,
)
class Service(Resource):
    """Containers alike; a unit is one container of each of its launch configs, on one host."""

    name: str = attr(
        "cru",
        "Unique in the stack, without regard to case.",
        min_length=1,
        max_length=63,
        chars=NAME_CHARS,
        filterable=True,
        column=True,
        moves=True,
    )
    stack_id: int = attr("cr", "Its stack.", ref="stack", filterable=True, column=True)
    scale: int = attr("cru", "How many units.", default=1, minimum=0, maximum=MAX_SCALE, moves=True)
    launch_config: LaunchConfig | None = attr("cr", "How each container runs.", default=None)
    start_on_create: bool = attr("cr", "Activate it at once.", default=False)
    external_id: str | None = attr(
        "cr", "What it was made from.", default=None, max_length=255, filterable=True
    )
    wanted: str = attr("", "active, inactive or removed.", default=INACTIVE)
    create_index: int = attr("r", "Containers made so far.", default=0, filterable=True)
    current_scale: int = attr("r", "Units that run.", default=0)
    health_state: str | None = attr("r", "Health of its containers.", default=None, filterable=True)
    system: bool = attr("r", "Infrastructure of ours.", default=False, filterable=True)


def is_global(service: Service) -> bool:
    """Tell whether a service has one unit on every host instead of a scale."""
    launch = service.launch_config
    return launch is not None and launch.labels.get(GLOBAL, "").lower() == "true"
