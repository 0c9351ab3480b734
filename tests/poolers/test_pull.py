"""The command line goes through a pooler like everything else."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from ferrule_core.database import Database
from ferrule_core.plugins.contracts import DatabaseUrl
from ferrule_core.settings.urls import url_text
from ferrule_testing.pgbouncer import PgBouncer

pytestmark = pytest.mark.anyio

FERRULE = Path(sys.executable).with_name("ferrule")
SCHEMA = """
CREATE TYPE binding AS ENUM ('paper', 'hard cover');
CREATE TABLE author (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL);
CREATE TABLE book (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(), binding binding NOT NULL,
    price numeric(10, 2), author_id bigint NOT NULL REFERENCES author
);
"""


def pulled(url: DatabaseUrl, folder: Path) -> dict[str, str]:
    folder.mkdir()
    (folder / "ferrule.toml").write_text(f'[profiles.dev]\nurl = "{url_text(url)}"\n')
    done = subprocess.run(
        [FERRULE, "pull"], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return {
        str(path.relative_to(folder)): path.read_text()
        for path in (folder / "models").rglob("*.py")
    }


async def test_a_pull_through_it_writes_what_a_direct_one_does(
    bouncer: PgBouncer, straight: Database, database_url: DatabaseUrl, tmp_path: Path
):
    async with straight.connection() as connection:
        await connection.execute_script(SCHEMA)

    through = pulled(bouncer.url, tmp_path / "through")

    assert any("class Book" in text for text in through.values())
    assert through == pulled(database_url, tmp_path / "direct")
