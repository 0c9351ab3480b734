"""What is stored is read back exactly, or refused."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Any

import pytest

from ferrule_core.database import Database
from ferrule_core.errors import DataError, ValueRefused

pytestmark = pytest.mark.anyio


async def there_and_back(database: Database, value: object, kind: str) -> Any:
    row = await database.fetch_first(f"SELECT $1::{kind} AS back", value)
    assert row is not None
    return row["back"]


@pytest.mark.parametrize(
    "text",
    [
        "0",
        "-0.5",
        "1.10",
        "12345678901234567890.123456789012345678901234567890",
        "1E+20",
        "1E-30",
        "NaN",
        "-999999999999999999999999999999",
        "1e131071",
    ],
)
async def test_numeric_is_exact(database: Database, text: str):
    back = await there_and_back(database, Decimal(text), "numeric")

    assert isinstance(back, Decimal)
    assert back == Decimal(text) or (back.is_nan() and text == "NaN")
    if "E" not in text.upper() and text != "NaN":
        assert str(back) == text


@pytest.mark.parametrize("text", ["Infinity", "-Infinity"])
async def test_numeric_infinity_is_exact(database: Database, text: str):
    assert await there_and_back(database, Decimal(text), "numeric") == Decimal(text)


async def test_a_numeric_beyond_the_servers_range_is_refused_and_not_stored_as_zero(
    database: Database,
):
    with pytest.raises(DataError) as caught:
        await there_and_back(database, Decimal("1E+131072"), "numeric")

    assert caught.value.sqlstate == "22003"


@pytest.mark.parametrize("value", ["private", object(), [1]])
async def test_what_is_no_number_is_refused_for_numeric(database: Database, value: object):
    with pytest.raises(ValueRefused) as caught:
        await there_and_back(database, value, "numeric")

    assert "private" not in str(caught.value)


async def test_numeric_is_read_in_arrays_domains_composites_ranges_and_records(database: Database):
    await database.execute("CREATE DOMAIN price AS numeric(10, 2)")
    await database.execute("CREATE TYPE amount AS (unit text, worth numeric)")
    ten = Decimal("10.50")

    texts = {
        "SELECT ARRAY[10.50, NULL]": [ten, None],
        "SELECT ARRAY[[10.50], [10.50]]": [[ten], [ten]],
        "SELECT 10.5::price": ten,
        "SELECT ROW('eur', 10.50)": ("eur", ten),
        "SELECT ARRAY[ROW('eur', 10.50)]": [("eur", ten)],
        "SELECT ROW('eur', 10.50)::amount": ("eur", ten),
        "SELECT numrange(1, 10.50)": (Decimal(1), ten),
        "SELECT 10.50": ten,
    }
    for text, expected in texts.items():
        for _ in range(2):  # the second time by a statement that is prepared already
            row = await database.fetch_first(text)
            assert row is not None
            back = row[0]
            if text.startswith("SELECT numrange"):
                back = (back.lower, back.upper)
            elif isinstance(expected, tuple):
                back = tuple(back)
            elif isinstance(expected, list) and isinstance(expected[0], tuple):
                back = [tuple(item) for item in back]
            assert back == expected, text


async def test_a_composite_with_a_numeric_is_written(database: Database):
    await database.execute("CREATE TYPE amount AS (unit text, worth numeric)")

    back = await there_and_back(database, ("eur", Decimal("10.50")), "amount")

    assert tuple(back) == ("eur", Decimal("10.50"))


@pytest.mark.parametrize("kind", ["json", "jsonb"])
@pytest.mark.parametrize(
    "document",
    [
        {"a": [1, 2.5, None, True, 'ü\\ " \n']},
        [],
        "1",
        7,
        123456789012345678901234567890,
        2.5e-7,
        [[[[{}]]]],
    ],
)
async def test_json_is_exact(database: Database, kind: str, document: object):
    back = await there_and_back(database, document, kind)

    assert back == document
    assert type(back) is type(document)


@pytest.mark.parametrize("document", [math.nan, [math.inf], {"a": -math.inf}])
async def test_a_float_that_json_has_not_is_refused(database: Database, document: object):
    with pytest.raises(ValueRefused):
        await there_and_back(database, document, "jsonb")


async def test_a_document_that_cannot_be_read_leaves_the_connection_usable(database: Database):
    async with database.connection() as connection:
        deep = await connection.fetch_first(
            "SELECT (repeat('[', 3000) || repeat(']', 3000))::json AS n"
        )
        row = await connection.fetch_first("SELECT 7 AS n")

    assert deep is not None
    assert repr(deep["n"]) == "<JSON of 6000 characters, nested too deeply to be read>"
    assert row is not None
    assert row["n"] == 7


async def test_the_wrong_number_of_parameters_is_said(database: Database):
    with pytest.raises(ValueRefused) as caught:
        await database.fetch("SELECT $1::int", 1, 2)

    assert caught.value.message == ("the server expects 1 argument for this query, 2 were passed")
