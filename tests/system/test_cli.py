"""The command line against a real server and a real Engine: the walk as a user types it."""

import json
from pathlib import Path

import pytest

from tests.support.images import BUSYBOX, WEB
from tests.support.installation import Installation
from tests.support.shell import Shell, logged_in


@pytest.fixture
def shell(pasture: Installation, tmp_path: Path) -> Shell:
    """Log in as the admin."""
    return logged_in(pasture, tmp_path)


def test_the_walk_as_a_user_types_it(pasture: Installation, shell: Shell) -> None:
    host = pasture.host()["name"]
    assert host in shell.out("hosts")
    number = shell.out("run", "--name", "hello", "-p", "8081:80", WEB).strip()
    assert pasture.engine.curl(8081).strip() != ""
    listed = shell.out("ps")
    assert number in listed
    assert "8081:80" in listed
    shell.out("stop", "hello")
    assert "hello" not in shell.out("ps")
    assert "hello" in shell.out("ps", "-a")
    shell.out("start", "hello")
    shell.out("restart", "hello")
    [shown] = json.loads(shell.out("ps", "--format", "json"))
    assert (shown["name"], shown["state"]) == ("hello", "running")
    assert json.loads(shell.out("inspect", "hello"))["id"] == number
    shell.out("rm", "hello")
    assert pasture.engine_ids("-a") == set()


def test_a_service_is_made_scaled_and_removed_with_its_stack(
    pasture: Installation, shell: Shell
) -> None:
    shell.out("stack", "create", "shop")
    shell.out("service", "create", "--scale", "2", "shop/web", WEB)
    assert "2/2" in shell.out("services")
    assert len(pasture.engine_ids()) == 2
    shell.out("scale", "shop/web=1")
    assert len(pasture.engine_ids("-a")) == 1
    assert "shop" in shell.out("stacks")
    shell.out("rm", "--yes", "shop")
    assert pasture.engine_ids("-a") == set()


def test_a_unit_without_a_place_is_said_at_once(pasture: Installation, shell: Shell) -> None:
    words = ("--stack", "shop", "--name", "web", "--scale", "2", "-p", "8082:80")
    waiting = shell.run("run", *words, WEB)
    assert waiting.returncode == 6
    assert waiting.stdout.startswith("1s")
    assert "waits: port 8082 is in use on host" in waiting.stderr
    assert len(pasture.engine_ids()) == 1
    shell.out("scale", "shop/web=1")
    shell.out("rm", "--yes", "shop")
    assert pasture.engine_ids("-a") == set()


def test_what_fails_says_why_and_by_its_exit_code(pasture: Installation, shell: Shell) -> None:
    failed = shell.run("run", "--name", "bad", "127.0.0.1:1/no/such:1")
    assert failed.returncode == 1
    assert "no/such" in failed.stderr
    assert shell.run("stop", "nobody").returncode == 3
    assert shell.run("ps", "--nonsense").returncode == 2
    pasture.server.kill()
    assert shell.run("ps").returncode == 5


def test_the_machines_root_comes_in_again(pasture: Installation, shell: Shell) -> None:
    data = ("--data", str(pasture.server.data))
    login, _, password = shell.out("reset-password", *data).strip().partition(":")
    assert shell.run("ps").returncode == 4, "the old session has ended"
    url = f"http://{pasture.server.address}"
    shell.out("login", url, "--user", login, "--password-stdin", given=f"{password}\n")
    shell.out("run", BUSYBOX)
    assert not (pasture.server.data / "first-login").exists()


def test_a_password_is_changed_and_a_registration_url_shown(
    pasture: Installation, shell: Shell
) -> None:
    url = f"http://{pasture.server.address}"
    joins = shell.out("registration-url").strip()
    assert joins.startswith(f"{url}/v1/scripts/")
    assert shell.out("registration-url").strip() == joins
    both = f"{pasture.admin.password}\nanother horse\n"
    shell.out("passwd", "--password-stdin", given=both)
    words = ("login", url, "--user", pasture.admin.user or "", "--password-stdin")
    shell.out(*words, given="another horse\n")
    assert shell.run(*words, given=f"{pasture.admin.password}\n").returncode == 4
