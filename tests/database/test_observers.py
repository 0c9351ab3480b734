"""Those who look at what is sent, and change nothing."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from datetime import timedelta
from types import ModuleType

import pytest

from ferrule_core.database import Database, connect
from ferrule_core.errors import ConnectionLost, ForeignKeyViolation, PoolTimeout, UndefinedTable
from ferrule_core.plugins.contracts import (
    Begin,
    DatabaseUrl,
    End,
    Middleware,
    ObservedDatabase,
    Observer,
    Operation,
    Outcome,
)
from ferrule_core.plugins.manager import Plugins
from ferrule_core.plugins.markers import hookimpl
from ferrule_core.query.port import Row
from ferrule_core.query.running import compiled
from ferrule_core.sql.compiled import CompiledBatch, CompiledQuery
from ferrule_core.sql.nodes import Projection, RawFragment, Select, SelectItem

pytestmark = pytest.mark.anyio


class Notebook:
    """Writes down what it sees."""

    def __init__(self, name: str = "notebook") -> None:
        self.name = name
        self.databases: list[ObservedDatabase] = []
        self.seen: list[tuple[Operation, Outcome]] = []
        self.order: list[str] = []

    def watch(self, database: ObservedDatabase, /) -> Begin:
        self.databases.append(database)
        return self.begin

    def begin(self, operation: Operation, /) -> End:
        self.order.append(f"{self.name} < {operation.text}")

        def end(outcome: Outcome) -> None:
            self.order.append(f"{self.name} > {operation.text}")
            self.seen.append((operation, outcome))

        return end

    @property
    def last(self) -> tuple[Operation, Outcome]:
        return self.seen[-1]


def plugins_with(*observers: Observer, middleware: Sequence[Middleware] = ()) -> Plugins:
    import ferrule_asyncpg.plugin

    module = ModuleType("observers")

    @hookimpl
    def ferrule_observers() -> Sequence[Observer]:
        return observers

    @hookimpl
    def ferrule_middleware() -> Sequence[Middleware]:
        return middleware

    module.ferrule_observers = ferrule_observers  # type: ignore[attr-defined]
    module.ferrule_middleware = ferrule_middleware  # type: ignore[attr-defined]
    return Plugins.of(module, ferrule_asyncpg.plugin)


async def test_a_statement_is_seen_with_its_outcome(database_url: DatabaseUrl):
    notebook = Notebook()
    async with connect(database_url, plugins=plugins_with(notebook), name="shop") as database:
        await database.fetch("SELECT generate_series(1, $1::int), 'secret'", 3)

        operation, outcome = notebook.last
        assert operation.kind == "statement"
        assert operation.text == "SELECT generate_series(?, $1::int), ?"
        assert operation.command == "SELECT"
        assert operation.tables == ()
        assert operation.query == CompiledQuery(
            "SELECT generate_series(1, $1::int), 'secret'", (3,)
        )
        assert outcome.rows == 3
        assert outcome.error is None
        assert not outcome.in_transaction
        assert 0 <= outcome.waited < outcome.seconds < 10
        assert "secret" not in repr(operation)


async def test_an_observer_learns_where_the_database_is_and_no_password(
    database_url: DatabaseUrl,
):
    notebook = Notebook()
    async with connect(database_url, plugins=plugins_with(notebook), name="shop"):
        pass

    [seen] = notebook.databases
    assert (seen.name, seen.url.database) == ("shop", database_url.database)
    assert seen.url.password is None
    assert seen.url.options == {}


async def test_every_verb_says_how_many_rows_there_were(database_url: DatabaseUrl):
    notebook = Notebook()
    async with connect(database_url, plugins=plugins_with(notebook)) as database:
        await database.execute("CREATE TABLE numbers (n int)")
        insert = CompiledBatch("INSERT INTO numbers VALUES ($1) RETURNING n", [(1,), (2,), (3,)])
        await database.fetch_batch(insert)
        await database.execute("UPDATE numbers SET n = n + 1")
        await database.fetch_first("SELECT n FROM numbers WHERE n = 9")

    seen = [(op.kind, op.command, op.size, outcome.rows) for op, outcome in notebook.seen]
    assert seen == [
        ("statement", "CREATE", 1, 0),
        ("batch", "INSERT", 3, 3),
        ("statement", "UPDATE", 1, 3),
        ("statement", "SELECT", 1, 0),
    ]


async def test_a_failure_is_an_outcome(database_url: DatabaseUrl):
    notebook = Notebook()
    async with connect(database_url, plugins=plugins_with(notebook)) as database:
        with pytest.raises(UndefinedTable) as caught:
            await database.fetch("SELECT * FROM nowhere")

    _, outcome = notebook.last
    assert outcome.error is caught.value
    assert outcome.rows is None


async def test_waiting_for_a_connection_is_told_apart(database_url: DatabaseUrl):
    notebook = Notebook()
    async with connect(database_url, plugins=plugins_with(notebook), max_size=1) as database:
        first = asyncio.create_task(database.fetch("SELECT pg_sleep(0.3)"))
        await asyncio.sleep(0.05)
        await database.fetch("SELECT 2")
        await first

    _, outcome = notebook.last
    assert outcome.waited > 0.15
    assert outcome.seconds >= outcome.waited


async def test_a_statement_that_got_no_connection_is_seen_too(database_url: DatabaseUrl):
    notebook = Notebook()
    within = timedelta(seconds=0.1)
    plugins = plugins_with(notebook)
    async with (
        connect(database_url, plugins=plugins, max_size=1, acquire_within=within) as database,
        database.connection(),
    ):
        with pytest.raises(PoolTimeout):
            await asyncio.create_task(database.fetch("SELECT 1"))

    _, outcome = notebook.last
    assert isinstance(outcome.error, PoolTimeout)


async def test_streams_are_seen_once_inside_and_outside_of_transactions(
    database_url: DatabaseUrl,
):
    notebook = Notebook()
    async with connect(database_url, plugins=plugins_with(notebook)) as database:
        async for _ in database.stream("SELECT generate_series(1, 10)", chunk_rows=4):
            await asyncio.sleep(0.1)
        async with database.transaction() as opened:
            async for _ in database.stream("SELECT generate_series(1, 5)", chunk_rows=4):
                pass
            async for _ in opened.stream("SELECT generate_series(1, 6)", chunk_rows=4):
                pass

    streams = [(op, outcome) for op, outcome in notebook.seen if op.kind == "stream"]
    assert [(outcome.rows, outcome.in_transaction) for _, outcome in streams] == [
        (10, False),
        (5, True),
        (6, True),
    ]


async def test_what_the_reader_of_a_stream_does_is_not_counted(database_url: DatabaseUrl):
    notebook = Notebook()
    async with connect(database_url, plugins=plugins_with(notebook)) as database:
        began = asyncio.get_running_loop().time()
        async for _ in database.stream("SELECT generate_series(1, 3)", chunk_rows=1):
            await asyncio.sleep(0.3)
        whole = asyncio.get_running_loop().time() - began

    _, outcome = notebook.last
    assert outcome.seconds <= whole - 0.85


async def test_a_stream_that_is_left_early_did_not_fail(database_url: DatabaseUrl):
    notebook = Notebook()
    async with connect(database_url, plugins=plugins_with(notebook), max_size=1) as database:
        stream = database.stream("SELECT generate_series(1, 10)", chunk_rows=4)
        async for _ in stream:
            break
        await stream.aclose()
        _, outcome = notebook.last

        assert (outcome.rows, outcome.error) == (4, None)
        assert (await database.fetch("SELECT 1"))[0][0] == 1  # its connection is back


async def test_observers_are_called_by_name_and_inside_of_middleware(database_url: DatabaseUrl):
    order: list[str] = []

    class Around:
        name = "z"

        async def __call__(self, query: CompiledQuery, call_next: object, /) -> Sequence[Row]:
            order.append("z <")
            rows: Sequence[Row] = await call_next(query)  # type: ignore[operator]
            order.append("z >")
            return rows

    a, b = Notebook("a"), Notebook("b")
    a.order = b.order = order
    plugins = plugins_with(b, a, middleware=[Around()])  # type: ignore[list-item]
    async with connect(database_url, plugins=plugins) as database:
        await database.fetch("SELECT x FROM (VALUES ($1::int)) v (x)", 1)

    text = "SELECT x FROM (VALUES ($1::int)) v (x)"
    assert order == ["z <", f"a < {text}", f"b < {text}", f"b > {text}", f"a > {text}", "z >"]


async def test_what_middleware_answers_itself_is_not_seen(database_url: DatabaseUrl):
    class Cached:
        name = "cache"

        async def __call__(self, _query: object, _next: object, /) -> Sequence[Row]:
            return []

    notebook = Notebook()
    plugins = plugins_with(notebook, middleware=[Cached()])
    async with connect(database_url, plugins=plugins) as database:
        await database.fetch("SELECT 1")

    assert notebook.seen == []


async def test_an_observer_may_decline(database_url: DatabaseUrl):
    class Blind:
        name = "blind"

        def watch(self, _: ObservedDatabase, /) -> None:
            return None

    async with connect(database_url, plugins=plugins_with(Blind())) as database:
        assert not database._middleware  # its statements take the same path as before
        assert len(await database.fetch("SELECT 1")) == 1


@pytest.mark.parametrize("when", ["beginning", "end"])
async def test_an_observer_that_fails_is_logged_and_disturbs_nobody(
    database_url: DatabaseUrl, when: str, caplog: pytest.LogCaptureFixture
):
    class Clumsy:
        name = "clumsy"

        def watch(self, _: ObservedDatabase, /) -> Begin:
            return self.begin

        def begin(self, _: Operation, /) -> End:
            if when == "beginning":
                raise ZeroDivisionError
            return self.end

        def end(self, _: Outcome) -> None:
            raise ZeroDivisionError

    others = Notebook("a"), Notebook("z")
    plugins = plugins_with(Clumsy(), *others)
    with caplog.at_level(logging.ERROR, "ferrule.observers"):
        async with connect(database_url, plugins=plugins) as database, database.transaction():
            for number in range(5):
                rows = await database.fetch("SELECT $1::int", number)
                assert rows[0][0] == number

    assert [[op.kind for op, _ in other.seen].count("statement") for other in others] == [5, 5]
    [record] = caplog.records  # of five failures only the first
    assert record.getMessage() == 'observer "clumsy" failed'
    assert record.exc_info is not None
    assert record.exc_info[0] is ZeroDivisionError


async def test_tasks_of_one_database_do_not_mix_their_operations(database_url: DatabaseUrl):
    notebook = Notebook()

    async def ask(database: Database, number: int) -> None:
        for _ in range(5):
            await database.fetch(f"SELECT a{number} FROM generate_series(1, $1) a{number}", number)

    async with connect(database_url, plugins=plugins_with(notebook), max_size=3) as database:
        await asyncio.gather(*(ask(database, number) for number in range(1, 9)))

    assert len(notebook.seen) == 40
    for operation, outcome in notebook.seen:
        assert isinstance(operation.query, CompiledQuery)
        assert outcome.rows == operation.query.parameters[0]


async def test_the_commands_of_transactions_are_seen(database_url: DatabaseUrl):
    notebook = Notebook()
    async with connect(database_url, plugins=plugins_with(notebook)) as database:
        async with database.transaction(isolation="serializable", read_only=True):
            pass
        with pytest.raises(ZeroDivisionError):
            async with database.transaction():
                async with database.transaction():
                    await database.fetch("SELECT 1")
                with pytest.raises(UndefinedTable):
                    async with database.transaction():
                        await database.fetch("SELECT * FROM nowhere")
                raise ZeroDivisionError

    seen = [(op.text, op.command, outcome.error) for op, outcome in notebook.seen]
    assert [(text, error) for text, command, error in seen if command != "SELECT"] == [
        ("BEGIN ISOLATION LEVEL SERIALIZABLE READ ONLY", None),
        ("COMMIT", None),
        ("BEGIN", None),
        ("SAVEPOINT ferrule_1", None),
        ("RELEASE SAVEPOINT ferrule_1", None),
        ("SAVEPOINT ferrule_2", None),
        ("ROLLBACK TO SAVEPOINT ferrule_2", None),
        ("ROLLBACK", None),
    ]
    assert {command for _, command, _ in seen} == {
        "BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK", "SELECT",
    }  # fmt: skip


async def test_a_commit_that_fails_is_seen_with_its_error(database_url: DatabaseUrl):
    notebook = Notebook()
    async with connect(database_url, plugins=plugins_with(notebook)) as database:
        await database.execute(
            "CREATE TABLE pair (id int PRIMARY KEY, "
            "other int REFERENCES pair DEFERRABLE INITIALLY DEFERRED)"
        )
        with pytest.raises(ForeignKeyViolation) as caught:
            async with database.transaction():
                await database.execute("INSERT INTO pair VALUES (1, 2)")

    commits = [outcome for op, outcome in notebook.seen if op.command == "COMMIT"]
    assert [outcome.error for outcome in commits] == [caught.value]


async def test_a_broken_connection_is_not_told_as_a_rollback_that_was_done(
    database_url: DatabaseUrl,
):
    notebook = Notebook()
    async with (
        connect(database_url, name="other") as other,
        connect(database_url, plugins=plugins_with(notebook)) as database,
    ):
        with pytest.raises(ConnectionLost):
            async with database.transaction() as opened:
                pid = (await opened.fetch("SELECT pg_backend_pid()"))[0][0]
                await other.fetch("SELECT pg_terminate_backend($1)", pid)
                await opened.fetch("SELECT 1")

    operation, outcome = notebook.last
    assert operation.text == "ROLLBACK"
    assert isinstance(outcome.error, ConnectionLost)


async def test_a_cancelled_transaction_is_seen_to_its_end(database_url: DatabaseUrl):
    notebook = Notebook()

    async def sleep(database: Database) -> None:
        async with database.transaction() as opened:
            await opened.fetch("SELECT pg_sleep(20)")

    async with connect(database_url, plugins=plugins_with(notebook)) as database:
        task = asyncio.create_task(sleep(database))
        await asyncio.sleep(0.2)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    [(_, begin), (_, select), (rollback, _)] = notebook.seen
    assert begin.error is None
    assert isinstance(select.error, asyncio.CancelledError)
    assert rollback.text == "ROLLBACK"


async def test_a_transaction_that_waited_for_its_connection_says_so(database_url: DatabaseUrl):
    notebook = Notebook()

    async def touch(database: Database) -> None:
        async with database.transaction():
            pass

    async with connect(database_url, plugins=plugins_with(notebook), max_size=1) as database:
        async with database.connection():
            task = asyncio.create_task(touch(database))
            await asyncio.sleep(0.2)
        await task

    begin = notebook.seen[0][1]
    assert 0.1 < begin.waited <= begin.seconds


async def test_copies_are_seen_without_their_values(database_url: DatabaseUrl):
    notebook = Notebook()
    async with connect(database_url, plugins=plugins_with(notebook)) as database:
        await database.execute("CREATE TABLE numbers (n int)")
        notebook.seen.clear()
        await database.copy_in("numbers", [(1,), (2,), (3,)], columns=("n",))
        out = [piece async for piece in database.copy_out("(SELECT n, 'sesame' FROM numbers)")]

        async def drop(_: bytes) -> None: ...

        await database.copy_out("(SELECT n, 'sesame' FROM numbers)", to=drop)

    assert b"".join(out).count(b"sesame") == 3
    assert [(op.kind, op.command, outcome.rows) for op, outcome in notebook.seen] == [
        ("copy", "COPY", 3),
        ("copy", "COPY", None),
        ("copy", "COPY", 3),
    ]
    assert "sesame" not in "".join(op.text for op, _ in notebook.seen)


async def test_constants_in_a_query_of_models_are_not_shown(database_url: DatabaseUrl):
    notebook = Notebook()
    one = Select(Projection((SelectItem(RawFragment(("'sesame'",))),)))
    async with connect(database_url, plugins=plugins_with(notebook)) as database:
        rows = await database.fetch(compiled(one))

    operation, _ = notebook.last
    assert rows[0][0] == "sesame"
    assert operation.text == "SELECT ?"
