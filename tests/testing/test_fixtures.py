"""Databases and sandboxes, as a project sees them that uses the plugin."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

EMBEDDED = "--ferrule-server=embedded"

HEAD = """
import pytest

pytestmark = pytest.mark.timeout(180)  # some start workers of their own

pytestmark = pytest.mark.anyio

async def names(database):
    rows = await database.fetch("SELECT name FROM author ORDER BY name")
    return [row[0] for row in rows]
"""

TEMPLATE = """
@pytest.fixture(scope="session")
def ferrule_template():
    return [
        "CREATE TABLE author (id int GENERATED ALWAYS AS IDENTITY, name text UNIQUE);"
        "INSERT INTO author (name) VALUES ('Ann'), ('Bob')",
    ]
"""


def test_each_test_has_a_database_of_its_own(project: pytest.Pytester):
    project.makepyfile(
        HEAD
        + TEMPLATE
        + """
@pytest.mark.parametrize("number", range(4))
async def test_deletes_everything(database, number):
    assert await names(database) == ["Ann", "Bob"]
    await database.execute("DELETE FROM author")
    assert await names(database) == []
"""
    )

    outcome = project.runpytest(EMBEDDED)

    outcome.assert_outcomes(passed=4)


def test_a_sandbox_is_rolled_back(project: pytest.Pytester):
    project.makepyfile(
        HEAD
        + TEMPLATE
        + """
from ferrule_core.errors import UniqueViolation

@pytest.mark.parametrize("number", range(4))
async def test_changes_everything(sandbox, number):
    assert await names(sandbox) == ["Ann", "Bob"]
    with pytest.raises(UniqueViolation):
        async with sandbox.transaction():
            await sandbox.execute("INSERT INTO author (name) VALUES ('Cyd'), ('Ann')")
    async with sandbox.transaction():
        await sandbox.execute("DELETE FROM author")
    assert await names(sandbox) == []

async def test_fails(sandbox):
    await sandbox.execute("DELETE FROM author")
    raise AssertionError("on purpose")

@pytest.mark.parametrize("number", range(2))
async def test_finds_all_as_it_was(sandbox, number):
    assert await names(sandbox) == ["Ann", "Bob"]
"""
    )

    outcome = project.runpytest(EMBEDDED, "-p", "no:randomly")

    outcome.assert_outcomes(passed=6, failed=1)


def test_models_find_the_database_of_the_test(project: pytest.Pytester):
    project.makepyfile(
        HEAD
        + TEMPLATE
        + """
from ferrule_core.database import transaction
from ferrule_core.query.port import executor_for

async def test_in_a_database(database):
    assert executor_for(None) is not None
    async with transaction():
        await database.execute("DELETE FROM author")

async def test_in_a_sandbox(sandbox):
    async with transaction():
        await sandbox.execute("DELETE FROM author")
    assert await names(sandbox) == []
"""
    )

    outcome = project.runpytest(EMBEDDED)

    outcome.assert_outcomes(passed=2)


def test_a_sync_test_has_a_database_too(project: pytest.Pytester):
    project.makepyfile(
        """
def test_names_it(database_url):
    assert database_url.database.endswith("_test_names_it_embedded_18")
"""
    )

    outcome = project.runpytest(EMBEDDED)

    outcome.assert_outcomes(passed=1)


def test_a_test_can_ask_for_a_database_while_it_runs(project: pytest.Pytester):
    project.makepyfile(
        """
def test_asks(request):
    assert request.getfixturevalue("database_url").database
"""
    )

    outcome = project.runpytest(EMBEDDED)

    outcome.assert_outcomes(passed=1)


def test_a_template_can_be_files_of_the_configuration(project: pytest.Pytester):
    project.makeini("[pytest]\nferrule_template = sql/1.sql sql/2.sql\n")
    project.mkdir("sql")
    (project.path / "sql" / "1.sql").write_text("CREATE TABLE author (name text)")
    (project.path / "sql" / "2.sql").write_text("INSERT INTO author VALUES ('Ånn')")
    project.makepyfile(
        HEAD
        + """
async def test_has_the_files(database):
    assert await names(database) == ["Ånn"]
"""
    )

    outcome = project.runpytest(EMBEDDED)

    outcome.assert_outcomes(passed=1)


def test_a_template_can_be_filled_by_functions(project: pytest.Pytester):
    project.makepyfile(
        HEAD
        + """
import asyncio
from ferrule_core.database import connect

async def create(url):
    async with connect(url, name="filling") as database:
        await database.execute("CREATE TABLE author (name text)")

def fill(url):
    async def insert():
        async with connect(url, name="filling") as database:
            await database.execute("INSERT INTO author VALUES ('Ann')")

    asyncio.run(insert())

@pytest.fixture(scope="session")
def ferrule_template():
    return [create, fill]

@pytest.mark.parametrize("number", range(2))
async def test_has_what_they_made(database, number):
    assert await names(database) == ["Ann"]
    await database.execute("DELETE FROM author")
"""
    )

    outcome = project.runpytest(EMBEDDED)

    outcome.assert_outcomes(passed=2)


def test_a_template_is_made_once_for_all_workers(project: pytest.Pytester):
    project.makepyfile(
        HEAD
        + """
from pathlib import Path

def fill(url):
    with Path("made.txt").open("a") as file:
        file.write("once\\n")

@pytest.fixture(scope="session")
def ferrule_template():
    return ["CREATE TABLE author (name text)", fill]

@pytest.mark.parametrize("number", range(3))
async def test_uses_it(database, number):
    assert await names(database) == []

@pytest.mark.parametrize("number", range(3))
async def test_shares_it(sandbox, number):
    assert await names(sandbox) == []
"""
    )

    outcome = project.runpytest(EMBEDDED, "-n2", "--dist=each")

    outcome.assert_outcomes(passed=12)
    assert (project.path / "made.txt").read_text() == "once\n"


def test_functions_that_hold_different_things_make_different_templates(project: pytest.Pytester):
    project.makepyfile(
        HEAD
        + """
from ferrule_core.database import connect

@pytest.fixture(scope="session", params=["Ann", "Bob"])
def ferrule_template(request):
    async def fill(url):
        async with connect(url, name="filling") as database:
            await database.execute("CREATE TABLE author (name text)")
            await database.execute("INSERT INTO author VALUES ($1)", request.param)

    return [fill]

async def test_has_one(request, database):
    assert await names(database) == [request.node.callspec.params["ferrule_template"]]
"""
    )

    outcome = project.runpytest(EMBEDDED)

    outcome.assert_outcomes(passed=2)


def test_a_template_that_fails_fails_the_tests_and_says_why(project: pytest.Pytester):
    project.makepyfile(
        """
import pytest

@pytest.fixture(scope="session")
def ferrule_template():
    return ["CREATE TABLE author (name text)", "CREATE TABLE author (name text)"]

@pytest.mark.parametrize("number", range(2))
def test_never_runs(database_url, number):
    raise NotImplementedError
"""
    )

    outcome = project.runpytest(EMBEDDED)

    outcome.assert_outcomes(errors=2)
    outcome.stdout.fnmatch_lines(['*relation "author" already exists*'])


@pytest.mark.parametrize("workers", [[], ["-n2"]], ids=["alone", "with workers"])
def test_the_database_of_a_failed_test_is_kept(
    project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, workers: list[str]
):
    monkeypatch.setenv("FERRULE_KEEP_DATABASE", "1")
    project.makepyfile(
        HEAD
        + TEMPLATE
        + """
async def test_passes(database):
    await database.execute("DELETE FROM author")

async def test_fails(database):
    await database.execute("INSERT INTO author (name) VALUES ('Cyd')")
    raise AssertionError("on purpose")
"""
    )

    outcome = project.runpytest(EMBEDDED, *workers)

    outcome.assert_outcomes(passed=1, failed=1)
    kept = [line for line in outcome.outlines if line.startswith("kept: ")]
    ends = [line for line in outcome.outlines if line.startswith("to end its server: ")]
    folder = Path(shlex.split(ends[0])[-1])
    try:
        assert len(kept) == 1
        assert len(ends) == 1
        url = kept[0].removeprefix("kept: ")
        assert re.fullmatch(r"postgresql://\S+/ferrule_\w+_test_fails_embedded_18", url)
        assert names_in(url) == "Ann Bob Cyd"
    finally:
        subprocess.run([sys.executable, "-c", STOP, str(folder)], check=True)


STOP = """
import asyncio, shutil, sys
from pathlib import Path
from ferrule_core.plugins.manager import Plugins

folder = Path(sys.argv[1])
assert asyncio.run(Plugins.load().server("embedded").stop(folder))
shutil.rmtree(folder)
"""

ASK = """
import asyncio, sys
from ferrule_core.database import connect

async def ask():
    async with connect(sys.argv[1]) as database:
        rows = await database.fetch("SELECT name FROM author ORDER BY name")
        print(" ".join(row[0] for row in rows))

asyncio.run(ask())
"""


def names_in(url: str) -> str:
    """What is in a database, seen by a program of its own."""
    return subprocess.run(
        [sys.executable, "-c", ASK, url], check=True, capture_output=True, text=True
    ).stdout.strip()


def test_nothing_is_kept_where_all_pass(project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("FERRULE_KEEP_DATABASE", "1")
    monkeypatch.setenv("TMPDIR", str(project.mkdir("tmp")))
    project.makepyfile("def test_passes(database_url): ...")

    outcome = project.runpytest(EMBEDDED)

    outcome.assert_outcomes(passed=1)
    outcome.stdout.no_fnmatch_line("kept: *")
    assert not list((project.path / "tmp").glob("ferrule-kept-*"))
