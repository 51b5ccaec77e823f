"""The page's types are what the server declares."""

import re

from pasture.model.types import BY_NAME
from scripts.development.web_types import FILE, generated, typed


def test_the_pages_types_are_made_of_the_declarations_as_they_are_now() -> None:
    again = "run: python -m scripts.development.web_types"
    assert FILE.read_text() == generated(), again


def test_what_the_page_never_sees_is_not_in_them() -> None:
    text = generated()
    assert "interface Container extends" in text
    assert not re.search(r"interface (SigningKey|Session|AgentApiKey)\b", text)
    assert "engineState" not in text


def test_a_field_that_is_declared_shows_up() -> None:
    declared = {f.wire for f in BY_NAME["service"].type.fields if "r" in f.access}
    [body] = re.findall(r"interface Service extends Resource \{(.*?)\n\}", generated(), re.DOTALL)
    shown = set(re.findall(r"^  (\w+)\??:", body, re.MULTILINE))
    assert declared - {"id", "state"} <= shown


def test_wire_types_become_typescript() -> None:
    assert typed("array[reference[host]]") == "string[]"
    assert typed("map[array[string]]") == "Record<string, string[]>"
    assert typed("array[enum]", ("a", "b")) == '("a" | "b")[]'
    assert typed("launchConfig") == "LaunchConfig"
