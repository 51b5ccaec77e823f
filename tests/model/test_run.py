from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pasture.kit.errors import Invalid, MissingRequired, PastureError, PortWrongFormat
from pasture.model.run import PortMapping, RunSpec, check_run, parse_port, with_prefix


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("80", PortMapping(private=80)),
        ("8081:80", PortMapping(public=8081, private=80)),
        ("8081:80/udp", PortMapping(public=8081, private=80, protocol="udp")),
        ("127.0.0.1:8081:80/TCP", PortMapping(ip="127.0.0.1", public=8081, private=80)),
        ("127.0.0.1::80", PortMapping(ip="127.0.0.1", private=80)),
        (" 53:53/udp ", PortMapping(public=53, private=53, protocol="udp")),
    ],
)
def test_a_port_text_means_a_mapping(text: str, expected: PortMapping) -> None:
    assert parse_port(text) == expected


@pytest.mark.parametrize(
    ("code", "texts"),
    [
        ("PortWrongFormat", ["", "a:b", "80:", ":80", "::80", "1:2:3:4", "80::80", "-1:80",
                             "1.2.3:1:2", "1.2.3.256:1:2", "127.0.0.01:1:2"]),
        ("PortInvalidPublicPort", ["0:80", "65536:80", "127.0.0.1:70000:80"]),
        ("PortInvalidPrivatePort", ["0", "1:70000"]),
        ("PortInvalidProtocol", ["8081:80/sctp", "80/x"]),
    ],
)  # fmt: skip
def test_what_is_no_port_is_refused_by_code_field_and_words(code: str, texts: list[str]) -> None:
    for text in texts:
        with pytest.raises(PortWrongFormat) as refused:
            parse_port(text)
        assert (refused.value.code, refused.value.field) == (code, "ports"), text


ports = st.integers(1, 65535)


@given(
    ip=st.sampled_from(["", "127.0.0.1", "10.0.0.7"]),
    public=st.none() | ports,
    private=ports,
    protocol=st.sampled_from(["tcp", "udp"]),
)
def test_a_mapping_reads_back_from_its_text(
    ip: str, public: int | None, private: int, protocol: str
) -> None:
    mapping = PortMapping(ip=ip, public=public, private=private, protocol=protocol)
    assert parse_port(str(mapping)) == mapping


@pytest.mark.parametrize(
    ("case", "run", "error", "field"),
    [
        ("no image", RunSpec(), MissingRequired, "imageUuid"),
        ("bad port", RunSpec(image_uuid="docker:a", ports=("x",)), PortWrongFormat, "ports"),
        (
            "relative volume",
            RunSpec(image_uuid="docker:a", data_volumes=("data:inside",)),
            Invalid,
            "dataVolumes",
        ),
        (
            "ports on the host's network",
            RunSpec(image_uuid="docker:a", ports=("80:80",), network_mode="host"),
            Invalid,
            "ports",
        ),
        (
            "all ports in another's network",
            RunSpec(
                image_uuid="docker:a",
                network_mode="container",
                network_container_id=7,
                publish_all_ports=True,
            ),
            Invalid,
            "publishAllPorts",
        ),
        (
            "names more in a network without names",
            RunSpec(image_uuid="docker:a", network_mode="bridge", net_alias=("db",)),
            Invalid,
            "netAlias",
        ),
        (
            "another's network, and nobody's",
            RunSpec(image_uuid="docker:a", network_mode="container"),
            MissingRequired,
            "networkContainerId",
        ),
        (
            "somebody's network, and its own",
            RunSpec(image_uuid="docker:a", network_container_id=7),
            Invalid,
            "networkContainerId",
        ),
        (
            "another's network with a name of its own",
            RunSpec(
                image_uuid="docker:a",
                network_mode="container",
                network_container_id=7,
                hostname="web",
            ),
            Invalid,
            "hostname",
        ),
    ],
)
def test_a_run_that_cannot_be_is_refused(
    case: str, run: RunSpec, error: type[PastureError], field: str
) -> None:
    with pytest.raises(error) as refused:
        check_run(run)
    assert refused.value.field == field, case


def test_a_whole_run_passes() -> None:
    check_run(
        RunSpec(image_uuid="docker:a", ports=("80",), data_volumes=("/a", "v:/b", "/c:/d:ro"))
    )


@pytest.mark.parametrize(
    ("given_name", "uuid"),
    [
        ("nginx", "docker:nginx"),
        ("docker:nginx:1", "docker:nginx:1"),
        ("sim:x", "sim:x"),
        (None, None),
    ],
)
def test_a_bare_image_gets_its_prefix(given_name: str | None, uuid: str | None) -> None:
    assert with_prefix(given_name) == uuid


def test_the_engine_sees_the_image_without_prefix() -> None:
    assert RunSpec(image_uuid="docker:a/b:1").image == "a/b:1"


@pytest.mark.parametrize(
    ("field", "run"),
    [
        ("ports", {"ports": ("8080:80", "8080:81")}),
        ("ports", {"ports": ("8080:80/tcp", "127.0.0.1:8080:80")}),
        ("ports", {"ports": ("0.0.0.0:53:53/udp", "127.0.0.1:53:53/udp")}),
        ("ports", {"ports": ("10.0.0.7:1:1", "10.0.0.7:1:2")}),
        ("dataVolumes", {"data_volumes": ("./etc:/etc",)}),
        ("dataVolumes", {"data_volumes": ("etc/x:/etc",)}),
        ("dataVolumes", {"data_volumes": ("..:/etc",)}),
        ("dataVolumes", {"data_volumes": (":/etc",)}),
        ("dataVolumes", {"data_volumes": ("va:/data", "vb:/data")}),
        ("dataVolumes", {"data_volumes": ("/data", "vb:/data/")}),
        ("dataVolumes", {"data_volumes": ("va:/data:rx",)}),
        ("dataVolumes", {"data_volumes": ("va:/data:",)}),
        ("dataVolumes", {"data_volumes": ("va:/data:ro,",)}),
        ("dataVolumes", {"data_volumes": ("va:/data:ro:z",)}),
        ("dataVolumes", {"data_volumes": ("va:",)}),
        ("environment", {"environment": {"": "x"}}),
        ("environment", {"environment": {"A=B": "x"}}),
        ("labels", {"labels": {"": "x"}}),
    ],
)
def test_what_an_engine_would_refuse_is_refused_at_once(field: str, run: dict[str, Any]) -> None:
    with pytest.raises(Invalid, match="accepted: ") as refused:
        check_run(RunSpec(image_uuid="docker:a", **run))
    assert refused.value.field == field


@pytest.mark.parametrize(
    "run",
    [
        {"ports": ("8080:80/tcp", "8080:80/udp")},
        {"ports": ("127.0.0.1:8080:80", "10.0.0.7:8080:80")},
        {"ports": ("80", "80", "81")},
        {"data_volumes": ("/a", "va:/b", "/c:/d:ro,z,rslave", "va:/e:nocopy", "/c:/f:Z,rshared")},
        {"data_volumes": ("/c d:/g:rw", "va:/h:rprivate", "va:/i:private", "va:/j:shared,slave")},
        {"environment": {"A.b-c": "x=y"}, "labels": {"a=b": ""}},
    ],
)
def test_what_an_engine_takes_passes(run: dict[str, Any]) -> None:
    check_run(RunSpec(image_uuid="docker:a", **run))
