import pytest

from pasture.cli.copy.places import Kind, Place, Target, followed, parse, target
from pasture.cli.exits import Exit, Failure

A, F, D = Kind.ABSENT, Kind.FILE, Kind.FOLDER
HERE = "/home/me"


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("web:/etc/motd", Place(name="web", path="/etc/motd")),
        ("web:etc", Place(name="web", path="/etc")),
        ("shop/web:/x/../y/", Place(name="shop/web", path="/y", is_folder=True)),
        ("web:/etc/.", Place(name="web", path="/etc", contents=True, is_folder=True)),
        ("web:/../..", Place(name="web", path="/")),
        ("web:a:b", Place(name="web", path="/a:b")),
        ("-", Place(name=None, path="-")),
        ("a/b", Place(name=None, path="/home/me/a/b")),
        (".", Place(name=None, path="/home/me", contents=True, is_folder=True)),
        ("..", Place(name=None, path="/home")),
        ("./a:b", Place(name=None, path="/home/me/a:b")),
        ("/a:b", Place(name=None, path="/a:b")),
    ],
)
def test_what_an_argument_means(text: str, place: Place) -> None:
    assert parse(text, HERE) == place


def test_a_name_alone_is_no_place_in_a_container() -> None:
    with pytest.raises(Failure, match="names no path"):
        parse("web:", HERE)


@pytest.mark.parametrize(
    ("source", "goal", "expected"),
    [
        # a file
        (("/s/a", F), ("/d/new", A), Target("/d", "new")),
        (("/s/a", F), ("/d/old", F), Target("/d", "old")),
        (("/s/a", F), ("/d/in", D), Target("/d/in", "a")),
        (("/s/a", F), ("/d/in/", D), Target("/d/in", "a")),
        (("/s/a", F), ("/d/new/", A), "there is no folder"),
        (("/s/a", F), ("/d/old/", F), "is a file"),
        (("/s/a/", F), ("/d/in", D), "was named as a folder"),
        # a folder
        (("/s/a", D), ("/d/new", A), Target("/d", "new")),
        (("/s/a/.", D), ("/d/new", A), Target("/d", "new")),
        (("/s/a", D), ("/d/in", D), Target("/d/in", "a")),
        (("/s/a/", D), ("/d/in", D), Target("/d/in", "a")),
        (("/s/a/.", D), ("/d/in", D), Target("/d/in", None)),
        (("/", D), ("/d/in", D), Target("/d/in", None)),
        (("/s/a", D), ("/d/old", F), "a folder cannot be put there"),
        # nothing
        (("/s/a", A), ("/d/in", D), "there is no /s/a"),
    ],
)
def test_where_it_goes_is_as_docker_cp_has_it(
    source: tuple[str, Kind], goal: tuple[str, Kind], expected: Target | str
) -> None:
    both = parse(source[0], HERE), source[1], parse(goal[0], HERE), goal[1]
    if isinstance(expected, Target):
        assert target(*both) == expected
        return
    with pytest.raises(Failure, match=expected):
        target(*both)


def test_what_is_not_there_has_its_exit_code() -> None:
    with pytest.raises(Failure) as caught:
        target(parse("/s", HERE), A, parse("/d", HERE), D)
    assert caught.value.exit is Exit.NOT_FOUND


@pytest.mark.parametrize(
    ("path", "link", "leads"),
    [("/a/b", "c", "/a/c"), ("/a/b", "../c", "/c"), ("/a/b", "/c/./d", "/c/d")],
)
def test_where_a_link_leads(path: str, link: str, leads: str) -> None:
    assert followed(path, link) == leads
