"""The managed network of an environment: one subnet, the same on each of its hosts.

Its first /24 has the gateway (the same address on every host) and the addresses that an Engine
gives by itself; all others are chosen by the server.
"""

from ipaddress import AddressValueError, IPv4Address, IPv4Network, NetmaskValueError

from pasture.kit.errors import Invalid

DEFAULTS = tuple(f"10.{second}.0.0/16" for second in range(42, 58))
PRIVATE = tuple(map(IPv4Network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")))
LARGEST, SMALLEST = 16, 22  # lengths of the prefix
ENGINES_PREFIX = 24
ENGINES_ADDRESSES = 256
ACCEPTED = (
    f"a private network with a prefix of /{LARGEST} to /{SMALLEST}, for example {DEFAULTS[0]}"
)
MTU = 1390  # leaves room for a tunnel between hosts, whether it is encrypted or not


def check_subnet(text: str | None) -> None:
    """Refuse a subnet that no environment can have.

    Raises:
        Invalid: it is no network, not private, too large or too small.

    """
    if text is None:
        return
    try:
        network = IPv4Network(text, strict=False)
    except (AddressValueError, NetmaskValueError, ValueError):
        raise _refused(f"{text!r} is no network") from None
    if not any(network.subnet_of(private) for private in PRIVATE):
        raise _refused(f"{text} is not private")
    if not LARGEST <= network.prefixlen <= SMALLEST:
        raise _refused(f"{text} has the wrong size")
    if str(network) != text:
        raise Invalid(f"{text!r} is no network; accepted: {network}", field="subnet")


def _refused(words: str) -> Invalid:
    return Invalid(f"{words}; accepted: {ACCEPTED}", field="subnet")


def overlap(one: str, other: str) -> bool:
    """Tell whether two networks have an address in common; any address in one may name it."""
    return IPv4Network(one, strict=False).overlaps(IPv4Network(other, strict=False))


def gateway(subnet: str) -> str:
    """Return the address by which a host's containers reach what is outside: ``10.42.0.1``."""
    return str(IPv4Network(subnet).network_address + 1)


def engines_range(subnet: str) -> str:
    """Return the part from which an Engine may give addresses by itself: ``10.42.0.0/24``."""
    return f"{IPv4Network(subnet).network_address}/{ENGINES_PREFIX}"


def mac_of(address: str) -> str:
    """Return the MAC address that belongs to an address: ``02:42`` and its four bytes."""
    return ":".join(f"{byte:02x}" for byte in (0x02, 0x42, *IPv4Address(address).packed))
