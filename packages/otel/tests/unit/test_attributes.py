"""What the conventions call things; no server and no SDK is needed."""

from __future__ import annotations

import pytest

from ferrule_core.errors import ConnectionLost, ServerFields, error_from_server
from ferrule_core.plugins.contracts import DatabaseUrl, ObservedDatabase, Operation, Outcome
from ferrule_otel import OpenTelemetry
from ferrule_otel.attributes import (
    error_attributes,
    operation_attributes,
    place_attributes,
    query_attributes,
    summary_of,
)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (DatabaseUrl(), {}),
        (
            DatabaseUrl(host="db.example", port=5432, database="shop", password="sesame"),
            {"db.namespace": "shop", "server.address": "db.example"},
        ),
        (
            DatabaseUrl(host="db.example", port=6432),
            {"server.address": "db.example", "server.port": 6432},
        ),
    ],
)
def test_a_database_is_named_by_where_it_is(url: DatabaseUrl, expected: dict[str, object]):
    assert place_attributes(url) == {"db.system.name": "postgresql", **expected}


def test_an_operation_on_one_table_names_it():
    operation = Operation(
        kind="statement", text="SELECT $1", command="SELECT", tables=("shop.book",)
    )

    assert operation_attributes(operation) == {
        "db.operation.name": "SELECT",
        "db.collection.name": "shop.book",
    }
    assert query_attributes(operation) == {
        "db.query.text": "SELECT $1",
        "db.query.summary": "SELECT shop.book",
    }


def test_an_operation_on_several_tables_names_none_of_them_alone():
    operation = Operation(kind="statement", text="...", command="SELECT", tables=("a", "b"))

    assert operation_attributes(operation) == {"db.operation.name": "SELECT"}
    assert summary_of(operation) == "SELECT a b"


def test_text_of_the_caller_is_not_taken_apart():
    operation = Operation(kind="statement", text="SELECT ?", command="SELECT")

    assert operation_attributes(operation) == {}
    assert summary_of(operation) == "SELECT"


def test_a_batch_says_so():
    operation = Operation(kind="batch", text="...", command="INSERT", tables=("a",), size=3)

    assert operation_attributes(operation)["db.operation.name"] == "BATCH INSERT"
    assert query_attributes(operation)["db.operation.batch.size"] == 3
    assert summary_of(operation) == "BATCH INSERT a"


def test_a_batch_of_one_is_none():
    operation = Operation(kind="batch", text="...", command="INSERT", tables=("a",), size=1)

    assert operation_attributes(operation)["db.operation.name"] == "INSERT"
    assert "db.operation.batch.size" not in query_attributes(operation)


def test_a_summary_ends_between_two_tables():
    tables = tuple(f"{letter * 100}" for letter in "abc")
    operation = Operation(kind="statement", text="...", command="SELECT", tables=tables)

    assert summary_of(operation) == f"SELECT {'a' * 100} {'b' * 100}"


def test_an_error_is_told_by_its_code_and_never_by_its_words():
    said = error_from_server(ServerFields(sqlstate="23505", message="sesame"))

    assert error_attributes(Outcome(seconds=1)) == {}
    assert error_attributes(Outcome(seconds=1, error=said)) == {
        "error.type": "23505",
        "db.response.status_code": "23505",
    }
    lost = Outcome(seconds=1, error=ConnectionLost("sesame"))
    assert error_attributes(lost) == {"error.type": "ConnectionLost"}


def test_without_an_sdk_nothing_is_looked_at():
    assert OpenTelemetry().watch(ObservedDatabase(name="shop", url=DatabaseUrl())) is None
