"""The hosts of an environment, what stands on them and which addresses are taken, row by row.

Rows may be shown in any order and more than once: one that is older than what is known changes
nothing.
"""

from collections import defaultdict

from pasture.model.container import Container
from pasture.model.host import Host
from pasture.schedule.address import Pool
from pasture.schedule.load import Load, Share, share


class Fleet:
    """Hosts and their loads; ``addresses`` are those of the managed network, where there is one.

    While it is being filled (``is_filling``) it remembers the versions of rows that take nothing
    too: what changes during the reading of all rows is not overwritten by what was read before.
    """

    def __init__(self, addresses: Pool | None = None) -> None:
        self.is_filling = True
        self.addresses = addresses
        self.loads: defaultdict[int, Load] = defaultdict(Load)
        self._hosts: dict[int, Host] = {}
        self._shares: dict[int, Share] = {}
        self._versions: dict[int, int] = {}

    @property
    def hosts(self) -> list[Host]:
        """The live hosts, oldest first."""
        return sorted((h for h in self._hosts.values() if h.is_live), key=lambda h: h.id)

    def see_host(self, host: Host) -> None:
        """Take a host as it is now."""
        known = self._hosts.get(host.id)
        if known is None or known.row_version <= host.row_version:
            self._hosts[host.id] = host

    def see(self, container: Container) -> None:
        """Take a container as it is now."""
        number, version = container.id, container.row_version
        if version < self._versions.get(number, 0):
            return
        takes = share(container)
        self._count(number, takes)
        self._versions.pop(number, None)
        if takes is not None or self.is_filling:
            self._versions[number] = version

    def host_of(self, number: int) -> int | None:
        """Return the host of a container that stands on one."""
        takes = self._shares.get(number)
        return None if takes is None else takes.host_id

    def _count(self, number: int, takes: Share | None) -> None:
        """Count what a container takes now in place of what it took."""
        former = self._shares.pop(number, None)
        if former is not None:
            self.loads[former.host_id].drop(former)
        if takes is not None:
            self._shares[number] = takes
            self.loads[takes.host_id].add(takes)
        if self.addresses is not None:
            before, now = former and former.address, takes and takes.address
            if before != now and now is not None:
                self.addresses.hold(now)
            if before != now and before is not None:
                self.addresses.drop(before)

    def filled(self) -> None:
        """Know that all rows were read; versions of rows that take nothing are forgotten."""
        self.is_filling = False
        self._versions = {n: v for n, v in self._versions.items() if n in self._shares}
