"""The page's build: when Node.js is new enough, and when there is something to do."""

import pytest

from scripts.web.build import files
from scripts.web.node import is_new_enough


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        ("v20.19.0\n", True),
        ("v24.0.1", True),
        ("v20.18.3", False),
        ("v18.20.4", False),
        ("", False),
        ("no node", False),
    ],
)
def test_node_is_used_from_20_19_on(version: str, expected: bool) -> None:
    assert is_new_enough(version) is expected


def test_the_page_is_made_of_its_own_files_only() -> None:
    names = {file.name for file in files()}
    assert {"index.html", "package-lock.json", "main.tsx"} <= names
    assert not [file for file in files() if "node_modules" in file.parts]
