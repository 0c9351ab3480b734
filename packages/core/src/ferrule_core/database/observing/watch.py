"""Those who look at what a database sends, and what it costs to be looked at."""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine, Sequence
from contextlib import aclosing
from functools import partial
from time import monotonic, perf_counter
from types import TracebackType
from typing import Any, Self, TypeAlias, TypeVar

from ferrule_core.database.verbs import Result, Verb, observed, touched_rows
from ferrule_core.deferred import dataclass
from ferrule_core.plugins.contracts import (
    Begin,
    Connection,
    End,
    Middleware,
    Operation,
    OperationKind,
    Outcome,
    Rewriter,
)
from ferrule_core.query.port import Row
from ferrule_core.sql.compiled import CompiledBatch, CompiledQuery
from ferrule_core.sql.nodes.node import Node
from ferrule_core.sql.redact import redacted
from ferrule_core.sql.rewriting import Rewriting, rewritten_batch, rewritten_query
from ferrule_core.sql.summary import command_of_text, tables_of

logger = logging.getLogger("ferrule.observers")

MOST_SUMMARIES = 2000

_summaries: dict[str, tuple[str, str | None, tuple[str, ...]]] = {}
"""Of statements made of nodes, by their text: what can be shown, command and tables."""

COMPLAIN_EVERY_SECONDS = 60.0
"""How often the failures of one observer are logged, at most."""

_Run: TypeAlias = Callable[[Verb[Any, Any], Any], Coroutine[Any, Any, Any]]
Told = TypeVar("Told")
Answer = TypeVar("Answer")
_Statement: TypeAlias = CompiledQuery | CompiledBatch


@dataclass(eq=False, slots=True)
class Looker:
    """One observer of one database.

    Attributes:
        logged_at: When a failure of it was logged last.
    """

    name: str
    begin: Begin
    logged_at: float | None = None

    def tell(self, callback: Callable[[Told], Answer], news: Told) -> Answer | None:
        """Call the observer; what it raises is logged, and disturbs nobody."""
        try:
            return callback(news)
        except Exception:
            if self._complains():
                logger.exception('observer "%s" failed', self.name)
        return None

    def _complains(self) -> bool:
        """Whether to log a failure: of an observer that always fails, not each."""
        now = monotonic()
        if self.logged_at is not None and now - self.logged_at < COMPLAIN_EVERY_SECONDS:
            return False
        self.logged_at = now
        return True


class Watch(list[Looker | Middleware | Rewriter]):
    """Who looks at the operations of a database, and who rewrites or stands around its statements.

    A database and its transactions share one. It is a list so that asking it whether anybody is
    there costs no call: ``if watch:``.

    Attributes:
        middleware: Those who stand around statements, the outermost first.
        lookers: Those who look, in the order in which they are called.
        rewritings: What is done to statements before all else, in this order.
    """

    def __init__(self) -> None:
        super().__init__()
        self.middleware: tuple[Middleware, ...] = ()
        self.lookers: tuple[Looker, ...] = ()
        self._rewriters: tuple[Rewriter, ...] = ()
        self.rewritings: tuple[Rewriting, ...] = ()

    def assemble(self, middleware: Sequence[Middleware], lookers: Sequence[Looker]) -> None:
        """Begin anew with these; rewriters stay."""
        self[:] = [*self._rewriters, *middleware, *lookers]
        self.middleware, self.lookers = tuple(middleware), tuple(lookers)

    def rewrite_by(self, rewriters: Sequence[Rewriter]) -> None:
        """Let these rewrite each statement, in this order, and no others."""
        self._rewriters = tuple(rewriters)
        self.rewritings = tuple([(one.name, one.rewrite) for one in rewriters])
        self.assemble(self.middleware, self.lookers)

    def rewritten(self, query: CompiledQuery) -> CompiledQuery:
        """The query as it is to be run."""
        return rewritten_query(query, self.rewritings) if self.rewritings else query

    def add(self, looker: Looker) -> None:
        """One more looks, after all others."""
        self.assemble(self.middleware, [*self.lookers, looker])

    def discard(self, looker: Looker) -> None:
        """One looks no longer."""
        rest = [other for other in self.lookers if other is not looker]
        self.assemble(self.middleware, rest)

    async def run(self, run_now: _Run, verb: Verb[Any, Result], statement: _Statement) -> Result:
        """Run a statement inside of the middleware, and before the eyes of those who look."""
        if self.rewritings:
            if isinstance(statement, CompiledQuery):
                statement = rewritten_query(statement, self.rewritings)
            else:
                statement = rewritten_batch(statement, self.rewritings)
        run = partial(self._run_seen, run_now) if self.lookers else run_now
        if self.middleware:
            return await observed(self.middleware, run, verb, statement)
        result: Result = await run(verb, statement)
        return result

    async def stream(
        self,
        stream_now: Callable[[CompiledQuery, int], AsyncGenerator[Sequence[Row]]],
        query: CompiledQuery,
        chunk_rows: int,
        in_transaction: Callable[[], bool],
    ) -> AsyncGenerator[Sequence[Row]]:
        """Stream rows before the eyes of those who look; middleware has no part in it."""
        query = self.rewritten(query)
        with self.look(statement_operation(query, "stream")) as sight:
            sight.in_transaction = in_transaction()
            sight.rows = 0
            async with aclosing(stream_now(query, chunk_rows)) as chunks:
                async for rows in chunks:
                    sight.rows += len(rows)
                    with sight.paused():
                        yield rows

    def look(self, operation: Operation) -> Sight:
        """``with`` around what happens, to be looked at from its beginning to its end."""
        return Sight(self.lookers, operation)

    async def _run_seen(self, run_now: _Run, verb: Verb[Any, Any], statement: _Statement) -> Any:  # noqa: ANN401 - whatever the verb gives
        with self.look(statement_operation(statement)) as sight:
            result = await run_now(sight.reaching(verb), statement)
            sight.rows = touched_rows(verb.to_rows(result))
        return result


class Sight:
    """One operation that is looked at.

    Attributes:
        rows: See ``Outcome``; so with the others.
        error: What went wrong, where that is not raised.
    """

    __slots__ = (
        "_began",
        "_ends",
        "_idle",
        "_lookers",
        "_operation",
        "error",
        "in_transaction",
        "rows",
        "waited",
    )

    def __init__(self, lookers: tuple[Looker, ...], operation: Operation) -> None:
        self._lookers = lookers
        self._operation = operation
        self._ends: list[tuple[Looker, End]] = []
        self._idle = 0.0
        self.error: BaseException | None = None
        self.rows: int | None = None
        self.waited = 0.0
        self.in_transaction = False

    def __enter__(self) -> Self:
        for looker in self._lookers:
            end = looker.tell(looker.begin, self._operation)
            if end is not None:
                self._ends.append((looker, end))
        self._began = perf_counter()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        outcome = Outcome(
            seconds=perf_counter() - self._began - self._idle,
            waited=self.waited,
            rows=self.rows,
            in_transaction=self.in_transaction,
            error=self.error if error is None or isinstance(error, GeneratorExit) else error,
        )
        for looker, end in reversed(self._ends):
            looker.tell(end, outcome)

    def reaching(self, verb: Verb[Any, Any]) -> Verb[Any, Any]:
        """The verb, which now notices when it has got a connection."""

        def run(connection: Connection, statement: object) -> Any:  # noqa: ANN401 - the verb's
            self.waited = perf_counter() - self._began
            self.in_transaction = connection.in_transaction
            return verb.run(connection, statement)

        return Verb(run, verb.to_rows, verb.from_rows, verb.reads)

    def add_wait(self, seconds: float) -> None:
        """It began so long ago, and waited for a connection since."""
        self._began -= seconds
        self.waited += seconds

    def paused(self) -> _Pause:
        """``with`` around what is no part of the operation."""
        return _Pause(self)

    def pass_over(self, seconds: float) -> None:
        """So much time was no part of the operation."""
        self._idle += seconds


class _Pause:
    __slots__ = ("_began", "_sight")

    def __init__(self, sight: Sight) -> None:
        self._sight = sight

    def __enter__(self) -> None:
        self._began = perf_counter()

    def __exit__(self, *_: object) -> None:
        self._sight.pass_over(perf_counter() - self._began)


def run_script(
    watch: Watch, connection: Connection, text: str, *, waited: float = 0.0
) -> Awaitable[str]:
    """Run BEGIN, COMMIT, SAVEPOINT or their like, and give the command tag.

    Args:
        watch: Who looks.
        connection: Where to run it.
        text: No values are in it.
        waited: How many seconds it took to get the connection, where it was got for this.
    """
    if not watch:
        return connection.execute_script(text)
    return _run_seen_script(watch, connection, text, waited)


async def _run_seen_script(watch: Watch, connection: Connection, text: str, waited: float) -> str:
    with watch.look(control_operation(text)) as sight:
        sight.add_wait(waited)
        sight.in_transaction = connection.in_transaction
        return await connection.execute_script(text)


def control_operation(text: str) -> Operation:
    """What an observer is told of a command that begins or ends something."""
    return Operation(kind="control", text=text, command=command_of_text(text))


def statement_operation(statement: _Statement, kind: OperationKind = "statement") -> Operation:
    """What an observer is told of a statement."""
    size = 1
    if isinstance(statement, CompiledBatch):
        kind, size = "batch", len(statement.rows)
    text, command, tables = _summary(statement)
    if command == "COPY":
        kind = "copy"
    return Operation(kind, text, command, tables, size, statement)


def _summary(statement: _Statement) -> tuple[str, str | None, tuple[str, ...]]:
    """The text without values, the command and the tables."""
    if not isinstance(statement.origin, Node):  # who knows what the caller wrote into the text
        text = redacted(statement.text)
        return text, command_of_text(text), ()
    known = _summaries.get(statement.text)
    if known is None:
        if len(_summaries) >= MOST_SUMMARIES:
            _summaries.clear()
        text = redacted(statement.text)  # fragments of SQL may be in it
        known = (text, command_of_text(text), tables_of(statement.origin))
        _summaries[statement.text] = known
    return known
