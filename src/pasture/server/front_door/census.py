"""How many connections each address holds that are no websockets, and whom we turned away.

Where many people come through one address it must be a proxy that is named, or their own limit.
"""

import ipaddress
from collections import Counter
from collections.abc import Iterable, Sequence

from pasture.settings.front_door import Network

MOST_EACH = 1000


class Census:
    """Counts connections by address; this machine and named proxies may hold any number."""

    def __init__(self, proxies: Sequence[Network] = (), *, most: int = MOST_EACH) -> None:
        self.most = most
        self.refused: Counter[int] = Counter()  # connections and requests, by status
        self._held: Counter[str] = Counter()
        self._proxies = proxies

    @property
    def held(self) -> int:
        """How many connections there are."""
        return self._held.total()

    def enter(self, address: str) -> bool:
        """Count a connection; False: the address has as many as it may."""
        if self._held[address] >= self.most and not is_among(address, self._proxies):
            return False
        self._held[address] += 1
        return True

    def leave(self, address: str) -> None:
        """Take a connection off the count."""
        left = self._held[address] - 1
        if left > 0:
            self._held[address] = left
        else:
            del self._held[address]


def is_among(address: str, networks: Iterable[Network]) -> bool:
    """Tell whether an address is this machine's loopback, or in one of the networks."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped is not None:
        parsed = parsed.ipv4_mapped
    return parsed.is_loopback or any(parsed in network for network in networks)
