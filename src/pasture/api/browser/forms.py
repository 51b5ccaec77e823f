"""Forms of the HTML view, from the schemas that every client reads.

A form is sent by the page's own script as JSON; it holds the address and the method.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

import msgspec

from pasture.api.browser.markup import NOTHING, Markup, join, tag

SchemaOf: TypeAlias = Callable[[str], Mapping[str, Any] | None]
ENDS_SOMETHING = frozenset({"remove", "purge", "deactivate", "stop", "delete"})  # asked about
FIRST = (  # what most people fill in; the others are folded away
    "name", "description", "imageUuid", "command", "ports", "environmentId", "stackId", "scale",
    "launchConfig", "labels", "value", "publicValue", "secretValue",
)  # fmt: skip
NUMBERS = frozenset({"int", "float"})


def button(words: str, url: str, method: str) -> Markup:
    """Return a form that needs no input."""
    question = f"{words}: sure?" if words in ENDS_SOMETHING else None
    return tag(
        "form",
        tag("button", words, type="submit"),
        tag("output"),
        data_send=method,
        data_url=url,
        data_confirm=question,
        class_="plain",
    )


def folded(words: str, form: Markup) -> Markup:
    """Return a form that opens at a click."""
    return tag("details", tag("summary", words), form, class_="form")


def create_form(schema: Mapping[str, Any], url: str, schema_of: SchemaOf, given: Any) -> Markup:
    """Return the form that makes a resource; ``given`` are values that are known already."""
    fields = _fields(schema, "create")
    return _form(fields, given, url=url, method="POST", words="Create", schema_of=schema_of)


def edit_form(schema: Mapping[str, Any], shown: Any, url: str, schema_of: SchemaOf) -> Markup:
    """Return the form that changes a resource as it is shown."""
    fields = _fields(schema, "update")
    return _form(fields, shown, url=url, method="PUT", words="Save", schema_of=schema_of)


def action_form(name: str, schema: Mapping[str, Any], url: str, schema_of: SchemaOf) -> Markup:
    """Return the form of an action's input."""
    fields = _fields(schema, "create")
    return _form(fields, {}, url=url, method="POST", words=name, schema_of=schema_of)


def _fields(schema: Mapping[str, Any], when: str) -> Mapping[str, Any]:
    return {n: f for n, f in schema["resourceFields"].items() if f[when]}


def _form(
    fields: Mapping[str, Any],
    given: Mapping[str, Any],
    *,
    url: str,
    method: str,
    words: str,
    schema_of: SchemaOf,
) -> Markup:
    plain = {n: f for n, f in fields.items() if f.get("required") or n in FIRST}
    rows = list(_rows(plain, given, schema_of))
    more = {n: f for n, f in fields.items() if n not in plain}
    if more and plain:
        rest = _rows(more, given, schema_of)
        rows.append(tag("details", tag("summary", "More fields"), join(rest)))
    elif more:
        rows.extend(_rows(more, given, schema_of))
    return tag(
        "form",
        join(rows),
        tag("button", words, type="submit"),
        tag("output"),
        data_send=method,
        data_url=url,
        data_confirm=f"{words}: sure?" if words in ENDS_SOMETHING else None,
    )


def _rows(
    fields: Mapping[str, Any], given: Mapping[str, Any], schema_of: SchemaOf
) -> Iterator[Markup]:
    for name in sorted(fields, key=lambda n: (not fields[n].get("required"), _place(n), n)):
        field = fields[name]
        yield tag(
            "label",
            tag("span", name, tag("b", "*") if field.get("required") else NOTHING),
            _input(name, field, given.get(name), schema_of),
            tag("small", f"{field['type']}. {field.get('description') or ''}"),
        )


def _place(name: str) -> int:
    return FIRST.index(name) if name in FIRST else len(FIRST)


def _input(name: str, field: Mapping[str, Any], value: Any, schema_of: SchemaOf) -> Markup:
    kind = field["type"]
    if kind == "boolean":
        return _choice(name, ("true", "false"), value, field, kind="json")
    if kind == "enum" and field.get("options"):
        return _choice(name, field["options"], value, field, kind="text")
    if _is_document(kind):
        return tag(
            "textarea",
            "" if value is None else _json(value),
            name=name,
            rows="4",
            data_kind="json",
            spellcheck="false",
            placeholder=_json(_example(kind, schema_of)),
        )
    return tag(
        "input",
        name=name,
        type="password" if kind == "password" else "number" if kind in NUMBERS else "text",
        step="any" if kind == "float" else None,
        autocomplete="new-password" if kind == "password" else "off",
        data_kind="json" if kind in NUMBERS else "text",
        value="" if value is None else str(value),
        placeholder=_placeholder(field),
    )


def _choice(
    name: str, options: tuple[str, ...], value: Any, field: Mapping[str, Any], *, kind: str
) -> Markup:
    now = _word(value)
    default = _word(field.get("default"))
    empty = tag("option", f"({default})" if default else "", value="", selected=not now)
    found = [tag("option", o, value=o, selected=o == now) for o in options]
    return tag("select", empty, *found, name=name, data_kind=kind)


def _word(value: Any) -> str:
    return "" if value is None else value if isinstance(value, str) else _json(value)


def _placeholder(field: Mapping[str, Any]) -> str | None:
    default = field.get("default")
    return None if default is None else _word(default)


def _is_document(kind: str) -> bool:
    plain = {"string", "date", "blob", "enum", "password", *NUMBERS}
    return kind not in plain and not kind.startswith("reference[")


def _example(kind: str, schema_of: SchemaOf) -> Any:
    """Return what a value of a type looks like, for a field that is still empty."""
    outer, bracket, inner = kind.partition("[")
    inner = inner.removesuffix("]")
    if bracket and outer == "array":
        return [_example(inner, schema_of)]
    if bracket and outer == "map":
        return {"key": _example(inner, schema_of)}
    schema = schema_of(kind)
    if schema is None:
        return 1 if kind in NUMBERS else "..."
    fields = schema["resourceFields"]
    named = {n: f for n, f in fields.items() if f.get("required")} or dict(list(fields.items())[:3])
    return {n: _example(f["type"], schema_of) for n, f in named.items() if f["type"] != kind}


def _json(value: Any) -> str:
    return msgspec.json.format(msgspec.json.encode(value), indent=2).decode()
