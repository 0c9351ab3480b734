"""Statements by a database and by a transaction."""

from __future__ import annotations

import pytest

from ferrule_core.database import Database, transaction
from ferrule_core.errors import (
    ConfigurationError,
    QueryError,
    StatementError,
    UniqueViolation,
    ValueRefused,
)
from ferrule_core.query.port import executor_for
from ferrule_core.sql.compiled import CompiledBatch, CompiledQuery

pytestmark = pytest.mark.anyio


async def test_fetches_rows_by_name_and_position(database: Database):
    rows = await database.fetch("SELECT $1::int AS n, $2::text AS t", 7, "seven")

    assert (rows[0]["n"], rows[0][1]) == (7, "seven")


async def test_says_how_many_rows_were_touched(numbers: Database):
    assert await numbers.execute("UPDATE numbers SET n = n + 10 WHERE n < $1", 4) == 3
    assert await numbers.execute("DELETE FROM numbers") == 5
    assert await numbers.execute("SET work_mem = '1MB'") == 0


async def test_gives_no_row_as_none(numbers: Database):
    assert await numbers.fetch_first("SELECT n FROM numbers WHERE n = 99") is None


async def test_runs_a_batch_wholly_or_not_at_all(numbers: Database):
    text = "INSERT INTO numbers VALUES ($1) RETURNING n"

    rows = await numbers.fetch_batch(CompiledBatch(text, [(8,), (7,)]))
    with pytest.raises(UniqueViolation):
        await numbers.fetch_batch(CompiledBatch(text, [(9,), (1,)]))

    assert [row["n"] for row in rows] == [8, 7]
    assert await numbers.fetch_first("SELECT 1 FROM numbers WHERE n = 9") is None


async def test_a_batch_of_nothing_does_nothing(numbers: Database):
    assert await numbers.fetch_batch(CompiledBatch("DELETE FROM numbers WHERE n = $1", [])) == []


async def test_streams_in_chunks(numbers: Database):
    query = CompiledQuery("SELECT n FROM numbers ORDER BY n", (), origin="generated")

    chunks = [[row["n"] for row in rows] async for rows in numbers.stream(query, chunk_rows=2)]

    assert chunks == [[1, 2], [3, 4], [5]]
    assert numbers.statistics().in_use == 0


async def test_runs_one_statement_only(database: Database):
    with pytest.raises(StatementError, match="multiple commands"):
        await database.execute("SELECT 1; SELECT 2")


@pytest.mark.parametrize("text", ["BEGIN", "start transaction", "SAVEPOINT x", "ROLLBACK"])
async def test_refuses_to_begin_or_end_a_transaction(database: Database, text: str):
    with pytest.raises(QueryError, match="was not sent: transactions are begun and ended by"):
        await database.execute(text)


async def test_refuses_a_transaction_that_nothing_would_end(database: Database):
    with pytest.raises(QueryError) as caught:
        await database.execute("/* /* not recognised */ */ BEGIN")

    assert caught.value.message == (
        "a statement began a transaction that nothing would end; it was rolled back"
    )


async def test_refuses_parameters_beside_a_compiled_query(database: Database):
    with pytest.raises(QueryError, match="has its parameters already"):
        await database.fetch(CompiledQuery("SELECT $1::int", (1,)), 2)


async def test_refuses_a_value_without_repeating_it(database: Database):
    with pytest.raises(ValueRefused) as caught:
        await database.fetch("SELECT $1::int", "a private value")

    assert caught.value.message == (
        "parameter $1 cannot be sent: a value of type str does not fit exactly "
        "the type that the statement needs"
    )


async def test_is_found_by_its_name_while_it_is_open(database: Database):
    assert executor_for(None) is database
    assert executor_for("default") is database
    with pytest.raises(ConfigurationError) as caught:
        executor_for("defualt")

    assert caught.value.message == 'no database "defualt" is connected; there are: "default"'
    assert caught.value.hint == 'did you mean "default"?'


async def test_finds_the_transaction_by_itself(numbers: Database):
    with pytest.raises(ZeroDivisionError):
        async with transaction():
            await numbers.execute("DELETE FROM numbers")
            raise ZeroDivisionError

    assert len(await numbers.fetch("SELECT n FROM numbers")) == 5
