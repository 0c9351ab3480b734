"""Writing down what a database runs, and what it is slow at."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import AsyncGenerator, Callable
from datetime import timedelta
from pathlib import Path

import pytest

from ferrule_core.database import Database, connect
from ferrule_core.database.observing.plans import Plan
from ferrule_core.database.observing.query_records import QueryRecord
from ferrule_core.errors import ConfigurationError, UndefinedTable, UniqueViolation
from ferrule_core.plugins.contracts import DatabaseUrl
from ferrule_core.settings.load import load_settings
from ferrule_core.settings.log_options import LogOptions

pytestmark = pytest.mark.anyio

AT_ONCE = timedelta(0)


async def until(what: Callable[[], bool], seconds: float = 20) -> None:
    """Wait for something that a task does by itself."""
    async with asyncio.timeout(seconds):
        while not what():  # noqa: ASYNC110 - the log has no event to wait for
            await asyncio.sleep(0.01)


def messages(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.name == "ferrule.sql"]


@pytest.fixture
async def slow(database_url: DatabaseUrl) -> AsyncGenerator[Database]:
    """A database that is slow at everything."""
    async with connect(database_url, log=LogOptions(slow_after=AT_ONCE)) as opened:
        yield opened


async def test_a_block_has_the_log_of_its_statements(numbers: Database):
    with numbers.log_queries() as log:
        await numbers.fetch("SELECT n FROM numbers WHERE n > $1", 2)
        await numbers.execute("UPDATE numbers SET n = n + 10 WHERE n = 1")
    await numbers.fetch("SELECT 'after'")

    assert [(record.command, record.rows, record.error) for record in log] == [
        ("SELECT", 3, None),
        ("UPDATE", 1, None),
    ]
    assert log[0].text == "SELECT n FROM numbers WHERE n > $1"
    assert log[1].text == "UPDATE numbers SET n = n + ? WHERE n = ?"
    assert log[0].database == "default"
    assert timedelta(0) < log[0].duration < timedelta(seconds=20)
    assert log[0].parameters is None
    assert not numbers._middleware  # nothing is paid after the block


async def test_the_line_that_asked_is_known(numbers: Database):
    with numbers.log_queries() as log:
        await numbers.fetch("SELECT 1")
        async for _ in numbers.stream("SELECT 1"):
            pass

    for record in log:
        assert record.caller is not None
        path, _, line = record.caller.rpartition(":")
        assert path == __file__
        assert "SELECT 1" in Path(path).read_text().splitlines()[int(line) - 1]


async def test_an_error_is_in_the_log_by_its_code(numbers: Database):
    with numbers.log_queries() as log:
        with pytest.raises(UniqueViolation):
            await numbers.execute("INSERT INTO numbers VALUES (1)")
        with pytest.raises(UndefinedTable):
            await numbers.execute("SELECT * FROM nowhere")

    assert [(record.error, record.sqlstate) for record in log] == [
        ("FER-D201", "23505"),
        ("FER-D501", "42P01"),
    ]
    assert "failed: FER-D201" in str(log[0])


async def test_no_value_is_shown_unless_asked_for(
    numbers: Database, caplog: pytest.LogCaptureFixture
):
    with caplog.at_level(logging.DEBUG), numbers.log_queries() as log:
        await numbers.fetch("SELECT $1::text, 'sesame two'", "sesame one")
        async with numbers.transaction():
            await numbers.fetch("SELECT 'sesame three'")

    assert "sesame" not in f"{log!r}{log}{list(log)}{caplog.text}"

    with caplog.at_level(logging.INFO), numbers.log_queries(show_parameters=True) as log:
        await numbers.fetch("SELECT $1::text, 'sesame two'", "sesame one")

    assert log[0].parameters == ("'sesame one'",)
    assert log[0].text == "SELECT $1::text, 'sesame two'"
    assert "sesame one" in caplog.text
    assert "sesame" not in repr(log[0]).replace("sesame two", "")


async def test_a_long_value_is_cut(numbers: Database):
    with numbers.log_queries(show_parameters=True) as log:
        await numbers.fetch("SELECT $1::text", "x" * 1000)

    assert log[0].parameters == ("'" + "x" * 199 + "...",)


async def test_other_tasks_are_not_in_the_log_but_started_ones_are(numbers: Database):
    other = asyncio.Event()

    async def outside() -> None:
        await other.wait()
        await numbers.fetch("SELECT 'outside'::text AS outside")

    task = asyncio.create_task(outside())
    with numbers.log_queries() as log:
        other.set()
        await asyncio.gather(*(numbers.fetch(f"SELECT 1 AS inside{n}") for n in range(3)))
        await task

    assert sorted(record.text for record in log) == [f"SELECT ? AS inside{n}" for n in range(3)]


async def test_logs_nest(numbers: Database):
    with numbers.log_queries() as outer:
        await numbers.fetch("SELECT 1")
        with numbers.log_queries() as inner:
            await numbers.fetch("SELECT 2")

    assert (len(outer), len(inner)) == (2, 1)


async def test_statements_in_a_transaction_say_so(numbers: Database):
    with numbers.log_queries() as log:
        async with numbers.transaction() as opened:
            await numbers.fetch("SELECT 1")
            await opened.fetch("SELECT 2")

    statements = [record for record in log if record.kind == "statement"]
    assert [record.in_transaction for record in statements] == [True, True]
    assert ", in a transaction, " in str(statements[0])


async def test_a_log_that_begins_in_a_transaction_sees_it(numbers: Database):
    async with numbers.transaction() as opened:
        with numbers.log_queries() as log:
            await opened.fetch("SELECT 1")

    assert len(log) == 1


async def test_a_profile_may_have_every_statement_logged(
    database_url: DatabaseUrl, caplog: pytest.LogCaptureFixture
):
    with caplog.at_level(logging.INFO, "ferrule.sql"):
        async with connect(database_url, log=LogOptions(statements=True), name="shop") as database:
            await database.fetch("SELECT generate_series(1, 2)")

    [line] = [line for line in messages(caplog) if "SELECT" in line]
    assert re.fullmatch(
        r"\[shop\] \d+\.\d ms, (waited \d+\.\d ms, )?2 rows, from .*test_query_log.py:\d+: "
        r"SELECT generate_series\(\?, \?\)",
        line,
    )
    [record] = [r for r in caplog.records if "SELECT" in r.getMessage()]
    assert isinstance(vars(record)["ferrule"], QueryRecord)  # for formatters that want more


async def test_the_settings_of_a_profile_say_what_is_logged(tmp_path: Path):
    (tmp_path / "ferrule.toml").write_text(
        '[profiles.dev]\nurl = "postgresql://h/d"\n'
        '[profiles.dev.log]\nslow_after = 0.25\ncounters = true\nexplain_every = "PT5M"\n'
    )

    log = load_settings(tmp_path, {}).profile("dev").log

    assert log == LogOptions(
        slow_after=timedelta(milliseconds=250), counters=True, explain_every=timedelta(minutes=5)
    )


@pytest.mark.parametrize(
    "wrong",
    [
        {"slow_after": timedelta(seconds=-1)},
        {"explain_every": timedelta(seconds=-1)},
        {"keep_slowest": -1},
    ],
)
def test_options_that_mean_nothing_are_refused(wrong: dict[str, timedelta]):
    with pytest.raises(ConfigurationError):
        LogOptions(**wrong)  # type: ignore[arg-type]


async def test_a_slow_statement_is_warned_of_with_its_plan(
    slow: Database, caplog: pytest.LogCaptureFixture
):
    await slow.execute("CREATE TABLE book (id int PRIMARY KEY, title text)")
    caplog.clear()
    await slow.fetch("SELECT title FROM book WHERE title = $1 AND id < 7", "sesame")
    await until(lambda: len(messages(caplog)) >= 2)

    warning, plan = messages(caplog)
    assert warning.startswith("slow: [default] ")
    assert plan.startswith("[default] plan of: SELECT title FROM book WHERE title = $1 AND id < ?")
    assert " on book" in plan
    assert "Filter: " in plan
    assert "sesame" not in caplog.text
    assert isinstance(vars(caplog.records[-1])["ferrule"], Plan)


async def test_only_statements_that_took_too_long_are_warned_of(
    database_url: DatabaseUrl, caplog: pytest.LogCaptureFixture
):
    options = LogOptions(slow_after=timedelta(seconds=0.2), explain=False)
    async with connect(database_url, log=options) as database:
        await database.fetch("SELECT pg_sleep(0.25)")
        await database.fetch("SELECT 1 FROM pg_class LIMIT 1")

    warned = [line for line in messages(caplog) if "pg_sleep" in line]
    assert len(warned) == 1


async def test_waiting_for_a_connection_makes_no_statement_slow(
    database_url: DatabaseUrl, caplog: pytest.LogCaptureFixture
):
    options = LogOptions(slow_after=timedelta(seconds=2), explain=False)
    async with connect(database_url, log=options, max_size=1) as database:
        async with database.connection():
            waiting = asyncio.create_task(database.fetch("SELECT 1"))
            await asyncio.sleep(2.2)
        await waiting

    assert messages(caplog) == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE book SET id = id",
        "DELETE FROM book",
        "INSERT INTO book VALUES (3)",
        "WITH gone AS (DELETE FROM book RETURNING id) SELECT id FROM gone",
    ],
)
async def test_looking_for_a_plan_never_writes(
    slow: Database, caplog: pytest.LogCaptureFixture, statement: str
):
    await slow.execute("CREATE TABLE book (id int)")
    await slow.execute("INSERT INTO book VALUES (1), (2)")
    async with slow.transaction() as opened:
        await opened.execute(statement)
        expected = [row[0] for row in await opened.fetch("SELECT id FROM book ORDER BY id")]
    await asyncio.sleep(0.3)

    found = [row[0] for row in await slow.fetch("SELECT id FROM book ORDER BY id")]
    assert found == expected
    planned = [line for line in messages(caplog) if "plan of: " in line]
    assert not any(verb in line for line in planned for verb in ("UPDATE", "INSERT INTO"))


async def test_a_plan_is_not_asked_for_in_the_transaction_of_the_user(
    slow: Database, caplog: pytest.LogCaptureFixture
):
    async with slow.transaction() as opened:
        await opened.execute("CREATE TABLE uncommitted (id int)")
        await opened.fetch("SELECT id FROM uncommitted")
        await until(lambda: any("no plan: FER-D501" in line for line in messages(caplog)))
        assert await opened.fetch("SELECT id FROM uncommitted") == []  # it goes on


async def test_nobody_waits_for_a_plan(database_url: DatabaseUrl, caplog: pytest.LogCaptureFixture):
    options = LogOptions(slow_after=AT_ONCE)
    async with (
        connect(database_url, log=options, max_size=1) as database,
        database.transaction() as opened,
    ):
        await opened.fetch("SELECT 1 AS held")
        await until(lambda: any("no plan: no connection was free" in m for m in messages(caplog)))


async def test_a_plan_that_waits_for_a_lock_is_given_up(
    slow: Database, database_url: DatabaseUrl, caplog: pytest.LogCaptureFixture
):
    await slow.execute("CREATE TABLE locked (id int)")
    async with connect(database_url, name="other") as other, other.transaction() as holder:
        await slow.fetch("SELECT id FROM locked")
        await holder.execute("LOCK TABLE locked IN ACCESS EXCLUSIVE MODE")
        await until(lambda: any("plan" in line and "locked" in line for line in messages(caplog)))
        await asyncio.sleep(0)
        caplog.clear()
        slow_again = asyncio.create_task(slow.fetch("SELECT id AS again FROM locked"))
        await asyncio.sleep(0.1)
    await slow_again

    assert await slow.fetch("SELECT 1") != []  # no connection is stuck


async def test_the_plan_of_one_text_is_asked_for_once_in_a_while(
    slow: Database, caplog: pytest.LogCaptureFixture
):
    for number in range(4):
        await slow.fetch("SELECT n FROM generate_series(1, $1::int) n", number)
        await asyncio.sleep(0.05)
    await until(lambda: any("plan of" in line for line in messages(caplog)))
    await asyncio.sleep(0.2)

    lines = messages(caplog)
    assert sum(line.startswith("slow: ") and "generate_series" in line for line in lines) == 4
    assert sum("plan of: " in line for line in lines) == 1


async def test_counters_count(database_url: DatabaseUrl):
    log = LogOptions(counters=True, keep_slowest=2)
    async with connect(database_url, log=log) as database:
        await database.fetch("SELECT generate_series(1, 5)")
        await database.fetch("SELECT pg_sleep(0.06)")
        await database.fetch("SELECT pg_sleep(0.02), $1::int", 1)
        await database.fetch("SELECT pg_sleep(0.01), $1::int", 2)
        for _ in range(2):
            with pytest.raises(UndefinedTable):
                await database.fetch("SELECT * FROM nowhere")
        counters = database.counters()

    assert counters.statements == 6
    assert counters.rows == 8
    assert counters.failures == {"FER-D501": 2}
    assert counters.duration >= timedelta(seconds=0.08)
    assert sum(counters.histogram.values()) == 6
    assert sum(n for bound, n in counters.histogram.items() if bound >= 0.05) >= 1
    texts = [record.text for record in counters.slowest]
    assert "SELECT pg_sleep(?)" in texts
    assert len(texts) == 2
    durations = [record.duration for record in counters.slowest]
    assert durations == sorted(durations, reverse=True)


async def test_of_one_text_the_slowest_run_is_kept(database_url: DatabaseUrl):
    async with connect(database_url, log=LogOptions(counters=True)) as database:
        for seconds in (0.001, 0.2, 0.001):
            await database.fetch("SELECT pg_sleep($1::float8)", seconds)
        [slowest] = database.counters().slowest

    assert slowest.duration >= timedelta(seconds=0.2)


async def test_asking_for_counters_that_are_off_says_how_to_turn_them_on(database: Database):
    with pytest.raises(ConfigurationError) as caught:
        database.counters()

    assert caught.value.message == 'nothing is counted of database "default"'
    assert "LogOptions(counters=True)" in str(caught.value.hint)


def test_threads_without_a_loop_have_logs_and_health_too(database_url: DatabaseUrl):
    with connect(database_url).sync as database:
        with database.log_queries() as log:
            database.fetch("SELECT 1")
            assert list(database.stream("SELECT generate_series(1, 3)")) != []
        health = database.health()

    assert [(record.kind, record.rows) for record in log] == [("statement", 1), ("stream", 3)]
    assert health.healthy
