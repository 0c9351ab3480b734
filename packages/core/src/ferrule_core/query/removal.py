"""Rows that are marked as deleted before they are gone: queries of models with ``SoftDelete``."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from ferrule_core.errors import ModelError
from ferrule_core.mapping.expressions import Assignment, Expr
from ferrule_core.mapping.operands import Operand
from ferrule_core.query import running, writes
from ferrule_core.query.blocking import run_sync
from ferrule_core.query.stamps import NOW
from ferrule_core.query.watched import how_many, watcher
from ferrule_core.sql.nodes import Constant

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Self

    from ferrule_core.mapping.columns import Column
    from ferrule_core.mapping.model_table import ModelTable
    from ferrule_core.query.selection import Selection
    from ferrule_core.sql.nodes import Delete, Update


class Removing:
    """The part of a query that knows of deleted rows."""

    __slots__ = ()

    _selection: Selection

    if TYPE_CHECKING:

        def _of(self, selection: Selection) -> Self: ...

    def with_deleted(self) -> Self:
        """Also the rows that are marked as deleted. Related rows that are stay hidden.

        Raises:
            ModelError: The model is no ``SoftDelete``.
        """
        return self._of(_showing(self._selection))

    def only_deleted(self) -> Self:
        """Only the rows that are marked as deleted.

        Raises:
            ModelError: The model is no ``SoftDelete``.
        """
        return self._of(_showing(self._selection, *self._selection.table.marked))

    async def restore(self) -> int:
        """Make rows that were deleted ones that queries see again, and say how many there were.

        Raises:
            ModelError: The model is no ``SoftDelete``.
        """
        return await restore(self._selection)

    async def purge(self) -> int:
        """Delete all these rows for good, and say how many there were.

        ``Book.only_deleted().purge()`` deletes those that were marked before.

        Raises:
            ModelError: The model is no ``SoftDelete``.
        """
        return await purge(self._selection)


class SyncRemoving:
    """The twins of what ``Removing`` awaits."""

    __slots__ = ()

    _selection: Selection

    def restore(self) -> int:
        """Make rows that were deleted ones that queries see again; see ``Query.restore``."""
        return run_sync(restore(self._selection))

    def purge(self) -> int:
        """Delete all these rows for good; see ``Query.purge``."""
        return run_sync(purge(self._selection))


async def delete(selection: Selection) -> int:
    """Delete the rows, or mark them where the model says so, and say how many there were."""
    run = partial(running.execute, selection.database, deletion_statement(selection))
    if selection.table.watch is not None:
        return await watcher().delete(selection, run, how_many)
    return await run()


def deletion_statement(
    selection: Selection, returning: Sequence[Expr[Any]] | None = None
) -> Delete | Update:
    """The statement that deletes the rows, or marks those that are not marked yet."""
    table = selection.table
    if table.deleted is None:
        return writes.delete_statement(selection, returning)
    conditions = tuple(dict.fromkeys((*selection.conditions, *table.visible)))
    return _changing(selection.changed(conditions=conditions), marking(table), returning)


def marking(table: ModelTable) -> Assignment:
    """What marks a row as deleted.

    Raises:
        ModelError: The model is no ``SoftDelete``.
    """
    return Assignment(_column_of(table), Operand(NOW))


async def restore(selection: Selection) -> int:
    """Take the mark off the rows that have it, and say how many there were."""
    marked = _showing(selection, *selection.table.marked)
    unmarking = Assignment(_column_of(selection.table), Operand(Constant(None)))
    statement = _changing(marked, unmarking, None)
    run = partial(running.execute, selection.database, statement)
    if selection.table.watch is not None:
        return await watcher().restore(marked, run)
    return await run()


async def purge(selection: Selection) -> int:
    """Delete the rows for good, and say how many there were."""
    _column_of(selection.table)
    run = partial(running.execute, selection.database, writes.delete_statement(selection))
    if selection.table.watch is not None:
        return await watcher().delete(selection, run, how_many, for_good=True)
    return await run()


def _changing(
    selection: Selection, assignment: Assignment, returning: Sequence[Expr[Any]] | None
) -> Update:
    return writes.update_statement(selection, [assignment], {}, returning)


def _showing(selection: Selection, *instead: Expr[bool]) -> Selection:
    """The selection with another condition in the place of the one that hides deleted rows."""
    table = selection.table
    _column_of(table)
    own = {id(one) for one in (*table.visible, *table.marked)}
    others = [one for one in selection.conditions if id(one) not in own]
    return selection.changed(conditions=(*instead, *others))


def _column_of(table: ModelTable) -> Column[Any]:
    """The column that says when a row was deleted.

    Raises:
        ModelError: The model has none.
    """
    if table.deleted is None:
        raise ModelError(
            f"rows of {table.model_name} are deleted at once, and not marked before",
            hint="inherit from SoftDelete to mark them",
        )
    return table.path.column(table.deleted.attribute)
