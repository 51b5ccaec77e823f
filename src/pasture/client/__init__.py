"""A small typed client of the /v2-beta API: follows links and actions, never builds action URLs.

The command line uses it; so may any program that drives a Pasture server.
"""
