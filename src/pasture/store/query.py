"""The words of a read, for those who speak to the store; ``model/query.py`` has what they mean."""

from pasture.model.query import Page, Where

__all__ = ["Page", "Where"]
