"""Ports, addresses and service memberships of containers, as views of them."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from pasture.model.container import Container
from pasture.model.declare import Narrow, Source, attr, resource
from pasture.model.host import Host
from pasture.model.numbers import MOST_OF_ROW, index_of, of_row, row_of
from pasture.model.query import Where
from pasture.model.resource import Resource
from pasture.model.roles import READ_ONLY
from pasture.model.run import PortMapping, read_port
from pasture.model.view import BY_ROW, SAME, shown

IPV6 = re.compile(r"\[[0-9a-fA-F:]*\]")  # which our own ports do not name
OF_CONTAINER, OF_HOST = range(2)  # whose address it is
OWN: Mapping[str, Narrow] = {**BY_ROW, "instance_id": Narrow("id")}
ON_HOST: Mapping[str, Narrow] = {**OWN, "host_id": Narrow("host_id")}


def container_address(container: int) -> int:
    """Return the number of a container's own address."""
    return of_row(container, OF_CONTAINER)


def host_address(host: int) -> int:
    """Return the number of the address where a host's containers publish."""
    return of_row(host, OF_HOST)


def container_of_address(number: int) -> int | None:
    """Return whose own address it is."""
    return row_of(number) if index_of(number) == OF_CONTAINER else None


def host_of_address(number: int) -> int | None:
    """Return which host's address it is."""
    return row_of(number) if index_of(number) == OF_HOST else None


def mappings(texts: Iterable[str]) -> list[PortMapping]:
    """Return ports as far as they can be read: an Engine knows more kinds than we make."""
    read = (read_port(IPV6.sub("", text).lstrip(":")) for text in texts)
    return [mapping for mapping in read if mapping is not None]


def published(container: Container) -> list[PortMapping]:
    """Return what is published, with the ports that the Engine chose where it chose them."""
    chosen = mappings(container.published_ports)
    if not container.ports:
        return chosen
    found: list[PortMapping] = []
    for wanted in mappings(container.ports):
        for have in chosen:
            if (have.private, have.protocol) == (wanted.private, wanted.protocol) and (
                wanted.public in {None, have.public}
            ):
                chosen.remove(have)
                found.append(replace(wanted, public=have.public))
                break
        else:
            found.append(wanted)
    return found


def ports(container: Container) -> tuple["Port", ...]:
    """Return a container's published ports."""
    own = container_address(container.id) if container.primary_ip_address else None
    outside = None if container.host_id is None else host_address(container.host_id)
    return tuple(
        shown(
            Port,
            container,
            of_row(container.id, index),
            instance_id=container.id,
            host_id=container.host_id,
            private_port=one.private,
            public_port=one.public,
            protocol=one.protocol,
            bind_address=one.ip or None,
            private_ip_address_id=own,
            public_ip_address_id=outside,
        )
        for index, one in enumerate(published(container)[:MOST_OF_ROW])
    )


PORT_NARROW: Mapping[str, Narrow] = {
    **ON_HOST,
    "public_ip_address_id": Narrow("host_id", host_of_address),
    "private_ip_address_id": Narrow("id", container_of_address),
}


@resource(
    "port",
    sources=(
        Source(owner=Container, rows=ports, narrow=PORT_NARROW, has=(Where("ports", op="filled"),)),
        Source(  # all that an image exposes, published by hand
            owner=Container,
            rows=ports,
            narrow=PORT_NARROW,
            has=(Where("ports", op="empty"), Where("published_ports", op="filled")),
        ),
    ),
    roles=READ_ONLY,
)
class Port(Resource):
    """A published port of a container."""

    instance_id: int = attr("r", "Whose.", ref="instance", filterable=True)
    host_id: int | None = attr("", "On which host.", default=None, ref="host", filterable=True)
    private_port: int = attr("r", "In the container.", filterable=True)
    public_port: int | None = attr(
        "r", "On the host; null until the Engine has chosen one.", default=None, filterable=True
    )
    protocol: str = attr("r", "tcp or udp.", filterable=True)
    bind_address: str | None = attr("r", "Address on the host; null is all.", default=None)
    public_ip_address_id: int | None = attr(
        "r", "The host's address.", default=None, ref="ipAddress", filterable=True
    )
    private_ip_address_id: int | None = attr(
        "r", "The container's address.", default=None, ref="ipAddress", filterable=True
    )


def address_of_container(container: Container) -> tuple["IpAddress", ...]:
    """Return a container's own address."""
    if container.primary_ip_address is None:
        return ()
    number = container_address(container.id)
    return (
        shown(
            IpAddress,
            container,
            number,
            address=container.primary_ip_address,
            instance_id=container.id,
            network_id=container.primary_network_id,
            subnet_id=container.primary_network_id,
        ),
    )


def address_of_host(host: Host) -> tuple["IpAddress", ...]:
    """Return where a host's containers publish."""
    if host.agent_ip_address is None:
        return ()
    number = host_address(host.id)
    return (shown(IpAddress, host, number, address=host.agent_ip_address, host_id=host.id),)


@resource(
    "ipAddress",
    plural="ipAddresses",
    sources=(
        Source(
            owner=Container,
            rows=address_of_container,
            narrow={
                **OWN,
                "id": Narrow("id", container_of_address),
                "address": Narrow("primary_ip_address"),
                "network_id": Narrow("account_id", row_of),
                "subnet_id": Narrow("account_id", row_of),
            },
            has=(Where("primary_ip_address", op="notnull"),),
            lacks=frozenset({"host_id"}),
        ),
        Source(
            owner=Host,
            rows=address_of_host,
            narrow={
                **SAME,
                "id": Narrow("id", host_of_address),
                "host_id": Narrow("id"),
                "address": Narrow("agent_ip_address"),
            },
            has=(Where("agent_ip_address", op="notnull"),),
            lacks=frozenset({"instance_id", "network_id", "subnet_id"}),
        ),
    ),
    roles=READ_ONLY,
)
class IpAddress(Resource):
    """An address: a container's own, or where a host's containers publish."""

    address: str = attr("r", "It.", filterable=True)
    network_id: int | None = attr(
        "r", "In which network.", default=None, ref="network", filterable=True
    )
    subnet_id: int | None = attr(  # numbered like its network, of which it is the only one
        "", "In which subnet.", default=None, ref="subnet", filterable=True
    )
    instance_id: int | None = attr(
        "", "Whose, of a container.", default=None, ref="instance", filterable=True
    )
    host_id: int | None = attr(
        "r", "Whose, of a host.", default=None, ref="host", link="hosts", filterable=True
    )


def membership(container: Container) -> tuple["ServiceExposeMap", ...]:
    """Return in which service a container is."""
    if container.service_id is None:
        return ()
    return (
        shown(
            ServiceExposeMap,
            container,
            of_row(container.id),
            service_id=container.service_id,
            instance_id=container.id,
            ip_address=container.primary_ip_address,
        ),
    )


@resource(
    "serviceExposeMap",
    sources=(
        Source(
            owner=Container,
            rows=membership,
            narrow={
                **OWN,
                "service_id": Narrow("service_id"),
                "ip_address": Narrow("primary_ip_address"),
            },
            has=(Where("service_id", op="notnull"),),
        ),
    ),
    roles=READ_ONLY,
)
class ServiceExposeMap(Resource):
    """A container's membership in a service."""

    service_id: int = attr("r", "In which service.", ref="service", filterable=True)
    instance_id: int = attr("r", "Which container.", ref="instance", filterable=True)
    ip_address: str | None = attr("r", "Its address.", default=None, filterable=True)
    managed: bool = attr("r", "Made by the service.", default=True, filterable=True)
