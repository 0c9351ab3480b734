"""COPY as methods of a database."""

from __future__ import annotations

import os
from abc import abstractmethod
from collections.abc import AsyncGenerator, Coroutine, Sequence
from contextlib import AbstractAsyncContextManager, aclosing
from typing import TYPE_CHECKING, Any, TypedDict, Unpack, overload

from ferrule_core.database.observing.watch import statement_operation
from ferrule_core.database.statements import Statements
from ferrule_core.errors import ConfigurationError
from ferrule_core.lazy import lazy_module
from ferrule_core.plugins.contracts import Connection
from ferrule_core.query.query import Query
from ferrule_core.sql.compiled import CompiledQuery

if TYPE_CHECKING:
    from ferrule_core.database.sessions import copying
    from ferrule_core.database.sessions.copy_rows import Rows
    from ferrule_core.database.sessions.copying import (
        CopyFormatName,
        CopySource,
        CopyTarget,
        TableName,
    )
else:
    copying = lazy_module("ferrule_core.database.sessions.copying")


class CopyKeywords(TypedDict, total=False):
    """How values are written as text; see ``CopyFormat``."""

    header: bool
    delimiter: str
    null: str
    quote: str
    encoding: str


class CopyVerbs(Statements):
    """Methods of ``Database`` that copy many rows at once."""

    @abstractmethod
    def connection(self) -> AbstractAsyncContextManager[Connection]:
        """A connection of the pool, or of the open transaction."""

    @overload
    async def copy_in(
        self, into: TableName, source: Rows, *, columns: Sequence[str] | None = None
    ) -> int: ...

    @overload
    async def copy_in(
        self,
        into: TableName,
        source: CopySource,
        *,
        columns: Sequence[str] | None = None,
        format: CopyFormatName,
        **options: Unpack[CopyKeywords],
    ) -> int: ...

    async def copy_in(
        self,
        into: TableName,
        source: Any,
        *,
        columns: Sequence[str] | None = None,
        format: CopyFormatName | None = None,  # noqa: A002 - PostgreSQL's own word
        **options: Unpack[CopyKeywords],
    ) -> int:
        """Add rows by COPY: all or none, in constant memory, and say how many there were.

        Rows are instances of the model, mappings, or sequences of values; they come from any
        iterable, async ones too, and all are of one kind. Instances stay as they are: keys and
        defaults that the server makes are not read back.

        With ``format`` the source is a file (its path, or open for reading bytes), ``bytes``, or an
        iterable of ``bytes``, and the server reads what is in it.

        Inside an open transaction it is part of that. Middleware and observers see one statement,
        ``COPY ... FROM STDIN``, and the number of rows, never the rows.

        Args:
            into: A model; ``"table"``, ``"schema.table"``, or both names as a pair.
            source: The rows, or what they are written in.
            columns: Attributes of the model, or names of columns where the table is only named.
                Rows that are sequences need them; instances are copied with the columns that the
                first has values for.
            format: ``csv``, ``text`` or ``binary``; left out for rows.
            **options: See ``CopyFormat``.

        Raises:
            ValueRefused: A value cannot be stored exactly; the message names row and column.
            QueryError: Rows do not say which columns they are for, or differ in it.
            IntegrityError, DataError: The server refused a row, which is named; none was added.
        """
        if format is not None:
            form = copying.CopyFormat(name=format, **options)
            return await self._run(*copying.bytes_in(into, source, columns, form))
        if options:
            raise ConfigurationError(
                f"{', '.join(options)} of copy_in() is about text, and rows are none",
                hint='give format="csv" for text',
            )
        prepared = await copying.rows_in(into, source, columns)
        return 0 if prepared is None else await self._run(*prepared)

    @overload
    def copy_out(
        self,
        source: TableName | Query[Any],
        *,
        columns: Sequence[str] | None = None,
        format: CopyFormatName = "csv",
        **options: Unpack[CopyKeywords],
    ) -> AsyncGenerator[bytes]: ...

    @overload
    def copy_out(
        self,
        source: TableName | Query[Any],
        *,
        to: CopyTarget,
        columns: Sequence[str] | None = None,
        format: CopyFormatName = "csv",
        **options: Unpack[CopyKeywords],
    ) -> Coroutine[Any, Any, int]: ...

    def copy_out(
        self,
        source: TableName | Query[Any],
        *,
        to: CopyTarget | None = None,
        columns: Sequence[str] | None = None,
        format: CopyFormatName = "csv",  # noqa: A002 - PostgreSQL's own word
        **options: Unpack[CopyKeywords],
    ) -> AsyncGenerator[bytes] | Coroutine[Any, Any, int]:
        """Copy the rows of a table or a query out, as the bytes of a file.

        With ``to`` it is awaited and says how many rows there were; a file that is named by its
        path appears when it is complete. Without, it is an async iterator over pieces of the file,
        which holds a connection until it is read to its end or closed.

        What is awaited is seen by middleware and observers as one statement, ``COPY (...) TO
        STDOUT``, with the number of rows; the iterator is seen by observers alone, without it.

        Args:
            source: A model, a table by name, a query, or SQL in parentheses, as PostgreSQL's COPY
                has it: ``"(SELECT ...)"``. Values of a query travel as constants that the server
                wrote.
            to: A path, a file open for writing bytes, or an async function that gets each piece.
            columns: Attributes or names of columns of a table; all where it is left out.
            format: ``csv``, ``text`` or ``binary``.
            **options: See ``CopyFormat``.
        """
        form = copying.CopyFormat(name=format, **options)
        query = copying.copy_out_query(source, columns, form, self._middleware.rewritten)
        return self._pieces(query) if to is None else self._copy_to(query, to)

    async def _copy_to(self, query: CompiledQuery, target: CopyTarget) -> int:
        if isinstance(target, str | os.PathLike):
            async with copying.FileTarget(os.fspath(target)) as write:
                return await self._run(copying.writing(write), query)
        return await self._run(copying.writing(copying.writer_for(target)), query)

    async def _pieces(self, query: CompiledQuery) -> AsyncGenerator[bytes]:
        with self._middleware.look(statement_operation(query)) as sight:
            sight.in_transaction = self.in_transaction()
            async with (
                self.connection() as connection,
                aclosing(copying.pieces(connection, query)) as found,
            ):
                async for piece in found:
                    with sight.paused():
                        yield piece
