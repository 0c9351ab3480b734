"""What a backend is: a driver behind a few plain methods. Pool and transactions are core's."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import field
from datetime import timedelta
from typing import Protocol

from ferrule_core.deferred import dataclass
from ferrule_core.plugins.contracts.listening import Notification
from ferrule_core.query.port import Row
from ferrule_core.sql.compiled import CompiledBatch, CompiledQuery
from ferrule_core.sql.nodes import Statement


@dataclass(frozen=True, slots=True, kw_only=True)
class HostAddress:
    """One of the servers that a URL names.

    Attributes:
        password: What that server is told; a pass file may have one for each.
    """

    host: str | None = None
    port: int | None = None
    password: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseUrl:
    """Where a database is, taken apart. Nothing that may be secret is in its ``repr``.

    Attributes:
        host: Host name or address, or the folder of a unix socket; ``None`` leaves it to the
            driver's default.
        alternatives: Servers to try when that one cannot be used, in this order.
        options: What stood after ``?``, as libpq knows it: ``sslmode``, ``application_name``, ...
    """

    scheme: str = "postgresql"
    host: str | None = None
    port: int | None = None
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    database: str | None = None
    options: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    alternatives: tuple[HostAddress, ...] = ()

    @property
    def hosts(self) -> tuple[HostAddress, ...]:
        """All servers that may be meant, the first one first."""
        first = HostAddress(host=self.host, port=self.port, password=self.password)
        return (first, *self.alternatives)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectOptions:
    """How one connection is made, whatever the driver.

    Attributes:
        shared_session: Whether a pooler may run each transaction in another session of the
            server, so that nothing may be left in one, and nothing is there that was.
    """

    connect_within: timedelta = timedelta(seconds=10)
    statement_within: timedelta | None = None
    statement_cache: bool = True
    application_name: str = "ferrule"
    server_settings: Mapping[str, str] = field(default_factory=dict[str, str])
    shared_session: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What a backend's connections can do beyond the required."""

    pipelines: bool = False
    copies: bool = False
    listens: bool = False


class Connection(Protocol):
    """One session with a server. Used by one task at a time.

    Every method raises errors of ``ferrule_core.errors`` only, with the driver's as ``__cause__``.
    After a
    cancellation or a lost link the connection is either usable or says that it is ``closed``.
    """

    @property
    def closed(self) -> bool:
        """Whether nothing can be sent any more; asks only the client, never the server."""
        ...

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction block is open; asks only the client, never the server."""
        ...

    @property
    def outdated(self) -> bool:
        """Whether it raised ``SchemaChanged``: what it keeps of the schema may be wrong."""
        ...

    @property
    def server_version(self) -> tuple[int, int]:
        """Major and minor, e.g. ``(18, 4)``."""
        ...

    @property
    def process_id(self) -> int | None:
        """The server process as it was named at the start; a pooler invents a number."""
        ...

    async def fetch(self, text: str, parameters: Sequence[object] = ()) -> Sequence[Row]:
        """Run one statement and give all its rows."""
        ...

    async def fetch_first(self, text: str, parameters: Sequence[object] = ()) -> Row | None:
        """Run one statement and give its first row."""
        ...

    async def execute(self, text: str, parameters: Sequence[object] = ()) -> int:
        """Run one statement, by the extended protocol, and say how many rows it touched."""
        ...

    async def execute_script(self, text: str) -> str:
        """Run several statements, separated by semicolons, without parameters.

        Returns:
            The command tag of the last one: ``ROLLBACK`` where a COMMIT could not be done.
        """
        ...

    async def fetch_batch(self, text: str, rows: Iterable[Sequence[object]]) -> Sequence[Row]:
        """Run one statement for each row of parameters, all or none; what it returns, in order."""
        ...

    def stream(
        self, text: str, parameters: Sequence[object] = (), *, chunk_rows: int
    ) -> AsyncIterator[Sequence[Row]]:
        """Rows in chunks by a cursor; only in a transaction."""
        ...

    async def copy_rows(
        self,
        table: str,
        columns: Sequence[str],
        rows: AsyncIterator[Sequence[Sequence[object]]],
    ) -> int:
        """Send rows by COPY, all or none, in constant memory. Only where the backend ``copies``.

        What the caller's iterator raises is raised as it is. Other errors say which row it was, and
        which column where that is known.

        Args:
            table: Its name as SQL, quoted.
            columns: Names of the columns that the rows have values for.
            rows: Any number of rows at once.

        Returns:
            How many rows there were.
        """
        ...

    async def copy_in(self, text: str, chunks: AsyncIterator[bytes]) -> int:
        """Run ``COPY ... FROM STDIN`` and send the bytes; otherwise as ``copy_rows``."""
        ...

    async def copy_out(self, text: str, write: Callable[[bytes], Awaitable[object]]) -> int:
        """Run ``COPY ... TO STDOUT`` and give each piece to ``write``, whose errors are its own.

        The server is not asked for more before ``write`` is done.

        Returns:
            How many rows there were.
        """
        ...

    def subscribe(self, receive: Callable[[Notification], None], lost: Callable[[], None]) -> None:
        """Say what is done with notifications, and what when the link breaks or is dropped.

        Both are called from the event loop and must not wait. Only where the backend ``listens``.
        """
        ...

    async def reset(self, *, within: timedelta) -> None:
        """Bring the session back to its defaults: settings, role, locks, LISTEN, temporaries.

        Where that cannot be done, as with statements that the caller prepared, it is closed.
        """
        ...

    async def close(self, *, within: timedelta) -> None:
        """Say good-bye to the server; past ``within``, drop the link."""
        ...

    def terminate(self) -> None:
        """Drop the link at once. Never raises, never waits."""
        ...

    def abandon(self) -> None:
        """Give up this process's end of the link without its event loop, and without a word.

        For links whose loop was closed, and for those that a forked process got from its parent,
        which goes on using them. The connection is ``closed`` then. Never raises, never waits.
        """
        ...


class Backend(Protocol):
    """A driver: makes connections for the URL schemes that it names."""

    @property
    def name(self) -> str:
        """Distinct among its kind."""
        ...

    @property
    def schemes(self) -> frozenset[str]:
        """URL schemes that it serves, without ``://``."""
        ...

    @property
    def capabilities(self) -> Capabilities:
        """What its connections can do beyond the required."""
        ...

    async def connect(self, url: DatabaseUrl, options: ConnectOptions) -> Connection:
        """Open one connection.

        Raises:
            ConnectFailed: Nobody answers there; the message names host and port, never the
            password.
            AuthenticationFailed, UnknownDatabase, TooManyConnections, ServerNotReady: What the
            server said.
        """
        ...


class Rewriter(Protocol):
    """Turns a statement node into another of the same kind, before it is compiled. Pure.

    It is asked about each statement on its own: also about subqueries and common tables, before
    the statement that they stand in. The values of params may be missing: they follow the ``Param``
    objects, so those that stay must be the same objects.
    """

    @property
    def name(self) -> str:
        """Distinct among its kind."""
        ...

    def rewrite(self, statement: Statement, /) -> Statement:
        """The statement to run instead; the same one where there is nothing to do."""
        ...


class Middleware(Protocol):
    """Stands around the execution of a statement. Only databases that have one pay for it."""

    @property
    def name(self) -> str:
        """Distinct among its kind."""
        ...

    async def __call__(
        self,
        query: CompiledQuery | CompiledBatch,
        call_next: Callable[[CompiledQuery | CompiledBatch], Awaitable[Sequence[Row]]],
        /,
    ) -> Sequence[Row]:
        """Run the query by ``call_next``, or answer it otherwise."""
        ...
