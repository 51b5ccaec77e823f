"""What holds for every test: no network beyond this machine, nothing that blocks the event loop."""

import signal
from collections.abc import Iterator

import pytest
from blockbuster import blockbuster_ctx
from pytest_socket import socket_allow_hosts

LOOPBACK = ["127.0.0.1", "::1"]
# point reads take microseconds, and so do the few small files that must be there before an answer;
# locks: threads of the store are started and joined where it is opened and closed
QUICK = ("sqlite3.", "os.", "io.", "builtins.", "threading.")


def pytest_configure() -> None:
    """Hear signals that a shell's background job, or nohup, has ignored: children inherit that."""
    for number, heard in (
        (signal.SIGINT, signal.default_int_handler),
        (signal.SIGHUP, signal.SIG_DFL),
    ):
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, heard)


@pytest.fixture(autouse=True)
def only_this_machine() -> None:
    """Refuse connections to other machines; the plugin takes this back after each test."""
    socket_allow_hosts(LOOPBACK, allow_unix_socket=True)


@pytest.fixture(autouse=True)
def nothing_blocks() -> Iterator[None]:
    """Fail a test in which our code sleeps, waits or talks to the network on the event loop."""
    with blockbuster_ctx("pasture") as found:
        for name, function in found.functions.items():
            if name.startswith(QUICK):
                function.deactivate()
        yield
