"""An agent in a container: how it gets there, is replaced, and leaves."""
