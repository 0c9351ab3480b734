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
        self.lines += heading + [" | ".join(map(str, row)) for row in (columns, *rows)]

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
        "In the database, but not modelled by Ferrule yet",
        "kind | number | names",
        "text search configuration | 1 | shop.f",
    ]


async def test_a_schema_on_the_command_line_wins_over_the_profile(context: CommandContext):
    await inspect(context, schema=["public"])

    assert paper(context).lines == ["public", "  log (table)", "    line  text  null"]


async def test_a_table_shows_one_row_for_each_relation(context: CommandContext):
    await inspect(context, format="table")

    assert paper(context).lines[1] == "shop.author | table | 2 | id | 0 | 0 | who writes"


async def test_the_json_can_be_loaded_and_says_that_it_is_not_all(context: CommandContext):
    await inspect(context, format="json")

    language, text = paper(context).lines
    assert language == "json"
    assert [str(table.name) for table in load_catalog(text).tables] == ["shop.author"]
    assert paper(context).warnings == [
        "left out of this JSON: text search configuration (1)",
        "ferrule inspect names them",
    ]


async def test_a_program_gets_catalog_server_and_what_is_not_modelled(context: CommandContext):
    await inspect(context)

    outcome = paper(context).outcome
    assert load_catalog(json.dumps(outcome["catalog"])).tables[0].name.name == "author"
    assert outcome["unmodelled"] == [
        {"kind": "text search configuration", "name": "shop.f", "reason": "unmodelled"}
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
