import inspect

import pytest

from pasture.api.errors import STATUS, shown, status_of
from pasture.kit import errors
from pasture.kit.errors import PastureError

MEANT = [
    cls for _, cls in inspect.getmembers(errors, inspect.isclass) if issubclass(cls, PastureError)
]


@pytest.mark.parametrize("cls", MEANT, ids=lambda c: c.__name__)
def test_every_error_of_ours_has_its_status(cls: type[PastureError]) -> None:
    assert cls in STATUS


def test_the_table_names_nothing_else() -> None:
    assert set(STATUS) == set(MEANT)


def test_an_error_is_shown_as_clients_expect() -> None:
    body = shown(errors.NotUnique("taken", field="name"), "r1")
    assert len(body.pop("id")) == 36
    assert body == {
        "type": "error", "links": {}, "actions": {}, "status": 422, "code": "NotUnique",
        "message": "taken", "detail": None, "fieldName": "name",
    }  # fmt: skip


def test_only_an_error_of_a_field_names_one() -> None:
    assert "fieldName" not in shown(errors.NotFound("nothing"), "r1")


def test_what_we_did_not_mean_tells_nothing_but_where_to_look() -> None:
    body = shown(ZeroDivisionError("secret"), "r1")
    assert (body["status"], body["code"]) == (500, "Internal Server Error")
    assert "r1" in body["detail"]
    assert "secret" not in str(body)


def test_a_further_error_has_the_status_of_what_it_is() -> None:
    class Busy(errors.Conflict):
        """A conflict that somebody adds."""

    assert status_of(Busy("busy")) == 409
