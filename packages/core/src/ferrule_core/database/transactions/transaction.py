"""An open transaction: who may use it, and whether it can still be committed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Sequence
from contextvars import Context, ContextVar

from ferrule_core.database.observing.watch import Sight, Watch, control_operation, run_script
from ferrule_core.database.pooling.pool import RESET_WITHIN, Pool, Slot
from ferrule_core.database.statements import Statements
from ferrule_core.database.sync.blocks import SyncTransaction
from ferrule_core.database.sync.portal import carry
from ferrule_core.database.transactions.callbacks import DONE, Callback, Callbacks
from ferrule_core.database.transactions.guard import refuse_transaction_control
from ferrule_core.database.verbs import Result, Statement, Verb
from ferrule_core.errors import (
    ConnectionLost,
    DatabaseError,
    DataError,
    QueryError,
    SchemaChanged,
    TransactionAborted,
    TransactionError,
)
from ferrule_core.plugins.contracts import Connection
from ferrule_core.query.port import Row
from ferrule_core.sql.compiled import CompiledBatch, CompiledQuery

CLEAN_UP_SECONDS = 0.4
"""How long a block waits at its end for a server that does not answer, before work goes on
behind its back."""

_innermost: ContextVar[Transaction | None] = ContextVar("ferrule_transaction", default=None)
"""The innermost open transaction, of whatever database; ``outer`` leads to the others."""

carry(_innermost)

innermost = _innermost.get
"""The innermost open transaction of this task, of whatever database and whomever it belongs to."""


def running_loop() -> asyncio.AbstractEventLoop | None:
    """The event loop that runs in this thread, if one does."""
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None


def current_task() -> asyncio.Task[object] | None:
    """The task that runs in this thread, if one does."""
    try:
        return asyncio.current_task()
    except RuntimeError:
        return None


def transaction_of(pool: Pool) -> Transaction | None:
    """The open transaction of this task on the database of a pool.

    Raises:
        TransactionError: There is one, but it is not for this task.
    """
    transaction = _innermost.get()
    while transaction is not None:
        if transaction.pool.family is pool.family:
            if transaction.open:
                if current_task() is not transaction.owner:
                    transaction.check_owner()
                return transaction
            transaction.check_left()
        transaction = transaction.outer
    return None


class Transaction(Statements):
    """An open transaction. It belongs to the task that opened it.

    ``Database.transaction()`` makes it. Statements of the same database find it by themselves;
    its own verbs are for those who prefer to be explicit. What runs its coroutine in a new task,
    as ``asyncio.gather`` does, and ``asyncio.wait_for`` of Python 3.11, is refused; a deadline is
    set by ``timeout``, or by ``asyncio.timeout``.

    Attributes:
        obstacle: A savepoint that is being undone, or why nothing can run any more.
    """

    # Most transactions never set these: a class's attribute costs a transaction nothing.
    open = True
    savepoints = 0
    innermost: str | None = None
    first_error: BaseException | None = None
    callbacks: Callbacks | None = None
    outcome_unknown = False
    obstacle: asyncio.Task[None] | TransactionError | None = None

    def __init__(self, pool: Pool, slot: Slot, middleware: Watch) -> None:
        self._middleware = middleware
        self.pool = pool
        self.slot = slot
        self.owner = slot.holder
        self.outer = _innermost.get()
        _innermost.set(self)

    @property
    def sync(self) -> SyncTransaction:
        """The same without ``await``."""
        return SyncTransaction(self)

    @property
    def connection(self) -> Connection:
        """The connection that the transaction holds."""
        return self.slot.connection

    @property
    def failed(self) -> bool:
        """Whether a statement failed, so that the innermost block can only be rolled back."""
        return self.first_error is not None

    def check_owner(self) -> None:
        """Refuse every task but the one that opened the transaction."""
        task = current_task()
        if task is self.owner:
            return
        self.check_loop()
        raise TransactionError(
            f"a transaction of {task_name(self.owner)} was used by {task_name(task)}",
            hint="run the statements of a transaction one after the other in its own task, start "
            "tasks that do not belong to it outside of the block, or open it with shared=True",
        )

    def check_loop(self) -> None:
        """Refuse other threads and event loops than the one that began the transaction.

        Raises:
            TransactionError: This is another one.
        """
        if self.pool.loop is not running_loop():
            raise TransactionError(
                "a transaction was used from another thread or event loop than the one that "
                "began it",
                hint="await inside of `async with transaction()`, use .sync inside of "
                "`with transaction().sync`, and leave the block for what does not belong to it",
            )

    def check_left(self) -> None:
        """Called for a task that met the transaction after its end: it goes on without."""

    def on_commit(self, callback: Callback) -> Awaitable[object]:
        """Call it once the outermost block has committed; see ``Database.on_commit``."""
        return self._add_callback(callback, on_commit=True)

    def on_rollback(self, callback: Callback) -> Awaitable[object]:
        """Call it once the outermost block has ended and this one was rolled back.

        See ``Database.on_rollback``.
        """
        return self._add_callback(callback, on_commit=False)

    def notice_end(self) -> None:
        """Look whether a statement of the caller ended the transaction; then refuse all others."""
        if not self.slot.connection.in_transaction and not self.slot.connection.closed:
            self.obstacle = TransactionError(
                "a statement of the caller ended the transaction",
                hint="leave COMMIT and ROLLBACK to the block; raise inside of it to roll back",
            )

    async def pass_obstacle(self) -> None:
        """Wait for a savepoint that is being undone; refuse where nothing can run any more.

        Raises:
            TransactionAborted: A statement failed in this block.
            TransactionError: A statement of the caller ended the transaction.
        """
        if isinstance(self.obstacle, TransactionAborted):
            raise self.obstacle from self.first_error
        if isinstance(self.obstacle, TransactionError):
            raise self.obstacle
        if self.obstacle is not None:
            await asyncio.shield(self.obstacle)
            self.obstacle = None

    def run_control_now(self, text: str) -> Awaitable[str]:
        """Run COMMIT or its like, whatever the state, and give the command tag."""
        if not self._middleware:
            return self.slot.connection.execute_script(text)
        return run_script(self._middleware, self.slot.connection, text)

    def look(self, text: str) -> Sight:
        """``with`` around a command, to be looked at by whoever looks at the database."""
        sight = self._middleware.look(control_operation(text))
        sight.in_transaction = True
        return sight

    def lost(self) -> ConnectionLost | None:
        """What became of a command that raises nothing, where the connection broke."""
        return ConnectionLost("the connection broke") if self.slot.connection.closed else None

    async def run_control(self, text: str) -> str:
        """Run COMMIT, SAVEPOINT and their like, and give the command tag."""
        if self.obstacle is not None:
            await self.pass_obstacle()
        try:
            return await self.run_control_now(text)
        except BaseException as error:
            self.note_failure(error)
            raise

    async def open_savepoint(self, more: str = "") -> str:
        """Open a savepoint for the rest of the innermost block, and give its name.

        Args:
            more: Statements to run in it first, each behind a semicolon.
        """
        self.check_open()
        self.savepoints += 1
        name = f"ferrule_{self.savepoints}"
        await self.run_control(f"SAVEPOINT {name}{more}")
        self.innermost = name
        return name

    async def release_savepoint(self, name: str, outer: str | None, more: str = "") -> None:
        """Keep what was done since a savepoint, as part of the block around it.

        Args:
            name: What ``open_savepoint`` gave.
            outer: The savepoint of the block around, or ``None``.
            more: Statements to run after it, each behind a semicolon.
        """
        await self.run_control(f"RELEASE SAVEPOINT {name}{more}")
        self.innermost = outer
        if self.callbacks is not None:
            self.callbacks.release(name, outer)

    async def undo_savepoint(self, name: str, outer: str | None) -> None:
        """Go back to a savepoint; where that cannot be done, drop the connection.

        The work is a task of its own: where the caller is cancelled, or it takes long, the next
        statement waits for it.
        """
        if self.callbacks is not None:
            self.callbacks.undo(name)
        self.innermost = outer
        if self.slot.connection.closed or self._has_ended:
            return
        self.first_error = None
        self.obstacle = undoing = asyncio.get_running_loop().create_task(
            undo_or_drop(self.slot.connection, name),
            name=f"ferrule: undo {name}",
            context=Context(),
        )
        with self.look(f"ROLLBACK TO SAVEPOINT {name}") as sight:  # here: the task has no context
            await asyncio.wait((undoing,), timeout=CLEAN_UP_SECONDS)
            sight.error = self.lost()
        if undoing.done() and self.obstacle is undoing:
            self.obstacle = None

    async def get_ready_to_commit(self) -> None:
        """Wait until nothing of the transaction runs any more.

        Raises:
            TransactionError: It cannot be committed.
        """
        if self.obstacle is not None:
            await self.pass_obstacle()

    async def get_ready_to_roll_back(self) -> None:
        """Wait until nothing of the transaction runs any more."""
        if isinstance(self.obstacle, asyncio.Task):
            await asyncio.shield(self.obstacle)

    def current_savepoint(self) -> str | None:
        """The savepoint of the innermost block around the caller."""
        return self.innermost

    def leave(self) -> None:
        """Let nothing more run, and let statements of this task go on outside."""
        self.open = False
        if _innermost.get() is self:
            _innermost.set(self.outer)

    async def run_now(self, verb: Verb[Statement, Result], statement: Statement) -> Result:
        """Run a statement; see ``Statements.run_now``."""
        self.check_owner()
        return await self.run_owned(verb, statement)

    async def run_owned(self, verb: Verb[Statement, Result], statement: Statement) -> Result:
        """Run a statement for a task that is known to be the owner."""
        if not self.open:
            self.check_open()
        if self.obstacle is not None:
            await self.pass_obstacle()
        if statement.origin is None:
            refuse_transaction_control(statement.text)
            self.slot.tainted = True
        try:
            result = await verb.run(self.slot.connection, statement)
        except BaseException as error:
            self.note_failure(error, sent=isinstance(statement, CompiledBatch))
            raise
        if statement.origin is None:
            self.notice_end()
            if self.obstacle is not None:
                await self.pass_obstacle()
        return result

    def check_open(self) -> None:
        """Refuse everything after the end."""
        if not self.open:
            raise TransactionError("the transaction has ended")

    def note_failure(self, error: BaseException, *, sent: bool = False) -> None:
        """Remember that the innermost block can only be rolled back.

        The server says so itself after an error of its own. After a deadline or a cancellation
        nobody knows whether the statement was done, so that it must not be committed either.

        Args:
            error: What a statement raised.
            sent: Whether a part of the statement may be done even where its values were refused.
        """
        if isinstance(error, QueryError) and not sent:
            return  # nothing was sent
        if isinstance(error, DataError) and error.fields is None and not sent:
            return  # done, but its result cannot be read
        if isinstance(error, SchemaChanged):
            self.slot.tainted = True  # so that the pool looks at it when it comes back
        if self.first_error is None:
            self.first_error = error
            if self.obstacle is None:
                self.obstacle = TransactionAborted(
                    "a statement failed in this block, so nothing more can run in it",
                    hint="let the error leave the block, or put what may fail in a transaction() "
                    "of its own",
                )

    def in_transaction(self) -> bool:
        """Always; see ``Statements.in_transaction``."""
        return True

    async def stream_now(
        self, query: CompiledQuery, chunk_rows: int
    ) -> AsyncGenerator[Sequence[Row]]:
        """Stream rows; see ``Statements.stream_now``."""
        self.check_owner()
        self.check_open()
        if self.obstacle is not None:
            await self.pass_obstacle()
        if query.origin is None:
            refuse_transaction_control(query.text)
            self.slot.tainted = True
        try:
            async for rows in self.slot.connection.stream(
                query.text, query.parameters, chunk_rows=chunk_rows
            ):
                yield rows
                self.check_owner()
        except (DatabaseError, asyncio.CancelledError) as error:
            self.note_failure(error)
            raise

    @property
    def _has_ended(self) -> bool:
        """Whether a statement of the caller ended it."""
        obstacle = self.obstacle
        return isinstance(obstacle, TransactionError) and not isinstance(
            obstacle, TransactionAborted
        )

    def _add_callback(self, callback: Callback, *, on_commit: bool) -> Awaitable[object]:
        self.check_owner()
        self.check_open()
        if self.callbacks is None:
            self.callbacks = Callbacks()
        self.callbacks.add(callback, on_commit=on_commit, savepoint=self.current_savepoint())
        return DONE


def task_name(task: asyncio.Task[object] | None) -> str:
    """A task for people."""
    return "no task" if task is None else f'task "{task.get_name()}"'


async def undo_or_drop(connection: Connection, name: str) -> None:
    """Go back to a savepoint; where that cannot be done in time, drop the connection."""
    done = False
    try:
        async with asyncio.timeout(RESET_WITHIN.total_seconds()):
            await connection.execute_script(
                f"ROLLBACK TO SAVEPOINT {name}; RELEASE SAVEPOINT {name}"
            )
        done = True
    except (DatabaseError, TimeoutError):
        pass  # the next statement meets the dropped connection
    finally:
        if not done:
            connection.terminate()
