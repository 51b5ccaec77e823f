"""The hosts of an environment and what stands on them, kept current from row to row.

Rows may be shown in any order and more than once: one that is older than what is known changes
nothing.
"""

from collections import defaultdict

from pasture.model.container import Container
from pasture.model.host import Host
from pasture.schedule.load import Load, Share, share


class Fleet:
    """Hosts and their loads.

    While it is being filled (``is_filling``) it remembers the versions of rows that take nothing
    too: what changes during the reading of all rows is not overwritten by what was read before.
    """

    def __init__(self) -> None:
        self.is_filling = True
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
        self.forget(number)
        takes = share(container)
        if takes is not None:
            self._shares[number] = takes
            self.loads[takes.host_id].add(takes)
        if takes is not None or self.is_filling:
            self._versions[number] = version

    def forget(self, number: int) -> None:
        """Count a container no more, whatever was known of it."""
        self._versions.pop(number, None)
        takes = self._shares.pop(number, None)
        if takes is not None:
            self.loads[takes.host_id].drop(takes)

    def filled(self) -> None:
        """Know that all rows were read; versions of rows that take nothing are forgotten."""
        self.is_filling = False
        self._versions = {n: v for n, v in self._versions.items() if n in self._shares}
