"""The statements of queries whose model somebody watches: a ``Watcher``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from ferrule_core.errors import QueryError
from ferrule_core.mapping.expressions import Condition, Expr
from ferrule_core.mapping.value_types import BOOLEAN
from ferrule_core.mapping.values import own_copy
from ferrule_core.model import bulk, checking, removal, watched_rows
from ferrule_core.model.signals import BulkWrite
from ferrule_core.model.upserting import upsert_many
from ferrule_core.model.watching import ROWS, of_call, transaction_of, watch_over
from ferrule_core.query import reading, running
from ferrule_core.query.locking import Strength, locked
from ferrule_core.query.query import Query
from ferrule_core.query.roles import same_database
from ferrule_core.query.select import select_expressions, within_keys
from ferrule_core.query.selection import Selection
from ferrule_core.query.writes import assignments_of
from ferrule_core.sql.nodes import Cast, Param

if TYPE_CHECKING:
    from ferrule_core.mapping.expressions import Assignment
    from ferrule_core.mapping.mapped import Mapped
    from ferrule_core.mapping.model_columns import ModelColumn
    from ferrule_core.mapping.model_table import ModelTable
    from ferrule_core.mapping.operands import Operand
    from ferrule_core.model.signals import BulkVerb
    from ferrule_core.query.watched import Answer, Run

R = TypeVar("R")


class QueryWatcher:
    """See ``Watcher``."""

    async def update(
        self,
        selection: Selection,
        assigned: tuple[Sequence[Assignment], Mapping[str, object]],
        run: Run[R],
        answer: Answer[R],
    ) -> R:
        """Change the rows of a query."""
        table = selection.table
        found = assignments_of(table, *assigned)
        constants, computed = _apart(found)
        await checking.check_values(table, constants.items())
        names = tuple(column.attribute for column in found)
        call = _call("update", selection, names)
        if found and watch_over(table).hears("save", "update"):
            run = partial(_update_rows, selection, constants, computed, answer)
        return await of_call(table, selection.database, call, run)

    async def delete(
        self, selection: Selection, run: Run[R], answer: Answer[R], *, for_good: bool = False
    ) -> R:
        """Delete the rows of a query, or mark them."""
        table = selection.table
        call = _call("purge" if for_good else "delete", selection)
        if watch_over(table).hears("delete"):
            run = partial(_delete_rows, selection, answer, for_good=for_good)
        return await of_call(table, selection.database, call, run)

    async def restore(self, selection: Selection, run: Run[int]) -> int:
        """Take the mark off the rows of a query."""
        table = selection.table
        if watch_over(table).hears("save", "update"):
            run = partial(_restore_rows, selection)
        return await of_call(table, selection.database, _call("restore", selection), run)

    async def insert_from(
        self,
        table: ModelTable,
        selection: Selection,
        found: Mapping[ModelColumn, Operand],
        run: Run[int],
        *,
        ignore_conflicts: bool,
    ) -> int:
        """Insert a row for each of a query, whose columns get these values."""
        constants, computed = _apart(found)
        await checking.check_values(table, constants.items())
        call: BulkWrite[Any] = BulkWrite(
            "insert_from", table.model, columns=tuple(column.attribute for column in found)
        )
        if watch_over(table).hears("save", "create"):
            run = partial(_insert_rows, table, selection, constants, computed, ignore_conflicts)
        return await of_call(table, table.database, call, run)

    async def merge(self, table: ModelTable, database: str | None, run: Run[R]) -> R:
        """Merge rows of a query.

        Raises:
            QueryError: Rows are watched, and calls are not.
        """
        watch = watch_over(table)
        if watch.hears(*ROWS) and not watch.hears("bulk"):
            raise QueryError(
                f"handlers watch rows of {table.model_name}, and MERGE does not say beforehand "
                "which rows it writes",
                hint=f"write them by bulk_upsert(), or register pre_bulk({table.model_name})",
            )
        call: BulkWrite[Any] = BulkWrite("merge", table.model)
        return await of_call(table, database, call, run)


def _call(verb: BulkVerb, selection: Selection, columns: tuple[str, ...] = ()) -> BulkWrite[Any]:
    query: Query[Any] = Query(selection)
    return BulkWrite(verb, selection.table.model, query=query, columns=columns)


def _apart(
    found: Mapping[ModelColumn, Operand],
) -> tuple[dict[ModelColumn, Any], dict[ModelColumn, Expr[Any]]]:
    """Values that are known, and those that the server computes for each row."""
    constants: dict[ModelColumn, Any] = {}
    computed: dict[ModelColumn, Expr[Any]] = {}
    for column, operand in found.items():
        node = operand.node
        if isinstance(node, Param):
            constants[column] = column.value_type.receive(node.value)
            continue
        stored = column.options.type or column.value_type.stored
        if stored is not None and column.value_type.python in (int, float, Decimal):
            node = Cast(node, stored)  # as the server does where it assigns
        computed[column] = Expr(node, operand.paths, column.value_type)
    return constants, computed


async def _locked_rows(
    selection: Selection,
    computed: Mapping[ModelColumn, Expr[Any]],
    strength: Strength = "no key update",
) -> list[Mapped]:
    """The rows of a query as instances, which have the computed values, locked."""
    table = selection.table
    if not same_database(selection.database, table.database):
        raise QueryError(
            f"handlers watch rows of {table.model_name}, which are written in its own database",
            hint="leave out using(...)",
        )
    plain = Selection(table)
    plain.database = selection.database
    plain.conditions = selection.conditions
    if selection.narrowed:
        plain.conditions = (Condition(within_keys(selection), table.path.reached, BOOLEAN),)
    plain.annotations = {_name(column): value for column, value in computed.items()}
    lock = locked(plain, (), strength=strength, nowait=False, skip_locked=False)
    rows: list[Mapped] = await reading.fetch_all(lock)
    for row in rows:
        for column in computed:
            setattr(row, column.attribute, vars(row).pop(_name(column)))
    return rows


def _name(column: ModelColumn) -> str:
    return f"_new_{column.attribute}"


async def _update_rows(
    selection: Selection,
    constants: Mapping[ModelColumn, Any],
    computed: Mapping[ModelColumn, Expr[Any]],
    answer: Answer[R],
) -> R:
    table = selection.table
    async with transaction_of(selection.database):
        rows = await _locked_rows(selection, computed)
        for row in rows:
            for column, value in constants.items():
                setattr(row, column.attribute, own_copy(value))
        await watched_rows.update_rows(
            table, rows, None, lambda: bulk.update(table, rows, watched=False)
        )
        return await answer(rows)


async def _delete_rows(selection: Selection, answer: Answer[R], *, for_good: bool) -> R:
    table = selection.table
    marked = table.deleted is not None and not for_good
    if marked:
        conditions = tuple(dict.fromkeys((*selection.conditions, *table.visible)))
        selection = selection.changed(conditions=conditions)
    async with transaction_of(selection.database):
        rows = await _locked_rows(selection, {}, "update")
        as_they_were = None if marked else (await answer(rows),)
        await watched_rows.delete_rows(
            table, rows, lambda: bulk.delete(table, rows, for_good=for_good, watched=False)
        )
        return await answer(rows) if as_they_were is None else as_they_were[0]


async def _restore_rows(selection: Selection) -> int:
    table = selection.table
    async with transaction_of(selection.database):
        rows = await _locked_rows(selection, {})
        return await watched_rows.change_rows(table, rows, lambda: removal.restore_all(table, rows))


async def _insert_rows(
    table: ModelTable,
    selection: Selection,
    constants: Mapping[ModelColumn, Any],
    computed: Mapping[ModelColumn, Expr[Any]],
    ignore_conflicts: bool,
) -> int:
    async with transaction_of(table.database):
        statement = select_expressions(selection, list(computed.values()))
        found = await running.fetch(selection.database, statement)
        rows = [
            table.model(
                **{column.attribute: own_copy(value) for column, value in constants.items()},
                **{
                    column.attribute: column.value_type.receive(value)
                    for column, value in zip(computed, row, strict=True)
                },
            )
            for row in found
        ]
        if ignore_conflicts:
            done = await watched_rows.upsert_rows(
                table, rows, lambda: upsert_many(table, rows, watched=False, update=[])
            )
            return len(done.inserted)
        await watched_rows.insert_rows(table, rows, lambda: bulk.insert(table, rows, watched=False))
        return len(rows)
