"""Queries without an event loop: the twins behind ``query.sync``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar, overload

from ferrule_core.mapping.expressions import Assignment, Expr
from ferrule_core.mapping.mapped import Mapped, Writable
from ferrule_core.query import reading, removal, writes
from ferrule_core.query.blocking import iterate, run_sync
from ferrule_core.query.keyset import CursorPage
from ferrule_core.query.paginate import Page
from ferrule_core.query.projections import Projecting
from ferrule_core.query.removal import SyncRemoving
from ferrule_core.query.selection import RowsOf, Selection

if TYPE_CHECKING:
    from ferrule_core.query.query import Query

M = TypeVar("M", bound=Mapped)
T = TypeVar("T")
T1 = TypeVar("T1")
T2 = TypeVar("T2")
T3 = TypeVar("T3")
T4 = TypeVar("T4")
T5 = TypeVar("T5")
T6 = TypeVar("T6")


class SyncProjecting:
    """Values instead of instances. Overloads know the types of up to six expressions."""

    __slots__ = ("_projecting",)

    def __init__(self, projecting: Projecting) -> None:
        self._projecting = projecting

    @overload
    def values_list(self, a: Expr[T1], /, *, flat: Literal[True]) -> list[T1]: ...
    @overload
    def values_list(self, a: str, /, *, flat: Literal[True]) -> list[Any]: ...
    @overload
    def values_list(self, a: Expr[T1], /) -> list[tuple[T1]]: ...
    @overload
    def values_list(self, a: Expr[T1], b: Expr[T2], /) -> list[tuple[T1, T2]]: ...
    @overload
    def values_list(self, a: Expr[T1], b: Expr[T2], c: Expr[T3], /) -> list[tuple[T1, T2, T3]]: ...
    @overload
    def values_list(
        self, a: Expr[T1], b: Expr[T2], c: Expr[T3], d: Expr[T4], /
    ) -> list[tuple[T1, T2, T3, T4]]: ...
    @overload
    def values_list(
        self, a: Expr[T1], b: Expr[T2], c: Expr[T3], d: Expr[T4], e: Expr[T5], /
    ) -> list[tuple[T1, T2, T3, T4, T5]]: ...
    @overload
    def values_list(
        self, a: Expr[T1], b: Expr[T2], c: Expr[T3], d: Expr[T4], e: Expr[T5], f: Expr[T6], /
    ) -> list[tuple[T1, T2, T3, T4, T5, T6]]: ...
    @overload
    def values_list(self, *columns: Expr[Any] | str) -> list[tuple[Any, ...]]: ...
    def values_list(self, *columns: Expr[Any] | str, flat: bool = False) -> list[Any]:
        """The values of some columns for each row; see ``Query.values_list``."""
        found: list[Any] = run_sync(_untyped(self._projecting).values_list(*columns, flat=flat))
        return found

    def values(self, *columns: Expr[Any] | str, **named: Expr[Any]) -> list[dict[str, Any]]:
        """The values of some columns for each row, as dictionaries; see ``Query.values``."""
        return run_sync(self._projecting.values(*columns, **named))

    @overload
    def aggregate(self, a: Expr[T1], /) -> tuple[T1]: ...
    @overload
    def aggregate(self, a: Expr[T1], b: Expr[T2], /) -> tuple[T1, T2]: ...
    @overload
    def aggregate(self, a: Expr[T1], b: Expr[T2], c: Expr[T3], /) -> tuple[T1, T2, T3]: ...
    @overload
    def aggregate(
        self, a: Expr[T1], b: Expr[T2], c: Expr[T3], d: Expr[T4], /
    ) -> tuple[T1, T2, T3, T4]: ...
    @overload
    def aggregate(
        self, a: Expr[T1], b: Expr[T2], c: Expr[T3], d: Expr[T4], e: Expr[T5], /
    ) -> tuple[T1, T2, T3, T4, T5]: ...
    @overload
    def aggregate(
        self, a: Expr[T1], b: Expr[T2], c: Expr[T3], d: Expr[T4], e: Expr[T5], f: Expr[T6], /
    ) -> tuple[T1, T2, T3, T4, T5, T6]: ...
    @overload
    def aggregate(self, /, **named: Expr[Any]) -> dict[str, Any]: ...
    def aggregate(
        self, /, *expressions: Expr[Any], **named: Expr[Any]
    ) -> tuple[Any, ...] | dict[str, Any]:
        """The values of aggregates over all rows; see ``Query.aggregate``."""
        found: tuple[Any, ...] | dict[str, Any] = run_sync(
            _untyped(self._projecting).aggregate(*expressions, **named)
        )
        return found


class SyncQuery(RowsOf[M], SyncRemoving, SyncProjecting, Generic[M]):
    """Runs a query without an event loop: ``Book.filter(price__lt=10).sync.all()``.

    Build the query first: what is here runs it.
    """

    __slots__ = ("_query", "_selection")

    def __init__(self, query: Query[M], selection: Selection) -> None:
        super().__init__(query)
        self._query = query
        self._selection = selection

    def all(self) -> list[M]:
        """All rows."""
        return run_sync(self._query.all())

    def first(self) -> M | None:
        """The first row, by the primary key where no order was set; ``None`` of none."""
        return run_sync(self._query.first())

    def last(self) -> M | None:
        """The last row; see ``Query.last``."""
        return run_sync(self._query.last())

    def get(self, /, *conditions: Expr[bool], **lookups: Any) -> M:  # noqa: ANN401
        """The only row.

        Raises:
            NotFound: There is none.
            MultipleRows: There are several.
        """
        return run_sync(self._query.get(*conditions, **lookups))

    def get_or_none(self, /, *conditions: Expr[bool], **lookups: Any) -> M | None:  # noqa: ANN401
        """The only row, or ``None``.

        Raises:
            MultipleRows: There are several.
        """
        return run_sync(self._query.get_or_none(*conditions, **lookups))

    def count(self) -> int:
        """How many rows there are."""
        return run_sync(self._query.count())

    def exists(self) -> bool:
        """Whether there is a row."""
        return run_sync(self._query.exists())

    def stream(self, *, chunk_rows: int = 500) -> Iterator[M]:
        """All rows, one after the other, by a cursor on the server: in constant memory."""
        chunks = reading.stream_chunks(self._selection, chunk_rows)
        return (instance for chunk in iterate(chunks) for instance in chunk)

    def __iter__(self) -> Iterator[M]:
        return iter(self.all())

    def paginate(self, *, size: int, number: int = 1, total: bool = False) -> Page[M]:
        """One page; see ``Query.paginate``."""
        return run_sync(self._query.paginate(size=size, number=number, total=total))

    def page(
        self,
        *,
        size: int,
        after: str | None = None,
        before: str | None = None,
        total: bool = False,
    ) -> CursorPage[M]:
        """One page, behind a cursor or before one; see ``Query.page``."""
        return run_sync(self._query.page(size=size, after=after, before=before, total=total))

    @overload
    def explain(
        self, *, analyze: bool = False, buffers: bool = False, format: Literal["text"] = "text"
    ) -> str: ...
    @overload
    def explain(
        self, *, analyze: bool = False, buffers: bool = False, format: Literal["json"]
    ) -> list[dict[str, Any]]: ...
    def explain(
        self,
        *,
        analyze: bool = False,
        buffers: bool = False,
        format: Literal["text", "json"] = "text",  # noqa: A002 - the server's word
    ) -> str | list[dict[str, Any]]:
        """The server's plan; see ``Query.explain``."""
        query: Any = self._query
        found: str | list[dict[str, Any]] = run_sync(
            query.explain(analyze=analyze, buffers=buffers, format=format)
        )
        return found

    def into(self, kind: type[T], /, **named: Expr[Any] | str) -> list[T]:
        """Each row as a value of a type; see ``Query.into``."""
        return run_sync(self._query.into(kind, **named))

    def update(self: RowsOf[Writable], /, *assignments: Assignment, **values: Any) -> int:  # noqa: ANN401
        """Change all these rows in one statement, and say how many there were."""
        return run_sync(writes.update(self._selection, assignments, values))

    def delete(self: RowsOf[Writable]) -> int:
        """Delete all these rows in one statement, and say how many there were."""
        return run_sync(removal.delete(self._selection))


def _untyped(projecting: Projecting) -> Any:  # noqa: ANN401 - the overloads are the caller's
    return projecting
