"""Rows of several queries as one: unions, common tables, and walks along a relation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, TypeVar

from ferrule_core.errors import QueryError
from ferrule_core.mapping.expressions import Expr
from ferrule_core.mapping.mapped import Mapped
from ferrule_core.mapping.paths import ROOT_ALIAS, shown
from ferrule_core.mapping.relation_path import path_of
from ferrule_core.mapping.value_types import BOOLEAN, INTEGER
from ferrule_core.query.select import select_columns
from ferrule_core.query.where import conjunction
from ferrule_core.sql.nodes import (
    BinaryOp,
    ColumnRef,
    CommonTable,
    Constant,
    Cycle,
    Join,
    Projection,
    Search,
    Select,
    SelectItem,
    SelectLike,
    SetOperation,
    SetOperator,
    SubqueryRef,
    TableRef,
    With,
)
from ferrule_core.sql.operators import Operator

if TYPE_CHECKING:
    from typing import Self

    from ferrule_core.mapping.links import Link
    from ferrule_core.mapping.model_table import ModelTable
    from ferrule_core.query.selection import Selection

M = TypeVar("M", bound=Mapped)

_WALK = "walk"
_STEP = "w"
_DEPTH = "depth"
_ORDER, _AGAIN, _WAY = "walk_order", "walk_again", "walk_way"


class Combining(Generic[M]):
    """What puts the rows of queries together. All of it may be filtered and ordered further."""

    __slots__ = ()

    _selection: Selection

    if TYPE_CHECKING:

        def _of(self, selection: Selection) -> Self: ...

    def union(self, *others: Self, all: bool = False) -> Self:  # noqa: A002 - SQL's word
        """The rows of this query and of others of the model, each once.

        Conditions, orders and limits that follow are about all of them; those that the parts have
        stay theirs.

        Args:
            *others: Queries of the same model.
            all: Keep a row as often as the parts give it.
        """
        return self._combined(SetOperator.UNION, others, keep=all)

    def union_all(self, *others: Self) -> Self:
        """The rows of this query and of others, as often as each gives them."""
        return self._combined(SetOperator.UNION, others, keep=True)

    def intersect(self, *others: Self) -> Self:
        """Only rows that the others give too."""
        return self._combined(SetOperator.INTERSECT, others, keep=False)

    def except_(self, *others: Self) -> Self:
        """Without the rows that one of the others gives."""
        return self._combined(SetOperator.EXCEPT, others, keep=False)

    def cte(self, name: str, /, *, materialized: bool | None = None) -> Self:
        """The rows as a common table: ``WITH name AS (...)``, which the query then reads.

        Args:
            name: What it is called in the statement.
            materialized: Whether the server works it out by itself, once; ``None`` leaves it to
                the planner.
        """
        selection = self._selection
        _refuse_annotated(selection, "a common table")
        select = select_columns(selection)
        table = CommonTable(table_name(name), select, materialized=materialized)
        return self._from(TableRef(table.name, None, ROOT_ALIAS), With((table,)))

    def walk(
        self,
        relation: type[Mapped],
        /,
        *,
        most: int | None = None,
        depth_first: bool = False,
    ) -> Self:
        """The rows, and all that are reached from them along a relation of the model to itself.

        ``Category.filter(name="Books").walk(Category.children)`` is a whole tree,
        ``.walk(Category.parent)`` the way up. Each row has its distance from where the walk began
        as annotation ``depth``. A row that is met again on its own way ends that way, so that
        circles end; reached by two ways, it comes twice.

        Args:
            relation: A relation to the model itself.
            most: How many steps to take.
            depth_first: Order each row behind the one that it was reached from, instead of by
                distance. Needs PostgreSQL 14 or newer, as all walks do.

        Raises:
            QueryError: The relation leads to another model, or through a junction.
        """
        selection = self._selection
        _refuse_annotated(selection, "a walk")
        table, link = selection.table, _own_relation(selection.table, relation)
        first = select_columns(selection, (SelectItem(Constant(0), _DEPTH),))
        walking = TableRef(_WALK, None, _STEP)
        further = BinaryOp(ColumnRef(_STEP, _DEPTH), Operator.ADD, Constant(1))
        items = (*table.layout.items(ROOT_ALIAS), SelectItem(further, _DEPTH))
        bound = None
        if most is not None:
            bound = BinaryOp(ColumnRef(_STEP, _DEPTH), Operator.LT, Constant(most))
        hiding = {id(one) for one in selection.conditions}
        hidden = [one.node for one in table.visible if id(one) in hiding]
        connected = conjunction([_steps(link), *hidden])
        step = Select(
            Projection(items), walking, (Join(table.source(ROOT_ALIAS), connected),), bound
        )
        key = tuple([column.name for column in table.key()])
        walk = CommonTable(
            _WALK,
            SetOperation(first, SetOperator.UNION, step, all=True),
            search=Search(key, _ORDER, breadth=not depth_first),
            cycle=Cycle(key, _AGAIN, _WAY),
        )
        begun = self._from(TableRef(_WALK, None, ROOT_ALIAS), With((walk,), recursive=True))
        once = Expr[bool](ColumnRef(ROOT_ALIAS, _AGAIN), (), BOOLEAN)
        order: Expr[Any] = Expr(ColumnRef(ROOT_ALIAS, _ORDER))
        depth: Expr[int] = Expr(ColumnRef(ROOT_ALIAS, _DEPTH), (), INTEGER)
        return self._of(
            begun._selection.changed(  # noqa: SLF001 - of its own kind
                conditions=(~once,), orders=(order.asc(),), annotations={_DEPTH: depth}
            )
        )

    def _combined(self, operator: SetOperator, others: tuple[Self, ...], *, keep: bool) -> Self:
        if not others:
            raise QueryError(f"{operator.value.lower()} needs another query")
        parts = [self._part(operator, one) for one in (self, *others)]
        found: SelectLike = parts[0]
        for part in parts[1:]:
            found = SetOperation(found, operator, part, all=keep)
        return self._from(SubqueryRef(found, ROOT_ALIAS), None)

    def _part(self, operator: SetOperator, one: Self) -> Select:
        mine, theirs = self._selection, one._selection
        if theirs.table.ref != mine.table.ref or theirs.database != mine.database:
            raise QueryError(
                f"{operator.value.lower()} puts queries of one model together, not of "
                f"{mine.table.model_name} and {theirs.table.model_name}"
            )
        _refuse_annotated(theirs, operator.value.lower())
        return select_columns(theirs)

    def _from(self, origin: TableRef | SubqueryRef, tables: With | None) -> Self:
        before = self._selection
        selection = before.changed(
            conditions=(), orders=(), limit=None, offset=None, distinct=False, locking=()
        )
        selection.origin = origin
        selection.tables = tables
        return self._of(selection)


def _refuse_annotated(selection: Selection, what: str) -> None:
    if selection.locking:
        raise QueryError(f"a part of {what} cannot lock its rows")
    if selection.annotations:
        raise QueryError(
            f"a part of {what} has annotations", hint="annotate what comes of it instead"
        )


def table_name(name: str) -> str:
    """A name for a common table.

    Raises:
        QueryError: It cannot be one.
    """
    if not name.isidentifier() or name == _WALK:
        raise QueryError(f'"{shown(name)}" cannot be the name of a common table')
    return name


def _own_relation(table: ModelTable, relation: type[Mapped]) -> Link:
    path = path_of(relation)
    link = path.link
    if link is None or path.parent is not table.path or link.target.ref != table.ref:
        raise QueryError(
            f'"{path}" is no relation from {table.model_name} to itself',
            hint="a walk follows a relation such as Category.children",
        )
    if link.junction is not None:
        raise QueryError(f'"{path}" leads through a junction, which a walk cannot follow')
    return link


def _steps(link: Link) -> Any:  # noqa: ANN401 - an expression node
    """What connects a row with the row that it is reached from."""
    return conjunction(
        [
            BinaryOp(ColumnRef(_STEP, near.name), Operator.EQ, ColumnRef(ROOT_ALIAS, far.name))
            for near, far in zip(link.local, link.remote, strict=True)
        ]
    )
