"""Private Docker Engines: each a dockerd in a network and a mount namespace of its own.

Everything that belongs to one carries its name, ``pasture-test-OWNER-N``: the folder, the network
namespace and the cgroup of its containers. OWNER is the process that made it. ``sweep`` removes
what a run that was killed left behind; nothing else on the machine is ever touched.
"""

import itertools
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Collection, Generator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.support import images
from tests.support.local_http import get
from tests.support.waiting import eventually

PREFIX = "pasture-test"
NAMESPACES = Path("/run/netns")
CGROUPS = Path("/sys/fs/cgroup")
READY_S = 20
numbers = itertools.count(1)


class Engine:
    """One private dockerd; ``DOCKER_HOST=engine.url`` is what an agent needs to know of it."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.folder = Path(tempfile.gettempdir()) / name
        self.socket = self.folder / "docker.sock"
        self.url = f"unix://{self.socket}"
        self.log = self.folder / "dockerd.log"
        self.holder: subprocess.Popen[bytes] | None = None
        self.dockerd: subprocess.Popen[bytes] | None = None

    def make(self) -> None:
        """Make the namespaces, start the Engine and give it the test images."""
        take_name(self.name)
        self.connect()
        # the holder keeps the mount namespace, so that the Engine can die and come back to it;
        # the Engine's id stands in /etc/docker, and no two hosts may share it
        inside = ["nsenter", f"--net={NAMESPACES / self.name}", "unshare", "--mount", "--uts"]
        own = self.folder / "etc"
        own.mkdir()
        Path("/etc/docker").mkdir(exist_ok=True)
        hold = [f"mount --bind {own} /etc/docker", *self.dressed(), "exec sleep infinity"]
        self.holder = subprocess.Popen(
            [*inside, "--propagation=private", "sh", "-c", " && ".join(hold)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        eventually(lambda: comm(self.holder_pid) == "sleep", 5, "mount namespace")
        self.start()
        images.load(["docker", "-H", self.url])

    def connect(self) -> None:
        """Give its network namespace what leads out of it: nothing."""

    def dressed(self) -> list[str]:
        """Return the commands that make its mount namespace look like a machine of its own."""
        return []

    def start(self) -> None:
        """Start the Engine and wait until it serves."""
        dockerd = [
            "dockerd",
            f"--host={self.url}",
            f"--data-root={self.folder / 'data'}",
            f"--exec-root={self.folder / 'exec'}",
            f"--pidfile={self.folder / 'docker.pid'}",
            f"--cgroup-parent=/{self.name}",
            "--exec-opt=native.cgroupdriver=cgroupfs",
            "--bip=172.31.255.1/24",
            "--log-level=warn",
        ]
        with self.log.open("ab") as log:
            self.dockerd = subprocess.Popen(
                [*self.enter(), *dockerd],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        try:
            eventually(self.serves, READY_S, "dockerd")
        except AssertionError as error:
            error.add_note(self.log.read_text()[-2000:])
            raise

    def serves(self) -> bool:
        """Whether the Engine answers."""
        try:
            return get(self.socket, "/info").status == 200
        except OSError:
            return False

    def kill(self) -> None:
        """SIGKILL the Engine and its containerd; the containers' processes stay."""
        assert self.dockerd is not None, "make() comes first"
        containerd = self.folder / "exec/containerd/containerd.pid"
        self.dockerd.kill()
        self.dockerd.wait(10)
        with suppress(ProcessLookupError):  # it dies with its parent
            os.kill(int(containerd.read_text()), signal.SIGKILL)
        containerd.unlink()  # where process 1 is slow to reap, dockerd waits for the dead one

    def power_off(self) -> None:
        """End the Engine and every process of its containers at once, as a power cut does."""
        self.kill()
        kill_until_none(self.name, spare={self.holder_pid})
        shutil.rmtree(self.folder / "exec")  # where the Engine keeps what a boot forgets

    def stop(self) -> None:
        """End the Engine as a shutdown does: it stops its containers first."""
        assert self.dockerd is not None, "make() comes first"
        self.dockerd.terminate()
        self.dockerd.wait(30)

    def restart(self) -> None:
        """End the Engine and start it again."""
        self.stop()
        self.start()

    def docker(self, *arguments: str) -> str:
        """Run the docker command on this Engine and return what it printed."""
        done = subprocess.run(
            ["docker", "-H", self.url, *arguments], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"docker {' '.join(arguments)}: {done.stderr.strip()}"
        return done.stdout.strip()

    def curl(self, port: int, path: str = "/") -> str:
        """Return what a published port answers, asked from the Engine's own network namespace."""
        url = f"http://127.0.0.1:{port}{path}"
        return run(*self.enter(), "curl", "--silent", "--show-error", "--max-time", "5", url)

    def enter(self) -> list[str]:
        """Return the command's beginning that runs the rest of it inside the namespaces."""
        return ["nsenter", f"--target={self.holder_pid}", "--mount", "--net", "--uts"]

    @property
    def holder_pid(self) -> int:
        """The process that keeps the namespaces."""
        assert self.holder is not None, "make() comes first"
        return self.holder.pid

    def remove_containers(self) -> None:
        """Remove every container and network; each test begins with an empty Engine."""
        if ids := self.docker("ps", "-aq").split():
            self.docker("rm", "-f", "-v", *ids)
        self.docker("network", "prune", "-f")

    def remove(self) -> None:
        """Remove all that there is of it."""
        clean(self.name)
        for process in (self.dockerd, self.holder):
            if process is not None:
                process.wait(10)


def take_name(name: str) -> None:
    """Make the folder and the network namespace of a name; ``sweep`` finds them by it."""
    folder = Path(tempfile.gettempdir()) / name
    folder.mkdir()
    (folder / "owner").write_text(started_at(os.getpid()))
    run("ip", "netns", "add", name)
    run("ip", "-n", name, "link", "set", "lo", "up")


def new_name() -> str:
    """Return a name of this process's that nothing has yet."""
    return f"{PREFIX}-{os.getpid()}-{next(numbers)}"


@contextmanager
def private_engine() -> Generator[Engine]:
    """Make an Engine of one's own, with the test images, and remove it wholly afterwards."""
    engine = Engine(new_name())
    try:
        engine.make()
        yield engine
    finally:
        engine.remove()


def sweep() -> None:
    """Remove what runs that were killed left behind: all whose owner is dead."""
    places = (Path(tempfile.gettempdir()), NAMESPACES)
    names = {p.name for place in places for p in place.glob(f"{PREFIX}-*-*")}
    for name in names:
        owner = name.removeprefix(f"{PREFIX}-").split("-")[0]
        if owner.isdecimal() and not lives(int(owner), name):
            clean(name)


def lives(owner: int, name: str) -> bool:
    """Whether that process made what has that name, and still runs."""
    started = Path(tempfile.gettempdir()) / name / "owner"
    return started_at(owner) != "" and (
        not started.exists() or started.read_text() == started_at(owner)
    )


def clean(name: str) -> None:
    """Kill what runs in the namespace and the cgroup of that name, then remove both."""
    kill_until_none(name)
    if (NAMESPACES / name).exists():
        run("ip", "netns", "del", name)
    for cgroup in cgroups_of(name):
        for folder, _, _ in os.walk(cgroup, topdown=False):
            Path(folder).rmdir()
    shutil.rmtree(Path(tempfile.gettempdir()) / name, ignore_errors=True)


def kill_until_none(name: str, spare: Collection[int] = ()) -> None:
    """SIGKILL what runs in the namespace and the cgroup of that name until nothing is left."""

    def left() -> set[int]:
        return (namespace_pids(name) | cgroup_pids(cgroups_of(name))).difference(spare)

    end = time.monotonic() + 20
    while (pids := left()) and time.monotonic() < end:
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.1)
    assert not pids, f"processes of {name} do not die: {sorted(pids)}"


def cgroups_of(name: str) -> list[Path]:
    """Return the cgroups of that name: one, or one in each hierarchy."""
    return [CGROUPS / name, *CGROUPS.glob(f"*/{name}")]


def namespace_pids(name: str) -> set[int]:
    """Return the processes of a network namespace: Engine, containerd, shims, the holder."""
    if not (NAMESPACES / name).exists():
        return set()
    return {int(p) for p in run("ip", "netns", "pids", name).split()}


def cgroup_pids(cgroups: list[Path]) -> set[int]:
    """Return the processes in cgroups and below them: the containers."""
    lists = [file for c in cgroups for file in c.rglob("cgroup.procs")]
    found: set[int] = set()
    for file in lists:
        with suppress(OSError):  # a cgroup goes with its last process
            found |= {int(p) for p in file.read_text().split()}
    return found


def started_at(pid: int) -> str:
    """Return when a process started, in the kernel's own words; empty where it is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
    except OSError:
        return ""


def comm(pid: int) -> str:
    """Return a process's name."""
    return Path(f"/proc/{pid}/comm").read_text().strip()


def run(*command: str) -> str:
    """Run a program that must succeed and return what it printed."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{' '.join(command)}: {done.stderr.strip()}"
    return done.stdout
