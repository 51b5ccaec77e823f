import pytest
from hypothesis import given
from hypothesis import strategies as st

from pasture.kit import ids
from pasture.model.types import TYPES


@pytest.mark.parametrize(
    ("base", "number", "shown"),
    [
        ("host", 5, "1h5"),
        ("stack", 2, "1st2"),
        ("service", 7, "1s7"),
        ("instance", 12, "1i12"),
        ("secret", 1, "1se1"),
        ("genericObject", 3, "1go3"),
        ("auditLog", 9, "1al9"),
        ("projectMember", 4, "1pm4"),
        ("serviceConsumeMap", 6, "1scm6"),
    ],
)
def test_an_id_is_one_then_the_letters_of_the_base_type(base: str, number: int, shown: str) -> None:
    assert ids.show(base, number) == shown


@given(base=st.sampled_from([t.type.base for t in TYPES]), number=st.integers(1, 10**17))
def test_a_shown_id_reads_back(base: str, number: int) -> None:
    assert ids.parse(ids.show(base, number)) == number


@pytest.mark.parametrize(
    "text", ["", "5", "h5", "1h", "1H5", "2h5", "1h-5", "1h5x", "1h" + "9" * 40]
)
def test_what_is_no_id_is_none(text: str) -> None:
    assert ids.parse(text) is None


def test_any_letters_resolve() -> None:
    assert ids.parse("1zzz17") == 17
