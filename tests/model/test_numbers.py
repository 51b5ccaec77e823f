"""Numbers of what is shown of other rows lead back to them."""

from hypothesis import given
from hypothesis import strategies as st

from pasture.model.numbers import (
    KEYS,
    MOST_OF_ROW,
    index_of,
    of_key,
    of_row,
    place_of,
    row_of,
)

rows = st.integers(1, 10**7)
LONGEST_ID = 18  # digits that an id may have (kit.ids)


@given(row=rows, index=st.integers(0, MOST_OF_ROW - 1))
def test_a_thing_of_a_row_leads_back_to_it(row: int, index: int) -> None:
    number = of_row(row, index)
    assert (row_of(number), index_of(number)) == (row, index)
    assert of_row(row + 1) > number


@given(place=rows, key=st.text())
def test_a_key_leads_back_to_its_place_and_is_the_same_each_time(place: int, key: str) -> None:
    number = of_key(place, key)
    assert place_of(number) == place
    assert of_key(place, key) == number
    assert of_key(place + 1, key) - number == KEYS
    assert len(str(number)) <= LONGEST_ID


def test_keys_of_a_place_have_numbers_of_their_own() -> None:
    assert len({of_key(1, f"volume-{n}") for n in range(10_000)}) == 10_000


def test_a_number_that_was_shown_stays_what_it_is() -> None:
    assert of_key(1, "data") == 16_481_261_480
    assert of_row(7, 2) == 70_002
