"""Rows and their feed of changes: the only place where loops meet, and the only place with SQL."""
