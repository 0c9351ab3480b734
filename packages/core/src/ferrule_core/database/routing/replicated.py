"""A database with replicas: writes and transactions as ever, reads where the policy says."""

from __future__ import annotations

from asyncio import gather
from collections.abc import AsyncGenerator, Awaitable, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, Unpack

from ferrule_core.database.database import Database
from ferrule_core.database.observing.watching import HEALTH_WITHIN
from ferrule_core.database.routing.fences import Fences
from ferrule_core.database.routing.replicas import Replica, Replicas
from ferrule_core.database.routing.using import current_role
from ferrule_core.database.target import Target
from ferrule_core.database.transactions.beginning import TransactionKeywords
from ferrule_core.database.transactions.block import TransactionBlock
from ferrule_core.database.transactions.callbacks import Callback
from ferrule_core.database.transactions.transacting import Transacting
from ferrule_core.database.transactions.transaction import Transaction
from ferrule_core.database.verbs import FETCH, FETCH_FIRST, Result, Statement, Verb
from ferrule_core.errors import (
    LinkError,
    PoolClosed,
    ReadOnlyTransaction,
    SerializationFailure,
)
from ferrule_core.plugins.contracts import Connection
from ferrule_core.query.port import Row
from ferrule_core.query.roles import Role
from ferrule_core.settings.profiles import PoolOptions
from ferrule_core.sql.compiled import CompiledBatch, CompiledQuery
from ferrule_core.sql.effects import locks_rows, only_reads

if TYPE_CHECKING:
    from ferrule_core.database.observing.health import Health

_LOG_POSITION = CompiledQuery(
    "SELECT (pg_catalog.pg_current_wal_insert_lsn() - '0/0'::pg_catalog.pg_lsn)::int8",
    (),
    "position of the log",
)
_MOST_KNOWN_TEXTS = 4096

ON_A_REPLICA = (
    "the statement ran on a replica, which can only be read: leave using(...) or "
    'transaction("replica") before you write'
)


class ReplicatedDatabase(Database):
    """A database with replicas; ``connect`` makes it of a profile that names some.

    A read is a query that the library made and of which it knows that it changes nothing and locks
    nothing. Everything else is run by the primary, and so is what no replica can answer in time.
    """

    def __init__(self, target: Target, options: PoolOptions, *, name: str) -> None:
        super().__init__(target, options, name=name)
        profile = target.profile
        self._reads = profile.reads
        self._fence_within = profile.fence_within
        self._fences = Fences(self._log_position)
        self._known_reads: dict[str, bool] = {}
        self.replicas = Replicas(
            [
                Replica(
                    Database(
                        replace(target, profile=replace(profile, url=url, replicas=())),
                        options,
                        name=f"{name}.replica{number}",
                    ),
                    lag_within=profile.lag_within,
                    check_within=options.connect_within,
                )
                for number, url in enumerate(profile.replicas, start=1)
            ]
        )

    async def open(self) -> Self:
        """Make the first connections; see ``Database.open``. A replica that is down may be so."""
        await super().open()
        try:
            await self.replicas.open()
        except BaseException:
            await self.close()
            raise
        return self

    async def close(self) -> None:
        """Close all connections, those with replicas first; see ``Database.close``."""
        try:
            await self.replicas.close()
        finally:
            await super().close()

    def with_role(self, role: Role) -> Transacting:
        """Its servers of a role, as something to run statements on."""
        return Routed(self, role)

    def transaction(self, **options: Unpack[TransactionKeywords]) -> TransactionBlock:
        """A transaction of the primary; see ``Database.transaction``.

        Inside a transaction on a replica it is a savepoint of that one.
        """
        held = self._replica_with_transaction(None)
        if held is not None:
            return held.database.transaction(**options)
        return _FencedBlock(super().transaction(**options), self._fences)

    @asynccontextmanager
    async def connection(self) -> AsyncGenerator[Connection]:
        """A connection with the primary, or of the transaction; see ``Database.connection``."""
        held = self._replica_with_transaction(None)
        if held is not None:
            async with held.database.connection() as connection:
                yield connection
            return
        try:
            async with super().connection() as connection:
                yield connection
        finally:
            self._fences.note_write()

    def on_commit(self, callback: Callback) -> Awaitable[object]:
        """Call it once the transaction of this task has committed; see ``Database.on_commit``."""
        held = self._replica_with_transaction(None)
        return super().on_commit(callback) if held is None else held.database.on_commit(callback)

    def on_rollback(self, callback: Callback) -> Awaitable[object]:
        """Call it where that one was rolled back; see ``Database.on_rollback``."""
        held = self._replica_with_transaction(None)
        if held is None:
            return super().on_rollback(callback)
        return held.database.on_rollback(callback)

    def holds_replica(self) -> bool:
        """Whether this task has a transaction open on a replica."""
        return self._replica_with_transaction(None) is not None

    async def run_now(self, verb: Verb[Statement, Result], statement: Statement) -> Result:
        """Run a statement; see ``Statements.run_now``."""
        return await self.run_routed(verb, statement, None)

    async def run_routed(
        self, verb: Verb[Statement, Result], statement: Statement, role: Role | None
    ) -> Result:
        """Run a statement where it belongs; ``role`` is what the query itself says."""
        held = self._replica_with_transaction(role)
        if held is not None:
            return await held.database.run_now(verb, statement)
        if self.in_transaction():
            return await super().run_now(verb, statement)
        if not self._reads_only(verb, statement):
            try:
                return await super().run_now(verb, statement)
            finally:
                self._fences.note_write()
        replica = await self.replica_for(role)
        if replica is not None:
            try:
                return await replica.database.run_now(verb, statement)
            except (LinkError, PoolClosed) as error:
                replica.leave_out(error.message)
            except (ReadOnlyTransaction, SerializationFailure):
                pass  # a view that writes; or the replica had to undo what the query looked at
        return await super().run_now(verb, statement)

    async def stream_now(
        self, query: CompiledQuery, chunk_rows: int
    ) -> AsyncGenerator[Sequence[Row]]:
        """Stream rows; see ``Statements.stream_now``."""
        async with aclosing(self.stream_routed(query, chunk_rows, None)) as chunks:
            async for rows in chunks:
                yield rows

    async def stream_routed(
        self, query: CompiledQuery, chunk_rows: int, role: Role | None
    ) -> AsyncGenerator[Sequence[Row]]:
        """Stream rows from where they belong; ``role`` is what the query itself says."""
        source: Database | None = None
        held = self._replica_with_transaction(role)
        if held is not None:
            source = held.database
        elif not self.in_transaction():
            if self._reads_only(FETCH, query):
                replica = await self.replica_for(role)
                source = None if replica is None else replica.database
            else:
                self._fences.note_write()
        chunks = super().stream_now(query, chunk_rows)
        if source is not None:
            chunks = source.stream_now(query, chunk_rows)
        async with aclosing(chunks):
            async for rows in chunks:
                yield rows

    async def health(
        self, *, within: timedelta = HEALTH_WITHIN, max_lag: timedelta | None = None
    ) -> Health:
        """Ask the primary, and each replica for itself; see ``Database.health``."""
        databases = [replica.database for replica in self.replicas.members]
        primary, *replicas = await gather(
            super().health(within=within, max_lag=max_lag),
            *(database.health(within=within, max_lag=max_lag) for database in databases),
        )
        return replace(primary, replicas=tuple(replicas))

    async def _ask(self, query: CompiledQuery) -> Sequence[Row]:
        return await super().run_now(FETCH, query)  # of the primary, and no write to wait for

    async def replica_for(self, role: Role | None) -> Replica | None:
        """A replica that is well and shows what was written here; ``None`` for the primary."""
        if (role or current_role() or self._reads) != "replica":
            return None
        position = await self._fences.position()
        replica = self.replicas.choose(position)
        if replica is None or replica.replayed >= position:
            return replica
        try:
            near = await replica.has_replayed(position, within=self._fence_within)
        except (LinkError, PoolClosed) as error:
            replica.leave_out(error.message)
            return None
        return replica if near else None

    def _replica_with_transaction(self, role: Role | None) -> Replica | None:
        if role == "primary":
            return None
        for replica in self.replicas.members:
            if replica.database.url is not None and replica.database.in_transaction():
                return replica
        return None

    def _reads_only(self, verb: Verb[Any, Any], statement: CompiledQuery | CompiledBatch) -> bool:
        """Whether a replica could run it. The text says all of it, so each is looked at once."""
        if statement.origin is None or not verb.reads:
            return False
        known = self._known_reads.get(statement.text)
        if known is None:
            if len(self._known_reads) >= _MOST_KNOWN_TEXTS:
                self._known_reads.clear()
            known = only_reads(statement.origin) and not locks_rows(statement.origin)
            self._known_reads[statement.text] = known
        return known

    async def _log_position(self) -> int:
        row = await super().run_now(FETCH_FIRST, _LOG_POSITION)
        return 0 if row is None else int(row[0])


class Routed(Transacting):
    """The servers of one role, of a database that has replicas."""

    def __init__(self, owner: ReplicatedDatabase, role: Role) -> None:
        self._owner = owner
        self._role: Role = role
        self._middleware = owner.watch

    async def run_now(self, verb: Verb[Statement, Result], statement: Statement) -> Result:
        """Run a statement; see ``Statements.run_now``."""
        return await self._owner.run_routed(verb, statement, self._role)

    def stream_now(self, query: CompiledQuery, chunk_rows: int) -> AsyncGenerator[Sequence[Row]]:
        """Stream rows; see ``Statements.stream_now``."""
        return self._owner.stream_routed(query, chunk_rows, self._role)

    def in_transaction(self) -> bool:
        """Whether this task has a transaction open; see ``Statements.in_transaction``."""
        return self._owner.in_transaction()

    def transaction(self, **options: Unpack[TransactionKeywords]) -> TransactionBlock:
        """A transaction; on a replica it can only read, whatever the options say."""
        if self._role == "primary":
            return self._owner.transaction(**options)
        if self._owner.holds_replica():  # a savepoint
            return self._owner.transaction(**options)
        return _ReplicaBlock(self._owner, {**options, "read_only": True})

    def on_commit(self, callback: Callback) -> Awaitable[object]:
        """See ``Database.on_commit``."""
        return self._owner.on_commit(callback)

    def on_rollback(self, callback: Callback) -> Awaitable[object]:
        """See ``Database.on_rollback``."""
        return self._owner.on_rollback(callback)


class _WrappedBlock(TransactionBlock):
    """A block that does something more around another one."""

    __slots__ = ("_inner",)

    def __init__(self, inner: TransactionBlock | None) -> None:
        self._inner = inner

    async def __aenter__(self) -> Transaction:
        if self._inner is None:
            raise AssertionError("a block of nothing")
        return await self._inner.__aenter__()

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._inner is not None:
            await self._inner.__aexit__(kind, error, traceback)


class _FencedBlock(_WrappedBlock):
    """A transaction of the primary: what it wrote is to be seen by reads that follow."""

    __slots__ = ("_fences",)

    def __init__(self, inner: TransactionBlock, fences: Fences) -> None:
        super().__init__(inner)
        self._fences = fences

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        try:
            await super().__aexit__(kind, error, traceback)
        finally:
            self._fences.note_write()


class _ReplicaBlock(_WrappedBlock):
    """A transaction that reads, on a replica; on the primary where no replica can take it."""

    __slots__ = ("_keywords", "_owner")

    def __init__(self, owner: ReplicatedDatabase, options: TransactionKeywords) -> None:
        super().__init__(None)
        self._owner = owner
        self._keywords = options

    async def __aenter__(self) -> Transaction:
        inside = self._owner.in_transaction()  # then a savepoint cannot be read only, and says so
        replica = None if inside else await self._owner.replica_for("replica")
        if replica is not None:
            self._inner = replica.database.transaction(**self._keywords)
            try:
                return await super().__aenter__()
            except (LinkError, PoolClosed) as error:
                replica.leave_out(error.message)
        self._inner = self._owner.transaction(**self._keywords)
        return await super().__aenter__()

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if isinstance(error, ReadOnlyTransaction):
            error.hint = ON_A_REPLICA
        await super().__aexit__(kind, error, traceback)
