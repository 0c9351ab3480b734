"""asyncpg's connection, with what its public methods do not give."""

# ruff: noqa: ANN401, ASYNC109 - the signatures are asyncpg's

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

import asyncpg
from asyncpg.exceptions import InvalidCachedStatementError, OutdatedSchemaCacheError

from ferrule_asyncpg.deadlines import CANCEL_WITHIN_SECONDS, FORGET_WITHIN_SECONDS
from ferrule_asyncpg.kinds.money import MONEY, SCALE, MoneyScale, holds_money
from ferrule_asyncpg.kinds.registry import register_fixed, register_met
from ferrule_core.plugins.contracts import Notification

ParameterTypes: TypeAlias = tuple[tuple[int, str], ...]
"""OID and kind of the type of each parameter of a statement."""

if TYPE_CHECKING:

    class _Connection(asyncpg.Connection[asyncpg.Record]):
        """What the stubs leave out."""

        _transport: asyncio.BaseTransport
        _protocol: Any
        _aborted: bool
        _server_caps: Any
        _stmt_cache: Any
        _stmts_to_close: set[Any]

        async def _reset(self) -> None: ...

        def _drop_local_type_cache(self) -> None: ...

        def _drop_global_statement_cache(self) -> None: ...

        async def _execute(
            self,
            query: str,
            args: object,
            limit: int,
            timeout: float | None,
            *,
            return_status: bool = False,
        ) -> Any: ...

        async def _do_execute(
            self, query: str, executor: Callable[..., Any], timeout: float | None
        ) -> Any: ...

        async def _introspect_types(self, typeoids: object, timeout: float | None) -> Any: ...

        async def _cleanup_stmts(self) -> None: ...

        def _get_statement(
            self, query: str, timeout: float | None, **options: object
        ) -> Awaitable[Any]: ...

        async def _cancel(
            self, waiter: asyncio.Future[None], cancel_waiter: asyncio.Future[None] | None = None
        ) -> None: ...

else:
    _Connection = asyncpg.Connection

_RESET = """\
RESET SESSION AUTHORIZATION;
RESET ROLE;
DISCARD TEMP;
DISCARD SEQUENCES;
"""
"""What asyncpg's own reset leaves as it is."""

_ODD_STATEMENTS = """
SELECT 1 FROM pg_catalog.pg_prepared_statements WHERE from_sql
UNION ALL
SELECT 1 WHERE {count} > (SELECT count(*) FROM pg_catalog.pg_prepared_statements)
"""
"""A row for each statement that the caller prepared, or if there are fewer than we prepared."""

_COMPOSITE = b"c"
"""``pg_type.typtype`` of composites."""

_RECORDS = frozenset({2249, 2287})
"""OIDs of ``record`` and ``record[]``."""

_MOST_SEEN = 1000

_RECORD = asyncpg.Record
"""The class of rows, by which asyncpg keeps its statements."""


class Session(_Connection):
    """A session that resets itself wholly, and runs statements without detours.

    It reads ``numeric`` as text, which takes half the time, until it meets a type that asyncpg
    can only read when all in it is binary: a composite, an anonymous record. From then on it reads
    ``numeric`` in binary.
    """

    __slots__ = ("_keeps_nothing", "_money", "_numeric_is_text", "_receive", "_seen")

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._keeps_nothing = False
        self._receive: Callable[[Notification], None] | None = None
        self._numeric_is_text = False
        self._seen: set[str] = set()
        self._money = MoneyScale()

    def register_kinds(self) -> None:
        """Read and write ranges, bits, figures of the plane and money in classes of ours."""
        register_fixed(self._protocol.get_settings(), self._money)

    def keep_nothing(self) -> None:
        """Leave nothing in the session of the server: a pooler gives it to others in between.

        asyncpg would name the statements of cursors, to close them later, and would switch ``jit``
        off around its questions about types, in three transactions.
        """
        self._keeps_nothing = True
        self._server_caps = self._server_caps._replace(jit=False)

    def get_reset_query(self) -> str:
        """What brings the session back to its defaults, in one round trip."""
        return _RESET + super().get_reset_query()

    def subscribe(self, receive: Callable[[Notification], None], lost: Callable[[], None]) -> None:
        """Pass on notifications at once, in their order, and the news that the link is gone."""
        self._receive = receive
        self.add_termination_listener(lambda _connection: lost())

    def _process_notification(self, pid: int, channel: str, payload: str) -> None:
        """Called by asyncpg, whose own version starts a callback for each channel."""
        if self._receive is not None:
            self._receive(Notification(channel, payload, pid))

    def abandon(self) -> None:
        """Close this process's copy of the socket; neither loop nor server hears of it from us."""
        self._aborted, self._protocol = True, None
        close_socket(self._transport)

    async def reset_wholly(self, within: float) -> bool:
        """Bring the session back to its defaults, in one round trip.

        Returns:
            Whether that was possible. DEALLOCATE ALL would take our statements too, and where the
            caller has done that, what we keep of them is wrong; such a session is to be closed.
        """
        async with asyncio.timeout(within):
            await self._reset()
            check = _ODD_STATEMENTS.format(count=len(self._stmt_cache))
            tag = await self.execute(self.get_reset_query() + check)
        return bool(tag == "SELECT 0")

    def forget_statement(self, text: str) -> ParameterTypes | None:
        """Drop a statement from the cache, so that it is prepared again.

        What is known of types that are made of others is dropped too: they change under the same
        OID.

        Returns:
            The types of its parameters; ``None`` where it was not in the cache.
        """
        statement = self._stmt_cache.get((text, self._protocol.get_record_class(), False))
        if statement is None:
            return None
        types = _parameter_types(statement)
        statement.mark_closed()
        self._stmts_to_close.add(statement)
        if any(kind != "scalar" for _, kind in types):
            self._drop_local_type_cache()
        return types

    async def prepare_again(self, text: str) -> ParameterTypes:
        """Prepare a statement, and give the types of its parameters."""
        return _parameter_types(await self._get_statement(text, None))

    async def described(self, text: str) -> tuple[tuple[int, ...], tuple[tuple[str, int], ...]]:
        """Prepare a statement: the OIDs of its parameters, and names and OIDs of its columns."""
        statement = await self._get_statement(text, None)
        columns = statement._get_attributes()  # noqa: SLF001
        parameters = tuple(oid for oid, _ in _parameter_types(statement))
        return parameters, tuple((column.name, column.type.oid) for column in columns)

    @property
    def link(self) -> socket.socket:
        """The socket, to set its options."""
        link: socket.socket = self._transport.get_extra_info("socket")
        return link

    def run(
        self,
        text: str,
        parameters: Sequence[object],
        limit: int,
        timeout: float | None,
        return_status: bool = False,
    ) -> Awaitable[Any]:
        """Run one statement; its rows, or with ``return_status`` rows, command tag and whether all.

        Always by the extended protocol, so that a text can hold one statement only. One that is
        prepared already is sent without the five coroutines in which asyncpg looks for it, which
        cost as much as the sending. What asyncpg does in them where the statement turns out to be
        older than the schema is left to ``after_outdated``.
        """
        if text in self._seen:
            state = self._stmt_cache.get((text, _RECORD, False))
            if state is not None:
                ready: Awaitable[Any] = self._protocol.bind_execute(
                    state, parameters, "", limit, return_status, timeout
                )
                return ready
        return self._execute(text, parameters, limit, timeout, return_status=return_status)

    async def after_outdated(self, error: Exception) -> bool:
        """Forget what is older than the schema, as asyncpg does after such an error.

        Returns:
            Whether the statement, of which nothing was done, can be run again.
        """
        if isinstance(error, OutdatedSchemaCacheError):
            await self.reload_schema_state()
        elif isinstance(error, InvalidCachedStatementError):
            self._drop_global_statement_cache()
            return not self._protocol.is_in_transaction()
        return False

    @property
    def run_script(self) -> Callable[[str, float | None], Awaitable[str]]:
        """What ``execute`` does with a text alone, without its detours."""
        query: Callable[[str, float | None], Awaitable[str]] = self._protocol.query
        return query

    async def _cancel(
        self, waiter: asyncio.Future[None], cancel_waiter: asyncio.Future[None] | None = None
    ) -> None:
        """Called by asyncpg, in a task of its own, to stop the statement that runs.

        It sends a cancel request, and waits until the server has ended the statement: the next one
        must not be hit. Where that takes too long, nobody knows what runs, and the link is dropped.
        """
        async with asyncio.timeout(CANCEL_WITHIN_SECONDS) as bound:
            await super()._cancel(waiter, cancel_waiter)  # it swallows its cancellation
        if bound.expired():
            self.terminate()

    async def read_numeric_as_text(
        self, write: Callable[[Any], str], read: Callable[[str], Any]
    ) -> None:
        """Use these for ``numeric``, as long as that goes well."""
        await self.set_type_codec(
            "numeric", schema="pg_catalog", format="text", encoder=write, decoder=read
        )
        self._numeric_is_text = True

    @property
    def protocol(self) -> Any:
        """Asyncpg's own protocol: COPY has options there that no method of a connection passes."""
        return self._protocol

    async def prepared(self, text: str) -> Any:
        """Asyncpg's state of a statement, from its cache if it is there."""
        return await self._get_statement(text, None)

    async def read_numeric_as_binary(self) -> None:
        """Use asyncpg's own codec for ``numeric`` from now on."""
        self._numeric_is_text = False
        self._seen.clear()
        await self.reset_type_codec("numeric", schema="pg_catalog")

    async def _introspect_types(
        self,
        typeoids: object,
        timeout: float | None,
    ) -> Any:
        """Called by asyncpg for types that it has not met, before it makes their codecs."""
        async with asyncio.timeout(timeout):  # asyncpg gives it to each of several statements
            found = await super()._introspect_types(typeoids, timeout)
        if self._numeric_is_text and any(kind["kind"] == _COMPOSITE for kind in found[0]):
            await self.read_numeric_as_binary()
        register_met(self._protocol.get_settings(), found[0])
        if self._money.digits is None and any(map(holds_money, found[0])):
            await self._ask_money()
        return found

    async def _cleanup_stmts(self) -> None:
        """Called by asyncpg, without a deadline, for statements that left its cache."""
        async with asyncio.timeout(FORGET_WITHIN_SECONDS):
            await super()._cleanup_stmts()

    def _get_statement(
        self,
        query: str,
        timeout: float | None,
        **options: object,
    ) -> Awaitable[Any]:
        """Called by asyncpg before each execution; a statement is looked at once."""
        if self._keeps_nothing:
            options["named"] = False
        finding = super()._get_statement(query, timeout, **options)
        return finding if query in self._seen else self._look_at(query, finding)

    async def _look_at(self, query: str, finding: Awaitable[Any]) -> Any:
        statement = await finding
        if len(self._seen) >= _MOST_SEEN:
            self._seen.clear()
        self._seen.add(query)
        columns = [column.type.oid for column in statement._get_attributes()]  # noqa: SLF001
        if self._numeric_is_text and not _RECORDS.isdisjoint(columns):
            await self.read_numeric_as_binary()
        if self._money.digits is None and query != SCALE:
            needed = [kind.oid for kind in statement._get_parameters()]  # noqa: SLF001
            if MONEY in columns or MONEY in needed:
                await self._ask_money()
                if not statement.name:  # the server has forgotten it for the question's sake
                    statement.mark_unprepared()
        return statement

    async def _ask_money(self) -> None:
        def ask(statement: Any, within: float | None) -> Any:
            return self._protocol.bind_execute(statement, (), "", 1, False, within)

        rows, _ = await self._do_execute(SCALE, ask, None)  # within the one that is being prepared
        self._money.digits = rows[0][0]


def _parameter_types(statement: Any) -> ParameterTypes:
    return tuple((kind.oid, kind.kind) for kind in statement._get_parameters())  # noqa: SLF001


def close_socket(transport: asyncio.BaseTransport) -> None:
    """Close the socket of a transport whose loop will not do it.

    A loop that is shared with a parent process must not: it would take the socket off the parent's
    loop too. Transports have no public way to this, and warn where they are not closed.
    """
    inner: Any = transport
    security = getattr(inner, "_ssl_protocol", None)
    if security is not None:
        inner._closed = True  # noqa: SLF001
        inner = security._transport  # noqa: SLF001
    found = getattr(inner, "_sock", None)
    if found is not None:
        found.close()
        inner._sock = None  # noqa: SLF001
