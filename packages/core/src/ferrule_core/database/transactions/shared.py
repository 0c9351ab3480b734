"""A transaction that several tasks use: one statement at a time, savepoints in turn."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing, asynccontextmanager
from contextvars import Context, ContextVar
from weakref import WeakSet

from ferrule_core.database.observing.watch import Watch
from ferrule_core.database.pooling.pool import RESET_WITHIN, Pool, Slot
from ferrule_core.database.transactions.transaction import (
    CLEAN_UP_SECONDS,
    Transaction,
    current_task,
    task_name,
    undo_or_drop,
)
from ferrule_core.database.verbs import Result, Statement, Verb
from ferrule_core.errors import TransactionError
from ferrule_core.plugins.contracts import Connection
from ferrule_core.query.port import Row
from ferrule_core.sql.compiled import CompiledQuery


class _Scope:
    """A savepoint of a shared transaction, or the whole of it.

    Attributes:
        around: The scope that it is a part of.
        before: What the context of its task held before it, perhaps of another transaction.
    """

    __slots__ = ("around", "before", "name", "open", "task", "transaction")

    def __init__(
        self, transaction: SharedTransaction, name: str | None, around: _Scope | None
    ) -> None:
        self.transaction = transaction
        self.name = name
        self.around = around
        self.before = _scopes.get()
        self.task = asyncio.current_task(transaction.pool.loop)
        self.open = True


_scopes: ContextVar[_Scope | None] = ContextVar("ferrule_scope", default=None)
"""The innermost savepoint that this context sees, of whatever shared transaction."""


class SharedTransaction(Transaction):
    """A transaction that all tasks may use which are started inside of its block.

    Their statements run one after the other. A nested block is a savepoint, and the server knows
    only one innermost savepoint: while it is open, only the task that opened it and those started
    inside of it go on, and all others wait for its end.
    """

    def __init__(self, pool: Pool, slot: Slot, middleware: Watch) -> None:
        super().__init__(pool, slot, middleware)
        self._lock = asyncio.Lock()
        self._whole = _Scope(self, None, None)
        self._current = self._whole
        self._waiters: list[asyncio.Future[None]] = []
        self._users: WeakSet[asyncio.Task[object]] = WeakSet()
        self._is_ending = False

    @property
    def connection(self) -> Connection:
        """Given to nobody: two tasks would meet on it.

        Raises:
            TransactionError: Always.
        """
        raise TransactionError(
            "a shared transaction gives nobody its connection",
            hint="run statements by the database, or open the transaction without shared=True",
        )

    def check_owner(self) -> None:
        """Let every task use it that inherited it, and remember which did."""
        self.check_loop()
        task = asyncio.current_task(self.pool.loop)
        if task is not None:
            self._users.add(task)

    def check_left(self) -> None:
        """Refuse a task that was not done with the transaction when it ended."""
        task = current_task()
        if task is not self.owner and task in self._users:
            raise TransactionError(
                f"the shared transaction of {task_name(self.owner)} ended before "
                f"{task_name(task)}, which used it",
                hint="await all tasks that use it before its block ends",
            )

    def current_savepoint(self) -> str | None:
        """The savepoint of the innermost block around the caller."""
        scope = self._scope_here()
        self._check_scope(scope)
        return scope.name

    async def run_owned(self, verb: Verb[Statement, Result], statement: Statement) -> Result:
        """Run a statement when it is its turn."""
        async with self._turn():
            return await super().run_owned(verb, statement)

    async def stream_now(
        self, query: CompiledQuery, chunk_rows: int
    ) -> AsyncGenerator[Sequence[Row]]:
        """Stream rows, each chunk when it is its turn; see ``Statements.stream_now``."""
        self.check_owner()
        async with aclosing(super().stream_now(query, chunk_rows)) as chunks:
            while True:
                async with self._turn():
                    rows = await anext(chunks, None)
                if rows is None:
                    return
                yield rows

    async def open_savepoint(self, more: str = "") -> str:
        """Open a savepoint when it is its turn; others wait for its end from then on."""
        async with self._turn() as around:
            name = await super().open_savepoint(more)
            self._current = _Scope(self, name, around)
            _scopes.set(self._current)
        return name

    async def release_savepoint(self, name: str, outer: str | None, more: str = "") -> None:
        """Keep what was done since a savepoint, and let others go on."""
        async with self._turn() as scope:
            await super().release_savepoint(name, outer, more)
            self._leave_scope(scope)
            self._go_back_to(scope.around)

    async def undo_savepoint(self, name: str, outer: str | None) -> None:  # noqa: ARG002
        """Go back to a savepoint, in a task of its own, and let others go on after it."""
        scope = self._scope_here()
        self._leave_scope(scope)
        undoing = asyncio.get_running_loop().create_task(
            self._undo(scope), name=f"ferrule: undo {name}", context=Context()
        )
        with self.look(f"ROLLBACK TO SAVEPOINT {name}") as sight:
            await asyncio.wait((undoing,), timeout=CLEAN_UP_SECONDS)
            sight.error = self.lost()

    async def get_ready_to_commit(self) -> None:
        """Wait for the statement that runs.

        Raises:
            TransactionError: A task has a block open inside of the transaction.
        """
        await super().get_ready_to_commit()
        if self._current is not self._whole:
            raise TransactionError(
                f"{task_name(self._current.task)} has a block open inside of the shared "
                "transaction that ends",
                hint="await all tasks that use it before its block ends",
            )
        await self._lock.acquire()
        self._is_ending = True

    async def get_ready_to_roll_back(self) -> None:
        """Wait for the statement that runs; no other one gets a turn after ``leave``."""
        async with self._lock:
            pass

    def leave(self) -> None:
        """Let nothing more run."""
        super().leave()
        if self._is_ending:
            self._is_ending = False
            self._lock.release()
        self._wake()

    @asynccontextmanager
    async def _turn(self) -> AsyncGenerator[_Scope]:
        """The connection for one statement, once the caller's block is the innermost."""
        scope = self._scope_here()
        patience = asyncio.get_running_loop().time() + self.pool.acquire_within
        while True:
            await self._lock.acquire()
            if self._current is scope and self.open:
                break
            self._lock.release()
            self.check_open()
            self._check_scope(scope)
            await self._wait_for_end_of_block(patience)
        try:
            yield scope
        finally:
            self._lock.release()

    async def _wait_for_end_of_block(self, patience: float) -> None:
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiters.append(waiter)
        try:
            async with asyncio.timeout_at(patience):
                await waiter
        except TimeoutError:
            raise TransactionError(
                f"{task_name(asyncio.current_task())} waited {self.pool.acquire_within:g} s for "
                f"the end of a block that {task_name(self._current.task)} has open in the shared "
                "transaction",
                hint="do not wait inside of a nested block for a task that was started outside",
            ) from None

    def _check_scope(self, scope: _Scope) -> None:
        if not scope.open:
            raise TransactionError(
                "the block of the shared transaction has ended in which this task was started",
                hint="await all tasks that use a block before it ends",
            )

    async def _undo(self, scope: _Scope) -> None:
        connection = self.slot.connection
        try:
            async with asyncio.timeout(RESET_WITHIN.total_seconds()):
                await self._lock.acquire()
        except TimeoutError:
            connection.terminate()
            self._go_back_to(scope.around)
            return
        try:
            self._close_scopes(scope)
            if not (connection.closed or self._has_ended or scope.name is None):
                await undo_or_drop(connection, scope.name)
                self.first_error = self.obstacle = None
            self._go_back_to(scope.around)
        finally:
            self._lock.release()

    def _close_scopes(self, last: _Scope) -> None:
        """Close the innermost block and those around it, up to one that is rolled back."""
        scope: _Scope | None = self._current
        while scope is not None and scope is not last.around:
            scope.open = False
            if self.callbacks is not None and scope.name is not None:
                self.callbacks.undo(scope.name)
            scope = scope.around

    def _scope_here(self) -> _Scope:
        scope = _scopes.get()
        while scope is not None and scope.transaction is not self:
            scope = scope.before
        return scope or self._whole

    def _leave_scope(self, scope: _Scope) -> None:
        scope.open = False
        if _scopes.get() is scope:
            _scopes.set(scope.before)

    def _go_back_to(self, scope: _Scope | None) -> None:
        self._current = scope or self._whole
        self._wake()

    def _wake(self) -> None:
        waiters, self._waiters = self._waiters, []
        for waiter in waiters:
            if not waiter.done():
                waiter.set_result(None)
