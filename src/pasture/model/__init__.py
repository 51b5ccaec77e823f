"""Declarations of every resource type: what it is, who may do what with it, how it changes state.

Importing it does nothing; ``model.types.TYPES`` is the explicit list.
"""
