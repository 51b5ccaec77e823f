"""The explicit list of resource types. A new type exists once it is named here."""

from collections.abc import Mapping

from pasture.model.account import Account, Project, ProjectMember
from pasture.model.audit import AuditLog
from pasture.model.container import Container, Instance
from pasture.model.credential import (
    AgentApiKey,
    ApiKey,
    Credential,
    Password,
    RegistrationToken,
    Registry,
    RegistryCredential,
    Session,
    SigningKey,
)
from pasture.model.declare import ResourceType
from pasture.model.host import Agent, Host, Register
from pasture.model.port import IpAddress, Port, ServiceExposeMap
from pasture.model.preference import UserPreference
from pasture.model.process import ProcessInstance
from pasture.model.resource import Resource
from pasture.model.service import Service
from pasture.model.setting import Setting
from pasture.model.stack import Stack
from pasture.model.storage import Image, Mount, StoragePool, Volume
from pasture.model.topology import Network, PhysicalHost, Subnet

TYPES: tuple[type[Resource], ...] = (
    Account,
    Agent,
    AgentApiKey,
    ApiKey,
    AuditLog,
    Container,
    Credential,
    Host,
    Image,
    Instance,
    IpAddress,
    Mount,
    Network,
    Password,
    PhysicalHost,
    Port,
    ProcessInstance,
    Project,
    ProjectMember,
    Register,
    RegistrationToken,
    Registry,
    RegistryCredential,
    Service,
    ServiceExposeMap,
    Session,
    Setting,
    SigningKey,
    Stack,
    StoragePool,
    Subnet,
    UserPreference,
    Volume,
)
STORED: tuple[type[Resource], ...] = tuple(cls for cls in TYPES if not cls.type.is_view)

BY_NAME: Mapping[str, type[Resource]] = {cls.type.name: cls for cls in TYPES}
BY_BASE: Mapping[str, tuple[type[Resource], ...]] = {
    base: tuple(cls for cls in STORED if cls.type.base == base)
    for base in sorted({cls.type.base for cls in STORED})
}  # what has rows, by the table that it has them in


def find(name: str) -> ResourceType | None:
    """Return the type of a name in a path: singular or plural, in any letter case."""
    return BY_PATH.get(name.lower())


BY_PATH: Mapping[str, ResourceType] = {
    word.lower(): cls.type for cls in TYPES for word in (cls.type.plural, cls.type.name)
}
