"""The database of the demo: its schema, on every server, and the rows in it."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

import ferrule_cli.demo.project
from ferrule_cli.demo.excerpts import changed_lines, class_body, new_files, statement
from ferrule_cli.demo.rows import make_rows
from ferrule_cli.demo.seed import seed
from ferrule_core.errors import CheckViolation, ConfigurationError
from ferrule_core.plugins.contracts import Connection, ConnectOptions, DatabaseUrl
from ferrule_core.plugins.manager import Plugins

SCRIPT = (ferrule_cli.demo.project.TEMPLATE / "schema.sql").read_text()
CHANGE = (ferrule_cli.demo.project.TEMPLATE / "change.sql").read_text()


@asynccontextmanager
async def connected(url: DatabaseUrl) -> AsyncGenerator[Connection]:
    """One connection."""
    connection = await Plugins.load().backend("postgresql").connect(url, ConnectOptions())
    try:
        yield connection
    finally:
        await connection.close(within=timedelta(seconds=5))


@pytest.mark.anyio
async def test_the_schema_loads_and_the_rows_satisfy_it(database_url):
    async with connected(database_url) as connection:
        await connection.execute_script(SCRIPT)

        counts = await seed(connection)
        await connection.execute_script(CHANGE)

        tables = await connection.fetch(
            "SELECT relname FROM pg_class WHERE relnamespace = 'shop'::regnamespace"
            " AND relkind = 'r' AND relname <> 'wish'"
        )
        assert {row[0] for row in tables} == set(counts)
        for table, count in counts.items():
            row = await connection.fetch_first(f"SELECT count(*) FROM shop.{table}")
            assert row is not None
            assert row[0] == count > 3


@pytest.mark.anyio
async def test_the_sequences_go_on_behind_the_rows(database_url):
    async with connected(database_url) as connection:
        await connection.execute_script(SCRIPT)
        await seed(connection)

        added = await connection.fetch_first(
            "INSERT INTO shop.publisher (name, city) VALUES ('New', 'Here') RETURNING id"
        )

        assert added is not None
        assert added[0] == 9


@pytest.mark.anyio
async def test_a_seed_that_fails_leaves_nothing(database_url):
    async with connected(database_url) as connection:
        await connection.execute_script(SCRIPT)
        await connection.execute("ALTER TABLE shop.review ADD CHECK (rating > 3)")

        with pytest.raises(CheckViolation, match="review"):
            await seed(connection)

    async with connected(database_url) as connection:
        row = await connection.fetch_first("SELECT count(*) FROM shop.author")
        assert row is not None
        assert row[0] == 0


def test_the_rows_are_some_thousand_and_the_same_each_time():
    first, second = list(make_rows()), list(make_rows())

    assert first == second
    assert 5_000 < sum(len(rows.rows) for rows in first) < 8_000


def test_every_isbn_has_its_check_digit():
    books = next(rows for rows in make_rows() if rows.table == "book")

    for row in books.rows:
        isbn = str(row[books.columns.index("isbn")])
        assert sum(int(digit) * (1, 3)[place % 2] for place, digit in enumerate(isbn)) % 10 == 0


def test_a_statement_is_cut_out_of_a_script_as_it_stands():
    shown = statement(SCRIPT, "CREATE TABLE shop.book (")

    assert shown in SCRIPT
    assert shown.startswith("CREATE TABLE shop.book (\n    id uuid")
    assert shown.endswith(");\n")
    assert shown.count(");\n") == 1


def test_a_class_is_cut_out_with_dots_where_lines_are_left_out():
    head = "class A(\n    B\n):\n"
    source = f'import x\n\n{head}    """Doc."""\n\n    id: int\n    name: str\n\n    if x:\n'

    whole = class_body(source, "A", '"""Doc', "nothing")
    part = class_body(source, "A", "id:", "if x")

    assert whole == source.partition("\n\n")[2].rstrip()
    assert part == "class A(\n    B\n):\n    ...\n    id: int\n    name: str"


def test_a_diff_shows_what_changed_and_what_is_new():
    before = {"a.py": "1\n2\n3\n", "b.py": "same\n"}
    after = {"a.py": "1\n2\nx\n3\n", "b.py": "same\n", "c.py": "new\n"}

    assert list(changed_lines(before, after)) == ["--- a.py", "+++ a.py", "@@ -2,0 +3 @@", "+x"]
    assert new_files(before, after) == ["c.py"]


def test_a_folder_with_something_in_it_is_not_taken(tmp_path):
    (tmp_path / "mine").write_text("")

    with (
        pytest.raises(ConfigurationError, match="is not an empty folder"),
        ferrule_cli.demo.project.open_project(tmp_path),
    ):
        pytest.fail("the folder was taken")

    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


def test_what_is_imported_from_a_project_is_forgotten_again(tmp_path):
    import sys

    with ferrule_cli.demo.project.open_project(tmp_path / "shop") as project:
        (project.folder / "models.py").write_text("NAME = 'this project'")
        (project.folder / "script.py").write_text("from models import NAME")
        with ferrule_cli.demo.project.imported(project, "script") as script:
            assert script.NAME == "this project"
            assert {"script", "models"} <= sys.modules.keys()

    assert not {"script", "models"} & sys.modules.keys()
    assert str(project.folder) not in sys.path
    assert sorted(path.name for path in project.folder.iterdir() if path.name[0] != "_") == [
        ".gitignore", "change.sql", "ferrule.toml", "models.py", "play.py", "schema.sql",
        "script.py",
    ]  # fmt: skip


def test_a_project_that_was_not_finished_is_not_kept(tmp_path):
    folder = tmp_path / "deep" / "shop"

    with pytest.raises(KeyboardInterrupt), ferrule_cli.demo.project.open_project(folder) as project:
        assert (project.folder / "schema.sql").exists()
        raise KeyboardInterrupt

    assert not folder.exists()


def test_a_temporary_project_is_gone_at_the_end():
    with ferrule_cli.demo.project.open_project(None) as project:
        folder: Path = project.folder
        assert (folder / "schema.sql").exists()

    assert not folder.exists()
