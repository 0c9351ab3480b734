"""SQL that the caller writes, without an event loop."""

from __future__ import annotations

from typing import NamedTuple, assert_type

from ferrule_core.database import connect
from ferrule_core.plugins.contracts import DatabaseUrl
from ferrule_core.query.raw import sql


class Pair(NamedTuple):
    title: str
    stock: int = 7


def test_without_an_event_loop(database_url: DatabaseUrl):
    with connect(database_url, name="blocking").sync:
        statement = sql("SELECT {}::text AS title", "b").using("blocking")
        assert_type(statement.sync.all(str), list[str])

        assert statement.sync.all(str) == ["b"]
        assert statement.sync.first(Pair) == ("b", 7)
        assert statement.sync.get() == {"title": "b"}
        assert sql("DELETE FROM book").using("blocking").sync.execute() == 0
