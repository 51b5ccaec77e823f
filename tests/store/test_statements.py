"""What the statements are, whatever database takes them."""

import pytest
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable

from pasture.model.resource import Resource
from pasture.model.types import STORED
from pasture.store.statements import OPS, PATTERNS, Listing, Statements
from pasture.store.tables import Tables, scalar

DIALECT = postgresql.dialect(paramstyle="numeric_dollar")
UNARY = {"null", "notnull"}
STATEMENTS = Statements(Tables(STORED), DIALECT)


@pytest.mark.parametrize("cls", STORED, ids=lambda cls: cls.type.name)
def test_every_statement_compiles_for_postgresql(cls: type[Resource]) -> None:
    STATEMENTS.get(cls)
    for field in cls.type.fields:
        kind = scalar(field)
        for op in sorted(OPS if kind is str else OPS - PATTERNS if kind else UNARY):
            shape = ((field.name, op, 0 if op in UNARY else 1),)
            STATEMENTS.count(cls, shape, removed=False)
        for descending in (False, True):
            STATEMENTS.select(cls, (), Listing(field.name, descending, True, True))


def test_every_table_and_index_compiles_for_postgresql() -> None:
    for table in STATEMENTS.tables.metadata.sorted_tables:
        assert CreateTable(table).compile(dialect=DIALECT)
        assert all(str(CreateIndex(index).compile(dialect=DIALECT)) for index in table.indexes)
