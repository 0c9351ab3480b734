"""``MERGE``: one statement that inserts, updates and deletes rows, by those of a query.

::

    await (
        Stock.merge(Delivery.filter(), on=Stock.item_id == incoming(Delivery.item_id))
        .when_matched(incoming(Delivery.count) == 0).delete()
        .when_matched().update(Stock.count.set(Stock.count + incoming(Delivery.count)))
        .when_not_matched().insert(Stock.item_id.set(incoming(Delivery.item_id)))
        .run()
    )
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, partial
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from ferrule_core.errors import QueryError
from ferrule_core.mapping.columns import Column
from ferrule_core.mapping.expressions import Assignment, Expr, refuse_unconditional
from ferrule_core.mapping.mapped import Mapped
from ferrule_core.mapping.paths import Path
from ferrule_core.query import removal, running
from ferrule_core.query.blocking import run_sync
from ferrule_core.query.plans import plan_of
from ferrule_core.query.select import select_expressions
from ferrule_core.query.servers import major_version
from ferrule_core.query.stamps import renewed, stamp, stamped_on_insert, stamped_on_update
from ferrule_core.query.watched import watcher
from ferrule_core.query.writes import assignments_of
from ferrule_core.sql import nodes

if TYPE_CHECKING:
    from ferrule_core.mapping.model_table import ModelTable
    from ferrule_core.mapping.operands import Operand
    from ferrule_core.query.selection import Selection

M = TypeVar("M", bound=Mapped)
T = TypeVar("T")

INCOMING = "incoming"
_MERGE, _MERGE_RETURNING = 15, 17


def incoming(column: Expr[T], /) -> Expr[T]:
    """A column of the rows that ``merge`` takes: of its query's model itself.

    Raises:
        QueryError: It is no column of a model itself.
    """
    if not isinstance(column, Column) or column.origin.parent is not None:
        raise QueryError("incoming() takes a column of the model that the query is of")
    node = nodes.ColumnRef(INCOMING, column.attribute)
    return Expr(node, (_incoming(column.origin.table),), column.value_type)


@cache
def _incoming(table: ModelTable) -> Path:
    """Stands for the rows of a query of this model that a merge takes."""
    return Path(table)


class Merge(Generic[M]):
    """A merge as it is built: each method gives a new one. The first branch that fits is taken."""

    __slots__ = ("_branches", "_on", "_source", "_table")

    def __init__(
        self,
        table: ModelTable,
        source: Selection,
        on: Expr[bool],
        branches: tuple[nodes.MergeBranch, ...] = (),
    ) -> None:
        refuse_unconditional(on)
        self._table = table
        self._source = source
        self._on = on
        self._branches = branches

    @property
    def table(self) -> ModelTable:
        """Of the model whose rows are written."""
        return self._table

    @property
    def sync(self) -> SyncMerge[M]:
        """What runs it, without ``await``."""
        return SyncMerge(self)

    def when_matched(self, condition: Expr[bool] | None = None, /) -> ChangeBranch[M]:
        """What becomes of rows of the table that a row of the query fits."""
        return ChangeBranch(self, nodes.MergeMatch.MATCHED, condition)

    def when_not_matched(self, condition: Expr[bool] | None = None, /) -> InsertBranch[M]:
        """What becomes of rows of the query that fit no row of the table."""
        return InsertBranch(self, nodes.MergeMatch.NOT_MATCHED, condition)

    def when_not_matched_by_source(self, condition: Expr[bool] | None = None, /) -> ChangeBranch[M]:
        """What becomes of rows of the table that no row of the query fits; from PostgreSQL 17."""
        return ChangeBranch(self, nodes.MergeMatch.NOT_MATCHED_BY_SOURCE, condition)

    async def run(self) -> int:
        """Run it, and say how many rows were written.

        Raises:
            QueryError: The server is older than PostgreSQL 15, or 17 where it must be.
        """
        await self._check_server(_MERGE)
        run = partial(running.execute, self._source.database, self.statement())
        if self._table.watch is not None:
            return await watcher().merge(self._table, self._source.database, run)
        return await run()

    async def returning(self) -> list[M]:
        """Run it, and give the rows that were inserted or updated, as they are now.

        Rows that were deleted are among them too, as they were.

        Raises:
            QueryError: The server is older than PostgreSQL 17.
        """
        await self._check_server(_MERGE_RETURNING)
        if self._table.watch is not None:
            return await watcher().merge(self._table, self._source.database, self._returned)
        return await self._returned()

    async def _returned(self) -> list[M]:
        plan = plan_of(self._table)
        rows = await running.fetch(self._source.database, self.statement(plan.projection))
        found: list[M] = plan.load(rows)
        return found

    def statement(self, returning: nodes.Projection | None = None) -> nodes.Merge:
        """The statement.

        Raises:
            QueryError: There is no branch yet.
        """
        table = self._table
        selected = select_expressions(
            self._source,
            [self._source.table.path.column(name) for name in self._source.table.columns],
        )
        names = tuple(self._source.table.columns)
        return nodes.Merge(
            table.source(table.path.alias),
            nodes.SubqueryRef(selected, INCOMING, names),
            self.own(self._on),
            self._branches,
            returning,
        )

    def own(self, operand: Operand) -> nodes.Expression:
        """The node of what speaks of the table's row and the query's row, and of no other.

        Raises:
            QueryError: It speaks of another one.
        """
        known = (self._table.path, _incoming(self._source.table))
        for path in operand.paths:
            if path not in known:
                raise QueryError(
                    f'"{path}" is neither the row of {self._table.model_name} '
                    "nor one that comes in",
                    hint="say incoming(...) of columns of the query",
                )
        return operand.node

    def with_branch(
        self,
        match: nodes.MergeMatch,
        condition: Expr[bool] | None,
        action: nodes.MergeAction,
    ) -> Merge[M]:
        """The merge with one branch more."""
        if condition is not None:
            refuse_unconditional(condition)
        branch = nodes.MergeBranch(
            match, action, None if condition is None else self.own(condition)
        )
        return Merge(self._table, self._source, self._on, (*self._branches, branch))

    def assigned(
        self, assignments: Sequence[Assignment], values: dict[str, Any], *, inserting: bool
    ) -> list[tuple[str, nodes.Expression]]:
        """Names of columns and what they get, with what every write adds by itself."""
        table = self._table
        given = assignments_of(table, assignments, values)
        made = [(column.name, self.own(value)) for column, value in given.items()]
        if inserting:
            stamped = stamped_on_insert(table, given.keys())
            made += [(column.name, stamp(table, column)) for column in stamped]
            if table.version is not None:
                made.append((table.version.name, nodes.Constant(1)))
            return made
        stamped = stamped_on_update(table, given.keys())
        return made + [
            (column.name, renewed(table, column, table.path.alias)) for column in stamped
        ]

    async def _check_server(self, version: int) -> None:
        match = nodes.MergeMatch.NOT_MATCHED_BY_SOURCE
        what = "MERGE" if version == _MERGE else "what MERGE gives back"
        if any(branch.match is match for branch in self._branches) and version < _MERGE_RETURNING:
            version, what = _MERGE_RETURNING, "when_not_matched_by_source"
        found = await major_version(self._source.database)
        if found < version:
            raise QueryError(
                f"{what} needs PostgreSQL {version}, and the server has {found}",
                hint="write it as several statements in a transaction",
            )


class InsertBranch(Generic[M]):
    """What becomes of rows that fit none: ``insert`` or ``do_nothing``."""

    __slots__ = ("_condition", "_match", "_merge")

    def __init__(
        self, merge: Merge[M], match: nodes.MergeMatch, condition: Expr[bool] | None
    ) -> None:
        self._merge = merge
        self._match = match
        self._condition = condition

    def insert(self, /, *assignments: Assignment, **values: Any) -> Merge[M]:  # noqa: ANN401
        """Insert a row: ``insert(Stock.item_id.set(incoming(Delivery.item_id)))``."""
        made = self._merge.assigned(assignments, values, inserting=True)
        if not assignments and not values:
            raise QueryError("nothing to insert", hint="insert(Book.title.set(...))")
        names, cells = zip(*made, strict=True)
        action = nodes.MergeInsert(tuple(names), tuple(cells))
        return self._merge.with_branch(self._match, self._condition, action)

    def do_nothing(self) -> Merge[M]:
        """Leave it at that."""
        return self._merge.with_branch(self._match, self._condition, nodes.MergeNothing())


class ChangeBranch(Generic[M]):
    """What becomes of rows of the table: ``update``, ``delete`` or ``do_nothing``."""

    __slots__ = ("_condition", "_match", "_merge")

    def __init__(
        self, merge: Merge[M], match: nodes.MergeMatch, condition: Expr[bool] | None
    ) -> None:
        self._merge = merge
        self._match = match
        self._condition = condition

    def update(self, /, *assignments: Assignment, **values: Any) -> Merge[M]:  # noqa: ANN401
        """Change the row."""
        if not assignments and not values:
            raise QueryError("nothing to update", hint="update(Book.price.set(...))")
        made = self._merge.assigned(assignments, values, inserting=False)
        found = tuple([nodes.Assignment(name, value) for name, value in made])
        return self._merge.with_branch(self._match, self._condition, nodes.MergeUpdate(found))

    def delete(self) -> Merge[M]:
        """Delete the row; of a ``SoftDelete`` model, mark it where it is not marked yet."""
        table = self._merge.table
        if table.deleted is None:
            return self._merge.with_branch(self._match, self._condition, nodes.MergeDelete())
        (marked,) = table.marked
        condition = marked if self._condition is None else self._condition & marked
        others = self._merge.with_branch(self._match, condition, nodes.MergeNothing())
        return ChangeBranch(others, self._match, self._condition).update(removal.marking(table))

    def do_nothing(self) -> Merge[M]:
        """Leave the row as it is."""
        return self._merge.with_branch(self._match, self._condition, nodes.MergeNothing())


class SyncMerge(Generic[M]):
    """What ``merge(...).sync`` is: it runs the merge, without ``await``."""

    __slots__ = ("_merge",)

    def __init__(self, merge: Merge[M]) -> None:
        self._merge = merge

    def run(self) -> int:
        """Run it, and say how many rows were written; see ``Merge.run``."""
        return run_sync(self._merge.run())

    def returning(self) -> list[M]:
        """Run it, and give the rows that were written; see ``Merge.returning``."""
        return run_sync(self._merge.returning())
