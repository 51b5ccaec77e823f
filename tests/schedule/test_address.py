"""Addresses of the managed network: never two the same, given back ones last, quick when full."""

import time
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule

from pasture.model.run import JOINED
from pasture.model.subnet import DEFAULTS, engines_range, gateway
from pasture.schedule.address import (
    NO_SUBNET,
    REQUESTED_IP,
    REQUESTED_MAC,
    Pool,
    free_subnet,
    mac_address,
)
from pasture.schedule.fleet import Fleet
from pasture.schedule.place import Placed, Refused, on, place
from tests.control.rows import SUBNET
from tests.schedule.rows import container, fleet, host

SMALL = "192.168.4.0/22"
OF_SMALL = 3 * 254
FIRST_OF_SMALL = IPv4Network(SMALL).network_address


def take(pool: Pool, count: int = 1) -> list[str]:
    taken: list[str] = []
    for _ in range(count):
        taken.append(pool.choose())
        pool.hold(taken[-1])
    return taken


@pytest.mark.parametrize(
    ("taken", "free"),
    [
        ((), DEFAULTS[0]),
        (DEFAULTS[:1], DEFAULTS[1]),
        ((DEFAULTS[0], DEFAULTS[2]), DEFAULTS[1]),
        (("172.20.0.0/16",), DEFAULTS[0]),
        (("10.42.8.0/22",), DEFAULTS[1]),
        (DEFAULTS, None),
    ],
)
def test_an_environment_gets_the_first_subnet_that_nobody_has_a_part_of(
    taken: Iterable[str], free: str | None
) -> None:
    assert free_subnet(tuple(taken)) == free


def test_there_are_sixteen_and_what_to_do_without_one_is_said() -> None:
    assert len(DEFAULTS) == 16
    assert "10.42.0.0/16 to 10.57.0.0/16" in NO_SUBNET


def test_the_first_addresses_are_the_gateways_and_the_engines() -> None:
    assert take(Pool(SUBNET), 2) == ["10.42.1.1", "10.42.1.2"]
    assert gateway(SUBNET) == "10.42.0.1"
    assert engines_range(SUBNET) == "10.42.0.0/24"


def test_an_address_given_back_is_given_again_last() -> None:
    pool = Pool(SMALL)
    first, second, *_ = take(pool, 10)
    pool.drop(second)
    pool.drop(first)
    rest = take(pool, OF_SMALL - 8)
    assert rest[-2:] == [second, first]
    assert len(set(rest)) == len(rest)
    assert pool.free == 0
    assert pool.full == (
        f"all {OF_SMALL} addresses of {SMALL} are taken: remove containers that are not needed,"
        " or create another environment"
    )


def test_after_a_restart_it_goes_on_behind_the_last_one_given() -> None:
    pool = Pool(SUBNET, after="10.42.7.3")
    pool.hold("10.42.7.4")
    assert take(pool) == ["10.42.7.5"]
    assert Pool(SUBNET, after=pool.last).choose() == "10.42.7.6"


def test_behind_the_end_it_begins_anew() -> None:
    assert take(Pool(SMALL, after="192.168.7.253"), 2) == ["192.168.7.254", "192.168.5.1"]


def test_where_the_last_one_given_is_not_of_this_subnet_it_begins_anew() -> None:
    assert Pool(SUBNET, after="172.17.0.3").choose() == "10.42.1.1"
    assert Pool(SUBNET, after="fe80::1").choose() == "10.42.1.1"


@pytest.mark.parametrize("foreign", ["172.17.0.2", "10.42.0.5", "10.42.1.0", "10.42.9.255", "?"])
def test_what_is_not_given_here_is_neither_held_nor_freed(foreign: str) -> None:
    pool = Pool(SUBNET)
    before = pool.free
    pool.hold(foreign)
    pool.drop(foreign)
    assert pool.free == before


def test_an_address_that_two_have_is_free_once_both_went() -> None:
    pool = Pool(SMALL)
    address = take(pool)[0]
    pool.hold(address)
    pool.drop(address)
    assert address not in take(pool, pool.free)
    pool.drop(address)
    assert pool.choose() == address


def test_sixty_thousand_taken_cost_nothing() -> None:
    pool = Pool(SUBNET)
    taken = take(pool, 60_000)
    for address in taken[::600]:
        pool.drop(address)
    before = time.perf_counter()
    take(pool, 100)
    assert (time.perf_counter() - before) / 100 < 0.0005


class Churn(RuleBasedStateMachine):
    """Containers come and go in a small subnet, with and without wishes."""

    taken = Bundle[str]("taken")

    def __init__(self) -> None:
        super().__init__()
        self.pool = Pool(SMALL)
        self.held: list[str] = []
        self.returned: list[str] = []
        for number in range(256, 1008):  # so that it is full at times
            self.pool.hold(str(FIRST_OF_SMALL + number))
        self.others = OF_SMALL - self.pool.free

    @rule(target=taken, wish=st.none() | st.integers(0, 1023))
    def come(self, wish: int | None) -> str:
        if not self.pool.free:
            return ""
        asked = () if wish is None else (str(FIRST_OF_SMALL + wish),)
        address = self.pool.choose(asked)
        assert address not in self.held
        if self.returned and address in self.returned and address not in asked:
            assert address == self.returned[0]  # the one that has been free for longest
            assert self.pool.free == len(self.returned)  # and there is no fresh one
        if address in self.returned:
            self.returned.remove(address)
        self.pool.hold(address)
        self.held.append(address)
        return address

    @rule(address=consumes(taken))
    def go(self, address: str) -> None:
        if address:
            self.pool.drop(address)
            self.held.remove(address)
            self.returned.append(address)

    @invariant()
    def counts_right(self) -> None:
        assert self.pool.free == OF_SMALL - self.others - len(self.held)

    @invariant()
    def gives_no_reserved_one(self) -> None:
        offsets = [int(IPv4Address(a)) - int(FIRST_OF_SMALL) for a in self.held]
        assert all(o >= 256 and o % 256 not in {0, 255} for o in offsets)


TestChurn = Churn.TestCase


@given(st.permutations([*range(8)]), st.sets(st.integers(0, 7)))
def test_rows_seen_in_any_order_give_the_same_free_addresses(
    order: list[int], gone: set[int]
) -> None:
    made = Fleet(Pool(SMALL))
    here = {n: f"192.168.5.{n + 1}" for n in range(8)}
    for number in order:
        row = {"host_id": 1, "primary_ip_address": here[number], "row_version": 1}
        made.see(container(number + 1, **row))
        if number in gone:
            made.see(container(number + 1, **{**row, "row_version": 2, "removed": 1}))
            made.see(container(number + 1, **row))  # an old one, read before it went
    assert made.addresses is not None
    assert made.addresses.free == OF_SMALL - 8 + len(gone)


def addresses(*asked: dict[str, Any]) -> list[str | None]:
    rows = [container(n, **more) for n, more in enumerate(asked, 1)]
    answers = place(rows, fleet(host(1)))
    return [a.address for a in answers if isinstance(a, Placed)]


def wish(*words: str) -> dict[str, Any]:
    return {"labels": {REQUESTED_IP: ",".join(words)}}


NONE: dict[str, Any] = {}
WISHES: list[tuple[str, list[dict[str, Any]], list[str | None]]] = [
    ("by itself", [NONE, NONE], ["10.42.1.1", "10.42.1.2"]),
    ("as asked", [wish("10.42.77.5")], ["10.42.77.5"]),
    ("the first free one", [wish("10.42.7.5"), wish("10.42.7.5", " 10.42.7.6")],
     ["10.42.7.5", "10.42.7.6"]),
    ("taken: another", [wish("10.42.7.5"), wish("10.42.7.5")], ["10.42.7.5", "10.42.1.1"]),
    ("not of this network", [wish("192.168.1.1")], ["10.42.1.1"]),
    ("the Engine's part", [wish("10.42.0.9")], ["10.42.1.1"]),
    ("no address", [wish("web")], ["10.42.1.1"]),
    ("another network", [{"network_mode": "bridge"}, {"network_mode": "host"}], [None, None]),
]  # fmt: skip


@pytest.mark.parametrize(("case", "asked", "given_"), WISHES, ids=[w[0] for w in WISHES])
def test_which_address(case: str, asked: list[dict[str, Any]], given_: list[str | None]) -> None:
    assert addresses(*asked) == given_, case


@pytest.mark.parametrize(
    ("asked", "mac"),
    [
        (None, "02:42:0a:2a:01:01"),
        ("02:11:22:33:44:55", "02:11:22:33:44:55"),
        (" 0A:11:22:33:44:5F ", "0a:11:22:33:44:5f"),
        ("03:11:22:33:44:55", "02:42:0a:2a:01:01"),  # of a group
        ("02:11:22:33:44", "02:42:0a:2a:01:01"),
    ],
)
def test_the_mac_follows_from_the_address_unless_told(asked: str | None, mac: str) -> None:
    row = container(1, labels={} if asked is None else {REQUESTED_MAC: asked})
    assert mac_address(row, "10.42.1.1") == mac


def refusal(answer: Placed | Refused) -> str:
    assert isinstance(answer, Refused), answer
    return answer.why


def test_without_a_network_managed_ones_wait_and_others_do_not() -> None:
    made = Fleet()
    made.see_host(host(1))
    first, second = place([container(1), container(2, network_mode="bridge")], made)
    assert refusal(first) == NO_SUBNET
    assert isinstance(second, Placed)


def test_a_full_network_says_so() -> None:
    made = Fleet(Pool(SMALL))
    made.see_host(host(1, checked_subnet=SMALL))
    answers = place([container(n) for n in range(1, OF_SMALL + 2)], made)
    assert refusal(answers[-1]).startswith(f"all {OF_SMALL} addresses")
    given_ = [a.address for a in answers if isinstance(a, Placed)]
    assert len(set(given_)) == OF_SMALL


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"checked_subnet": None}, "host h1: its agent has not said yet whether 10.42.0.0/16 is"),
        ({"checked_subnet": "10.43.0.0/16"}, "host h1: its agent has not said yet"),
        ({"network_error": "it overlaps eth0"}, "host h1: it overlaps eth0"),
    ],
)
def test_a_host_without_room_for_the_network_takes_no_managed_one(
    fields: dict[str, Any], why: str
) -> None:
    given_ = host(1, **fields)
    for more in ({}, {"requested_host_id": 1}):  # also where it was asked for by name
        (answer,) = place([container(1, **more)], fleet(given_))
        assert refusal(answer).startswith(why)
    (answer,) = place([container(1, network_mode="none")], fleet(given_))
    assert isinstance(answer, Placed)


def joined(**more: Any) -> dict[str, Any]:
    return {"network_mode": JOINED, "network_container_id": 1, **more}


def test_who_shares_a_network_goes_where_that_is_and_has_no_address() -> None:
    rows = fleet(host(1), host(2), container(1, host_id=2))
    (answer,) = place([container(2, **joined())], rows)
    assert isinstance(answer, Placed)
    assert (answer.host.id, answer.address) == (2, None)


def test_who_shares_a_network_waits_until_that_has_a_host() -> None:
    (answer,) = place([container(2, **joined())], fleet(host(1)))
    assert refusal(answer).startswith("container 1i1, whose network it shares, has no host yet")


@pytest.mark.parametrize(
    ("hosts", "more", "why"),
    [
        ((1, 2), {"requested_host_id": 1}, "is on host 1h2, which is not the one asked for"),
        ((1,), {}, "is on host 1h2, which does not exist any more"),
    ],
)
def test_who_shares_a_network_that_is_out_of_reach_is_told_where_it_is(
    hosts: tuple[int, ...], more: dict[str, Any], why: str
) -> None:
    rows = fleet(*(host(n) for n in hosts), container(1, host_id=2))
    (answer,) = place([container(2, **joined(**more))], rows)
    assert refusal(answer).endswith(why)


def test_both_of_one_batch_find_each_other() -> None:
    answers = place([container(1), container(2, **joined())], fleet(host(1), host(2)))
    placed = [a for a in answers if isinstance(a, Placed)]
    assert [a.host.id for a in placed] == [1, 1]


def test_what_placement_writes() -> None:
    (answer,) = place([container(1, message="no host")], fleet(host(1)))
    assert isinstance(answer, Placed)
    row = on(answer)
    assert (row.host_id, row.primary_ip_address, row.mac_address, row.message) == (
        1, "10.42.1.1", "02:42:0a:2a:01:01", None,
    )  # fmt: skip
