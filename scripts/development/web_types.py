"""The page's types, made of the server's declarations: ``python -m scripts.development.web_types``.

A field that is declared shows up in ``web/src/api/generated.ts``, one that is taken away breaks the
page's build. ``tests/ui`` checks that the file is what the declarations say now.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from pasture.api.errors import STATUS
from pasture.api.names import V2_BETA
from pasture.api.schema import schema
from pasture.model.declare import Action, ResourceType, Step
from pasture.model.types import TYPES
from scripts.machine import CHECKOUT

FILE = CHECKOUT / "web/src/api/generated.ts"
SEEN_AS = ("admin", "project")  # between them these roles see all that the page shows
HEAD = """\
// Made by `python -m scripts.development.web_types` from the server's declarations. Do not edit.

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/** What every resource has. */
export interface Resource {
  id: string;
  type: string;
  baseType: string;
  links: Record<string, string>;
  actions: Record<string, string>;
  state: string;
  transitioning: "yes" | "no" | "error";
  transitioningMessage: string | null;
  transitioningProgress: number | null;
}

/** What a field takes on creation, as the server checks it. */
export interface Rule {
  required?: boolean;
  min?: number;
  max?: number;
  minLength?: number;
  maxLength?: number;
  validChars?: string;
  options?: readonly string[];
}
"""
SCALARS = {
    "string": "string", "date": "string", "password": "string", "blob": "string", "enum": "string",
    "int": "number", "float": "number", "boolean": "boolean", "json": "Json",
}  # fmt: skip
RULES = ("required", "min", "max", "minLength", "maxLength", "validChars", "options")
UNUSED = "Not used here: null."
GIVEN_FOR_ALL = frozenset({"id", "type", "baseType", "links", "actions", "state"})
Fields = Mapping[str, Mapping[str, Any]]


def generated() -> str:
    """Return the file."""
    resources = dict(sorted(declared().items()))
    values = dict(sorted(values_of(resources.values()).items()))
    parts = [HEAD]
    parts += [interface(name, fields, "Resource") for name, fields in resources.items()]
    parts += [interface(name, fields, None) for name, fields in values.items()]
    parts += [given(name, fields) for name, fields in {**resources, **values}.items()]
    parts += [rules(name, fields) for name, fields in {**resources, **values}.items()]
    parts.append(table("TypeMap", [(name, upper(name)) for name in resources]))
    parts += constants([cls.type for cls in TYPES if cls.type.name in resources])
    return "\n".join(part for part in parts if part)


def declared() -> dict[str, Fields]:
    """Return the fields of every resource type that the page can see, by its name."""
    found: dict[str, Fields] = {}
    for cls in TYPES:
        fields: dict[str, Any] = {}
        for role in SEEN_AS:
            shown = schema(role, V2_BETA, cls.type.name, "")
            for wire, field in (shown or {"resourceFields": {}})["resourceFields"].items():
                before = fields.get(wire, {})
                fields[wire] = {**field, "create": field["create"] or before.get("create", False)}
        if fields:
            found[cls.type.name] = fields
    return found


def values_of(resources: Iterable[Fields]) -> dict[str, Fields]:
    """Return the fields of the types that stand inside others, or are given to actions."""
    waiting = sorted(inner(field["type"]) for fields in resources for field in fields.values())
    for cls in TYPES:
        for run in (*cls.type.steps, *cls.type.more_actions):
            waiting += [taken for taken in (value_name(run.input), answered(run)) if taken]
    found: dict[str, Fields] = {}
    passed_over = {*SCALARS, *(cls.type.name for cls in TYPES)}
    while waiting:
        name = waiting.pop()
        shown = schema(SEEN_AS[0], V2_BETA, name, "")
        if name in passed_over or name in found or shown is None:
            continue
        found[name] = shown["resourceFields"]
        waiting += [inner(field["type"]) for field in found[name].values()]
    return found


def answered(run: Step | Action) -> str | None:
    """Return the value type that an action answers; steps answer the resource."""
    return value_name(run.output) if isinstance(run, Action) else None


def value_name(declared: Any) -> str | None:
    """Return the name of a value type, None where it is none."""
    return None if declared is None or isinstance(declared, str) else declared.value_type.name


def inner(wire_type: str) -> str:
    """Return the type that is in arrays and maps of it."""
    while wire_type.startswith(("array[", "map[")):
        wire_type = wire_type.partition("[")[2][:-1]
    return "string" if wire_type.startswith("reference[") else wire_type


def typed(wire_type: str, options: Any = None) -> str:
    """Return the TypeScript of a wire type."""
    if wire_type.startswith("array["):
        item = typed(wire_type[6:-1], options)
        return f"({item})[]" if " | " in item else f"{item}[]"
    if wire_type.startswith("map["):
        return f"Record<string, {typed(wire_type[4:-1])}>"
    if wire_type.startswith("reference["):
        return "string"
    if options:
        return " | ".join(json.dumps(option) for option in options)
    return SCALARS.get(wire_type) or upper(wire_type)


def interface(name: str, fields: Fields, base: str | None) -> str:
    """Return what a type's answers have."""
    lines = [f"export interface {upper(name)}{f' extends {base}' if base else ''} {{"]
    for wire, field in sorted(fields.items()):
        if field["description"] == UNUSED or (base and wire in GIVEN_FOR_ALL):
            continue
        null = " | null" if field["nullable"] else ""
        lines += [
            f"  /** {field['description']} */",
            f"  {wire}: {typed(field['type'], field.get('options'))}{null};",
        ]
        if field["type"] == "date":
            lines.append(f"  {wire}TS{'?' if null else ''}: number;")  # ms, where it is not null
    return "\n".join((*lines, "}\n"))


def given(name: str, fields: Fields) -> str:
    """Return what a type's creation takes."""
    takes = {wire: field for wire, field in sorted(fields.items()) if field["create"]}
    if not takes:
        return ""
    lines = [f"export interface {upper(name)}Given {{"]
    for wire, field in takes.items():
        kind = typed(field["type"], field.get("options"))
        if not field["type"].startswith(("reference[", "array[reference")):
            kind = with_given(kind, inner(field["type"]))
        optional = "" if field.get("required") else "?"
        null = " | null" if field["nullable"] else ""
        lines.append(f"  {wire}{optional}: {kind}{null};")
    return "\n".join((*lines, "}\n"))


def with_given(kind: str, name: str) -> str:
    """Return a type whose inner one is what is given, not what is answered."""
    return kind if name in SCALARS else kind.replace(upper(name), f"{upper(name)}Given")


def rules(name: str, fields: Fields) -> str:
    """Return the limits of what a type's creation takes."""
    found = {
        wire: rule
        for wire, field in sorted(fields.items())
        if field["create"] and (rule := {w: field[w] for w in RULES if field.get(w) is not None})
    }
    if not found:
        return ""
    constant = "".join(f"_{c}" if c.isupper() else c.upper() for c in name)
    lines = [f"  {wire}: {json.dumps(rule)}," for wire, rule in found.items()]
    kind = "satisfies Record<string, Rule>"
    return "\n".join((f"export const {constant}_RULES = {{", *lines, f"}} {kind};\n"))


def constants(types: Sequence[ResourceType]) -> Iterator[str]:
    """Give the names that the page has words for."""
    yield table("PLURALS", [(t.name, json.dumps(t.plural.lower())) for t in types])
    yield table("STATES", [(t.name, listed(t.states)) for t in types if t.states])
    yield table("ACTIONS", [(t.name, listed(actions(t))) for t in types if actions(t)])
    codes = sorted({error.code for error in STATUS})
    yield f"export const ERROR_CODES = {listed(codes)} as const;\n"


def actions(type: ResourceType) -> list[str]:
    """Return the names of all actions of a type."""
    return sorted({run.name for run in (*type.steps, *type.more_actions)})


def table(name: str, rows: list[tuple[str, str]]) -> str:
    """Return an interface or, for an upper-case name, a constant."""
    if name.isupper():
        lines = [f"  {key}: {value}," for key, value in rows]
        return "\n".join((f"export const {name} = {{", *lines, "} as const;\n"))
    lines = [f"  {key}: {value};" for key, value in rows]
    return "\n".join((f"export interface {name} {{", *lines, "}\n"))


def listed(words: Any) -> str:
    """Return an array of texts."""
    return json.dumps(list(words))


def upper(name: str) -> str:
    """Return a type's name as TypeScript spells types."""
    return name[:1].upper() + name[1:]


def main() -> None:
    """Write the file."""
    FILE.parent.mkdir(parents=True, exist_ok=True)
    FILE.write_text(generated())


if __name__ == "__main__":
    main()
