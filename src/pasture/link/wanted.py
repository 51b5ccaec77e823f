"""What agents in containers are to run from: a setting, else the image of this release."""

from pasture.model.query import Where
from pasture.model.setting import AGENT_IMAGE, KNOWN, Setting
from pasture.store.store import Store


async def wanted_image(store: Store) -> str:
    """Return the image."""
    row = await store.one(Setting, Where("name", AGENT_IMAGE))
    return KNOWN[AGENT_IMAGE] if row is None or row.value is None else row.value
