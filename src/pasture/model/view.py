"""What views have in common: rows that are not kept, but made from other rows each time.

A view's rows are where their owner is: in its environment, there as long as it is. Their numbers
follow from it (``numbers``).
"""

import uuid
from collections.abc import Mapping
from typing import Any, TypeVar

from pasture.model.declare import ACTIVE, REMOVED, Narrow
from pasture.model.numbers import row_of
from pasture.model.resource import Resource

R = TypeVar("R", bound=Resource)
SAME: Mapping[str, Narrow] = {name: Narrow(name) for name in ("account_id", "created", "removed")}
BY_ROW: Mapping[str, Narrow] = {"id": Narrow("id", row_of), **SAME}


def shown(cls: type[R], owner: Resource, number: int, **more: Any) -> R:
    """Return a view's row of an owner."""
    name = f"{owner.uuid}/{cls.type.name}/{number}"
    fields: dict[str, Any] = {
        "id": number,
        "kind": cls.type.name,
        "uuid": str(uuid.uuid5(uuid.NAMESPACE_OID, name)),
        "account_id": owner.account_id,
        "created": owner.created,
        "removed": owner.removed,
        "state": ACTIVE if owner.is_live else REMOVED,
    }
    return cls(**(fields | more))
