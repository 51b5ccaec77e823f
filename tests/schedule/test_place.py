from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pasture.model.container import Container
from pasture.model.host import Host
from pasture.schedule.constraint import SERVICE_NAME
from pasture.schedule.load import show_host
from pasture.schedule.place import NO_HOST, Placed, Refused, place
from tests.schedule.rows import container, fleet, host

MIB = 1024 * 1024
AFFINITY = "io.rancher.scheduler.affinity:"


def where(asked: Container, *rows: Host | Container) -> int | str:
    """Return the id of the host that takes it, or why none does."""
    (answer,) = place([asked], fleet(*rows))
    match answer:
        case Placed(_, chosen):
            return chosen.id
        case Refused(_, why):
            return why


def labelled(**terms: str) -> dict[str, str]:
    return {AFFINITY + name: value for name, value in terms.items()}


ROWS: list[tuple[str, dict[str, Any], list[Host | Container], int | str]] = [
    ("no host at all", {}, [], NO_HOST),
    ("the least full one", {}, [host(1), host(2), container(9, host_id=1)], 2),
    ("the first of equals", {}, [host(2), host(1)], 1),
    ("an inactive host", {}, [host(1, state="inactive")], "host h1 is inactive"),
    ("a host being edited", {}, [host(1, state="updating-active")], 1),
    ("an agent away", {}, [host(1, agent_state="disconnected")], "host h1: agent disconnected"),
    ("no agent yet", {}, [host(1, agent_state=None)], "host h1: agent not connected yet"),
    ("a broken Engine", {}, [host(1, engine_error="no answer")],
     "host h1: Docker Engine: no answer"),
    ("a removed host", {}, [host(1, removed=1)], NO_HOST),
    ("a host without a name", {}, [host(1, name=None, hostname="m1", state="inactive")],
     "host m1 is inactive"),
    ("a host without any name", {}, [host(1, name=None, state="inactive")],
     "host 1h1 is inactive"),
    ("asked for by name", {"requested_host_id": 2}, [host(1), host(2)], 2),
    ("asked for and inactive", {"requested_host_id": 1}, [host(1, state="inactive"), host(2)],
     "host h1 is inactive"),
    ("asked for and gone", {"requested_host_id": 7}, [host(1)],
     "host 1h7, which was asked for, does not exist"),
    ("asked for: ports and labels do not count",
     {"requested_host_id": 1, "ports": ("80:80",), "labels": labelled(host_label="a=b")},
     [host(1), container(9, host_id=1, ports=("80:80",))], 1),
    ("a used port", {"ports": ("8081:80",)}, [host(1), container(9, host_id=1, ports=("8081:1",))],
     "port 8081 is in use on host h1"),
    ("another protocol", {"ports": ("53:53/udp",)},
     [host(1), container(9, host_id=1, ports=("53:53",))], 1),
    ("a used udp port", {"ports": ("53:53/udp",)},
     [host(1), container(9, host_id=1, ports=("53:1/udp",))], "port 53/udp is in use on host h1"),
    ("another address", {"ports": ("10.0.0.1:80:80",)},
     [host(1), container(9, host_id=1, ports=("10.0.0.2:80:80",))], 1),
    ("the same address", {"ports": ("10.0.0.1:80:80",)},
     [host(1), container(9, host_id=1, ports=("10.0.0.1:80:80",))],
     "port 10.0.0.1:80 is in use on host h1"),
    ("all addresses meet one", {"ports": ("0.0.0.0:80:80",)},
     [host(1), container(9, host_id=1, ports=("10.0.0.2:80:80",))],
     "port 80 is in use on host h1"),
    ("one address meets all", {"ports": ("10.0.0.1:80:80",)},
     [host(1), container(9, host_id=1, ports=("80:80",))], "port 10.0.0.1:80 is in use on host h1"),
    ("the Engine chooses the port", {"ports": ("80",)},
     [host(1), container(9, host_id=1, ports=("80",))], 1),
    ("a port that the Engine chose is used", {"ports": ("49153:80",)},
     [host(1), container(9, host_id=1, published_ports=("0.0.0.0:49153:80/tcp",))],
     "port 49153 is in use on host h1"),
    ("a port on all IPv6 addresses", {"ports": ("80:80",)},
     [host(1), container(9, host_id=1, published_ports=("[::]:80:80/tcp",))],
     "port 80 is in use on host h1"),
    ("what no one understands", {"ports": ("80:80",)},
     [host(1), container(9, host_id=1, published_ports=("?",))], 1),
    ("a port asked for twice", {"ports": ("80:80", "10.0.0.1:80:81")}, [host(1)],
     "port 10.0.0.1:80 is asked for twice by the container itself"),
    ("a port on two addresses", {"ports": ("10.0.0.2:80:80", "10.0.0.1:80:81")}, [host(1)], 1),
    ("a native one that runs holds its port", {"ports": ("80:80",)},
     [host(1), container(9, host_id=1, ports=("80:80",), native_container=True,
                         engine_state="running")], "port 80 is in use on host h1"),
    ("a native one that stands still holds none", {"ports": ("80:80",)},
     [host(1), container(9, host_id=1, ports=("80:80",), native_container=True,
                         engine_state="exited")], 1),
    ("a removed one holds none", {"ports": ("80:80",)},
     [host(1), container(9, host_id=1, ports=("80:80",), removed=1)], 1),
    ("enough memory", {"memory_reservation": 60 * MIB},
     [host(1, memory=100 * MIB), container(9, host_id=1, memory_reservation=40 * MIB)], 1),
    ("too little memory", {"memory_reservation": 61 * MIB},
     [host(1, memory=100 * MIB), container(9, host_id=1, memory_reservation=40 * MIB)],
     "host h1 has 60 MiB of memory left to reserve, 61 MiB are asked for"),
    ("too little processor", {"milli_cpu_reservation": 600},
     [host(1, milli_cpu=1000), container(9, host_id=1, milli_cpu_reservation=500)],
     "host h1 has 500 thousandths of a core left to reserve, 600 are asked for"),
    ("no limit", {"memory_reservation": 61 * MIB, "milli_cpu_reservation": 9000}, [host(1)], 1),
    ("over-reserved, nothing asked for", {},
     [host(1, memory=MIB), container(9, host_id=1, memory_reservation=40 * MIB)], 1),
    ("a label", {"labels": labelled(host_label="ssd=true")},
     [host(1), host(2, labels={"ssd": "true"})], 2),
    ("no label", {"labels": labelled(host_label="ssd=true")}, [host(1)],
     "host h1 has no label ssd=true"),
    ("every label of a list", {"labels": labelled(host_label="a=1, b=2,")},
     [host(1, labels={"a": "1"})], "host h1 has no label b=2"),
    ("a label that must not be", {"labels": labelled(host_label_ne="a=1")},
     [host(1, labels={"a": "1"})], "host h1 has label a=1"),
    ("a soft label", {"labels": labelled(host_label_soft="a=1")},
     [host(1), host(2, labels={"a": "1"}), container(9, host_id=2)], 2),
    ("a soft label that nobody has", {"labels": labelled(host_label_soft="a=1")}, [host(1)], 1),
    ("a soft label, either order", {"labels": labelled(host_label_ne_soft="a=1")},
     [host(1, labels={"a": "1"}), host(2)], 2),
    ("fewest soft ones broken", {"labels": labelled(host_label_soft="a=1,b=2")},
     [host(1, labels={"a": "1"}), host(2, labels={"a": "1", "b": "2"}), host(3)], 2),
    ("beside a label", {"labels": labelled(container_label="role=db")},
     [host(1), host(2), container(9, host_id=2, labels={"role": "db"})], 2),
    ("not beside a label", {"labels": labelled(container_label_ne="role=db")},
     [host(1), container(9, host_id=1, labels={"role": "db"})],
     "host h1 runs a container with label role=db"),
    ("beside nobody", {"labels": labelled(container_label="role=db")}, [host(1)],
     "host h1 runs no container with label role=db"),
    ("beside a name", {"labels": labelled(container="c9")},
     [host(1), host(2), container(9, host_id=2)], 2),
    ("beside a uuid", {"labels": labelled(container="u9")},
     [host(1), host(2), container(9, host_id=2, name=None)], 2),
    ("not beside a name", {"labels": labelled(container_ne="c9")},
     [host(1), container(9, host_id=1)], "host h1 runs container c9"),
    ("beside no such name", {"labels": labelled(container="c9")}, [host(1)],
     "host h1 does not run container c9"),
    ("names of its own stack and service",
     {"labels": {**labelled(container_label="a=${stack_name}/${service_name}"),
                 "io.rancher.stack.name": "app", "io.rancher.stack_service.name": "app/web"}},
     [host(1), host(2), container(9, host_id=2, labels={"a": "app/web"})], 2),
    ("a service of its own stack",
     {"labels": {**labelled(container_label="IO.rancher.stack_service.NAME=db"),
                 "io.rancher.stack.name": "app"}},
     [host(1), host(2), container(9, host_id=2, labels={SERVICE_NAME: "app/db"})], 2),
    ("each host says its own", {"ports": ("80:80",), "labels": labelled(host_label_ne="old=yes")},
     [host(1, labels={"old": "yes"}), host(2, agent_state="reconnecting"), host(3),
      container(9, host_id=3, ports=("80:80",))],
     "host h1 has label old=yes; host h2: agent reconnecting; port 80 is in use on host h3"),
]  # fmt: skip


@pytest.mark.parametrize(("case", "asked", "rows", "expected"), ROWS, ids=[r[0] for r in ROWS])
def test_place(
    case: str, asked: dict[str, Any], rows: list[Host | Container], expected: int | str
) -> None:
    assert where(container(10, **asked), *rows) == expected, case


def test_a_long_explanation_is_cut_and_says_so() -> None:
    why = where(container(99), *(host(n, state="inactive") for n in range(1, 31)))
    assert isinstance(why, str)
    assert why.endswith("host h20 is inactive; and 10 hosts more")


def test_two_of_one_batch_do_not_get_one_port() -> None:
    answers = place([container(n, ports=("80:80",)) for n in (1, 2, 3)], fleet(host(1), host(2)))
    assert [type(a).__name__ for a in answers] == ["Placed", "Placed", "Refused"]
    assert isinstance(answers[2], Refused)
    assert answers[2].why == "port 80 is in use on host h1; port 80 is in use on host h2"


def test_a_batch_is_spread_whatever_its_demands() -> None:
    asked = [container(n, ports=(f"{n}:80",) if n % 2 else ()) for n in range(1, 9)]
    answers = place(asked, fleet(host(1), host(2)))
    chosen = [a.host.id for a in answers if isinstance(a, Placed)]
    assert chosen == [1, 2] * 4


def test_a_neighbour_of_the_same_batch_counts() -> None:
    beside = labelled(container_label="role=db")
    asked = [
        container(1, labels=beside),
        container(2, labels={"role": "db"}),
        container(3, labels=beside),
    ]
    first, second, third = place(asked, fleet(host(1), host(2)))
    assert isinstance(first, Refused)
    assert isinstance(second, Placed)
    assert isinstance(third, Placed)
    assert third.host == second.host


def test_a_fleet_takes_no_older_row() -> None:
    known = fleet(host(1), container(2, host_id=1, row_version=5))
    known.see(container(2, host_id=None, row_version=4))
    known.see_host(host(1, row_version=0, state="inactive"))
    assert known.loads[1].containers == 1
    assert known.hosts[0].state == "active"


def test_a_fleet_that_is_filled_takes_no_row_that_changed_meanwhile() -> None:
    filling = fleet(host(1))
    filling.is_filling = True
    filling.see(container(2, host_id=1, removed=7, row_version=5))
    filling.see(container(2, host_id=1, row_version=4))
    filling.filled()
    assert filling.loads[1].containers == 0


def test_a_container_that_goes_gives_back_all_that_it_took() -> None:
    takes = {
        "ports": ("80:80", "10.0.0.1:81:81"),
        "labels": {"a": "1"},
        "memory_reservation": 5,
        "milli_cpu_reservation": 6,
    }
    known = fleet(host(1), container(2, host_id=1, **takes), container(3, host_id=1, **takes))
    known.see(container(2, host_id=1, removed=1, row_version=2, **takes))
    assert known.loads[1].holds(("tcp", 80, ""))
    known.see(container(3, host_id=1, removed=1, row_version=2, **takes))
    empty = fleet(host(1)).loads[1]
    assert known.loads[1] == empty


ports = st.sampled_from(["80:80", "81:80", "10.0.0.1:80:80", "10.0.0.2:80:80", "80:80/udp", "90"])
LABELS: list[dict[str, str]] = [
    {},
    labelled(host_label="a=1"),
    labelled(host_label_soft="a=1"),
    {"role": "db"},
    labelled(container_label_ne="role=db"),
]
asks: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {
        "ports": st.lists(ports, max_size=2).map(tuple),
        "memory_reservation": st.sampled_from([None, 1, 3]),
        "milli_cpu_reservation": st.sampled_from([None, 2]),
        "labels": st.sampled_from(LABELS),
    }
)
machine: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {
        "state": st.sampled_from(["active", "inactive"]),
        "memory": st.sampled_from([None, 4]),
        "milli_cpu": st.sampled_from([None, 4]),
        "labels": st.sampled_from([{}, {"a": "1"}]),
    }
)
hosts = st.lists(machine, max_size=4)


@given(hosts, st.lists(asks, max_size=12), st.lists(asks, max_size=12))
def test_nothing_is_handed_out_twice_and_every_host_explains_itself(
    machines: list[dict[str, Any]], first: list[dict[str, Any]], second: list[dict[str, Any]]
) -> None:
    rows = [host(n, **more) for n, more in enumerate(machines, start=1)]
    known = fleet(*rows)
    here: dict[int, list[Container]] = {h.id: [] for h in rows}
    start = 1
    for batch in (first, second):
        asked = [container(n, **more) for n, more in enumerate(batch, start=start)]
        start += len(batch)
        for answer in place(asked, known):
            if isinstance(answer, Placed):
                here[answer.host.id].append(answer.container)
            elif rows and "asked for twice" not in answer.why:
                assert all(show_host(h) in answer.why for h in rows)
    for row in rows:
        check_host(row, here[row.id])


def check_host(row: Host, placed: list[Container]) -> None:
    assert row.state == "active" or not placed
    if row.memory is not None:
        assert sum(c.memory_reservation or 0 for c in placed) <= row.memory
    if row.milli_cpu is not None:
        assert sum(c.milli_cpu_reservation or 0 for c in placed) <= row.milli_cpu
    bound = [m for c in placed for m in c.port_mappings if m.public is not None]
    for number, one in enumerate(bound):
        for other in bound[:number]:
            same = (one.protocol, one.public) == (other.protocol, other.public)
            assert not (same and (not one.ip or not other.ip or one.ip == other.ip))
