"""Which subnet an environment gets, and which address a container: pure, O(1) an address.

An address that was given back is taken again last: whoever still remembers it (a resolver, a
connection that nobody closed) should meet nobody rather than somebody else.
"""

import re
from collections import Counter, OrderedDict
from collections.abc import Collection, Iterable
from ipaddress import AddressValueError, IPv4Address, IPv4Network

from pasture.model.container import Container
from pasture.model.subnet import DEFAULTS, ENGINES_ADDRESSES, mac_of, overlap

REQUESTED_IP = "io.rancher.container.requested_ip"  # several, the first free one is given
REQUESTED_MAC = "io.rancher.container.mac_address"
MAC = re.compile(r"[0-9a-f][02468ace](:[0-9a-f]{2}){5}")  # of one machine, not of a group
FRESH, TAKEN, RETURNED = 0, 1, 2
BLOCK = 256
NO_SUBNET = (
    f"this environment has no network: other environments have all of {DEFAULTS[0]} to"
    f" {DEFAULTS[-1]}. Remove one of them, or create an environment with a subnet of its own"
)


def free_subnet(taken: Collection[str]) -> str | None:
    """Return the first subnet that overlaps none of those taken, or None."""
    return next((s for s in DEFAULTS if not any(overlap(s, other) for other in taken)), None)


def mac_address(container: Container, address: str) -> str:
    """Return a container's MAC: the one that its label asks for, else that of its address."""
    asked = container.labels.get(REQUESTED_MAC, "").strip().lower()
    return asked if MAC.fullmatch(asked) else mac_of(address)


class Pool:
    """The addresses of one environment: which are free, and which comes next."""

    def __init__(self, subnet: str, *, after: str | None = None) -> None:
        """Start with all free; the first one given is the first free one behind ``after``."""
        network = IPv4Network(subnet)
        self.subnet = subnet
        self._base = int(network.network_address)
        self._size = network.num_addresses
        self._first = ENGINES_ADDRESSES
        self._states = bytearray([TAKEN]) * self._size
        for block in range(self._first, self._size, BLOCK):  # .0 and .255 look like no host's
            self._states[block + 1 : block + BLOCK - 1] = bytes([FRESH]) * (BLOCK - 2)
        self._count = self._free = self._states.count(FRESH)
        self._holders: Counter[int] = Counter()
        self._returned: OrderedDict[int, None] = OrderedDict()
        offset = None if after is None else self._offset(after)
        self._next = self._first if offset is None else offset + 1

    @property
    def free(self) -> int:
        """How many addresses can still be given."""
        return self._free

    @property
    def last(self) -> str:
        """The address behind which the search for a new one goes on."""
        return self._text(self._next - 1)

    @property
    def full(self) -> str:
        """Say that there is no address left, and what to do."""
        return (
            f"all {self._count} addresses of {self.subnet} are taken: remove containers that are "
            "not needed, or create another environment"
        )

    def choose(self, asked: Iterable[str] = ()) -> str:
        """Return a free address, one of those asked for where it is; there must be one."""
        offset = self._asked_for(asked)
        if offset is None:
            offset = self._fresh()
        if offset is None:
            offset = next(iter(self._returned))
        return self._text(offset)

    def hold(self, address: str) -> None:
        """Count somebody who has an address; nothing where it is none of this pool's."""
        offset = self._offset(address)
        if offset is None:
            return
        self._holders[offset] += 1
        if self._states[offset] != TAKEN:
            self._states[offset] = TAKEN
            self._returned.pop(offset, None)
            self._free -= 1

    def drop(self, address: str) -> None:
        """Count somebody no more; an address that nobody has is free, and given again last."""
        offset = self._offset(address)
        if offset is None:
            return
        self._holders[offset] -= 1
        if self._holders[offset] == 0:
            del self._holders[offset]
            self._states[offset] = RETURNED
            self._returned[offset] = None
            self._free += 1

    def _asked_for(self, asked: Iterable[str]) -> int | None:
        for address in asked:
            offset = self._offset(address)
            if offset is not None and self._states[offset] != TAKEN:
                return offset
        return None

    def _fresh(self) -> int | None:
        found = self._states.find(FRESH, self._next)
        if found < 0:
            found = self._states.find(FRESH, self._first)
        if found < 0:
            return None
        self._next = found + 1
        return found

    def _offset(self, address: str) -> int | None:
        """Return an address's place; None where it is none that is given here."""
        try:
            offset = int(IPv4Address(address)) - self._base
        except AddressValueError:
            return None
        given = self._first <= offset < self._size and 0 < offset % BLOCK < BLOCK - 1
        return offset if given else None

    def _text(self, offset: int) -> str:
        return str(IPv4Address(self._base + offset))


def asked_for(container: Container) -> tuple[str, ...]:
    """Return the addresses that a container's label asks for."""
    text = container.labels.get(REQUESTED_IP, "")
    return tuple(part for word in text.split(",") if (part := word.strip()))
