"""The fixtures that Ferrule gives to pytest. Read this file first."""

from __future__ import annotations

import contextlib
import itertools
import os
from collections.abc import AsyncGenerator, Generator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol

import pytest
from _pytest.mark import ParameterSet

from ferrule_core.plugins.contracts import DatabaseUrl
from ferrule_testing.choices import (
    NO_SERVER,
    Needs,
    ServerChoice,
    Version,
    describe,
    refusal,
)
from ferrule_testing.fault_proxy import FaultProxy
from ferrule_testing.pgbouncer import (
    NO_PGBOUNCER,
    PgBouncer,
    PoolMode,
    find_pgbouncer,
    run_pgbouncer,
)
from ferrule_testing.run import TestRun
from ferrule_testing.templates import Recipe

if TYPE_CHECKING:
    from ferrule_core.database import Database


class PostgresMarker(NamedTuple):
    """What stands in the brackets of ``requires_postgres``."""

    min: int | Version | None = None
    below: int | Version | None = None


class StartPgBouncer(Protocol):
    """What the fixture ``pgbouncer`` gives."""

    def __call__(self, pool_mode: PoolMode = "transaction", **settings: object) -> PgBouncer:
        """Run one in front of the database of this test; see ``run_pgbouncer``."""
        ...


class _WorkerNode(Protocol):
    """What pytest-xdist knows of a worker."""

    config: pytest.Config
    workerinput: dict[str, object]


RUN = pytest.StashKey[TestRun]()
FAILED = pytest.StashKey[bool]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Say what can be said on the command line and in the configuration file."""
    group = parser.getgroup("ferrule")
    group.addoption(
        "--ferrule-server",
        action="append",
        metavar="NAME",
        help="servers to run the tests on: embedded, binaries, dsn or all that are here (default)",
    )
    parser.addini(
        "ferrule_template",
        type="paths",
        default=[],
        help="SQL files, run in this order, that make the database which tests get a copy of",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Join the test run, and name the markers."""
    config.addinivalue_line(
        "markers",
        "requires_postgres(min=None, below=None): the test needs a server from this version on,"
        " or before one: 16 or (16, 2)",
    )
    config.addinivalue_line(
        "markers",
        "requires_extension(*names): the test needs a server that has these extensions",
    )
    config.stash[RUN] = run = TestRun.of(config)
    config.add_cleanup(run.close)  # where there was no session to finish


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: _WorkerNode) -> None:
    """Tell a worker of pytest-xdist where to ask for servers."""
    run = node.config.stash[RUN]
    node.workerinput["ferrule"] = (run.name, str(run.rendezvous))


def pytest_report_header(config: pytest.Config) -> str:
    """Say which servers the tests run on."""
    choices = config.stash[RUN].choices
    return "ferrule: " + (", ".join(map(describe, choices)) or NO_SERVER)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run each test that needs a server once on each that fits."""
    if "ferrule_server_choice" in metafunc.fixturenames:
        choices = metafunc.config.stash[RUN].choices
        metafunc.parametrize(
            "ferrule_server_choice",
            _parameters(choices, _needs(metafunc.definition)),
            indirect=True,
            scope="session",
        )


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Remember whether a test failed."""
    report = yield
    item.stash[FAILED] = item.stash.get(FAILED, False) or report.failed
    return report


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Leave the servers; workers of pytest-xdist ended before this."""
    session.config.stash[RUN].close()


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Say which databases stayed."""
    for line in config.stash[RUN].kept:
        terminalreporter.write_line(line)


@pytest.fixture(scope="session")
def ferrule_server_choice(request: pytest.FixtureRequest) -> ServerChoice:
    """The server that the test runs on, as it was known before it was started.

    Each that fits, one after the other; the newest for a test that asks for it while it runs.
    """
    choices = request.config.stash[RUN].choices
    choice: ServerChoice | None = getattr(request, "param", choices[0] if choices else None)
    if choice is None:
        pytest.fail(NO_SERVER, pytrace=False)
    return choice


@pytest.fixture(scope="session")
def ferrule_server(
    request: pytest.FixtureRequest, ferrule_server_choice: ServerChoice
) -> DatabaseUrl:
    """The URL of a superuser, in the database ``postgres`` of the server of this run."""
    return request.config.stash[RUN].servers.url(ferrule_server_choice)


@pytest.fixture(scope="session")
def ferrule_template(request: pytest.FixtureRequest) -> Recipe:
    """What is in the databases that tests get; override it to say so.

    A sequence of SQL texts, of paths to files of SQL, and of functions that are given the URL
    of the database, and may be async. It is run once, and copied after that.
    """
    paths: Sequence[Path] = request.config.getini("ferrule_template")
    return list(paths)


@pytest.fixture
def database_url(
    request: pytest.FixtureRequest, ferrule_server_choice: ServerChoice, ferrule_template: Recipe
) -> Generator[DatabaseUrl]:
    """The URL of a database that only this test has.

    It is dropped after the test; with ``FERRULE_KEEP_DATABASE=1`` that of a failed test stays.
    """
    run = request.config.stash[RUN]
    url = run.databases.fresh(ferrule_server_choice, ferrule_template, request.node.name)
    yield url
    if not (run.keep and request.node.stash.get(FAILED, False)):
        run.databases.drop(ferrule_server_choice, url)


@pytest.fixture
async def database(database_url: DatabaseUrl) -> AsyncGenerator[Database]:
    """A database that only this test has, open: models use it. About 50 ms.

    For anyio's pytest plugin. See ``database_url`` for what becomes of it.
    """
    from ferrule_core.database import connect  # not before a test needs it

    async with connect(database_url) as opened:
        yield opened


@pytest.fixture
async def fault_proxy(database_url: DatabaseUrl) -> AsyncGenerator[FaultProxy]:
    """A link to the database of this test that can be frozen, cut and slowed down."""
    async with FaultProxy(database_url) as proxy:
        yield proxy


@pytest.fixture
def pgbouncer(database_url: DatabaseUrl) -> Generator[StartPgBouncer]:
    """Runs PgBouncers in front of the database of this test, which end with it.

    Where PgBouncer is not installed, the test is skipped; on CI it fails.
    """
    if find_pgbouncer() is None:
        if os.environ.get("CI"):
            pytest.fail(NO_PGBOUNCER, pytrace=False)
        pytest.skip(NO_PGBOUNCER)
    with contextlib.ExitStack() as stack:

        def start(pool_mode: PoolMode = "transaction", **settings: object) -> PgBouncer:
            running = run_pgbouncer(database_url, pool_mode=pool_mode, settings=settings)
            return stack.enter_context(running)

        yield start


@pytest.fixture
def _sandbox_url(
    request: pytest.FixtureRequest, ferrule_server_choice: ServerChoice, ferrule_template: Recipe
) -> DatabaseUrl:
    run = request.config.stash[RUN]
    return run.databases.shared(ferrule_server_choice, ferrule_template)


@pytest.fixture
async def sandbox(_sandbox_url: DatabaseUrl) -> AsyncGenerator[Database]:
    """A database that is open and in a transaction, which is rolled back. About 10 ms.

    Tests share it, so none may commit; ``transaction()`` in a test is a savepoint. What a
    rollback leaves as it is, like the values of sequences, other tests see.
    """
    from ferrule_core.database import connect

    async with connect(_sandbox_url) as opened:
        with contextlib.suppress(_RollBack):
            async with opened.transaction():
                yield opened
                raise _RollBack


class _RollBack(Exception):
    """Ends a sandbox."""


def _parameters(choices: Sequence[ServerChoice], needs: Needs) -> list[ParameterSet]:
    """The servers for a test; where there is none, one parameter that says why."""
    fit = [choice for choice in choices if not needs.missing(choice)]
    if fit:
        return [pytest.param(choice, id=str(choice)) for choice in fit]
    if choices:
        reason = refusal(choices, needs)
    elif os.environ.get("CI"):
        return [pytest.param(None, id="no-server")]  # fails: CI must not skip everything unseen
    else:
        reason = NO_SERVER
    return [pytest.param(None, id="no-server", marks=pytest.mark.skip(reason=reason))]


def _needs(definition: pytest.Item) -> Needs:
    least: list[Version] = []
    below: list[Version] = []
    for marker in definition.iter_markers("requires_postgres"):
        wanted = PostgresMarker(*marker.args, **marker.kwargs)
        least += [] if wanted.min is None else [_version(wanted.min)]
        below += [] if wanted.below is None else [_version(wanted.below)]
    extensions = (m.args for m in definition.iter_markers("requires_extension"))
    return Needs(
        least=max(least, default=None),
        below=min(below, default=None),
        extensions=frozenset(itertools.chain.from_iterable(extensions)),
    )


def _version(wanted: int | Version) -> Version:
    return (wanted, 0) if isinstance(wanted, int) else wanted
