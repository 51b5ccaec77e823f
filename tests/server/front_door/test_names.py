"""The names and addresses that a certificate is for."""

import socket
from pathlib import Path

from pasture.server.front_door.names import ipv6_addresses, names_for
from pasture.settings.parse import Listen

LOOPBACK = {"localhost", "127.0.0.1", "::1"}


def test_this_machine_is_among_them_whatever_is_listened_on() -> None:
    for host in ("0.0.0.0", "::", "127.0.0.1", "192.0.2.7"):
        found = names_for(Listen(host, 8080))
        assert set(found) >= LOOPBACK
        assert socket.gethostname().lower() in found
        assert len(found) == len(set(found))


def test_an_address_that_is_listened_on_stands_for_all_others() -> None:
    assert "192.0.2.7" in names_for(Listen("192.0.2.7", 8080))
    assert names_for(Listen("127.0.0.1", 8080)) == names_for(Listen("localhost", 8080))


def test_what_clients_are_told_is_among_them() -> None:
    told = names_for(Listen("127.0.0.1", 1), "https://Pasture.example:8443", "", None,
                     "https://[2001:db8::1]")  # fmt: skip
    assert {"pasture.example", "2001:db8::1"} <= set(told)


def test_addresses_of_containers_are_left_out(tmp_path: Path) -> None:
    table = tmp_path / "if_inet6"
    table.write_text(
        "20010db8000000000000000000000007 02 40 00 80     eth0\n"
        "fe800000000000000000000000000001 02 40 20 80     eth0\n"
        "20010db8000000000000000000000008 03 40 00 80  docker0\n"
        "00000000000000000000000000000001 01 80 10 80       lo\n"
    )
    assert ipv6_addresses(table) == ["2001:db8::7"]
    assert ipv6_addresses(tmp_path / "missing") == []
