import pytest
from hypothesis import given
from hypothesis import strategies as st

from pasture.api.since import since_s
from pasture.kit.errors import Invalid

NOW_MS = 1_700_000_000_000


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        (None, None),
        ("", None),
        ("  ", None),
        ("0", 0),
        ("1699999999", 1_699_999_999),
        ("1699999999.5", 1_699_999_999),
        ("10m", 1_699_999_400),
        ("1h30m", 1_699_994_600),
        ("1.5s", 1_699_999_998),
        ("500ms", 1_699_999_999),
        ("2d", 1_699_827_200),
        ("999999999d", 0),
        ("2023-11-14T22:13:20Z", 1_700_000_000),
        ("2023-11-14T23:13:20+01:00", 1_700_000_000),
        ("2023-11-14T22:13:20.123456Z", 1_700_000_000),
        ("2023-11-14", 1_699_920_000),
        ("0001-01-01T00:00:00Z", 0),
    ],
)
def test_a_moment_is_said_in_several_ways(text: str | None, moment: int | None) -> None:
    assert since_s(text, NOW_MS) == moment


@pytest.mark.parametrize("text", ["yesterday", "10x", "-5", "m", "10m ago", "2023-13-01", "1e9"])
def test_what_is_no_moment_is_refused_with_what_is(text: str) -> None:
    with pytest.raises(Invalid, match="accepted: seconds since 1970"):
        since_s(text, NOW_MS)


@given(st.text(max_size=64))
def test_any_text_is_a_moment_or_is_refused(text: str) -> None:
    try:
        moment = since_s(text, NOW_MS)
    except Invalid:
        return
    assert moment is None or moment >= 0
