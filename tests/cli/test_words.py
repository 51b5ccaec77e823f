import pytest

from pasture.cli.exits import Failure
from pasture.cli.launch import name_of
from pasture.cli.table import cut, fit
from pasture.cli.words import age, counted, parse_size, size


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0s"), (59, "59s"), (60, "1m"), (3599, "59m"), (3600, "1h"), (90_000, "1d"), (-5, "0s")],
)
def test_an_age_is_its_largest_unit(seconds: int, text: str) -> None:
    assert age(1_000_000, 1_000_000 + seconds * 1000) == text


def test_what_has_no_beginning_has_no_age() -> None:
    assert age(None, 1) == ""


@pytest.mark.parametrize(
    ("text", "count"),
    [("512m", 512 * 1024**2), ("1.5G", 1536 * 1024**2), ("1048576", 1048576), ("4 b", None),
     ("64KiB", 65536), ("1tb", 1024**4), ("-1m", None), ("", None), ("m", None)],
)  # fmt: skip
def test_a_size_is_read(text: str, count: int | None) -> None:
    if count is None:
        with pytest.raises(Failure):
            parse_size(text)
    else:
        assert parse_size(text) == count


@pytest.mark.parametrize(
    ("count", "text"), [(None, ""), (512, "512"), (1536, "1.5K"), (8 * 1024**3, "8G")]
)
def test_a_size_is_written(count: int | None, text: str) -> None:
    assert size(count) == text


@pytest.mark.parametrize(
    ("image", "name"),
    [
        ("nginx", "nginx"),
        ("nginx:1.27", "nginx"),
        ("registry.example.org:5000/team/web_app:1", "web-app"),
        ("docker:redis@sha256:abc", "redis"),
        ("___", "app"),
    ],
)
def test_a_service_is_named_after_its_image(image: str, name: str) -> None:
    assert name_of(image) == name


def test_a_number_has_its_noun() -> None:
    assert [counted(n, "service") for n in (0, 1, 2)] == ["0 services", "1 service", "2 services"]


def test_the_widest_column_gives_way_first_and_none_below_its_least() -> None:
    assert fit([10, 30, 5], [5, 5, None], 37) == [10, 18, 5]
    assert fit([10, 30, 5], [8, 25, None], 10) == [8, 25, 5]
    assert fit([10, 30], [5, 5], None) == [10, 30]


def test_what_is_cut_says_so() -> None:
    assert (cut("abcdef", 4), cut("abc", 3)) == ("abc…", "abc")
