"""The front door on the real thing: TLS with a CA of its own, and people who mean no good."""

import json
import re
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from pasture.agent.exits import REFUSED
from tests.support.engines import Engine
from tests.support.images import BUSYBOX
from tests.support.installation import PROJECT, Installation
from tests.support.local_http import Client
from tests.support.processes import PASTURE, Agent, Server, ended_afterwards
from tests.support.waiting import eventually

SOON_S = 20
SECURE = {"PASTURE_TLS_SELF_SIGNED": "on"}
MOST_S, MEDIAN_S = 2.0, 0.1  # a ping's answer, while others attack and tests share the machine
UNDER_ATTACK_S = 3.0


@pytest.fixture
def server(tmp_path: Path) -> Generator[Server]:
    made = Server(tmp_path / "server")
    with ended_afterwards(made):
        made.start()
        yield made


def told(server: Server) -> str:
    """Return the fingerprint that the join command carries."""
    [token] = server.admin().get(f"{PROJECT}/registrationTokens")["data"]
    command = server.admin().get(token["links"]["self"])["command"]
    found = re.search(r"CA_FINGERPRINT=\W?([0-9A-F:]{95})", command)
    assert found is not None, command
    return found[1]


def test_a_machine_joins_over_tls_by_a_fingerprint_and_stays_after_a_new_certificate(
    engine: Engine, tmp_path: Path
) -> None:
    server = Server(tmp_path / "server", **SECURE)
    with ended_afterwards(server):
        server.start()
        url, fingerprint = server.registration_url(), told(server)
        assert url.startswith("https://")
        other = fingerprint.translate(str.maketrans("0123456789", "1234567890"))
        refused = Agent(url, tmp_path / "refused", engine.url, CA_FINGERPRINT=other)
        refused.start()
        refused.wait()
        assert refused.process is not None
        assert refused.process.returncode == REFUSED
        [line] = [x for x in refused.log.read_text().splitlines() if not x.startswith("{")]
        assert f"{fingerprint}, not {other}" in line

        agent = Agent(url, tmp_path / "agent", engine.url, CA_FINGERPRINT=fingerprint)
        with ended_afterwards(agent):
            agent.start()
            pasture = Installation(server, agent, engine, server.admin())
            pasture.host()
            pasture.become(pasture.container(BUSYBOX, name="one"), SOON_S, state="running")
            server.stop()
            (server.data / "tls" / "server.pem").unlink()
            del agent.variables["CA_FINGERPRINT"]
            agent.restart()
            server.start()
            pasture.become(pasture.container(BUSYBOX, name="two"), SOON_S, state="running")


def test_the_command_line_trusts_a_ca_that_was_named(tmp_path: Path) -> None:
    server = Server(tmp_path / "server", **SECURE)
    with ended_afterwards(server):
        server.start()
        at = ["login", f"https://{server.address}", "-u", "admin", "--password-stdin"]
        assert "--ca-fingerprint" in pasture(server, tmp_path, *at).stderr
        words = pasture(server, tmp_path, *at, "--ca-fingerprint", "ab" * 32)
        assert f"has the fingerprint {told(server)}" in words.stderr
        assert pasture(server, tmp_path, *at, "--ca-fingerprint", told(server)).returncode == 0
        assert pasture(server, tmp_path, "hosts").returncode == 0


def pasture(server: Server, home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run the command line, with the admin's password on its input."""
    password = (server.data / "first-login").read_text().strip().partition(":")[2]
    variables = {"HOME": str(home), "PATH": "/usr/bin:/bin"}
    return subprocess.run(
        [PASTURE, *words],
        env=variables, input=f"{password}\n", capture_output=True, text=True, timeout=20,
        check=False,
    )  # fmt: skip


@contextmanager
def pinging(server: Server) -> Generator[list[float]]:
    """Ping meanwhile, one after the other; the list has how long each took."""
    took: list[float] = []
    over = threading.Event()

    def ping() -> None:
        while not over.is_set():
            began = time.monotonic()
            assert Client(server.address).ask("GET", "/ping").body == b"pong"
            took.append(time.monotonic() - began)
            over.wait(0.02)

    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(ping)
        try:
            yield took
        finally:
            over.set()
        running.result()


def test_floods_and_trickles_are_refused_and_others_do_not_notice(server: Server) -> None:
    with ExitStack() as held:
        at = ("127.0.0.1", server.port)
        slow = [held.enter_context(socket.create_connection(at, timeout=30)) for _ in range(300)]
        for one in slow:
            one.sendall(b"POST /v2-beta/projects HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\nX: ")
        before = server.rss_mb()
        attacks: list[Callable[[Server], bytes]] = [many_headers, long_head, long_body, trailers]
        with pinging(server) as took, ThreadPoolExecutor(len(attacks)) as pool:
            end = time.monotonic() + UNDER_ATTACK_S
            found = list(pool.map(partial(repeated, server, end), attacks))
        for statuses, wanted in zip(found, ("431", "431", "413", "431"), strict=True):
            assert {wanted} <= statuses <= {wanted, "closed"}, found
        for one in slow:
            one.sendall(b"x\r\n")  # they live, and are in nobody's way
        assert len(took) > 10
        assert sorted(took)[len(took) // 2] < MEDIAN_S, took
        assert max(took) < MOST_S, took
        assert server.rss_mb() - before < 40
    assert "Traceback" not in server.log.read_text()


def repeated(server: Server, end: float, attack: Callable[[Server], bytes]) -> set[str]:
    """Attack again and again, and return the statuses of the answers."""
    seen: set[str] = set()
    while time.monotonic() < end:
        answer = attack(server)
        seen.add(answer[9:12].decode() if answer.startswith(b"HTTP/1.1 ") else "closed")
    return seen


def sent(server: Server, first: bytes, part: bytes = b"", most: int = 0) -> bytes:
    """Send a beginning, then parts until the server answers or will have no more."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as one:
        try:
            one.sendall(first)
            for _ in range(most):
                one.sendall(part)
        except ConnectionError:
            pass  # it was answered, or reset: what came before that is still to be read
        try:
            return one.recv(4096)
        except ConnectionError:
            return b""


def many_headers(server: Server) -> bytes:
    return sent(server, b"GET /ping HTTP/1.1\r\nHost: x\r\n" + b"a:\r\n" * 10_000 + b"\r\n")


def long_head(server: Server) -> bytes:
    return sent(server, b"GET /ping HTTP/1.1\r\nHost: x\r\nX: ", b"x" * 65_536, 64)


def long_body(server: Server) -> bytes:
    head = b"POST /v2-beta/token HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    return sent(server, head, b"10000\r\n" + b" " * 65_536 + b"\r\n", 1000)


def trailers(server: Server) -> bytes:
    head = b"POST /v2-beta/token HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n"
    return sent(server, head, b"x: y\r\n" * 10_000, 64)


def test_a_label_of_a_megabyte_is_refused_fast(server: Server) -> None:
    body: Any = {"imageUuid": "docker:x", "labels": {"big": "x" * 1024 * 1024}}
    began = time.monotonic()
    answer = server.admin().ask("POST", f"{PROJECT}/containers", body)
    assert answer.status == 422, answer.body[:200]
    assert time.monotonic() - began < MOST_S
    assert len(answer.body) < 2000


def test_a_pair_that_does_not_fit_is_refused_at_the_start(tmp_path: Path) -> None:
    made = Server(tmp_path / "server", **SECURE)
    with ended_afterwards(made):
        made.start()
    tls = made.data / "tls"
    answer = subprocess.run(
        [PASTURE, "server", "--data", str(tmp_path / "other"), "--listen", "127.0.0.1:0",
         "--tls-cert", str(tls / "server.pem"), "--tls-key", str(tls / "ca.key")],
        capture_output=True, text=True, timeout=20, check=False,
    )  # fmt: skip
    assert answer.returncode == 1
    [line] = [x for x in answer.stderr.splitlines() if not x.startswith("{")]
    assert "is not that of certificate" in line


def test_the_server_is_watched(server: Server) -> None:
    assert server.admin().get("/healthcheck")["status"] == "ok"
    answer = server.admin().ask("GET", "/metrics")
    assert (answer.status, answer.headers["content-type"]) == (
        200,
        "text/plain; version=0.0.4; charset=utf-8",
    )
    assert b"pasture_feed_followers" in answer.body
    anybody = Client(server.address).ask("GET", "/metrics")
    assert anybody.status == 401
    assert json.loads(anybody.body)["code"] == "Unauthorized"
    eventually(lambda: server.rss_mb() <= 80, SOON_S, "80 MB")
