"""Streams of a host's link: what the server opens beside assignment and reports."""
