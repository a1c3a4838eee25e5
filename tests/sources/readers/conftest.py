"""Fixtures of the reader tests: a connection, the contracts, and a shorthand that reads a file and fills a table."""

import duckdb
import pytest

from pipelines.sources.contract import load_contract
from pipelines.sources.readers import read_file


@pytest.fixture
def con():
    """An empty database."""
    with duckdb.connect() as connection:
        yield connection


class Read:
    """One table of a file, read and filled."""

    def __init__(self, raw, con, name):
        self.raw, self.con = raw, con
        self.count = raw.fill(con, name)
        self.name = name

    def rows(self, *fields):
        """(record number, line number, the fields asked for) of each row, in order."""
        columns = ", ".join(self.raw.columns[field] for field in fields)
        sql = f"SELECT {self.raw.record_number} AS r, {self.raw.line_number}, {columns} FROM {self.name} ORDER BY r"
        return self.con.execute(sql).fetchall()

    @property
    def faults(self):
        """(record number, line number, code) of each fault."""
        return [(fault.record_number, fault.line_number, fault.code) for fault in self.raw.faults]


@pytest.fixture
def read(con):
    """Read a file with one table."""

    def of(path, kind="accidents", mapping=None):
        tables = read_file(path, con, load_contract(kind), mapping)
        assert len(tables) == 1
        return Read(tables[0], con, "rows_read")

    return of
