"""COPY without an event loop."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Unpack, overload

from ferrule_core.database.sync.statements import SyncStatements
from ferrule_core.query.blocking import iterate, run_sync

if TYPE_CHECKING:
    from ferrule_core.database.sessions.copy_rows import Rows
    from ferrule_core.database.sessions.copy_verbs import CopyKeywords, CopyVerbs
    from ferrule_core.database.sessions.copying import (
        CopyFormatName,
        CopySource,
        CopyTarget,
        TableName,
    )
    from ferrule_core.query.query import Query


class SyncCopyVerbs(SyncStatements):
    """Copies many rows at once. What is read or written is so in the thread behind ``.sync``."""

    __slots__ = ("_copies",)

    def __init__(self, copies: CopyVerbs) -> None:
        super().__init__(copies)
        self._copies: Any = copies

    @overload
    def copy_in(
        self, into: TableName, source: Rows, *, columns: Sequence[str] | None = None
    ) -> int: ...

    @overload
    def copy_in(
        self,
        into: TableName,
        source: CopySource,
        *,
        columns: Sequence[str] | None = None,
        format: CopyFormatName,
        **options: Unpack[CopyKeywords],
    ) -> int: ...

    def copy_in(
        self,
        into: TableName,
        source: Any,
        *,
        columns: Sequence[str] | None = None,
        format: CopyFormatName | None = None,  # noqa: A002 - PostgreSQL's own word
        **options: Unpack[CopyKeywords],
    ) -> int:
        """Add rows by COPY: all or none, in constant memory; see ``Database.copy_in``."""
        given = {} if format is None else {"format": format}
        count: int = run_sync(
            self._copies.copy_in(into, source, columns=columns, **given, **options)
        )
        return count

    @overload
    def copy_out(
        self,
        source: TableName | Query[Any],
        *,
        columns: Sequence[str] | None = None,
        format: CopyFormatName = "csv",
        **options: Unpack[CopyKeywords],
    ) -> Iterator[bytes]: ...

    @overload
    def copy_out(
        self,
        source: TableName | Query[Any],
        *,
        to: CopyTarget,
        columns: Sequence[str] | None = None,
        format: CopyFormatName = "csv",
        **options: Unpack[CopyKeywords],
    ) -> int: ...

    def copy_out(
        self,
        source: TableName | Query[Any],
        *,
        to: CopyTarget | None = None,
        columns: Sequence[str] | None = None,
        format: CopyFormatName = "csv",  # noqa: A002 - PostgreSQL's own word
        **options: Unpack[CopyKeywords],
    ) -> Iterator[bytes] | int:
        """Copy the rows of a table or a query out; see ``Database.copy_out``."""
        if to is None:
            return iterate(self._copies.copy_out(source, columns=columns, format=format, **options))
        count: int = run_sync(
            self._copies.copy_out(source, to=to, columns=columns, format=format, **options)
        )
        return count
