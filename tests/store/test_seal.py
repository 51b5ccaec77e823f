"""Sealed fields: never in the database's files, and open with their own key only."""

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pasture.kit.errors import PastureError
from pasture.model.declare import Secret
from pasture.model.resource import Resource
from pasture.model.types import STORED
from pasture.store.changes import Create, Update
from pasture.store.seal import Seal
from pasture.store.store import Store
from tests.support.stores import KEY, StillClock

MARKER = "CANARY-5f1d"
SEALED = [(cls, f) for cls in STORED for f in cls.type.fields if f.secret is Secret.SEALED]
OTHER_KEY = bytes(32)


@pytest.mark.parametrize(("cls", "field"), SEALED, ids=lambda x: getattr(x, "name", None))
async def test_a_sealed_value_never_stands_in_the_files(
    cls: type[Resource], field: object, url: str, folder: Path
) -> None:
    required = {f.name: 1 if f.hint is int else f"plain {f.name} 1234567890"
                for f in cls.type.fields if f.required}  # fmt: skip
    secrets = {f.name: MARKER for c, f in SEALED if c is cls}
    async with Store.open(url, key=KEY, clock=StillClock()) as store:
        (made,) = await store.write(Create(cls(**(required | secrets))))  # type: ignore[arg-type]
        await store.write(Update(made))
        seen = await store.get(cls, made.id)
        assert {name: getattr(seen, name) for name in secrets} == secrets
        while_open = content(folder)
    assert b"docker" in while_open or cls.type.name.encode() in while_open
    assert MARKER.encode() not in while_open + content(folder)


def content(folder: Path) -> bytes:
    """Every byte of every file, the WAL too."""
    return b"".join(path.read_bytes() for path in sorted(folder.iterdir()))


async def test_another_key_is_refused_in_words(url: str) -> None:
    async with Store.open(url, key=KEY, clock=StillClock()):
        pass
    with pytest.raises(PastureError, match="the key does not belong to this database"):
        async with Store.open(url, key=OTHER_KEY, clock=StillClock()):
            pass


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_what_is_sealed_opens_again(text: str) -> None:
    seal = Seal(KEY)
    assert seal.open(seal.close(text, "table.field"), "table.field") == text


def test_the_same_text_is_never_sealed_alike() -> None:
    seal = Seal(KEY)
    assert seal.close("x", "a.b") != seal.close("x", "a.b")


@pytest.mark.parametrize(
    ("key", "where", "sealed"),
    [
        ("another key", "a.b", None),
        ("the key", "a.c", None),
        ("the key", "a.b", "sealed:1:AAAA"),
        ("the key", "a.b", "no base64 at all"),
    ],
)
def test_what_does_not_open_names_its_field(key: str, where: str, sealed: str | None) -> None:
    closed = Seal(KEY).close("x", "a.b") if sealed is None else sealed
    seal = Seal(KEY if key == "the key" else OTHER_KEY)
    with pytest.raises(PastureError, match=f"{where} does not open"):
        seal.open(closed, where)


def test_a_key_of_another_length_is_refused() -> None:
    with pytest.raises(PastureError, match="5 bytes instead of 32"):
        Seal(b"short")


def test_the_cipher_is_loaded_only_for_a_sealed_value(folder: Path) -> None:
    program = """
import asyncio, pathlib, sys
from pasture.model.container import Container
from pasture.model.credential import RegistrationToken
from pasture.store.changes import Create
from tests.support.stores import open_store
async def main():
    async with open_store(pathlib.Path(sys.argv[1])) as store:
        await store.write(Create(Container()))
        assert "cryptography" not in sys.modules
        await store.write(Create(RegistrationToken()))
        assert "cryptography" in sys.modules
asyncio.run(main())
"""
    here = Path(__file__).parents[2]
    subprocess.run([sys.executable, "-c", program, str(folder)], check=True, cwd=here)
