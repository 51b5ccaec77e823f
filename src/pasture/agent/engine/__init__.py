"""The container Engine, as the agent meets it: Docker's, or one in memory. Knows no server."""
