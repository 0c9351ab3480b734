"""A connection as core wants it, over one of asyncpg."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterable, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any, cast

from ferrule_asyncpg.deadlines import run_apart
from ferrule_asyncpg.failures import DRIVER_ERRORS, translated
from ferrule_asyncpg.outdated import (
    diagnosed,
    refused_by_client,
    refused_in_batch,
    run_prepared_again,
)
from ferrule_asyncpg.session import Session
from ferrule_core.errors import ConnectionLost, FerruleError, SchemaChanged, ValueRefused
from ferrule_core.lazy import lazy_module
from ferrule_core.plugins.contracts import Notification, StatementDescription
from ferrule_core.query.port import Row

if TYPE_CHECKING:
    from ferrule_asyncpg import copying
else:
    copying = lazy_module("ferrule_asyncpg.copying")

_DIAGNOSIS_SECONDS = 1.0
"""How long to look whether a statement failed because the schema changed."""


class AsyncpgConnection:
    """One session with a server; see ``ferrule_core.plugins.contracts.Connection``."""

    __slots__ = (
        "_is_closed",
        "_is_in_transaction",
        "_run",
        "_run_script",
        "_session",
        "_within",
        "outdated",
    )

    def __init__(self, session: Session, statement_within: timedelta | None = None) -> None:
        self._session = session
        self.outdated = False
        self._within = None if statement_within is None else statement_within.total_seconds()
        # Bound once: these are asked for around every statement.
        self._run = session.run
        self._run_script = session.run_script
        self._is_closed = session.is_closed
        self._is_in_transaction = session.is_in_transaction

    @property
    def closed(self) -> bool:
        """Whether nothing can be sent any more."""
        return self._is_closed()

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction block is open."""
        return not self._is_closed() and self._is_in_transaction()

    @property
    def server_version(self) -> tuple[int, int]:
        """Major and minor; asyncpg has the minor third since PostgreSQL 10."""
        version = self._session.get_server_version()
        return (version.major, version.micro)

    @property
    def process_id(self) -> int | None:
        """The server process, as it was named at the start."""
        return self._session.get_server_pid()

    async def fetch(self, text: str, parameters: Sequence[object] = ()) -> Sequence[Row]:
        """All rows of one statement."""
        if self._is_closed():
            raise _closed()
        try:
            rows: Sequence[Row] = await self._run(text, parameters, 0, self._within)
        except DRIVER_ERRORS as error:
            rows, _, _ = await self._recovered(error, text, parameters, 0)
        return rows

    async def fetch_first(self, text: str, parameters: Sequence[object] = ()) -> Row | None:
        """The first row of one statement."""
        if self._is_closed():
            raise _closed()
        try:
            rows: Sequence[Row] = await self._run(text, parameters, 1, self._within)
        except DRIVER_ERRORS as error:
            rows, _, _ = await self._recovered(error, text, parameters, 1)
        return rows[0] if rows else None

    async def execute(self, text: str, parameters: Sequence[object] = ()) -> int:
        """How many rows one statement touched."""
        if self._is_closed():
            raise _closed()
        try:
            _, tag, _ = await self._run(text, parameters, 0, self._within, return_status=True)
        except DRIVER_ERRORS as error:
            _, tag, _ = await self._recovered(error, text, parameters, 0)
        return _touched(tag)

    async def describe(self, text: str) -> StatementDescription:
        """What the server says that a statement takes and gives; it is not run."""
        from ferrule_asyncpg.describing import described  # programs have no use for it

        if self._is_closed():
            raise _closed()
        try:
            return await run_apart(described(self._session, text), self._within, self.terminate)
        except DRIVER_ERRORS as error:
            raise self._failed(error) from error

    async def execute_script(self, text: str) -> str:
        """Run several statements by the simple protocol."""
        if self._is_closed():
            raise _closed()
        try:
            tag: str = await self._run_script(text, self._within)
        except DRIVER_ERRORS as error:
            raise self._failed(error) from error
        return tag

    async def fetch_batch(self, text: str, rows: Iterable[Sequence[object]]) -> Sequence[Row]:
        """Run one statement for each row of parameters, all or none, in one round trip."""
        if self._is_closed():
            raise _closed()
        try:
            returned = await run_apart(
                self._session.fetchmany(text, rows), self._within, self.terminate
            )
        except DRIVER_ERRORS as error:
            if refused_in_batch(error):
                raise ValueRefused(
                    "a value of one of the rows cannot be sent as the type of its column",
                    hint="fewer rows at once show which: the error of a single one names it",
                ) from error
            raise await self._diagnosed(error, text) from error
        return cast("Sequence[Row]", returned)

    async def stream(
        self, text: str, parameters: Sequence[object] = (), *, chunk_rows: int
    ) -> AsyncIterator[Sequence[Row]]:
        """Rows in chunks by a cursor."""
        if self._is_closed():
            raise _closed()
        try:
            async with asyncio.timeout(self._within):
                cursor = await self._session.cursor(text, *parameters)
            while True:
                async with asyncio.timeout(self._within):
                    rows = await cursor.fetch(chunk_rows)
                if not rows:
                    break
                yield cast("Sequence[Row]", rows)
        except DRIVER_ERRORS as error:
            raise await self._diagnosed(error, text, parameters) from error

    async def copy_rows(
        self,
        table: str,
        columns: Sequence[str],
        rows: AsyncIterator[Sequence[Sequence[object]]],
    ) -> int:
        """Send rows by COPY."""
        return await self._copied(copying.copy_rows(self._session, table, columns, rows))

    async def copy_in(self, text: str, chunks: AsyncIterator[bytes]) -> int:
        """Send what a COPY statement reads."""
        return await self._copied(copying.copy_in(self._session, text, chunks))

    async def copy_out(self, text: str, write: Callable[[bytes], Awaitable[object]]) -> int:
        """Pass on what a COPY statement writes."""
        return await self._copied(copying.copy_out(self._session, text, write))

    async def _copied(self, work: Coroutine[Any, Any, int]) -> int:
        """A COPY within the deadline of statements; asyncpg ends it as soon as it is cancelled."""
        if self._is_closed():
            work.close()
            raise _closed()
        deadline = asyncio.timeout(self._within)
        try:
            async with deadline:
                return await work
        except ConnectionLost:
            self.terminate()
            raise
        except TimeoutError as error:
            if not deadline.expired():  # it is the caller's own
                raise
            raise self._failed(error) from error

    def subscribe(self, receive: Callable[[Notification], None], lost: Callable[[], None]) -> None:
        """Pass on notifications, and the news that the link is gone."""
        self._session.subscribe(receive, lost)

    async def reset(self, *, within: timedelta) -> None:
        """Bring the session back to its defaults."""
        if self._is_closed():
            raise _closed()
        try:
            if not await self._session.reset_wholly(within.total_seconds()):
                self.terminate()
        except TimeoutError as error:
            self.terminate()
            raise ConnectionLost("the connection could not be reset in time") from error
        except DRIVER_ERRORS as error:
            raise self._failed(error) from error

    async def close(self, *, within: timedelta) -> None:
        """Say good-bye to the server; past ``within``, drop the link."""
        try:
            await self._session.close(timeout=within.total_seconds())
        except DRIVER_ERRORS:  # asyncpg has dropped the link then, which is what was wanted
            self.terminate()

    def terminate(self) -> None:
        """Drop the link at once."""
        if not self._session.is_closed():
            self._session.terminate()

    def abandon(self) -> None:
        """Give up our end of the link without its event loop."""
        self._session.abandon()

    async def _recovered(
        self, error: Exception, text: str, parameters: Sequence[object], limit: int
    ) -> Any:  # noqa: ANN401 - asyncpg's result
        """Run what was not done because it is older than the schema; raise any other error."""
        if await self._session.after_outdated(error):
            try:
                return await self._session.run(text, parameters, limit, self._within, True)
            except DRIVER_ERRORS as second:
                raise await self._diagnosed(second, text, parameters) from second
        if not refused_by_client(error):
            raise await self._diagnosed(error, text, parameters) from error
        try:
            async with asyncio.timeout(self._within):
                return await run_prepared_again(self._session, error, text, parameters, limit)
        except SchemaChanged:
            self.outdated = True
            raise
        except DRIVER_ERRORS as second:
            raise self._failed(second, parameters) from second

    async def _diagnosed(
        self, error: Exception, text: str, parameters: Sequence[object] = ()
    ) -> FerruleError:
        try:
            async with asyncio.timeout(self._within or _DIAGNOSIS_SECONDS):
                found = await diagnosed(self._session, error, text, parameters)
        except TimeoutError:
            found = translated(error, parameters, closed=self.closed)
        self.outdated = self.outdated or isinstance(found, SchemaChanged)
        if isinstance(found, ConnectionLost):
            self.terminate()
        return found

    def _failed(self, error: BaseException, parameters: Sequence[object] = ()) -> FerruleError:
        """Our error for what the driver raised; a link of which nobody knows the state goes."""
        ours = translated(error, parameters, closed=self.closed)
        if isinstance(ours, ConnectionLost):
            self.terminate()
        return ours


def _closed() -> ConnectionLost:
    return ConnectionLost("the connection to the server is closed")


def _touched(tag: bytes) -> int:
    """The count at the end of a command tag: ``UPDATE 3``; 0 for commands without one."""
    count = tag.rpartition(b" ")[2]
    return int(count) if count.isdigit() else 0
