"""Whatever is sent, the answer is meant: never a 5xx."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pasture.model.types import TYPES
from tests.api.world import INSIDE, World

texts = st.text(max_size=20)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | texts
    | st.sampled_from(["1h1", "1st1", "1a5", "docker:a", "1a1"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)  # fmt: skip
words = [t.type.plural for t in TYPES] + ["token", "schemas", "identities", "scripts"]
wires = sorted({f.wire for t in TYPES for f in t.type.fields})
bodies = st.dictionaries(st.sampled_from(wires) | texts, json_values, max_size=5)
ids = st.sampled_from(["1a1", "1a5", "1h1", "1c1", "1i1", "x", "1as!ui.pl", "\u0130"]) | texts
fuzzed = settings(
    deadline=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


queries = st.dictionaries(
    st.sampled_from(["action", "include", "sort", "limit", "marker", "_role", "state"]) | texts,
    texts,
    max_size=3,
)
methods = st.sampled_from(["GET", "POST", "PUT", "DELETE"])
paths = st.lists(st.sampled_from(words) | ids, max_size=4)


@fuzzed
@given(asked=st.tuples(methods, paths, queries, bodies | json_values))
async def test_any_request_has_a_meant_answer(world: World, asked: Any) -> None:
    method, path, query, body = asked
    url = "/v2-beta/" + "/".join(p.translate(dict.fromkeys(b"/?#")) for p in path)
    for client in (world.admin, world.project):
        reply = await client.send(method, url, body=body, query=query)
        assert reply.status < 500, reply.content


@pytest.mark.parametrize("cls", [t for t in TYPES if "c" in t.type.roles.get("project", "")],
                         ids=lambda c: c.type.name)  # fmt: skip
@settings(fuzzed, max_examples=25)
@given(data=st.data())
async def test_any_body_creates_or_is_refused(world: World, cls: Any, data: Any) -> None:
    given_fields = [f.wire for f in cls.type.fields if "c" in f.access]
    body = data.draw(
        st.dictionaries(st.sampled_from(given_fields), json_values, max_size=len(given_fields))
    )
    reply = await world.key("project").post(f"{INSIDE}/{cls.type.plural}", body)
    assert reply.status in {201, 400, 422}, reply.content


@fuzzed
@given(content=st.binary(max_size=200))
async def test_any_bytes_have_a_meant_answer(world: World, content: bytes) -> None:
    reply = await world.project.send("POST", f"{INSIDE}/stacks", content=content)
    assert reply.status in {201, 400, 422}
