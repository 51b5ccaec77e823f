import shlex

import pytest

from pasture.model import joining

URL = "http://s:8080/v1/scripts/T:1:x"
PRINT = "AB:CD"


def test_the_command_gives_what_the_agent_needs_and_no_more() -> None:
    words = shlex.split(joining.docker_command(URL, "pasture/agent:1"))
    assert words[:4] == ["sudo", "docker", "run", "--rm"]
    assert words[-2:] == ["pasture/agent:1", URL]
    assert words[words.index("--cap-drop") + 1] == "ALL"
    added = {words[n + 1] for n, word in enumerate(words) if word == "--cap-add"}
    assert added == set(joining.CAPABILITIES)
    assert "--privileged" not in words


def test_a_private_ca_is_pinned_by_both_commands() -> None:
    assert f" -e CA_FINGERPRINT={PRINT} " in joining.docker_command(URL, "i", ca_fingerprint=PRINT)
    script = joining.script_command("https://s", "T", ca_fingerprint=PRINT)
    checked, _, run = script.partition(f"grep -qF {PRINT} && ")
    assert checked.startswith("CA=$(mktemp) && curl -fsSk ")
    assert "--cacert $CA https://s/join/T" in run
    assert "-k" not in run
    assert joining.script_command("https://s", "T") == "curl -fsSL https://s/join/T | sudo sh"


def test_labels_and_address_are_told_before_the_image() -> None:
    told = joining.told_of(["zone=a", "disk=very fast"], "192.0.2.1")
    words = shlex.split(joining.command_with(joining.docker_command(URL, "image"), told))
    assert words.index("CATTLE_HOST_LABELS=zone=a&disk=very fast") < words.index("image")
    assert words.index("CATTLE_AGENT_IP=192.0.2.1") < words.index("image")


@pytest.mark.parametrize("ca", [None, PRINT])
def test_labels_pass_sudo_on_the_way_to_the_script(ca: str | None) -> None:
    script = joining.script_command("https://s", "T", ca_fingerprint=ca)
    told = joining.script_with(script, joining.told_of(["a=b"], None))
    run = told.rpartition("| sudo ")[2]
    assert run.startswith("env CATTLE_HOST_LABELS=a=b ")
    assert run.endswith("sh")
    assert run.count("env ") == 1
    assert joining.script_with(script, []) == script


@pytest.mark.parametrize(
    ("base", "words"),
    [
        ("http://127.0.0.1:8080", "from its own machine only"),
        ("http://localhost:8080", "from its own machine only"),
        ("http://[::1]:8080", "from its own machine only"),
        ("http://10.1.2.3", "private address"),
        ("https://[fd00::1]", "private address"),
        ("http://169.254.1.1", "private address"),
        ("http://8.8.8.8:8080", None),
        ("https://pasture.example.org", None),
    ],
)
def test_an_address_that_others_do_not_reach_is_said(base: str, words: str | None) -> None:
    note = joining.note_on(base)
    assert (note is None) if words is None else (words in (note or ""))
    assert note is None or "api.host" in note
