"""Which servers tests run on, as a project sees it that uses the plugin."""

from __future__ import annotations

from pathlib import Path

import pytest

from ferrule_core.errors import MissingPackage
from ferrule_core.plugins.contracts import ScratchServer
from ferrule_core.plugins.manager import Plugins
from ferrule_core.settings.urls import url_text

NOTES_ITS_SERVER = """
from pathlib import Path
import pytest

pytestmark = pytest.mark.timeout(180)  # some start workers of their own

pytestmark = pytest.mark.anyio

@pytest.mark.parametrize("number", range(8))
async def test_notes_its_server(database, number, worker_id):
    started = await database.fetch_first("SELECT pg_postmaster_start_time()::text")
    with Path("starts.txt").open("a") as file:
        file.write(f"{worker_id} {started[0]}\\n")
"""


@pytest.fixture
def embedded() -> ScratchServer:
    try:
        return Plugins.load().server("embedded")
    except MissingPackage as missing:
        pytest.skip(str(missing))


def test_workers_share_one_server(project: pytest.Pytester):
    project.makepyfile(NOTES_ITS_SERVER)

    outcome = project.runpytest("--ferrule-server=embedded", "-n2", "--dist=each")

    outcome.assert_outcomes(passed=16)
    notes = [line.split(" ", 1) for line in (project.path / "starts.txt").read_text().splitlines()]
    assert {worker for worker, _ in notes} == {"gw0", "gw1"}
    assert len({started for _, started in notes}) == 1


def test_a_test_runs_on_every_server(project: pytest.Pytester):
    project.makepyfile(
        """
from pathlib import Path
import pytest

pytestmark = pytest.mark.anyio

async def test_notes_the_version(database):
    row = await database.fetch_first("SHOW server_version_num")
    with Path("versions.txt").open("a") as file:
        file.write(f"{int(row[0]) // 10000}\\n")
"""
    )
    here = [s.offer() for s in Plugins.load().servers().values()]

    outcome = project.runpytest()

    versions = {offer.version[0] for offer in here if offer is not None}
    outcome.assert_outcomes(passed=len([offer for offer in here if offer is not None]))
    assert {int(v) for v in (project.path / "versions.txt").read_text().split()} == versions


def test_a_test_without_a_fitting_server_is_skipped_and_says_why(project: pytest.Pytester):
    project.makepyfile(
        """
import pytest

@pytest.mark.requires_postgres(min=99)
def test_future(database_url): ...

@pytest.mark.requires_postgres(below=(9, 6))
def test_past(database_url): ...

@pytest.mark.requires_extension("no_such_extension")
def test_extension(database_url): ...
"""
    )

    outcome = project.runpytest("--ferrule-server=embedded", "-rs")

    outcome.assert_outcomes(skipped=3)
    outcome.stdout.fnmatch_lines_random(
        [
            "*embedded-18 lacks PostgreSQL 99 or later",
            "*embedded-18 lacks PostgreSQL before 9.6",
            '*embedded-18 lacks the extension "no_such_extension"',
        ]
    )


def test_a_test_with_needs_runs_where_they_are_met(project: pytest.Pytester):
    project.makepyfile(
        """
import pytest

pytestmark = [pytest.mark.anyio, pytest.mark.requires_postgres(min=18)]

@pytest.mark.requires_extension("vector", "plpgsql")
async def test_vectors(database):
    await database.execute("CREATE EXTENSION vector")
    row = await database.fetch_first("SELECT '[3,4]'::vector <-> '[0,0]'")
    assert row[0] == 5.0
"""
    )

    outcome = project.runpytest()

    outcome.assert_outcomes(passed=1)


def test_the_header_says_which_servers_there_are(project: pytest.Pytester):
    outcome = project.runpytest("--ferrule-server=embedded")

    outcome.stdout.fnmatch_lines(["ferrule: embedded (PostgreSQL 18.*)"])


def test_a_server_that_is_not_here_is_a_usage_error(project: pytest.Pytester):
    outcome = project.runpytest("--ferrule-server=oracle")

    assert outcome.ret == pytest.ExitCode.USAGE_ERROR
    outcome.stderr.fnmatch_lines(["ERROR: --ferrule-server=oracle: there is no such server here*"])


def test_without_a_server_tests_are_skipped(
    project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("FERRULE_DISABLE_PLUGINS", "embedded")
    project.makepyfile("def test_needs_one(database_url): ...")

    outcome = project.runpytest("-rs")

    outcome.assert_outcomes(skipped=1)
    outcome.stdout.fnmatch_lines(["*no PostgreSQL server: pip install 'ferrule[[]embedded]'*"])


def test_without_a_server_tests_fail_on_ci(
    project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("FERRULE_DISABLE_PLUGINS", "embedded")
    monkeypatch.setenv("CI", "true")
    project.makepyfile("def test_needs_one(database_url): ...")

    outcome = project.runpytest()

    outcome.assert_outcomes(errors=1)


def test_nothing_is_started_for_tests_without_a_database(
    project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("TMPDIR", str(project.mkdir("tmp")))
    project.makepyfile(
        """
from pathlib import Path
import tempfile

def test_sees_no_server():
    assert not list(Path(tempfile.gettempdir()).glob("ferrule-*/ferrule-run"))
"""
    )

    outcome = project.runpytest("-n1")

    outcome.assert_outcomes(passed=1)


def test_a_running_server_is_used_and_left_as_it_was(
    project: pytest.Pytester,
    monkeypatch: pytest.MonkeyPatch,
    embedded: ScratchServer,
    tmp_path: Path,
    anyio_backend: str,
):
    from anyio.from_thread import start_blocking_portal

    project.makepyfile(
        """
import pytest

pytestmark = pytest.mark.anyio

@pytest.fixture(scope="session")
def ferrule_template():
    return ["CREATE TABLE author (name text)"]

@pytest.mark.parametrize("number", range(3))
async def test_fresh(database, number):
    await database.execute("INSERT INTO author VALUES ('Ann')")

async def test_shared(sandbox):
    await sandbox.execute("INSERT INTO author VALUES ('Ann')")

def test_fails(database_url):
    raise AssertionError
"""
    )

    with (
        start_blocking_portal(anyio_backend) as portal,
        portal.wrap_async_context_manager(embedded.open(tmp_path / "server")) as url,
    ):
        monkeypatch.setenv("FERRULE_TEST_DSN", url_text(url))
        outcome = project.runpytest("--ferrule-server=dsn", "-n2")
        left = portal.call(databases_of, url)

    outcome.assert_outcomes(passed=4, failed=1)
    assert left == ["postgres", "template0", "template1"]


def test_a_server_that_does_not_answer_is_a_usage_error(
    project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("FERRULE_TEST_DSN", "postgresql://nobody:secret@127.0.0.1:9/none")
    project.makepyfile("def test_needs_one(database_url): ...")

    outcome = project.runpytest()

    assert outcome.ret == pytest.ExitCode.USAGE_ERROR
    assert "secret" not in str(outcome.stderr) + str(outcome.stdout)
    outcome.stderr.fnmatch_lines(["ERROR: ferrule: *127.0.0.1*"])


async def databases_of(url: object) -> list[str]:
    """The databases of a server."""
    from ferrule_core.database import connect
    from ferrule_core.plugins.contracts import DatabaseUrl

    assert isinstance(url, DatabaseUrl)
    async with connect(url) as database:
        rows = await database.fetch("SELECT datname::text FROM pg_database ORDER BY 1")
        return [row[0] for row in rows]
