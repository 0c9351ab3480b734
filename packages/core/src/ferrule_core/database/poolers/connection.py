"""A connection through a pooler that may give each transaction another session.

The server's session is not ours between two transactions. So every statement is made a
transaction of its own where none is open, which also keeps a change of the schema from coming
between the description of a statement and its run; settings are made anew in each; and what
would stay in the session is refused.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import TypeVar

from ferrule_core.errors import FerruleError, SchemaChanged, SessionRequired
from ferrule_core.plugins.contracts import Connection, Notification
from ferrule_core.query.port import Row
from ferrule_core.sql.session_state import (
    LISTENER,
    LISTENER_HINT,
    SETTING,
    SessionUse,
    session_use,
    split_script,
)

Result = TypeVar("Result")

_COPY = SessionUse()


class PooledConnection:
    """Keeps nothing in its session; see ``ferrule_core.plugins.contracts.Connection``."""

    __slots__ = ("_connection", "_prepares", "_settings", "_unfinished")

    def __init__(self, connection: Connection, *, settings: str = "", prepares: bool) -> None:
        """Stand in front of a connection.

        Args:
            connection: What a backend made, with options that say ``shared_session``.
            settings: ``SET LOCAL`` statements, each with its semicolon, for every transaction.
            prepares: Whether the pooler keeps prepared statements, so that one that has no
                settings needs no transaction of its own.
        """
        self._connection = connection
        self._settings = settings
        self._prepares = prepares and not settings
        # Whether something was cut short, so that a transaction may be open that nobody wants.
        self._unfinished = False

    @property
    def closed(self) -> bool:
        """Whether nothing can be sent any more."""
        return self._connection.closed

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction block is open."""
        return self._connection.in_transaction

    @property
    def outdated(self) -> bool:
        """Whether what it keeps of the schema may be wrong."""
        return self._connection.outdated

    @property
    def server_version(self) -> tuple[int, int]:
        """Major and minor."""
        return self._connection.server_version

    @property
    def process_id(self) -> int | None:
        """What the pooler said at the start."""
        return self._connection.process_id

    async def fetch(self, text: str, parameters: Sequence[object] = ()) -> Sequence[Row]:
        """All rows of one statement."""
        connection = self._connection
        return await self._run(
            lambda: connection.fetch(text, parameters), session_use(text), parameters
        )

    async def fetch_first(self, text: str, parameters: Sequence[object] = ()) -> Row | None:
        """The first row of one statement."""
        connection = self._connection
        return await self._run(
            lambda: connection.fetch_first(text, parameters), session_use(text), parameters
        )

    async def execute(self, text: str, parameters: Sequence[object] = ()) -> int:
        """How many rows one statement touched."""
        connection = self._connection
        return await self._run(
            lambda: connection.execute(text, parameters), session_use(text), parameters
        )

    async def fetch_batch(self, text: str, rows: Iterable[Sequence[object]]) -> Sequence[Row]:
        """Run one statement for each row of parameters, all or none."""
        connection = self._connection
        use = session_use(text)
        if use.must_be_true:
            raise _required(use, SETTING)
        return await self._run(lambda: connection.fetch_batch(text, rows), use, ())

    async def execute_script(self, text: str) -> str:
        """Run several statements by the simple protocol."""
        statements = split_script(text)
        within = self.in_transaction and not self._unfinished
        for _, use in statements:
            within = within or use.begins
            _check(use, (), within=within)
        if self._unfinished:
            await self._abandon()
        self._unfinished = not self.in_transaction
        try:
            tag = await self._connection.execute_script(self._with_settings(text, statements))
        except FerruleError:
            self._unfinished = False
            raise
        self._unfinished = False
        return tag

    async def stream(
        self, text: str, parameters: Sequence[object] = (), *, chunk_rows: int
    ) -> AsyncIterator[Sequence[Row]]:
        """Rows in chunks by a cursor; only in a transaction."""
        _check(session_use(text), parameters, within=True)
        async for rows in self._connection.stream(text, parameters, chunk_rows=chunk_rows):
            yield rows

    async def copy_rows(
        self,
        table: str,
        columns: Sequence[str],
        rows: AsyncIterator[Sequence[Sequence[object]]],
    ) -> int:
        """Send rows by COPY, all or none."""
        connection = self._connection
        return await self._run(lambda: connection.copy_rows(table, columns, rows), _COPY, ())

    async def copy_in(self, text: str, chunks: AsyncIterator[bytes]) -> int:
        """Run ``COPY ... FROM STDIN``."""
        connection = self._connection
        return await self._run(lambda: connection.copy_in(text, chunks), session_use(text), ())

    async def copy_out(self, text: str, write: Callable[[bytes], Awaitable[object]]) -> int:
        """Run ``COPY ... TO STDOUT``."""
        connection = self._connection
        return await self._run(lambda: connection.copy_out(text, write), session_use(text), ())

    def subscribe(self, receive: Callable[[Notification], None], lost: Callable[[], None]) -> None:
        """Refused: a notification is sent to the session that listens."""
        del receive, lost
        raise _required(SessionUse(hint=LISTENER_HINT), LISTENER)

    async def reset(self, *, within: timedelta) -> None:
        """End what is open. The rest of the session is the pooler's, not ours to reset."""
        del within
        if self._unfinished or self.in_transaction:
            await self._abandon()

    async def close(self, *, within: timedelta) -> None:
        """Say good-bye to the pooler; past ``within``, drop the link."""
        await self._connection.close(within=within)

    def terminate(self) -> None:
        """Drop the link at once."""
        self._connection.terminate()

    def abandon(self) -> None:
        """Give up this end of the link without its event loop."""
        self._connection.abandon()

    async def _run(
        self, run: Callable[[], Awaitable[Result]], use: SessionUse, parameters: Sequence[object]
    ) -> Result:
        if self._unfinished:
            await self._abandon()
        connection = self._connection
        within = connection.in_transaction
        if use.keeps is not None or use.keeps_outside is not None or use.must_be_true:
            _check(use, parameters, within=within)
        if within:  # the transaction is the caller's, and so is what becomes of it
            return await run()
        self._unfinished = True
        if self._prepares or use.alone or use.controls:
            try:
                result = await self._run_alone(run, use)
            except FerruleError:
                self._unfinished = False
                raise
            self._unfinished = False
            return result
        try:
            await connection.execute_script(f"BEGIN;{self._settings}")
            result = await run()
            await connection.execute_script("COMMIT")
        except FerruleError as error:
            if isinstance(error, SchemaChanged) and error.statement == "done":
                error.statement = "undone"
            with suppress(FerruleError):  # the first one is what the caller is to see
                await self._abandon()
            raise
        self._unfinished = False
        return result

    async def _run_alone(self, run: Callable[[], Awaitable[Result]], use: SessionUse) -> Result:
        if self._settings and use.alone:
            raise SessionRequired(
                "a statement that runs in no transaction cannot be given the settings of the "
                "URL and the pool, and a pooler in transaction mode keeps none",
                hint="use Database.session_connection(), with a direct_url in the profile",
            )
        result = await run()
        if use.begins and self._settings:
            await self._connection.execute_script(self._settings)
        return result

    async def _abandon(self) -> None:
        """Roll back; where that is cut short, the next one who comes does it.

        After a cancellation only the server knows whether a transaction is open.
        """
        if self._unfinished or self.in_transaction:
            await self._connection.execute_script("ROLLBACK")
        self._unfinished = False

    def _with_settings(self, text: str, statements: list[tuple[str, SessionUse]]) -> str:
        if not self._settings or self.in_transaction or not statements:
            return text
        if any(use.begins for _, use in statements):
            return "".join(
                f"{piece.rstrip().rstrip(';')};{self._settings}" if use.begins else piece
                for piece, use in statements
            )
        if all(use.alone or use.controls for _, use in statements):
            return text
        return self._settings + text


def _check(use: SessionUse, parameters: Sequence[object], *, within: bool) -> None:
    """Refuse what the session would have to keep.

    Raises:
        SessionRequired: The message says what it is.
    """
    kept = use.keeps
    if kept is None and not within:
        kept = use.keeps_outside
    for number in use.must_be_true:
        if number > len(parameters) or parameters[number - 1] is not True:
            kept = SETTING
    if kept is not None:
        raise _required(use, kept)


def _required(use: SessionUse, kept: str) -> SessionRequired:
    advice = "use Database.session_connection(), with a direct_url in the profile"
    return SessionRequired(
        f"{kept} does not outlive a transaction behind a pooler in transaction mode",
        hint=f"{use.hint}; or {advice}" if use.hint else advice,
    )
