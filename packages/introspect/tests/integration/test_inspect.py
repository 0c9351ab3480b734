"""``ferrule inspect`` on a real database."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from ferrule_core.catalog import load_catalog
from ferrule_core.command.context import CommandContext
from ferrule_core.errors import ConfigurationError, UnknownObject
from ferrule_core.plugins.manager import Plugins
from ferrule_introspect.commands import inspect

pytestmark = pytest.mark.anyio

SHOP = """
    CREATE SCHEMA shop;
    CREATE TABLE shop.author (id serial PRIMARY KEY, name text NOT NULL);
    COMMENT ON TABLE shop.author IS 'who writes';
    CREATE OPERATOR shop.=== (
        leftarg = int, rightarg = bigint, function = int48eq, commutator = OPERATOR(shop.==~)
    );
    CREATE TABLE public.log (line text)
"""


class Paper:
    """A terminal that keeps what is said."""

    def __init__(self, *, json: bool = False) -> None:
        self.json = json
        self.lines: list[str] = []
        self.warnings: list[str] = []
        self.waits: list[tuple[str, int | None]] = []
        self.outcome: Any = None

    def say(self, text: str = "") -> None:
        self.lines.append(text)

    heading = success = say

    def warn(self, text: str, *, hint: str | None = None) -> None:
        self.warnings += [text, hint or ""]

    def table(
        self, columns: Sequence[str], rows: Sequence[Sequence[object]], *, title: str | None = None
    ) -> None:
        heading = [] if title is None else [title]
        self.lines += heading + [
            " | ".join("" if cell is None else str(cell) for cell in row)
            for row in (columns, *rows)
        ]

    def tree(self, label: str, branches: Mapping[str, Sequence[str]]) -> None:
        self.lines.append(label)
        for branch, leaves in branches.items():
            self.lines += [f"  {branch}", *(f"    {leaf}" for leaf in leaves)]

    def code(self, text: str, *, language: str) -> None:
        self.lines += [language, text]

    @contextmanager
    def progress(self, label: str, *, total: int | None = None) -> Iterator[None]:
        self.waits.append((label, total))
        yield

    def result(self, value: Any) -> None:
        self.outcome = value


@pytest.fixture
async def context(database, tmp_path: Path) -> CommandContext:
    """A project whose default profile is the test's database, in the scope of one schema."""
    await database.run(SHOP)
    url = database.url
    text = f"postgresql://{url.user}@/{url.database}?host={url.host}&port={url.port}"
    (tmp_path / "ferrule.toml").write_text(
        f'[profiles.dev]\nurl = "{text}"\nschemas = ["shop"]\n', encoding="utf-8"
    )
    return CommandContext(terminal=Paper(), plugins=Plugins.load(), root=tmp_path, environment={})


def paper(context: CommandContext) -> Paper:
    assert isinstance(context.terminal, Paper)
    return context.terminal


async def test_a_tree_shows_every_object_and_what_is_not_modelled(context: CommandContext):
    code = await inspect(context)

    assert code == 0
    assert paper(context).lines == [
        "shop",
        "  author (table): who writes",
        "    id    integer  key, serial",
        "    name  text",
        "  ===(integer,bigint) (operator)",
        "What there is",
        "kind | modelled | verbatim | reported",
        "column | 2 |  | ",
        "operator |  | 1 | 1",
        "primary key | 1 |  | ",
        "schema | 1 |  | ",
        "sequence | 1 |  | ",
        "table | 1 |  | ",
        "In the database, but not modelled by Ferrule yet",
        "kind | number | names",
        "operator | 1 | shop.==~(bigint,integer)",
    ]


async def test_a_schema_on_the_command_line_wins_over_the_profile(context: CommandContext):
    await inspect(context, schema=["public"])

    assert paper(context).lines[:3] == ["public", "  log (table)", "    line  text  null"]


async def test_a_table_shows_one_row_for_each_relation(context: CommandContext):
    await inspect(context, format="table")

    assert paper(context).lines[1] == "shop.author | table | 2 | id | 0 | 0 | who writes"


async def test_the_json_can_be_loaded_and_says_that_it_is_not_all(context: CommandContext):
    await inspect(context, format="json")

    language, text = paper(context).lines
    assert language == "json"
    assert [str(table.name) for table in load_catalog(text).tables] == ["shop.author"]
    assert paper(context).warnings == [
        "left out of this JSON: operator (1)",
        "ferrule inspect names them",
    ]


async def test_a_program_gets_catalog_server_and_what_is_not_modelled(context: CommandContext):
    await inspect(context)

    outcome = paper(context).outcome
    assert load_catalog(json.dumps(outcome["catalog"])).tables[0].name.name == "author"
    assert outcome["unmodelled"] == [
        {"kind": "operator", "name": "shop.==~(bigint,integer)", "reason": "unmodelled"}
    ]
    assert outcome["server"].split(".")[0].isdigit()


async def test_a_url_needs_no_project(context: CommandContext, database, tmp_path: Path):
    url = database.url
    elsewhere = CommandContext(
        terminal=Paper(), plugins=context.plugins, root=tmp_path / "none", environment={}
    )
    (tmp_path / "ferrule.toml").unlink()
    text = f"postgresql://{url.user}@/{url.database}?host={url.host}&port={url.port}"

    await inspect(elsewhere, url=text)

    assert paper(elsewhere).lines[:2] == ["public", "  log (table)"]


async def test_what_is_not_there_is_refused(context: CommandContext):
    with pytest.raises(UnknownObject, match='no such schema: "shpo"'):
        await inspect(context, schema=["shpo"])
    with pytest.raises(ConfigurationError):
        await inspect(context, profile="prod")

    assert paper(context).outcome is None


async def test_what_belongs_to_no_schema_has_a_tree_of_its_own(context: CommandContext, database):
    await database.run(
        "CREATE PUBLICATION news FOR ALL TABLES; COMMENT ON PUBLICATION news IS 'all';"
        "CREATE CAST (point AS text) WITH INOUT; CREATE TYPE shop.span AS RANGE (subtype = int);"
        "CREATE COLLATION shop.plain (locale = 'C'); CREATE FOREIGN DATA WRAPPER w;"
        "CREATE SERVER far FOREIGN DATA WRAPPER w;"
        "CREATE FOREIGN TABLE shop.ft (a int CHECK (a > 0)) SERVER far;"
        "CREATE FUNCTION shop.f(int) RETURNS int LANGUAGE sql AS 'SELECT 1';"
        "CREATE FUNCTION shop.f(text) RETURNS int LANGUAGE sql AS 'SELECT 1'"
    )

    await inspect(context, url=url_of(database))

    lines = paper(context).lines
    whole = lines.index("the database as a whole")
    assert lines[whole + 1 : whole + 5] == [
        "  (pg_catalog.point AS pg_catalog.text) (cast)".replace("pg_catalog.", ""),
        "  w (foreign data wrapper)",
        "  news (publication): all",
        "  far (server)",
    ]
    assert lines[lines.index("  ft (foreign table, server far)") :][:3] == [
        "  ft (foreign table, server far)",
        "    a  integer  null",
        "    check (a > 0)",
    ]
    assert lines[lines.index("  span (range type)") + 1] == "    of integer"
    assert lines[lines.index("  plain (collation)") + 1] == "    libc C"
    assert lines[lines.index("  f(integer) (function)") + 1] == "    (integer) -> integer"
    assert lines[lines.index("  f(text) (function)") + 1] == "    (text) -> integer"


def url_of(database) -> str:
    url = database.url
    return f"postgresql://{url.user}@/{url.database}?host={url.host}&port={url.port}"


async def test_sizes_are_measured_on_request(context: CommandContext, database):
    await database.run("INSERT INTO shop.author (name) SELECT 'x' FROM generate_series(1, 2000)")
    await database.run("ANALYZE shop.author; CREATE TABLE shop.later (a int)")
    size = await database.value("SELECT pg_total_relation_size('shop.author')")

    await inspect(context, sizes=True)
    await inspect(context, format="table", sizes=True)
    await inspect(context, format="json", sizes=True)

    kilobytes = f"{size / 1024:.0f} kB"
    assert f"  author (table, about 2,000 rows, {kilobytes}): who writes" in paper(context).lines
    assert "  later (table, 0 bytes)" in paper(context).lines
    row = f"shop.author | table | 2 | id | 2000 | {kilobytes} | who writes"
    assert row in paper(context).lines
    sizes = {each["name"]: each for each in paper(context).outcome["sizes"]}
    assert sizes["shop.author"] == {"name": "shop.author", "bytes": size, "rows": 2000}
    assert sizes["shop.later"]["rows"] in (None, 0)


async def test_patterns_choose_what_is_shown(context: CommandContext, database):
    await inspect(context, url=url_of(database), include=["shop.*"], exclude=["*.===", "*.==~"])

    outcome = paper(context).outcome
    assert outcome["unmodelled"] == []
    assert [table["name"]["name"] for table in outcome["catalog"]["tables"]] == ["author"]
    assert "verbatims" not in outcome["catalog"]


async def test_strict_fails_where_the_catalog_is_not_all(context: CommandContext):
    assert await inspect(context, strict=True) == 1
    assert paper(context).warnings == [
        "1 object is in the database and not in the catalog",
        "leave them out with --exclude, or run without --strict",
    ]
    assert await inspect(context, strict=True, exclude=["shop.==~"]) == 0


async def test_owners_and_privileges_are_read_on_request(context: CommandContext, database):
    me = await database.value("SELECT CURRENT_USER::text")
    await database.run("GRANT SELECT ON shop.author TO PUBLIC")

    await inspect(context, owners=True, privileges=True)

    catalog = paper(context).outcome["catalog"]
    assert {"kind": "table", "name": "shop.author", "schema": "shop", "role": me} in catalog[
        "owners"
    ]
    assert catalog["privileges"] == [
        {
            "kind": "table",
            "name": "shop.author",
            "schema": "shop",
            "granted": [{"to": "public", "privileges": ["SELECT"]}],
        }
    ]
