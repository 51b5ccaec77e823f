"""Real servers and agents as processes: started, killed, started again, looked at."""

import os
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from tests.support.local_http import Answer, Client, get
from tests.support.orphans import mark
from tests.support.waiting import eventually

PASTURE = Path(sys.executable).with_name("pasture")
OURS = ("PASTURE_", "CATTLE_", "DOCKER_")  # variables that would reach into a test
LAST_LINES = 4000  # characters of a log that a failure shows
READY_S = 10
STOP_S = 15


class Program:
    """One process of ours: what to run, and whatever runs of it now."""

    def __init__(self, words: list[str], log: Path, variables: dict[str, str]) -> None:
        self.words = [str(PASTURE), *words]
        self.log = log
        kept = {k: v for k, v in os.environ.items() if not k.startswith(OURS)}  # noqa: TID251 - to clear it
        self.variables = kept | mark() | variables
        self.process: subprocess.Popen[bytes] | None = None

    def spawn(self) -> None:
        """Start it; its output goes to the end of the log."""
        assert not self.runs, f"{self.words[1]} runs already"
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.words,
                env=self.variables,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    @property
    def runs(self) -> bool:
        """Whether it is there and has not ended."""
        return self.process is not None and self.process.poll() is None

    @property
    def pid(self) -> int:
        """Its process id."""
        assert self.process is not None, "it was not started"
        return self.process.pid

    def kill(self) -> None:
        """SIGKILL it."""
        if self.runs:
            os.kill(self.pid, signal.SIGKILL)
        self.wait()

    def stop(self) -> None:
        """Ask it to end, as a service manager does, and see that it does."""
        if self.runs:
            os.kill(self.pid, signal.SIGTERM)
        self.wait()

    def wait(self) -> None:
        """Wait until it has ended."""
        if self.process is not None:
            self.process.wait(STOP_S)

    def rss_mb(self) -> float:
        """Return its resident memory."""
        lines = Path(f"/proc/{self.pid}/status").read_text().splitlines()
        kilobytes = next(line.split()[1] for line in lines if line.startswith("VmRSS:"))
        return int(kilobytes) / 1024

    def last_words(self) -> str:
        """Return the end of its log."""
        return self.log.read_text()[-LAST_LINES:] if self.log.exists() else "(no log)"

    def expect(self, ready: bool) -> bool:
        """Pass on whether it is ready; one that ended while starting fails the test at once."""
        if not ready and not self.runs:
            raise RuntimeError(f"{self.words[1]} ended:\n{self.last_words()}")
        return ready


class Server(Program):
    """A server on a free loopback port, with a data folder of its own."""

    def __init__(self, data: Path, listen: str = "127.0.0.1", **variables: str) -> None:
        self.data = data
        self.port = free_port()
        self.address = f"127.0.0.1:{self.port}"
        words = ["server", "--listen", f"{listen}:{self.port}", "--data", str(data)]
        super().__init__(words, data.with_name(f"{data.name}-server.log"), variables)
        self.ready_s = 0.0

    def start(self) -> None:
        """Start it and wait until it answers; ``ready_s`` says how long that took."""
        before = time.monotonic()
        self.spawn()
        eventually(lambda: self.expect(self.pings()), READY_S, "ping")
        self.ready_s = time.monotonic() - before

    def restart(self) -> None:
        """End it and start it again."""
        self.stop()
        self.start()

    def pings(self) -> bool:
        """Whether it answers."""
        try:
            return Client(self.address, context=self.trusting).ask("GET", "/ping").body == b"pong"
        except OSError:
            return False

    @property
    def trusting(self) -> ssl.SSLContext | None:
        """How it is asked over TLS, where it has made a CA of its own."""
        path = self.data / "tls" / "ca.crt"
        return ssl.create_default_context(cafile=path) if path.exists() else None

    def local(self, target: str) -> Answer:
        """Ask over the owner-only socket in its data folder."""
        return get(self.data / "local.sock", target)

    def registration_url(self) -> str:
        """Return where hosts join the environment Default."""
        answer = self.local("/registration-url")
        assert answer.status == 200, answer.body
        return answer.body.decode().strip()

    def admin(self) -> Client:
        """Return the admin, logged in by the generated first password."""
        login, _, password = (self.data / "first-login").read_text().strip().partition(":")
        return Client(self.address, login, password, self.trusting)


class Agent(Program):
    """An agent that drives one Engine for one server."""

    def __init__(self, url: str, data: Path, engine: str, **variables: str) -> None:
        self.data = data
        words = ["agent", "--data", str(data), "--docker-host", engine]
        told = {"PASTURE_REGISTRATION_URL": url} | variables
        super().__init__(words, data.with_name(f"{data.name}-agent.log"), told)

    def start(self) -> None:
        """Start it; who needs its host active waits for the host."""
        self.spawn()

    def restart(self) -> None:
        """End it and start it again."""
        self.stop()
        self.start()


def free_port() -> int:
    """Return a port that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def ended_afterwards(*programs: Program) -> Generator[None]:
    """Kill what still runs; where the block failed, show the ends of the logs."""
    try:
        yield
    except BaseException as error:
        for program in programs:
            error.add_note(f"{program.words[1]}: {program.last_words()}")
        raise
    finally:
        for program in programs:
            program.kill()
