"""SQL statements in files."""

from __future__ import annotations

from pathlib import Path

import pytest

from ferrule_core.errors import QueryError
from ferrule_core.query.named import load_queries


def test_each_file_is_a_statement_that_is_called_by_its_name(tmp_path: Path):
    (tmp_path / "cheap.sql").write_text(
        "-- Books below a price.\n-- The cheapest first.\nSELECT * FROM book\n"
        "WHERE price < :most AND kind <> ':no' -- :neither\nORDER BY price;\n"
    )
    (tmp_path / "all_books.sql").write_text("SELECT * FROM book")
    (tmp_path / "notes.txt").write_text("{}")

    queries = load_queries(tmp_path)

    assert list(queries) == ["all_books", "cheap"]
    assert len(queries) == 2
    assert "cheap" in dir(queries)
    assert queries.cheap is queries["cheap"]
    assert queries.cheap.parameters == ("most",)
    assert queries.cheap.comment == "Books below a price.\nThe cheapest first."
    assert repr(queries.cheap) == "<query cheap(most)>"
    compiled = queries.cheap(most=3).compiled()
    assert "price < $1 AND kind <> ':no'" in compiled.text
    assert compiled.parameters == (3,)
    with pytest.raises(QueryError, match='no value was given for ":most"'):
        queries.cheap()
    with pytest.raises(QueryError, match='SQL text has no place ":least"'):
        queries.cheap(most=1, least=2)
    with pytest.raises(AttributeError, match='has no query "cheep"'):
        _ = queries.cheep


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("a-b.sql", "SELECT 1", 'the file "a-b.sql" has a name that cannot be called'),
        ("a.sql", "SELECT {}", "has places without a name"),
        (
            "a.sql",
            "SELECT 1; SELECT 2",
            "SQL text has more than one statement",
        ),
        (
            "a.sql",
            "SELECT 'a",
            "a quote or a comment is left open in SQL text",
        ),
        ("a.txt", "", 'the folder "queries" has no file "*.sql"'),
    ],
)
def test_what_is_wrong_is_said_when_they_are_read(
    tmp_path: Path, name: str, text: str, message: str
):
    folder = tmp_path / "queries"
    folder.mkdir()
    (folder / name).write_text(text)

    with pytest.raises(QueryError) as caught:
        load_queries(folder)

    assert caught.value.message.removeprefix('in the file "a.sql": ') == message
