"""Prometheus' text format: families of samples, each with what it means."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from pasture.kit.histogram import Histogram

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
Kind: TypeAlias = Literal["counter", "gauge", "histogram"]
Labels: TypeAlias = Mapping[str, str]
NO_LABELS: Labels = {}


@dataclass(frozen=True)
class Family:
    """One metric: its samples by labels."""

    name: str
    kind: Kind
    help: str
    samples: Iterable[tuple[Labels, float | Histogram]]


def one(name: str, kind: Kind, help: str, value: float | Histogram) -> Family:
    """Return a metric without labels."""
    return Family(name, kind, help, [(NO_LABELS, value)])


def expose(families: Iterable[Family]) -> str:
    """Return the text of all families."""
    return "".join(f"{line}\n" for family in families for line in lines(family))


def lines(family: Family) -> Iterator[str]:
    """Give the lines of a family."""
    yield f"# HELP {family.name} {family.help}"
    yield f"# TYPE {family.name} {family.kind}"
    for labels, value in family.samples:
        if isinstance(value, Histogram):
            yield from histogram(family.name, labels, value)
        else:
            yield sample(family.name, labels, value)


def histogram(name: str, labels: Labels, found: Histogram) -> Iterator[str]:
    """Give the lines of a histogram: counts up to each bound."""
    seen = 0
    bounds = [*(f"{bound:g}" for bound in found.bounds), "+Inf"]
    for bound, count in zip(bounds, found.counts, strict=True):
        seen += count
        yield sample(f"{name}_bucket", {**labels, "le": bound}, seen)
    yield sample(f"{name}_sum", labels, found.total)
    yield sample(f"{name}_count", labels, seen)


def sample(name: str, labels: Labels, value: float) -> str:
    """Return one line."""
    inside = ",".join(f'{key}="{escaped(text)}"' for key, text in labels.items())
    return f"{name}{{{inside}}} {value!r}" if inside else f"{name} {value!r}"


def escaped(text: str) -> str:
    """Return a label's value as it stands between quotes."""
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
