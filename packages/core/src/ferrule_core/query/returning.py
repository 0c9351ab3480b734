"""What statements that write give back: ``Book.filter(...).returning(Book.id).delete()``."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Generic, TypeVar, overload

from ferrule_core.errors import QueryError
from ferrule_core.mapping.expressions import Assignment, Expr
from ferrule_core.mapping.layouts import forget_row
from ferrule_core.mapping.mapped import Mapped, Writable
from ferrule_core.mapping.paths import ROOT_ALIAS
from ferrule_core.query import removal, running, writes
from ferrule_core.query.blocking import run_sync
from ferrule_core.query.combining import table_name
from ferrule_core.query.keys import has_one_of
from ferrule_core.query.plans import plan_of
from ferrule_core.query.select import select_expressions
from ferrule_core.query.selection import RowsOf, Selection
from ferrule_core.query.values import expressions_of, received
from ferrule_core.query.watched import watcher
from ferrule_core.sql.nodes import CommonTable, TableRef, With

if TYPE_CHECKING:
    from typing import Self

    from ferrule_core.mapping.model_table import ModelTable
    from ferrule_core.sql.nodes import Statement, SubqueryRef

M = TypeVar("M", bound=Mapped)
R = TypeVar("R")
T1 = TypeVar("T1")
T2 = TypeVar("T2")
T3 = TypeVar("T3")
T4 = TypeVar("T4")
T5 = TypeVar("T5")
T6 = TypeVar("T6")


class Returning(Generic[R]):
    """A query whose writes give back what became of each row, in no certain order."""

    __slots__ = ("_expressions", "_selection")

    def __init__(self, selection: Selection, expressions: Sequence[Expr[Any]] | None) -> None:
        self._selection = selection
        self._expressions = expressions

    @property
    def sync(self) -> SyncReturning[R]:
        """The same without ``await``."""
        return SyncReturning(self)

    async def update(self, /, *assignments: Assignment, **values: Any) -> list[R]:  # noqa: ANN401
        """Change all these rows in one statement, and give them as they are now.

        See ``Query.update``.
        """
        expressions = self._shown()
        selection = self._selection
        statement = writes.update_statement(selection, assignments, values, expressions)
        if selection.table.watch is not None:
            run = partial(self._run, statement)
            return await watcher().update(selection, (assignments, values), run, self._of_rows)
        return await self._run(statement)

    async def delete(self) -> list[R]:
        """Delete all these rows in one statement, and give them as they were.

        Instances of them are in no table: ``save()`` would insert them anew. Those of a
        ``SoftDelete`` are marked now, and still there.
        """
        if self._selection.table.watch is not None:
            return await watcher().delete(self._selection, self._delete, self._of_rows)
        return await self._delete()

    async def _delete(self) -> list[R]:
        rows = await self._run(removal.deletion_statement(self._selection, self._shown()))
        if self._expressions is None and self._selection.table.deleted is None:
            for row in rows:
                forget_row(row)
        return rows

    def _shown(self) -> list[Expr[Any]]:
        if self._expressions is not None:
            return list(self._expressions)
        table = self._selection.table
        attributes = self._selection.attributes or table.columns
        return [table.path.column(attribute) for attribute in attributes]

    async def _run(self, statement: Statement) -> list[Any]:
        selection = self._selection
        rows = await running.fetch(selection.database, statement)
        if self._expressions is not None:
            return received(rows, self._expressions)
        return plan_of(selection.table, selection.attributes).load(rows)

    async def _of_rows(self, rows: Sequence[Mapped]) -> list[Any]:
        """What is to be given of rows that are instances already, as they are now."""
        if self._expressions is None:
            return list(rows)
        table = self._selection.table
        again = Selection(table)
        again.database = self._selection.database
        keys = [_key(table, row) for row in rows]
        again.conditions = (has_one_of(table, keys),)
        statement = select_expressions(again, self._expressions)
        return received(await running.fetch(again.database, statement), self._expressions)


def _key(table: ModelTable, row: Mapped) -> object:
    values = tuple(getattr(row, column.attribute) for column in table.key())
    return values[0] if len(values) == 1 else values


class SyncReturning(Generic[R]):
    """What ``returning(...).sync`` is: the writes, without ``await``."""

    __slots__ = ("_returning",)

    def __init__(self, returning: Returning[R]) -> None:
        self._returning = returning

    def update(self, /, *assignments: Assignment, **values: Any) -> list[R]:  # noqa: ANN401
        """Change all these rows, and give them as they are now; see ``Returning.update``."""
        return run_sync(self._returning.update(*assignments, **values))

    def delete(self) -> list[R]:
        """Delete all these rows, and give them as they were; see ``Returning.delete``."""
        return run_sync(self._returning.delete())


class Writing(RowsOf[M], Generic[M]):
    """The part of a query that writes its rows, and says what that gives back."""

    __slots__ = ()

    if TYPE_CHECKING:

        def _from(self, origin: TableRef | SubqueryRef, tables: With | None) -> Self: ...

    def delete_as(self, name: str, /) -> Self:
        """The rows as they were, deleted by the statement that reads them.

        ``await Archive.insert_from(old.delete_as("gone"), title=Book.title)`` moves rows by one
        statement: ``WITH gone AS (DELETE ... RETURNING ...)``. All are deleted, whatever is read.

        Args:
            name: What they are called in the statement.

        Raises:
            ModelError: The model is a ``View``.
            QueryError: The query has annotations or loads relations.
        """
        columns = _columns(self._selection, "delete_as")
        return self._written(name, removal.deletion_statement(self._selection, columns))

    def update_as(self, name: str, /, *assignments: Assignment, **values: Any) -> Self:  # noqa: ANN401
        """The rows as they are afterwards, changed by the statement that reads them.

        ``Book.filter(...).update_as("changed", price=Decimal(1)).filter(...)``; all are changed,
        whatever is read. Other parts of the statement see the table as it was.

        Args:
            name: What they are called in the statement.
            *assignments: See ``update``.
            **values: See ``update``.

        Raises:
            ModelError: The model is a ``View``.
            QueryError: The query has annotations or loads relations.
        """
        columns = _columns(self._selection, "update_as")
        statement = writes.update_statement(self._selection, assignments, values, columns)
        return self._written(name, statement)

    def _written(self, name: str, statement: Statement) -> Self:
        table = CommonTable(table_name(name), statement)
        return self._from(TableRef(table.name, None, ROOT_ALIAS), With((table,)))

    async def update(
        self: RowsOf[Writable],
        /,
        *assignments: Assignment,
        **values: Any,  # noqa: ANN401
    ) -> int:
        """Change all these rows in one statement, and say how many there were.

        Instances that were loaded before do not know of it.

        Args:
            *assignments: ``Book.price.set(Book.price * 2)``.
            **values: ``price=Decimal(1)``; an expression may be given too.

        Raises:
            ModelError: The model is a ``View``.
        """
        return await writes.update(self._selection, assignments, values)

    async def delete(self: RowsOf[Writable]) -> int:
        """Delete all these rows in one statement, and say how many there were.

        Raises:
            ModelError: The model is a ``View``.
        """
        return await removal.delete(self._selection)

    @overload
    def returning(self) -> Returning[M]: ...
    @overload
    def returning(self, a: Expr[T1], /) -> Returning[tuple[T1]]: ...
    @overload
    def returning(self, a: Expr[T1], b: Expr[T2], /) -> Returning[tuple[T1, T2]]: ...
    @overload
    def returning(
        self, a: Expr[T1], b: Expr[T2], c: Expr[T3], /
    ) -> Returning[tuple[T1, T2, T3]]: ...
    @overload
    def returning(
        self, a: Expr[T1], b: Expr[T2], c: Expr[T3], d: Expr[T4], /
    ) -> Returning[tuple[T1, T2, T3, T4]]: ...
    @overload
    def returning(
        self, a: Expr[T1], b: Expr[T2], c: Expr[T3], d: Expr[T4], e: Expr[T5], /
    ) -> Returning[tuple[T1, T2, T3, T4, T5]]: ...
    @overload
    def returning(
        self, a: Expr[T1], b: Expr[T2], c: Expr[T3], d: Expr[T4], e: Expr[T5], f: Expr[T6], /
    ) -> Returning[tuple[T1, T2, T3, T4, T5, T6]]: ...
    @overload
    def returning(
        self, first: Expr[Any] | str, /, *further: Expr[Any] | str
    ) -> Returning[tuple[Any, ...]]: ...
    def returning(self, *columns: Expr[Any] | str) -> Returning[Any]:
        """Let ``update`` and ``delete`` give back the rows that they write, not how many.

        ``await Book.filter(...).returning(Book.id, Book.price).update(...)`` gives tuples; without
        arguments they are instances.

        Args:
            *columns: Columns and other expressions, or names such as ``author__name``.

        Raises:
            QueryError: Relations are to be included, which no write gives.
        """
        if self._selection.inclusion:
            raise QueryError(
                "a statement that writes gives no related rows", hint="leave out include()"
            )
        expressions = expressions_of(self._selection, columns) if columns else None
        return Returning(self._selection, expressions)


def _columns(selection: Selection, verb: str) -> list[Expr[Any]]:
    """All columns of the model, for a statement that others read."""
    for what, there in (
        ("annotations", selection.annotations),
        ("include()", selection.inclusion),
    ):
        if there:
            raise QueryError(
                f"{verb}() gives the columns of the model alone",
                hint=f"say {what} of what comes of it",
            )
    table = selection.table
    if table.watch is not None:
        raise QueryError(
            f"{verb}() of {table.model_name} would pass by those who are told of its writes",
            hint="read the rows, and write them by their own verbs",
        )
    return [table.path.column(attribute) for attribute in table.columns]


def selection_of(query: Writing[Any]) -> Selection:
    """What a query asks for."""
    selection: Selection = query._selection  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
    return selection
