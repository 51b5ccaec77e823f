"""Composition root: settings, store, API, link and control in one process."""
