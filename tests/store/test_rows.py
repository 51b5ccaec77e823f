"""Every declared type comes back as it was written, and is written in full."""

import dataclasses
import json
import sqlite3
from dataclasses import fields
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pasture.kit.errors import Invalid, PastureError
from pasture.model.account import Account, Project
from pasture.model.container import Container, Instance
from pasture.model.credential import ApiKey, Credential
from pasture.model.host import Host
from pasture.model.query import Page
from pasture.model.resource import Resource
from pasture.model.service import LaunchConfig, Service
from pasture.model.types import STORED
from pasture.store.changes import Create, Delete, Update
from pasture.store.sqlite import path_of
from pasture.store.store import Store
from pasture.store.tables import table_name
from tests.support.resources import resources

ONE_STORE = settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
LAST = Page(descending=True, limit=1)


def stored(url: str, cls: type[Resource]) -> dict[str, Any]:
    """What stands in the documents of a type's first row."""
    connection = sqlite3.connect(path_of(url))
    query = f"SELECT spec, status FROM {table_name(cls.type.base)} ORDER BY id"
    spec, status = connection.execute(query).fetchone()
    connection.close()
    return json.loads(spec) | json.loads(status)


@pytest.mark.parametrize("cls", STORED, ids=lambda cls: cls.type.name)
@given(data=st.data())
@ONE_STORE
async def test_every_type_comes_back_as_it_was_written(
    cls: type[Resource], data: st.DataObject, store: Store
) -> None:
    wanted = data.draw(resources(cls))
    distinct = {names[-1]: f"{names[-1]} {store.revision}" for names in cls.type.unique}
    wanted = dataclasses.replace(wanted, **distinct)
    (made,) = await store.write(Create(wanted))
    assert made == dataclasses.replace(
        wanted,
        id=made.id,
        row_version=1,
        uuid=wanted.uuid or made.uuid,
        created=made.created if wanted.created is None else wanted.created,
    )
    seen = await store.get(cls, made.id)
    assert seen == made
    assert await store.find(cls, page=LAST, removed=True) == [made]
    (again,) = await store.write(Update(made))  # as read: msgspec left defaults to the class
    assert await store.get(cls, made.id) == again == dataclasses.replace(made, row_version=2)


@pytest.mark.parametrize("cls", STORED, ids=lambda cls: cls.type.name)
async def test_a_row_that_was_read_is_written_in_full_again(
    cls: type[Resource], store: Store, url: str
) -> None:
    required: dict[str, Any] = {f.name: 1 if f.hint is int else "x" for f in cls.type.fields
                if f.name != "kind" and f.default is dataclasses.MISSING}  # fmt: skip
    (made,) = await store.write(Create(cls(**required)))
    first = stored(url, cls)
    seen = await store.get(cls, made.id)
    assert seen is not None
    await store.write(Update(seen))
    sealed = {f.name for f in cls.type.fields if f.secret is not None}
    again = stored(url, cls)
    assert {k: v for k, v in again.items() if k not in sealed} == {
        k: v for k, v in first.items() if k not in sealed
    }
    assert again.keys() == first.keys()


async def test_values_inside_values_are_written_in_full_again(store: Store, url: str) -> None:
    body = {"image_uuid": "docker:x", "restart_policy": {"name": "always"}}
    launch = msgspec.convert(body, LaunchConfig)  # leaves the rest at the classes' defaults
    (made,) = await store.write(Create(Service(name="web", stack_id=1, launch_config=launch)))
    first = stored(url, Service)["launch_config"]
    assert first.keys() == {f.name for f in fields(LaunchConfig)}
    assert first["restart_policy"] == {"name": "always", "maximum_retry_count": 0}
    seen = await store.get(Service, made.id)
    assert seen is not None
    await store.write(Update(seen))
    assert stored(url, Service)["launch_config"] == first


async def test_a_base_type_reads_every_kind_as_its_own_class(store: Store) -> None:
    container, key = await store.write(Create(Container(name="a")), Create(ApiKey()))
    assert await store.get(Instance, container.id) == container
    assert await store.find(Credential) == [key]
    assert await store.find(Instance) == [container]


async def test_a_kind_that_is_no_type_of_its_own_is_read_as_the_base_type(store: Store) -> None:
    admin, project = await store.write(Create(Account(kind="admin")), Create(Project()))
    assert await store.find(Account) == [admin, project]
    assert type(admin) is Account
    assert await store.find(Project) == [project]
    assert await store.get(Project, admin.id) is None


async def test_a_kind_of_another_type_is_refused(store: Store) -> None:
    with pytest.raises(Invalid, match="kind") as refused:
        await store.write(Create(Account(kind="project")))
    assert refused.value.field == "kind"


async def test_a_row_that_is_not_there_is_none(store: Store) -> None:
    assert await store.get(Container, 1) is None
    assert await store.one(Container) is None


async def test_ids_are_never_given_twice(store: Store) -> None:
    (first,) = await store.write(Create(Container()))
    await store.write(Delete(first))
    (second,) = await store.write(Create(Container()))
    assert second.id > first.id


@pytest.mark.parametrize(
    ("resource", "field"),
    [
        (Container(name="a\0b"), "name"),
        (Container(environment={"A": "b\0"}), "environment"),
        (Host(engine_id="e", info={"a": ["\0"]}), "info"),
        (Container(name="half \ud800"), None),
        (Container(command=("half \ud800",)), None),
        (Container(host_id=2**63), None),
        (Container(memory=2**63), "memory"),
    ],
)
async def test_what_a_database_would_not_take_is_refused(
    resource: Resource, field: str | None, store: Store
) -> None:
    with pytest.raises(Invalid) as refused:
        await store.write(Create(resource))
    assert refused.value.field == field


async def test_a_backslash_before_u0000_is_no_nul(store: Store) -> None:
    (made,) = await store.write(Create(Container(description="\\u0000")))
    assert await store.get(Container, made.id) == made


async def test_a_row_that_does_not_fit_its_type_is_named(store: Store, url: str) -> None:
    (made,) = await store.write(Create(Container()))
    connection = sqlite3.connect(path_of(url))
    connection.execute("""UPDATE instance SET spec = '{"ports": 5}'""")
    connection.commit()
    connection.close()
    with pytest.raises(PastureError, match=f"row {made.id} of instance is no container"):
        await store.get(Container, made.id)


def test_the_database_is_only_its_owners(store: Store, url: str) -> None:
    assert Path(path_of(url)).stat().st_mode & 0o077 == 0
