"""The same without an event loop: what ``.sync`` runs, where, and for whom."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from ferrule_core.database import connect, transaction
from ferrule_core.database.sync import SyncDatabase
from ferrule_core.plugins.contracts import DatabaseUrl
from ferrule_core.plugins.manager import Plugins


@pytest.fixture
def db(database_url: DatabaseUrl, plugins: Plugins) -> Iterator[SyncDatabase]:
    with connect(database_url, plugins=plugins).sync as database:
        database.execute("CREATE TABLE numbers (n int PRIMARY KEY)")
        database.execute("INSERT INTO numbers SELECT generate_series(1, 5)")
        yield database


def count(db: SyncDatabase) -> int:
    row = db.fetch_first("SELECT count(*) FROM numbers")
    assert row is not None
    return int(row[0])


def test_statements_run(db: SyncDatabase):
    assert [tuple(row) for row in db.fetch("SELECT n FROM numbers WHERE n < $1", 3)] == [(1,), (2,)]
    assert db.execute("DELETE FROM numbers WHERE n > 3") == 2
    assert [len(rows) for rows in db.stream("SELECT n FROM numbers", chunk_rows=2)] == [2, 1]


def test_a_transaction_is_of_the_thread_that_opened_it(db: SyncDatabase):
    seen: list[int] = []

    with db.transaction():
        db.execute("DELETE FROM numbers")
        with ThreadPoolExecutor(1) as other:
            seen.append(other.submit(count, db).result())
        seen.append(count(db))

    assert seen == [5, 0]
    assert count(db) == 0


def test_a_block_that_raises_is_rolled_back(db: SyncDatabase):
    with pytest.raises(ZeroDivisionError), transaction().sync as outer:
        outer.execute("DELETE FROM numbers WHERE n = 1")
        with pytest.raises(KeyError), transaction().sync:
            db.execute("DELETE FROM numbers")
            raise KeyError
        assert count(db) == 4
        raise ZeroDivisionError

    assert count(db) == 5
