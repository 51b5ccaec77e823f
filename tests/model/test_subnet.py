import pytest
from hypothesis import given
from hypothesis import strategies as st

from pasture.kit.errors import Invalid
from pasture.model.subnet import DEFAULTS, check_subnet, gateway, mac_of, overlap


@pytest.mark.parametrize(
    "good", [None, *DEFAULTS, "10.0.0.0/16", "172.31.0.0/20", "192.168.0.0/16", "192.168.4.0/22"]
)
def test_what_an_environment_may_ask_for(good: str | None) -> None:
    check_subnet(good)


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        ("", "'' is no network; accepted: a private network with a prefix of /16 to /22"),
        ("web", "'web' is no network"),
        ("10.42.0.0/33", "'10.42.0.0/33' is no network"),
        ("10.42.0.0/255.255.0.0", "'10.42.0.0/255.255.0.0' is no network; accepted: 10.42.0.0/16"),
        ("10.42.1.0/16", "'10.42.1.0/16' is no network; accepted: 10.42.0.0/16"),
        ("10.42.0.0", "10.42.0.0 has the wrong size; accepted: a private network"),
        ("fd00::/64", "'fd00::/64' is no network"),
        ("8.8.0.0/16", "8.8.0.0/16 is not private; accepted: a private network"),
        ("100.64.0.0/16", "100.64.0.0/16 is not private"),
        ("10.0.0.0/8", "10.0.0.0/8 has the wrong size"),
        ("10.42.0.0/15", "10.42.0.0/15 has the wrong size"),
        ("10.42.0.0/24", "10.42.0.0/24 has the wrong size"),
    ],
)
def test_what_it_may_not_ask_for(bad: str, words: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_subnet(bad)
    assert refused.value.detail.startswith(words)
    assert "accepted: " in refused.value.detail
    assert refused.value.field == "subnet"


@pytest.mark.parametrize(
    ("one", "other", "they_do"),
    [
        ("10.42.0.0/16", "10.42.0.0/16", True),
        ("10.42.0.0/16", "10.42.252.0/22", True),
        ("10.42.252.0/22", "10.42.0.0/16", True),
        ("10.42.0.0/16", "10.43.0.0/16", False),
        ("10.42.0.0/22", "10.42.4.0/22", False),
    ],
)
def test_which_overlap(one: str, other: str, they_do: bool) -> None:
    assert overlap(one, other) is they_do


def test_the_gateway_is_the_first_address() -> None:
    assert gateway("192.168.4.0/22") == "192.168.4.1"


@given(st.ip_addresses(v=4).map(str), st.ip_addresses(v=4).map(str))
def test_two_addresses_have_two_macs(one: str, other: str) -> None:
    assert (mac_of(one) == mac_of(other)) == (one == other)
    assert mac_of("10.42.1.1") == "02:42:0a:2a:01:01"
