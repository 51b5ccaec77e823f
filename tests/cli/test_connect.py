import io
import json
from argparse import Namespace
from dataclasses import replace
from pathlib import Path

import pytest

from pasture.cli.connect import access
from pasture.cli.console import on
from pasture.cli.verb import Context
from pasture.client.access import Access, KeyPair, Proof, Token
from tests.cli.command import FixedClock

KEPT = {"url": "http://kept:8080", "token": "kept-token", "project": "1a9"}
PAIR = KeyPair("K", "S")
KEYS = {"PASTURE_ACCESS_KEY": "K", "PASTURE_SECRET_KEY": "S"}
CATTLE = {"CATTLE_ACCESS_KEY": "C", "CATTLE_SECRET_KEY": "D"}


@pytest.fixture
def context(tmp_path: Path) -> Context:
    folder = tmp_path / "pasture"
    folder.mkdir()
    (folder / "client.json").write_text(json.dumps(KEPT))
    (folder / "client.json").chmod(0o600)
    variables = {"XDG_CONFIG_HOME": str(tmp_path)}
    console = on((io.StringIO(), io.StringIO(), io.StringIO()))
    return Context(console=console, variables=variables, clock=FixedClock())


@pytest.mark.parametrize(
    ("flags", "variables", "url", "proof"),
    [
        ({}, {}, "http://kept:8080", Token("kept-token")),
        ({"url": "http://kept:8080/v1"}, {}, "http://kept:8080", Token("kept-token")),
        ({"url": "http://other"}, {}, "http://other", None),
        ({}, {"PASTURE_URL": "http://var"}, "http://var", None),
        ({"url": "http://flag"}, {"PASTURE_URL": "http://var"}, "http://flag", None),
        ({}, {"PASTURE_TOKEN": "t"}, "http://kept:8080", Token("t")),
        ({}, KEYS, "http://kept:8080", PAIR),
        ({}, {"CATTLE_URL": "http://c/v1", **CATTLE}, "http://c", KeyPair("C", "D")),
        ({}, {"PASTURE_URL": "http://var", **CATTLE}, "http://var", None),
        ({}, {"CATTLE_URL": "http://c", **KEYS}, "http://kept:8080", PAIR),
    ],
)
def test_flags_win_over_variables_and_these_over_what_was_kept(
    context: Context,
    flags: dict[str, str],
    variables: dict[str, str],
    *,
    url: str,
    proof: Proof | None,
) -> None:
    told = replace(context, variables={**context.variables, **variables})
    found = access(Namespace(**flags), told)
    assert (found.url, found.proof) == (url, proof)


@pytest.mark.parametrize(
    ("flags", "variables", "project"),
    [
        ({}, {}, "1a9"),
        ({"url": "http://other"}, {}, None),
        ({}, {"PASTURE_PROJECT": "Shop"}, "Shop"),
        ({"project": "1a2"}, {"PASTURE_PROJECT": "Shop"}, "1a2"),
        ({"url": "http://other/v2-beta/projects/1a3"}, {}, "1a3"),
    ],
)
def test_the_environment_that_was_kept_belongs_to_its_server(
    context: Context, flags: dict[str, str], variables: dict[str, str], project: str | None
) -> None:
    told = replace(context, variables={**context.variables, **variables})
    assert access(Namespace(**flags), told).project == project


def test_without_anything_the_server_is_this_machine(context: Context) -> None:
    told = replace(context, variables={"HOME": "/nonexistent"})
    assert access(Namespace(), told) == Access(url="http://127.0.0.1:8080")
