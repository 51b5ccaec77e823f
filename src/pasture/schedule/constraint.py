"""Affinity labels: what a container asks of its host and of its neighbours.

Rules: ``reference/rancher16-behaviour.md#3``. Each constraint explains its own refusal.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from pasture.model.host import Host
from pasture.model.labels import SERVICE_NAME, STACK_NAME
from pasture.schedule.load import Load, show_host

AFFINITY = re.compile(
    r"io\.rancher\.scheduler\.affinity:(host_label|container_label|container)((?:_soft|_ne)*)"
)


@dataclass(frozen=True)
class Constraint:
    """One term of one affinity label, for example ``host_label ssd=true``."""

    kind: str  # host_label, container_label, container
    key: str  # the label's name, or the container's name or uuid
    value: str = ""
    negated: bool = False

    @property
    def is_about_neighbours(self) -> bool:
        """Whether the answer changes with what else is placed."""
        return self.kind != "host_label"

    def refuse(self, host: Host, load: Load) -> str | None:
        """Say why the host does not meet it, or None."""
        if self._found(host, load) != self.negated:
            return None
        name, has = show_host(host), self.negated
        match self.kind:
            case "host_label":
                verb = "has" if has else "has no"
                return f"host {name} {verb} label {self.key}={self.value}"
            case "container_label":
                verb = "runs a" if has else "runs no"
                return f"host {name} {verb} container with label {self.key}={self.value}"
            case _:
                verb = "runs" if has else "does not run"
                return f"host {name} {verb} container {self.key}"

    def _found(self, host: Host, load: Load) -> bool:
        match self.kind:
            case "host_label":
                return host.labels.get(self.key) == self.value
            case "container_label":
                return (self.key, self.value) in load.labels
            case _:
                return self.key in load.names


@dataclass(frozen=True)
class Constraints:
    """What must hold, and what is given up where no host has it."""

    hard: tuple[Constraint, ...] = ()
    soft: tuple[Constraint, ...] = ()


NONE = Constraints()


def read(labels: Mapping[str, str]) -> Constraints:
    """Return what a container's labels ask for."""
    hard: list[Constraint] = []
    soft: list[Constraint] = []
    for label, text in sorted(labels.items()):
        match = AFFINITY.fullmatch(label.lower())
        if match is None:
            continue
        chosen = soft if "_soft" in match[2] else hard
        for term in _fill(text, labels).split(","):
            if term.strip():
                chosen.append(_constraint(match[1], term.strip(), "_ne" in match[2], labels))
    return Constraints(tuple(hard), tuple(soft)) if hard or soft else NONE


def _constraint(kind: str, term: str, negated: bool, labels: Mapping[str, str]) -> Constraint:
    if kind == "container":
        return Constraint(kind, term, negated=negated)
    key, _, value = (part.strip() for part in term.partition("="))
    if key.lower().startswith("io.rancher"):
        key = key.lower()
    if key == SERVICE_NAME and "/" not in value and STACK_NAME in labels:
        value = f"{labels[STACK_NAME]}/{value}"
    return Constraint(kind, key, value, negated)


def _fill(text: str, labels: Mapping[str, str]) -> str:
    stack = labels.get(STACK_NAME, "")
    service = labels.get(SERVICE_NAME, "").rpartition("/")[2]
    for name, value in (
        ("stack_name", stack),
        ("project_name", stack),
        ("service_name", service),
    ):
        text = text.replace(f"${{{name}}}", value)
    return text
