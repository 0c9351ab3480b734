"""Stored functions without an event loop."""

from __future__ import annotations

from ferrule_core.database import connect
from ferrule_core.plugins.contracts import DatabaseUrl


def test_functions_are_called_without_an_event_loop(database_url: DatabaseUrl):
    with connect(database_url).sync as database:
        assert database.fn.upper("a").sync.result() == "A"
        assert database.fn.generate_series(1, 3).sync.all(int) == [1, 2, 3]
        assert database.fn.upper("b").sync.first(str) == "B"
        assert database.fn.upper("b").sync.get(str) == "B"
