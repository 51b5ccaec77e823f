"""How the agent's program ends. Nothing is imported here: what keeps the agent running reads it."""

STOPPED = 0  # it was told to
FAILED = 1  # started again it may do better
REFUSED = 77  # for good: who keeps it running must not start it again
