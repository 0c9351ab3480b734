"""Values of rows and parameters, and passwords, are in nothing that is shown or logged."""

from __future__ import annotations

import asyncio
import io
import logging
import traceback
import warnings
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ferrule_core.database import Database, connect
from ferrule_core.errors import FerruleError, UniqueViolation
from ferrule_core.plugins.contracts import DatabaseUrl
from ferrule_core.plugins.manager import Plugins
from ferrule_core.sql.compiled import CompiledBatch, CompiledQuery
from ferrule_testing.fault_proxy import FaultProxy

pytestmark = pytest.mark.anyio

private_values = st.text("abcxyz019/@[]%:?#&={}'\"\\üλ", min_size=9, max_size=20)

Use = Callable[[Database, str], Awaitable[object]]


def generated(text: str, *parameters: object) -> CompiledQuery:
    return CompiledQuery(text, parameters, origin="generated")


SCHEMA = """
CREATE TABLE people (
    email text PRIMARY KEY CHECK (email !~ '^refused'),
    name text NOT NULL DEFAULT '',
    short varchar(5),
    boss text REFERENCES people DEFERRABLE INITIALLY DEFERRED
);
CREATE FUNCTION complain(value text) RETURNS int LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'that is not liked' USING DETAIL = value, HINT = value, ERRCODE = '23514';
END $$;
"""


def statement(text: str, *more: object) -> Use:
    """A statement with the private value as its first parameter."""

    async def use(database: Database, value: str) -> object:
        return await database.fetch(generated(text, value, *more))

    return use


async def twice(database: Database, value: str) -> None:
    for _ in range(2):
        await database.execute(generated("INSERT INTO people (email) VALUES ($1)", value))


async def a_batch(database: Database, value: str) -> None:
    await database.fetch_batch(
        CompiledBatch("INSERT INTO people (email) VALUES ($1)", [(value,), (value,)])
    )


async def a_batch_of_another_type(database: Database, value: str) -> None:
    await database.fetch_batch(CompiledBatch("SELECT $1::int", [(1,), (value,)]))


async def a_stream(database: Database, value: str) -> None:
    text = "SELECT CASE WHEN n > 5 THEN $1::text::int END FROM generate_series(1, 9) n"
    async for _ in database.stream(generated(text, value), chunk_rows=2):
        pass


async def in_a_transaction(database: Database, value: str) -> None:
    async with database.transaction():
        with suppress(UniqueViolation):
            await twice(database, value)


async def at_commit(database: Database, value: str) -> None:
    async with database.transaction():
        await database.execute(
            generated("INSERT INTO people (email, boss) VALUES ($1, $1 || 'x')", value)
        )


async def past_its_deadline(database: Database, value: str) -> None:
    async with database.connection():
        await database.fetch(generated("SELECT pg_sleep(9), $1::text", value))


async def on_a_lost_link(database: Database, value: str) -> None:
    async with database.transaction():
        await database.fetch(
            generated("SELECT pg_terminate_backend(pg_backend_pid()), $1::text", value)
        )


async def while_the_caller_handles_it(database: Database, value: str) -> None:
    try:
        await twice(database, value)
    except UniqueViolation:
        await database.fetch(generated("SELECT $1::text::int", value))


USES: tuple[Use, ...] = (
    twice,
    a_batch,
    a_batch_of_another_type,
    a_stream,
    in_a_transaction,
    at_commit,
    past_its_deadline,
    on_a_lost_link,
    while_the_caller_handles_it,
    statement("INSERT INTO people (email) VALUES ('refused' || $1::text)"),
    statement("INSERT INTO people (email, name) VALUES ($1, NULL)"),
    statement("INSERT INTO people (email, short) VALUES ('a', $1)"),
    statement("SELECT $1::text::int"),
    statement("SELECT $1::text::uuid"),
    statement("SELECT ('{' || $1::text)::jsonb"),
    statement("SELECT set_config('TimeZone', $1::text, true)"),
    statement("SELECT $1::int"),
    statement("SELECT $1::date"),
    statement("SELECT $1::int[]"),
    statement("SELECT complain($1)"),
    statement("SELECT length($1::text) / 0"),
)


class Shown:
    """Collects what people may see."""

    def __init__(self) -> None:
        self.text = io.StringIO()

    def add(self, error: BaseException) -> None:
        self.text.write("".join(traceback.format_exception(error)))
        seen: BaseException | None = error
        while seen is not None:
            print(f"{seen} {seen!r} {seen.args!r} {vars(seen)!r}", file=self.text)
            seen = seen.__cause__ or seen.__context__

    def holds(self, value: str) -> bool:
        whole = self.text.getvalue()
        return value in whole or repr(value)[1:-1] in whole


@contextmanager
def everything_shown() -> Iterator[Shown]:
    """With all loggers at DEBUG, asyncio's debug mode, and every warning."""
    shown = Shown()
    handler = logging.StreamHandler(shown.text)
    root = logging.getLogger()
    level, loop = root.level, asyncio.get_running_loop()
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    loop.set_debug(True)
    try:
        with warnings.catch_warnings(record=True) as warned:
            warnings.simplefilter("always")
            yield shown
        print(*(str(warning.message) for warning in warned), file=shown.text)
    finally:
        loop.set_debug(False)
        root.setLevel(level)
        root.removeHandler(handler)


@pytest.fixture
async def people(database_url: DatabaseUrl, plugins: Plugins) -> AsyncIterator[Database]:
    async with connect(
        database_url,
        plugins=plugins,
        name="people",
        max_size=2,
        statement_within=timedelta(seconds=0.5),
    ) as database:
        async with database.connection() as connection:
            await connection.execute_script(SCHEMA)
        yield database


@given(value=private_values, use=st.sampled_from(USES))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
async def test_no_private_value_is_shown(people: Database, value: str, use: Use):
    await people.execute(generated("TRUNCATE people"))

    with everything_shown() as shown:
        try:
            await use(people, value)
        except FerruleError as error:
            shown.add(error)
        await asyncio.sleep(0)

    assert not shown.holds(value), shown.text.getvalue()


async def test_each_of_these_fails(people: Database):
    """Or else nothing would be shown."""
    for use in USES:
        with pytest.raises(FerruleError):
            await use(people, "some text")


@given(password=private_values)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=6)
async def test_no_password_is_shown(fault_proxy: FaultProxy, plugins: Plugins, password: str):
    url = replace(fault_proxy.url, password=password)
    options = {"sslpassword": password}
    targets = [
        replace(url, options=options),
        replace(url, database="nowhere"),
        replace(url, options={**options, "sslmode": "verify-full"}),
        replace(url, options={"sslmode": "disable", "wrok_mem": "7MB"}),
        replace(url, host="127.0.0.1", port=1),
    ]

    with everything_shown() as shown:
        for target in targets:
            try:
                async with connect(
                    target, plugins=plugins, name="guarded", close_within=timedelta(seconds=1)
                ) as database:
                    print(f"{database!r} {database.url!r} {vars(database)!r}", file=shown.text)
                    await database.fetch("SELECT pg_terminate_backend(pg_backend_pid())")
            except FerruleError as error:
                shown.add(error)

    assert not shown.holds(password), shown.text.getvalue()
