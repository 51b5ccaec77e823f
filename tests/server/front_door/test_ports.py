import errno
import os
import socket
from pathlib import Path

import pytest

from pasture.kit.errors import PastureError
from pasture.server.front_door import ports
from pasture.settings.parse import Listen

TABLE = """  sl  local_address rem_address   st tx rx tr tm retrnsmt uid timeout inode
   0: 00000000:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 111 1
   1: 0100007F:1F90 0100007F:B1C2 01 00000000:00000000 00:00000000 00000000     0        0 222 1
   2: 00000000:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 333 1
"""


@pytest.mark.parametrize(("port", "inodes"), [(8080, ["111"]), (80, ["333"]), (81, list[str]())])
def test_who_listens_stands_in_the_kernels_table(port: int, inodes: list[str]) -> None:
    assert list(ports.listening_inodes(TABLE.splitlines()[1:], port)) == inodes


def test_the_owner_of_a_taken_port_is_named() -> None:
    with ports.bind(Listen("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(PastureError) as refused:
            ports.bind(Listen("127.0.0.1", port))
    assert f"port {port} is in use by" in refused.value.detail
    assert f"(process {os.getpid()})" in refused.value.detail
    assert f"PASTURE_LISTEN=127.0.0.1:{port + 1}" in refused.value.detail
    assert "\n" not in refused.value.detail


def test_an_owner_that_may_not_be_known_is_another_program(tmp_path: Path) -> None:
    (tmp_path / "net").mkdir()
    (tmp_path / "net" / "tcp").write_text(TABLE)
    assert "another program" in ports.owner_of(8080, tmp_path)


def test_an_address_of_another_machine_is_refused_in_words() -> None:
    with pytest.raises(PastureError, match=r"192\.0\.2\.1 is no address of this machine"):
        ports.bind(Listen("192.0.2.1", 0))


def test_a_port_can_be_bound_again_at_once() -> None:
    first = ports.bind(Listen("localhost", 0))
    address = first.getsockname()
    client = socket.create_connection(address)
    accepted, _ = first.accept()
    accepted.close()
    client.close()
    first.close()
    ports.bind(Listen("127.0.0.1", address[1])).close()


def test_ipv6_is_bound_where_it_is_named() -> None:
    with ports.bind(Listen("::1", 0)) as bound:
        assert bound.family is socket.AF_INET6


@pytest.mark.parametrize(
    ("listen", "number", "proposed"),
    [
        (Listen("127.0.0.1", 8080), errno.EADDRINUSE, "127.0.0.1:8081"),
        (Listen("::1", 8080), errno.EADDRINUSE, "[::1]:8081"),
        (Listen("0.0.0.0", 65535), errno.EADDRINUSE, "0.0.0.0:8080"),
        (Listen("127.0.0.1", 80), errno.EACCES, "127.0.0.1:8080"),
        (Listen("192.0.2.1", 8085), errno.EADDRNOTAVAIL, "0.0.0.0:8085"),
        (Listen("localhost", 8080), errno.EMFILE, "localhost:8081"),
    ],
)
def test_only_what_is_in_the_way_is_proposed_otherwise(
    listen: Listen, number: int, proposed: str
) -> None:
    words = ports.why_not(listen, OSError(number, "words"))
    assert words.endswith(f"; set another by --listen or PASTURE_LISTEN, for example "
                          f"PASTURE_LISTEN={proposed}")  # fmt: skip
