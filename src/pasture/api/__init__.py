"""The HTTP API: one view over the declared types. Knows no type by name, but for named exceptions.

A request goes ``asked`` (what was asked) -> ``auth`` (by whom) -> ``dispatch`` -> ``read`` or
``change`` -> ``answer``. What a role sees of the types is worked out once (``sight``).
"""
