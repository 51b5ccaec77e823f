"""Facts over all types: a new type is covered the moment it is named in TYPES."""

import pytest

from pasture.model.declare import Step
from pasture.model.host import Agent, Host
from pasture.model.resource import Resource
from pasture.model.roles import ROLES
from pasture.model.steps import settle
from pasture.model.types import BY_BASE, BY_NAME, TYPES, find

each_type = pytest.mark.parametrize("cls", TYPES, ids=lambda cls: cls.type.name)


@each_type
def test_every_attribute_is_documented(cls: type[Resource]) -> None:
    assert [f.name for f in cls.type.fields if not f.doc.strip()] == []
    assert cls.__doc__


@each_type
def test_every_state_can_be_reached_from_requested(cls: type[Resource]) -> None:
    if not cls.type.steps:
        return
    reached = {"requested"}
    for _ in cls.type.steps:
        for step in cls.type.steps:
            if reached & (step.begins | step.also):
                reached |= {step.during, step.ends}
    assert set(cls.type.states) <= reached


@each_type
def test_every_during_state_belongs_to_one_step(cls: type[Resource]) -> None:
    during = [s.during for s in cls.type.steps]
    assert len(during) == len(set(during))


@each_type
def test_access_is_made_of_known_letters(cls: type[Resource]) -> None:
    assert {c for f in cls.type.fields for c in f.access} <= set("crou")
    assert {c for letters in cls.type.roles.values() for c in letters} <= set("crugd")
    assert set(cls.type.roles) <= set(ROLES)


@each_type
def test_no_secret_is_readable(cls: type[Resource]) -> None:
    assert [f.name for f in cls.type.fields if f.secret and "r" in f.access] == []


@each_type
def test_references_name_types_that_exist(cls: type[Resource]) -> None:
    assert {f.ref for f in cls.type.fields if f.ref} <= set(BY_NAME)


@each_type
def test_unique_names_attributes(cls: type[Resource]) -> None:
    names = {f.name for f in cls.type.fields}
    assert {n for group in cls.type.unique for n in group} <= names


@each_type
def test_a_type_is_found_by_any_spelling(cls: type[Resource]) -> None:
    for word in (cls.type.name, cls.type.plural, cls.type.plural.upper(), cls.type.name.lower()):
        assert find(word) is cls.type


def test_names_and_plurals_are_unique() -> None:
    words = [w.lower() for cls in TYPES for w in {cls.type.name, cls.type.plural}]
    assert len(words) == len(set(words))


def test_each_base_has_its_types() -> None:
    assert {cls.type.name for cls in BY_BASE["instance"]} == {"container", "instance"}


def test_an_unknown_word_is_no_type() -> None:
    assert find("gadgets") is None


REMOVE = Step("remove", frozenset({"inactive"}), "removing", "removed")
CREATE = Step("create", frozenset({"requested"}), "registering", "inactive", then="remove")


@pytest.mark.parametrize(
    ("state", "follows"),
    [("registering", "removing"), ("removing", "removed"), ("inactive", None), ("odd", None)],
)
def test_settle_follows_the_chain(state: str, follows: str | None) -> None:
    assert settle((CREATE, REMOVE), state) == follows


@pytest.mark.parametrize(
    ("name", "plural", "parent"),
    [  # reference/data/v2-beta-schemas.json
        ("account", "accounts", None),
        ("agent", "agents", None),
        ("apiKey", "apiKeys", "credential"),
        ("auditLog", "auditLogs", None),
        ("container", "containers", "instance"),
        ("credential", "credentials", None),
        ("host", "hosts", None),
        ("instance", "instances", None),
        ("password", "passwords", "credential"),
        ("project", "projects", "account"),
        ("projectMember", "projectMembers", None),
        ("register", "register", "genericObject"),
        ("registrationToken", "registrationTokens", "credential"),
        ("registry", "registries", "storagePool"),
        ("registryCredential", "registryCredentials", "credential"),
        ("service", "services", None),
        ("setting", "settings", None),
        ("stack", "stacks", None),
    ],
)
def test_a_type_of_the_reference_has_its_plural_and_parent(
    name: str, plural: str, parent: str | None
) -> None:
    declared = BY_NAME[name].type
    assert (declared.plural, declared.parent) == (plural, parent)


@pytest.mark.parametrize(("name", "wire"), [("host", "agentId"), ("register", "agentId")])
def test_what_each_event_of_an_agent_asks_for_has_an_index(name: str, wire: str) -> None:
    assert BY_NAME[name].type.by_wire[wire].column


@pytest.mark.parametrize(
    ("cls", "state", "actions"),
    [
        (Agent, "activating", {"activate", "deactivate", "reconnect"}),
        (Agent, "active", {"deactivate", "disconnect", "reconnect"}),
        (Agent, "reconnecting", {"deactivate", "disconnect", "reconnect"}),
        (Agent, "disconnected", {"deactivate", "reconnect", "remove"}),
        (Host, "active", {"deactivate", "update"}),
        (Host, "updating-active", {"deactivate", "remove", "update"}),
        (Host, "inactive", {"activate", "remove", "update"}),
    ],
)
def test_agents_and_hosts_offer_what_the_reference_does(
    cls: type[Resource], state: str, actions: set[str]
) -> None:
    assert set(cls.type.actions(state)) == actions
