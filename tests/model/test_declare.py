from dataclasses import FrozenInstanceError

import pytest

from pasture.model.container import Container
from pasture.model.declare import attr, camel, resource
from pasture.model.resource import Resource
from pasture.model.run import RunSpec
from pasture.model.service import LaunchConfig, Service


@pytest.mark.parametrize(
    ("name", "wire"),
    [("id", "id"), ("host_id", "hostId"), ("image_uuid", "imageUuid"), ("cpu_set", "cpuSet")],
)
def test_the_wire_name_is_the_attributes_in_camel_case(name: str, wire: str) -> None:
    assert camel(name) == wire


@pytest.mark.parametrize(
    ("wire", "wire_type"),
    [
        ("id", "int"),
        ("imageUuid", "string"),
        ("command", "array[string]"),
        ("environment", "map[string]"),
        ("hostId", "reference[host]"),
        ("restartPolicy", "restartPolicy"),
        ("ulimits", "array[ulimit]"),
        ("capAdd", "array[enum]"),
        ("networkMode", "enum"),
        ("created", "date"),
        ("privileged", "boolean"),
        ("memory", "int"),
    ],
)
def test_the_wire_type_follows_from_the_hint(wire: str, wire_type: str) -> None:
    assert Container.type.by_wire[wire].wire_type == wire_type


def test_a_resource_cannot_be_assigned_to() -> None:
    container = Container()
    with pytest.raises(FrozenInstanceError):
        container.state = "running"  # type: ignore[misc]


def test_required_is_what_may_be_given_and_has_no_default() -> None:
    required = {f.wire for f in Service.type.fields if f.required}
    assert required == {"name", "stackId"}


def test_a_launch_config_has_every_field_of_a_containers_run() -> None:
    run = {f.wire for f in RunSpec.value_type.fields}
    assert run <= set(LaunchConfig.value_type.by_wire)
    assert run <= set(Container.type.by_wire)


def test_a_declared_type_knows_its_base_plural_and_parent() -> None:
    @resource("gadget", base="thing", parent="thing", plural="gadgetry", roles={"admin": "r"})
    class Gadget(Resource):
        """A thing."""

        size: int = attr("cr", "How large.", minimum=1)

    assert (Gadget.type.base, Gadget.type.parent, Gadget.type.plural) == (
        "thing",
        "thing",
        "gadgetry",
    )
    assert Gadget.type.by_wire["size"].minimum == 1
    assert Gadget.type.field("nothing") is None
    assert Gadget.type.states == ()
