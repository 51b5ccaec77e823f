"""Which certificate of its server an agent takes: that of the CA whose fingerprint it was given.

The CA itself is fetched from the server, trusting nobody, and kept with the identity.
"""

from dataclasses import dataclass, field

from pasture.agent.session import Rejected
from pasture.kit import ca
from pasture.kit.outward import Outward, fetch_ca
from pasture.kit.proxies import Proxies


@dataclass(frozen=True, kw_only=True)
class Trust:
    """What the operator said of the way to the server."""

    ca_fingerprint: str | None = None
    proxies: Proxies = field(default_factory=Proxies)

    def outward(self, kept: str) -> Outward:
        """Return the way, given the CA that was kept (empty: those that this machine trusts)."""
        return Outward(ca=kept or None, proxies=self.proxies)

    async def ca_of(self, base: str, kept: str = "") -> str:
        """Return the CA to trust: the kept one where it is the one meant, else the server's.

        Raises:
            Rejected: the server has another one, or speaks no TLS.
            aiohttp.ClientError, OSError: nobody answers just now.

        """
        wanted = self.ca_fingerprint
        if wanted is None or (kept and is_meant(kept, wanted)):
            return kept
        if not base.startswith("https:"):
            raise Rejected(
                f"a CA is given by its fingerprint, but {base} is no https: take the whole join "
                "command anew from the server"
            )
        given = await fetch_ca(self.outward(""), base)
        found = ca.read(given)
        if found is None:
            raise Rejected(
                f"{base} names no CA of its own; leave CA_FINGERPRINT out where its certificate is "
                "of a CA that this machine trusts"
            )
        if found.fingerprint != wanted:
            raise Rejected(
                f"the CA of {base} has the fingerprint {found.fingerprint}, not {wanted}: this is "
                "not the server that was meant, or it has a new CA; take the join command anew "
                "from the server itself"
            )
        return found.pem


def is_meant(pem: str, fingerprint: str) -> bool:
    """Tell whether a CA is the one with this fingerprint."""
    found = ca.read(pem)
    return found is not None and found.fingerprint == fingerprint
