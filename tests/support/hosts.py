"""Several machines on this one: each an Engine with a name, an address and folders of its own.

They hang on a switch, a bridge in a namespace that belongs to nobody's routing; its first address
is this machine's, so a server here is reached by all of them. None has a default route: nothing
that a test does leaves this machine. ``engines.sweep`` removes what a killed run left.
"""

import itertools
import os
import re
import shutil
from collections.abc import Generator
from contextlib import ExitStack, contextmanager

from tests.support.engines import Engine, clean, new_name, run, take_name

NETWORK = "198.18"  # set aside for tests of networks, so nobody's own
SWITCH = "switch"
FIRST_HOST = 10


class Switch:
    """The network that hosts hang on."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.uplink = f"pt{os.getpid()}-{name.rpartition('-')[2]}"[:15]
        self.network = free_network()
        self.address = f"{self.network}.1"

    def make(self) -> None:
        """Make it, and connect this machine."""
        take_name(self.name)
        inside = ("ip", "-n", self.name, "link")
        run(*inside, "add", SWITCH, "type", "bridge")
        run(*inside, "set", SWITCH, "up")
        ends = ("type", "veth", "peer", "name", "uplink", "netns", self.name)
        run("ip", "link", "add", self.uplink, *ends)
        run(*inside, "set", "uplink", "master", SWITCH, "up")
        run("ip", "address", "add", f"{self.address}/24", "dev", self.uplink)
        run("ip", "link", "set", self.uplink, "up")


class Host(Engine):
    """One machine: Docker's own paths lead to its own Engine, /var/lib is its own."""

    def __init__(self, name: str, switch: Switch, number: int) -> None:
        super().__init__(name)
        self.switch = switch
        self.hostname = f"h{number}"
        self.address = f"{switch.network}.{FIRST_HOST + number}"
        self.port = f"p{number}"  # of the switch
        self.socket = self.folder / "run/docker.sock"
        self.url = f"unix://{self.socket}"
        self.state = self.folder / "lib/pasture"  # /var/lib/pasture, seen from outside

    def connect(self) -> None:
        """Plug it into the switch."""
        ends = ("type", "veth", "peer", "name", "eth0", "netns", self.name)
        run("ip", "-n", self.switch.name, "link", "add", self.port, *ends)
        run("ip", "-n", self.switch.name, "link", "set", self.port, "master", SWITCH, "up")
        run("ip", "-n", self.name, "address", "add", f"{self.address}/24", "dev", "eth0")
        run("ip", "-n", self.name, "link", "set", "eth0", "up")

    def unplug(self) -> None:
        """Cut it off from the network."""
        run("ip", "-n", self.switch.name, "link", "set", self.port, "down")

    def plug(self) -> None:
        """Give it the network back."""
        run("ip", "-n", self.switch.name, "link", "set", self.port, "up")

    def dressed(self) -> list[str]:
        """Return the commands that make its mount namespace look like a machine of its own."""
        for name in ("run", "lib", "dns"):
            (self.folder / name).mkdir()
        names = f"127.0.0.1 localhost\n{self.address} {self.hostname}\n"
        (self.folder / "dns/hosts").write_text(names)
        (self.folder / "dns/resolv.conf").write_text(f"nameserver {self.switch.address}\n")
        return [
            f"hostname {self.hostname}",
            f"mount --bind {self.folder}/run /run",
            f"mount --bind {self.folder}/lib /var/lib",
            f"mount --bind {self.folder}/dns/hosts /etc/hosts",
            f"mount --bind {self.folder}/dns/resolv.conf /etc/resolv.conf",
        ]

    def renew(self) -> None:
        """Make it a machine on which nothing was ever run; images stay."""
        if not self.serves():
            self.start()
        self.remove_containers()
        self.docker("volume", "prune", "-f")
        for path in self.state.parent.iterdir():
            shutil.rmtree(path)

    def sh(self, command: str) -> str:
        """Run a shell command on the machine and return what it printed."""
        return run(*self.enter(), "sh", "-c", command)


@contextmanager
def private_hosts(count: int) -> Generator[list[Host]]:
    """Make so many machines on one switch, and remove them wholly afterwards."""
    switch = Switch(new_name())
    with ExitStack() as stack:
        stack.callback(clean, switch.name)
        switch.make()
        hosts = [Host(new_name(), switch, number) for number in range(1, count + 1)]
        for host in hosts:
            stack.callback(host.remove)
            host.make()
        yield hosts


def free_network() -> str:
    """Return the first three numbers of a network that nobody here has."""
    used = set(re.findall(rf"inet ({re.escape(NETWORK)}\.\d+)\.", run("ip", "-4", "address")))
    begin = os.getpid() % 200
    numbers = (f"{NETWORK}.{(begin + n) % 250}" for n in itertools.count())
    return next(n for n in itertools.islice(numbers, 250) if n not in used)
