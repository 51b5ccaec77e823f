"""A made-up type with a field of each kind in each place, for tests of the store."""

from typing import Any

from pasture.model.declare import Secret, attr, resource
from pasture.model.resource import Resource


@resource("thing", roles={}, unique=(("account_id", "label"),))
class Thing(Resource):
    """Columns, spec and status: text, numbers, truth, and what cannot be compared."""

    label: str | None = attr("cru", "Text in the spec, unique.", default=None)
    tag: str | None = attr("r", "Text in the status.", default=None)
    size: int | None = attr("cru", "Number in a column.", default=None, column=True)
    weight: int = attr("cru", "Number in the spec.", default=7)
    height: int | None = attr("r", "Number in the status.", default=None)
    share: float | None = attr("cru", "Fraction in the spec.", default=None)
    is_new: bool = attr("cru", "Truth in the spec.", default=False)
    is_old: bool | None = attr("r", "Truth in the status.", default=None)
    tags: tuple[str, ...] = attr("cru", "A list.", default=())
    parts: dict[str, Any] = attr("cru", "No single value.", default_factory=dict)
    secret: str | None = attr("cu", "Sealed.", default=None, secret=Secret.SEALED)
