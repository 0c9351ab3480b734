"""A database that statements can be run on: a pool, and who uses it."""

from __future__ import annotations

import os
from asyncio import current_task, get_running_loop
from collections.abc import AsyncGenerator, Generator, Iterable, Sequence
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from ferrule_core.database.observing.insights import Insights
from ferrule_core.database.observing.watch import Watch
from ferrule_core.database.observing.watching import lookers_of
from ferrule_core.database.poolers.connecting import Connector
from ferrule_core.database.pooling.pool import Pool, PoolStatistics, Slot
from ferrule_core.database.pooling.pools import Pools
from ferrule_core.database.pooling.recovery import may_run_again, raise_honestly
from ferrule_core.database.registry import register, unregister
from ferrule_core.database.sessions.direct import open_direct
from ferrule_core.database.sessions.facilities import Facilities
from ferrule_core.database.target import Target
from ferrule_core.database.transactions.beginning import BEGIN
from ferrule_core.database.transactions.guard import refuse_transaction_control
from ferrule_core.database.transactions.transacting import Transacting
from ferrule_core.database.transactions.transaction import innermost, transaction_of
from ferrule_core.database.verbs import Result, Statement, Verb
from ferrule_core.errors import ConfigurationError, DatabaseError, PoolClosed, QueryError
from ferrule_core.plugins.contracts import Connection, DatabaseUrl
from ferrule_core.query.port import Row
from ferrule_core.query.roles import Role
from ferrule_core.settings.profiles import PoolerFound, PoolOptions
from ferrule_core.sql.compiled import CompiledQuery

if TYPE_CHECKING:
    from ferrule_core.database.sync.facade import SyncDatabase
    from ferrule_core.mapping.to_catalog import Declared


class Database(Facilities, Insights):
    """A database and its pool of connections; ``connect`` makes it.

    While it is open, models find it by its name. Its verbs run in the innermost open transaction
    of the task, or else each in a transaction of its own.

    Attributes:
        name: How models and ``transaction(...)`` name it.
        url: Where it is; ``None`` until it is open.
    """

    def __init__(self, target: Target, options: PoolOptions, *, name: str) -> None:
        self.name = name
        self.url: DatabaseUrl | None = None
        self._target = target
        self._options = options
        self._pools = Pools(self._connect, options, name=name)
        self._connector: Connector | None = None
        self._exits = AsyncExitStack()
        self._listeners = set()
        self._middleware = Watch()
        self._process = os.getpid()

    def __repr__(self) -> str:
        return f"<Database {self.name!r} of profile {self._target.profile.name!r}>"

    async def open(self) -> Self:
        """Make the first connections; a profile's provider is started before.

        Raises:
            ConnectFailed: The server cannot be reached, or refuses; the message says why.
            ConfigurationError: A database of the same name is open already.
        """
        self._process = os.getpid()
        if self.url is not None:
            raise ConfigurationError(f'database "{self.name}" is open already')
        register(self)
        try:
            self.url = await self._exits.enter_async_context(self._target.located())
            self._watch_from_now_on(self.url)
            await self._pools.open()
        except BaseException:
            self._forget()
            await self._leave_server()
            raise
        return self

    async def close(self) -> None:
        """Wait for connections in use, within ``close_within``, then close all."""
        self._forget()
        try:
            await self._end_listeners()
            await self._pools.close()
        finally:
            await self._leave_server()

    async def end_with_process(self, *, within: timedelta) -> None:
        """Close what lives in the running loop, for nobody is left to do it.

        Args:
            within: How long connections may take to say good-bye; those in use are just dropped.
        """
        if await self._pools.end_here(within=within):
            self._forget()
            await self._leave_server()

    @property
    def sync(self) -> SyncDatabase:
        """The same without ``await``: ``with connect(...).sync as database:``."""
        from ferrule_core.database.sync.facade import SyncDatabase  # programs are one or the other

        return SyncDatabase(self)

    async def _leave_server(self) -> None:
        if self._process == os.getpid():  # after a fork, what was started is the parent's
            await self._exits.aclose()

    async def __aenter__(self) -> Self:
        return await self.open()

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()

    def __await__(self) -> Generator[Any, None, Self]:
        """``await connect(...)`` opens; ``await database.close()`` ends it."""
        return self.open().__await__()

    @asynccontextmanager
    async def connection(self) -> AsyncGenerator[Connection]:
        """A connection of the pool for the time of the block, to do with what one likes.

        Inside an open transaction of this task it is the transaction's own. The session is reset
        before anyone else gets it.
        """
        pool = self._pools.here()
        transaction = transaction_of(pool)
        if transaction is not None:
            connection = transaction.connection
            transaction.slot.tainted = True
            try:
                yield connection
            finally:
                transaction.notice_end()
            return
        slot = pool.take() or await pool.acquire()
        try:
            yield slot.connection
        finally:
            pool.release(slot, tainted=True)

    async def create_all(self, declared: Iterable[Declared], *, schema: str = "public") -> None:
        """Make the tables of models, and all else that these declare, in one transaction.

        For tests and first steps: what is there already is an error, and no table is changed.
        Schemas may be there.

        Args:
            declared: Models; and enums, domains and sequences that no column of theirs leads to.
            schema: Where a table lies whose model does not say it.

        Raises:
            ModelError: A class says something that no table can be.
            DatabaseError: Something of a name is there, or an expression is wrong; nothing was
                made. Functions and types of your own are named with their schemas in expressions.
        """
        from ferrule_core.database.tables import make_catalog  # few programs need it
        from ferrule_core.mapping.to_catalog import to_catalog

        await make_catalog(self, to_catalog(declared, schema=schema))

    @property
    def watch(self) -> Watch:
        """Who looks at its statements."""
        return self._middleware

    def with_role(self, role: Role) -> Transacting:  # noqa: ARG002 - it has one server
        """Its servers of a role, as something to run statements on: without replicas itself."""
        return self

    def statistics(self) -> PoolStatistics:
        """How the pool of the running loop is used now; without one, the pool used last."""
        return replace(self._pools.current_or_here().statistics(), pooler=self.pooler)

    def renew(self) -> None:
        """Use new connections from now on; those in use are closed when they are given back.

        Call it after a change of the schema that open sessions cannot follow. Where a statement
        shows that there was one, that is done without a call.
        """
        self._pools.renew()

    async def _connect(self) -> Connection:
        if self.url is None:
            raise PoolClosed(f'database "{self.name}" is not open')
        if self._connector is None:
            self._connector = self._target.connector(self.url, self._options)
        return await self._connector.connect(self.url)

    async def _open_direct(self, purpose: str) -> Connection:
        if self.url is None:
            raise PoolClosed(f'database "{self.name}" is not open')
        return await open_direct(self._target, self.url, self._options, purpose)

    @property
    def pooler(self) -> PoolerFound | None:
        """What stands before the server; ``None`` before the first connection was made."""
        return None if self._connector is None else self._connector.pooler

    def _watch_from_now_on(self, url: DatabaseUrl) -> None:
        plugins = self._target.plugins
        lookers = lookers_of(self.name, url, plugins.observers())
        lookers += self._own_lookers(self._target.profile.log)
        self._middleware.rewrite_by(plugins.rewriters())
        self._middleware.assemble(plugins.middleware(), lookers)

    def _forget(self) -> None:
        unregister(self)
        self.url = None
        self._connector = None

    async def run_now(self, verb: Verb[Statement, Result], statement: Statement) -> Result:
        """Run a statement; see ``Statements.run_now``."""
        pool = self._pools.current
        if pool.loop is not get_running_loop():
            pool = self._pools.here()
        transaction = innermost()
        if transaction is not None and not (
            transaction.pool is pool
            and transaction.open
            and current_task(pool.loop) is transaction.owner
        ):
            transaction = transaction_of(pool)  # it is not the plain case: look closer
        if transaction is not None:
            return await transaction.run_owned(verb, statement)
        if statement.origin is None:
            refuse_transaction_control(statement.text)
        slot = pool.take() or await pool.acquire()
        try:
            result = await verb.run(slot.connection, statement)
        except DatabaseError as error:
            pool.release(slot, tainted=True)
            if not may_run_again(error, statement):
                raise_honestly(error, statement)
        except BaseException:
            pool.release(slot, tainted=True)
            raise
        else:
            if statement.origin is None:
                return _ended(pool, slot, result)
            pool.release(slot)
            return result
        return await self._run_again(pool, verb, statement)

    async def _run_again(
        self, pool: Pool, verb: Verb[Statement, Result], statement: Statement
    ) -> Result:
        """Run a statement, of which nothing was done, on another connection."""
        slot = pool.take() or await pool.acquire()
        try:
            result = await verb.run(slot.connection, statement)
        except BaseException as error:
            pool.release(slot, tainted=True)
            if isinstance(error, DatabaseError):
                raise_honestly(error, statement)
            raise
        return _ended(pool, slot, result)

    def in_transaction(self) -> bool:
        """Whether this task has a transaction open; see ``Statements.in_transaction``."""
        return transaction_of(self._pools.current) is not None

    async def stream_now(
        self, query: CompiledQuery, chunk_rows: int
    ) -> AsyncGenerator[Sequence[Row]]:
        """Stream rows; see ``Statements.stream_now``."""
        pool = self._pools.here()
        transaction = transaction_of(pool)
        if transaction is not None:
            async with aclosing(transaction.stream_now(query, chunk_rows)) as chunks:
                async for rows in chunks:
                    yield rows
            return
        if query.origin is None:
            refuse_transaction_control(query.text)
        slot = pool.take() or await pool.acquire()
        finished = False
        try:
            await slot.connection.execute_script(BEGIN)
            async for rows in slot.connection.stream(
                query.text, query.parameters, chunk_rows=chunk_rows
            ):
                yield rows
            await slot.connection.execute_script("COMMIT")
            finished = query.origin is not None
        finally:
            pool.release(slot, tainted=not finished)


def _ended(pool: Pool, slot: Slot, result: Result) -> Result:
    """Take back a connection on which a statement ran that the caller may have written."""
    left_open = slot.connection.in_transaction
    pool.release(slot, tainted=True)
    if left_open:
        raise QueryError(
            "a statement began a transaction that nothing would end; it was rolled back",
            hint="use `async with database.transaction():`",
        )
    return result
