"""Row numbers that follow from other rows: what a view shows has the same id each time it is read.

Two kinds: the so-manieth thing of one row, and a thing with a name of its own that several rows
of one place share (a volume of a host, an image of an environment). Both lead back to that row.
"""

from hashlib import blake2b

MOST_OF_ROW = 10_000  # as many as a list in a body may have elements
KEYS = 10_000_000_000
KEY_BYTES = 8


def of_row(number: int, index: int = 0) -> int:
    """Return the number of a row's thing with this index, below ``MOST_OF_ROW``."""
    return number * MOST_OF_ROW + index


def row_of(number: int) -> int:
    """Return which row a thing is of."""
    return number // MOST_OF_ROW


def index_of(number: int) -> int:
    """Return which of its row's things it is."""
    return number % MOST_OF_ROW


def of_key(place: int, key: str) -> int:
    """Return the number of what a key names within a place."""
    digest = blake2b(key.encode("utf-8", "surrogatepass"), digest_size=KEY_BYTES).digest()
    return place * KEYS + int.from_bytes(digest) % KEYS


def place_of(number: int) -> int:
    """Return within which place a key names it."""
    return number // KEYS
