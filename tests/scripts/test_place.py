"""Where things lie and what is remembered of what `make run` was told."""

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pasture.kit.errors import Invalid
from scripts.machine import CHECKOUT
from scripts.machine.place import find, quoted, read_env, write_env

VALUES = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]))


def told(data: Path, **variables: str) -> dict[str, str]:
    return {"PASTURE_DATA": str(data), "HOME": "/root", **variables}


def test_a_setting_is_remembered_until_another_is_given(tmp_path: Path) -> None:
    first = find(told(tmp_path, PASTURE_LISTEN="127.0.0.1:8081"))
    first.machine.mkdir()
    write_env(first.settings_file, first.variables)
    assert find(told(tmp_path)).listen.port == 8081
    assert find(told(tmp_path, PASTURE_LISTEN="8082")).listen.port == 8082


def test_a_password_is_never_remembered(tmp_path: Path) -> None:
    place = find(told(tmp_path, PASTURE_ADMIN_PASSWORD="correct horse"))
    assert "correct horse" not in str(place.variables)


def test_a_value_that_no_program_would_take_stops_before_anything_is_changed(
    tmp_path: Path,
) -> None:
    with pytest.raises(Invalid, match="PASTURE_LISTEN"):
        find(told(tmp_path, PASTURE_LISTEN="here"))


def test_the_url_is_one_that_a_person_on_this_machine_can_open(tmp_path: Path) -> None:
    assert find(told(tmp_path)).url(8080) == "http://127.0.0.1:8080"
    assert find(told(tmp_path, PASTURE_LISTEN="[::1]:80")).url(80) == "http://[::1]:80"


@given(value=VALUES)
def test_what_is_written_is_read_again(
    value: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    file = tmp_path_factory.mktemp("env") / "settings.env"
    write_env(file, {"A": value, "B": "b"})
    assert read_env(file) == {"A": value, "B": "b"}


def test_quotes_and_backslashes_are_escaped() -> None:
    assert quoted('a "b" \\c') == r'"a \"b\" \\c"'


def test_the_scripts_run_where_nothing_is_installed() -> None:
    every = "import scripts.machine.__main__, scripts.development.check, scripts.development.test"
    ran = subprocess.run(
        [sys.executable, "-S", "-E", "-c", f"import sys; sys.path.insert(0, '.'); {every}"],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
