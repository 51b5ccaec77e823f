"""Collections that are no query over rows: settings, tokens, identities."""

from collections.abc import Sequence
from typing import Any

from pasture.api.asked import Asked


def unpaged(asked: Asked, type: str, items: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return a collection that is neither paged nor filtered."""
    return {
        "type": "collection",
        "resourceType": type,
        "links": {"self": asked.url},
        "createTypes": {},
        "actions": {},
        "data": list(items),
        "sortLinks": {},
        "pagination": None,
        "sort": None,
        "filters": {},
        "createDefaults": {},
    }
