"""The server as a process, and its local socket."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support.local_http import Answer, UnixConnection, ask, get

RUN = """
import sys
from pasture.server.main import run
from pasture.settings.settings import Settings
arguments = {"data": sys.argv[1], "listen": sys.argv[2]}
sys.exit(run(Settings.from_env({"PASTURE_LISTN": "x"}, arguments)))
"""
SOON_S, STOP_S = 15.0, 3.0
MOST_RSS_KB = 80 * 1024


@dataclass
class Running:
    """A server's process, and what it logged until it was ready."""

    process: subprocess.Popen[bytes]
    folder: Path
    port: int
    log: list[dict[str, Any]]
    logged: Path

    def local(self, method: str, target: str, body: Any = None) -> Answer:
        return ask(UnixConnection(self.folder / "local.sock"), method, target, body)

    def rss_kb(self) -> int:
        status = Path(f"/proc/{self.process.pid}/status").read_text().splitlines()
        return int(next(line.split()[1] for line in status if line.startswith("VmRSS")))


def start(folder: Path, listen: str, stderr: Any) -> subprocess.Popen[bytes]:
    words = [sys.executable, "-c", RUN, str(folder), listen]
    return subprocess.Popen(words, stderr=stderr, stdout=subprocess.DEVNULL)


def refusal(folder: Path, listen: str) -> tuple[int, str]:
    """Start a server that cannot, and return its exit code and words."""
    process = start(folder, listen, subprocess.PIPE)
    _, words = process.communicate(timeout=10)
    return process.returncode, words.decode()


@contextmanager
def running(folder: Path) -> Generator[Running]:
    logged = folder.with_name(f"{folder.name}.log")
    with logged.open("wb") as log:
        process = start(folder, "127.0.0.1:0", log)
    try:
        lines = lines_until_ready(process, logged)
        port = next(line["port"] for line in lines if "port" in line)
        yield Running(process, folder, port, lines, logged)
    finally:
        process.kill()
        process.wait()


def lines_until_ready(process: subprocess.Popen[bytes], logged: Path) -> list[dict[str, Any]]:
    eventually(lambda: "variables" in logged.read_text() or process.poll() is not None)
    assert process.poll() is None, logged.read_text()
    return [json.loads(line) for line in logged.read_text().splitlines()]


def eventually(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + SOON_S
    while not holds():
        assert time.monotonic() < end, "it did not come to that"
        time.sleep(0.01)


def ping(port: int) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=5) as client:
        client.sendall(b"GET /ping HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        answer = b""
        while part := client.recv(4096):
            answer += part
        return answer


def test_a_server_serves_and_ends_when_asked(tmp_path: Path) -> None:
    with running(tmp_path / "data") as server:
        answer = ping(server.port)
        assert answer.startswith(b"HTTP/1.1 200 OK")
        assert answer.endswith(b"pong")
        eventually(lambda: server.rss_kb() <= MOST_RSS_KB)  # the first password is looked at

        kept = socket.create_connection(("127.0.0.1", server.port))  # an idle client
        begun = time.monotonic()
        server.process.send_signal(signal.SIGTERM)
        server.process.wait(timeout=10)
        kept.close()
        assert server.process.returncode == 0
        assert time.monotonic() - begun < STOP_S
        assert "Traceback" not in server.logged.read_text()
        assert not (server.folder / "local.sock").exists()


def test_it_says_what_somebody_should_know_and_no_password(tmp_path: Path) -> None:
    with running(tmp_path / "data") as server:
        told = json.dumps(server.log)
        assert "travel in clear until TLS" in told
        assert "PASTURE_LISTN" in told
        password = (server.folder / "first-login").read_text().strip().partition(":")[2]
        assert password not in told
        assert all({"time", "level", "logger", "event"} <= line.keys() for line in server.log)


def test_what_it_keeps_is_its_owners_alone(tmp_path: Path) -> None:
    with running(tmp_path / "data") as server:
        assert (server.folder.stat().st_mode & 0o777) == 0o700
        for name in ("secret.key", "first-login", "local.sock"):
            assert ((server.folder / name).stat().st_mode & 0o777) == 0o600, name


def test_a_second_server_on_the_same_data_is_refused(tmp_path: Path) -> None:
    with running(tmp_path / "data") as server:
        code, words = refusal(server.folder, "127.0.0.1:0")
        assert code == 1
        assert f"(process {server.process.pid})" in words
        assert len(words.splitlines()) == 1
        assert ping(server.port).endswith(b"pong")


def test_a_taken_port_is_told_with_its_owner_before_anything_is_made(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, words = refusal(tmp_path / "data", f"127.0.0.1:{port}")
    assert code == 1
    assert f"port {port} is in use by" in words
    assert f"(process {os.getpid()})" in words
    assert "PASTURE_LISTEN" in words
    assert len(words.splitlines()) == 1
    assert not (tmp_path / "data" / "pasture.db").exists()


def test_killed_and_started_again_it_is_the_same_installation(tmp_path: Path) -> None:
    with running(tmp_path / "data") as server:
        url = server.local("GET", "/registration-url").body.rpartition(b"/")[2]
        first = (server.folder / "first-login").read_text()
        server.process.kill()
    with running(tmp_path / "data") as server:
        assert server.local("GET", "/registration-url").body.rpartition(b"/")[2] == url
        assert (server.folder / "first-login").read_text() == first


def test_the_local_socket_tells_how_to_join_and_what_runs(tmp_path: Path) -> None:
    with running(tmp_path / "data") as server:
        url = server.local("GET", "/registration-url").body.decode()
        assert url.startswith(f"http://127.0.0.1:{server.port}/v1/scripts/")
        assert url.endswith("\n")
        status = get(server.folder / "local.sock", "/status").json
        known: dict[str, Any] = {"port": server.port, "hosts": [], "caFingerprint": None}
        assert status == {"version": status["version"], **known}


def test_the_local_socket_gives_a_new_password(tmp_path: Path) -> None:
    with running(tmp_path / "data") as server:
        answer = server.local("POST", "/reset-password", {"password": "correct horse"})
        assert answer.json == {"login": "admin", "password": "correct horse"}
        made = server.local("POST", "/reset-password").json
        assert len(made["password"]) >= 20
        eventually(lambda: not (server.folder / "first-login").exists())
        for body, status, words in (
            ({"login": "nobody"}, 404, "nobody"),
            ({"password": "short"}, 422, "8 to 1024"),
            ({"password": 1}, 422, "no text"),
            (["x"], 422, "no object"),
            ({"password": "x" * 20_000}, 422, "too long"),
        ):
            refused = server.local("POST", "/reset-password", body)
            assert (refused.status, words in refused.body.decode()) == (status, True), body


def test_a_head_without_end_is_refused(tmp_path: Path) -> None:
    with running(tmp_path / "data") as server:
        with socket.create_connection(("127.0.0.1", server.port), timeout=5) as client:
            client.sendall(b"GET /ping HTTP/1.1\r\nX-Long: ")
            answer = b""
            try:
                for _ in range(20):
                    client.sendall(b"x" * 16_384)
                answer = client.recv(4096)
            except ConnectionError:
                answer = answer or b"HTTP/1.1 431 (reset)"
        assert b"431" in answer
        assert ping(server.port).endswith(b"pong")
