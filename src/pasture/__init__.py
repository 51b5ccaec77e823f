"""Pasture: one server, one agent per machine, containers that stay up."""

__version__ = "0.1.0"
