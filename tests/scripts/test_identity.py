"""When `make run` has the agent join anew."""

from pathlib import Path

import pytest

from scripts.machine.identity import keys_in


@pytest.mark.parametrize(
    ("content", "keys"),
    [
        ('{"access_key": "a", "secret_key": "s", "base": "http://s"}', "a:s"),
        ('{"access_key": "", "secret_key": ""}', None),
        ("{}", None),
        ("[]", None),
        ("half of i", None),
        (None, None),
    ],
)
def test_the_agents_keys(tmp_path: Path, content: str | None, keys: str | None) -> None:
    path = tmp_path / "identity.json"
    if content is not None:
        path.write_text(content)
    assert keys_in(path) == keys
