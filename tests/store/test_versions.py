"""Which version may open what another one wrote."""

import pytest

from pasture.model.types import TYPES
from pasture.store.versions import Writer, refused, release
from tests.support.things import Thing

OLD, MORE = frozenset({"box.size"}), frozenset({"box.size", "box.shape"})


@pytest.mark.parametrize(
    ("case", "found", "mine", "is_refused"),
    [
        ("the same", Writer("0.1.0", OLD), Writer("0.1.0", OLD), False),
        ("an upgrade", Writer("0.1.0", OLD), Writer("0.2.0", MORE), False),
        ("an upgrade that drops a field", Writer("0.1.0", MORE), Writer("0.2.0", OLD), False),
        ("a newer one that keeps more", Writer("0.2.0", MORE), Writer("0.1.0", OLD), True),
        ("a newer one that keeps no more", Writer("0.1.1", OLD), Writer("0.1.0", OLD), False),
        ("tens after nines", Writer("0.10.0", MORE), Writer("0.9.0", OLD), True),
        ("a checkout under work", Writer("0.1.0", MORE), Writer("0.1.0", OLD), False),
        ("1.0 is 1.0.0", Writer("1.0.0", MORE), Writer("1.0", OLD), False),
        ("no number at all", Writer("odd", MORE), Writer("0.1.0", OLD), False),
    ],
)
def test_who_may_open_a_database(
    case: str, found: Writer, mine: Writer, *, is_refused: bool
) -> None:
    assert (refused(found, mine) is not None) == is_refused, case


def test_the_refusal_names_both_versions_what_is_unknown_and_the_way_out() -> None:
    words = refused(
        Writer("2.0", frozenset(f"box.a{n}" for n in range(5))), Writer("1.0", frozenset())
    )
    assert words is not None
    for part in ("version 2.0", "version 1.0", "box.a0", "and 2 more", "DATA/backups"):
        assert part in words


@pytest.mark.parametrize(
    ("version", "numbers"),
    [("1.2.3", (1, 2, 3)), ("1.2.0", (1, 2)), ("1.2rc1", (1, 2)), ("", ()), ("dev", ())],
)
def test_the_numbers_of_a_version(version: str, numbers: tuple[int, ...]) -> None:
    assert release(version) == numbers


def test_what_is_written_down_is_read_again() -> None:
    writer = Writer.of("0.1.0", (*TYPES, Thing))
    assert Writer.read(writer.text) == writer
    assert "container.image_uuid" in writer.attributes
