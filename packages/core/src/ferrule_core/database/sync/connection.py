"""A connection without an event loop."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from types import TracebackType

from ferrule_core.plugins.contracts import Connection
from ferrule_core.query.blocking import SyncBlock, iterate, run_sync
from ferrule_core.query.port import Row


class SyncConnection:
    """One session with a server; see ``ferrule_core.plugins.contracts.Connection``.

    Attributes:
        connection: Its asynchronous twin.
    """

    __slots__ = ("connection",)

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def fetch(self, text: str, parameters: Sequence[object] = ()) -> Sequence[Row]:
        """Run one statement and give all its rows."""
        return run_sync(self.connection.fetch(text, parameters))

    def fetch_first(self, text: str, parameters: Sequence[object] = ()) -> Row | None:
        """Run one statement and give its first row."""
        return run_sync(self.connection.fetch_first(text, parameters))

    def execute(self, text: str, parameters: Sequence[object] = ()) -> int:
        """Run one statement, by the extended protocol, and say how many rows it touched."""
        return run_sync(self.connection.execute(text, parameters))

    def execute_script(self, text: str) -> str:
        """Run several statements, separated by semicolons, without parameters.

        Returns:
            The command tag of the last one: ``ROLLBACK`` where a COMMIT could not be done.
        """
        return run_sync(self.connection.execute_script(text))

    def fetch_batch(self, text: str, rows: Iterable[Sequence[object]]) -> Sequence[Row]:
        """Run one statement for each row of parameters, all or none; what it returns, in order."""
        return run_sync(self.connection.fetch_batch(text, rows))

    def stream(
        self, text: str, parameters: Sequence[object] = (), *, chunk_rows: int
    ) -> Iterator[Sequence[Row]]:
        """Rows in chunks by a cursor; only in a transaction."""
        return iterate(self.connection.stream(text, parameters, chunk_rows=chunk_rows))

    def reset(self, *, within: timedelta) -> None:
        """Bring the session back to its defaults: settings, role, locks, LISTEN, temporaries."""
        run_sync(self.connection.reset(within=within))

    def close(self, *, within: timedelta) -> None:
        """Say good-bye to the server; past ``within``, drop the link."""
        run_sync(self.connection.close(within=within))


class SyncConnectionBlock:
    """``with`` for a connection of a pool."""

    __slots__ = ("_block",)

    def __init__(self, block: AbstractAsyncContextManager[Connection]) -> None:
        self._block = SyncBlock(block)

    def __enter__(self) -> SyncConnection:
        return SyncConnection(self._block.__enter__())

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> bool | None:
        return self._block.__exit__(kind, error, traceback)
