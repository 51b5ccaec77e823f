"""The checkout's virtual environment is made anew for another Python."""

import sys
from pathlib import Path

import pytest

from scripts.machine.virtualenv import is_usable


@pytest.mark.parametrize(
    ("says", "usable"), [(sys.version, True), ("3.9.1 (main)", False), ("", False)]
)
def test_an_environment_is_usable_by_the_python_that_made_it(
    tmp_path: Path, says: str, usable: bool
) -> None:
    python = tmp_path / "python"
    python.write_text(f"#!/bin/sh\necho '{says}'\n")
    python.chmod(0o755)
    assert is_usable(python) is usable


def test_none_is_not_usable(tmp_path: Path) -> None:
    assert not is_usable(tmp_path / "python")
