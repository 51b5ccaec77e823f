"""Machines and networks, as views of hosts and environments."""

from ipaddress import IPv4Network
from typing import Any

from pasture.model.account import Project
from pasture.model.declare import Narrow, Source, attr, resource
from pasture.model.host import Host
from pasture.model.numbers import of_row, row_of
from pasture.model.query import Where
from pasture.model.resource import Resource
from pasture.model.roles import READ_ONLY
from pasture.model.run import MANAGED
from pasture.model.subnet import ENGINES_ADDRESSES, gateway
from pasture.model.view import BY_ROW, shown

OF_PROJECT = {
    "id": Narrow("id", row_of),
    "account_id": Narrow("id"),
    "created": Narrow("created"),
    "removed": Narrow("removed"),
}


def machine(host: Host) -> tuple["PhysicalHost", ...]:
    """Return the machine of a host."""
    name = host.hostname or host.name
    fields: dict[str, Any] = {"name": name, "host_id": host.id, "agent_id": host.agent_id}
    return (shown(PhysicalHost, host, of_row(host.id), **fields),)


@resource(
    "physicalHost",
    sources=(
        Source(
            owner=Host,
            rows=machine,
            narrow={**BY_ROW, "agent_id": Narrow("agent_id")},
        ),
    ),
    roles=READ_ONLY,
)
class PhysicalHost(Resource):
    """The machine that a host is on."""

    driver: str | None = attr("r", "What made it; null: by hand.", default=None, filterable=True)
    external_id: str | None = attr("r", "Its id there.", default=None, filterable=True)
    host_id: int = attr("r", "Its host.", ref="host", link="hosts")
    agent_id: int | None = attr("r", "Its agent.", default=None, ref="agent", filterable=True)


def network(project: Project) -> tuple["Network", ...]:
    """Return an environment's network."""
    number, subnets = of_row(project.id), () if project.subnet is None else (project.subnet,)
    return (shown(Network, project, number, account_id=project.id, name=MANAGED, subnets=subnets),)


@resource(
    "network", sources=(Source(owner=Project, rows=network, narrow=OF_PROJECT),), roles=READ_ONLY
)
class Network(Resource):
    """The managed network of an environment."""

    default_policy_action: str = attr(
        "r", "What is not ruled.", default="allow", options=("allow", "deny")
    )
    dns: tuple[str, ...] = attr("r", "Name servers.", default=())
    dns_search: tuple[str, ...] = attr("r", "Search domains.", default=())
    host_ports: bool = attr("r", "Ports are published on hosts.", default=True)
    metadata: dict[str, Any] = attr("r", "For its driver.", default_factory=dict)
    subnets: tuple[str, ...] = attr("r", "Its addresses: 10.42.0.0/16.", default=())


def subnet(project: Project) -> tuple["Subnet", ...]:
    """Return the addresses of an environment's network."""
    if project.subnet is None:
        return ()
    network = IPv4Network(project.subnet)
    return (
        shown(
            Subnet,
            project,
            of_row(project.id),
            account_id=project.id,
            network_id=of_row(project.id),
            network_address=str(network.network_address),
            cidr_size=network.prefixlen,
            gateway=gateway(project.subnet),
            start_address=str(network[ENGINES_ADDRESSES]),
            end_address=str(network[-2]),
        ),
    )


@resource(
    "subnet",
    sources=(
        Source(
            owner=Project,
            rows=subnet,
            narrow={**OF_PROJECT, "network_id": Narrow("id", row_of)},
            has=(Where("subnet", op="notnull"),),
        ),
    ),
    roles=READ_ONLY,
)
class Subnet(Resource):
    """The addresses of a network."""

    network_id: int = attr("r", "Of which.", ref="network", filterable=True)
    network_address: str = attr("r", "Its first address.", filterable=True)
    cidr_size: int = attr("r", "Length of its prefix.", filterable=True)
    gateway: str = attr("r", "The way out, on each host.", filterable=True)
    start_address: str = attr("r", "The first that is given to a container.", filterable=True)
    end_address: str = attr("r", "The last that is given to a container.", filterable=True)
