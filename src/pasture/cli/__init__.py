"""The command ``pasture``: verbs by hand, tables for people, JSON for scripts, exit codes for both.

Each module of verbs is imported only when its verb was typed; ``commands.py`` is the list.
"""
