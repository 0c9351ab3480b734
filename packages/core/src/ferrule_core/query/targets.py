"""Related rows in statements that write: as further rows of the statement, or by subqueries.

A relation is a left join where rows are read. ``UPDATE ... FROM`` and ``DELETE ... USING`` join
only rows that are there, so that form is taken where each row has its related row for certain; the
rest is asked for by a subquery of each row.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from ferrule_core.mapping.relations import ForeignKeyOptions
from ferrule_core.query.select import within_keys
from ferrule_core.query.where import Sources, conjunction, where_of
from ferrule_core.sql.nodes import (
    Constant,
    Expression,
    Join,
    JoinKind,
    Projection,
    ScalarSubquery,
    Select,
    SelectItem,
    Source,
    SubqueryRef,
)

if TYPE_CHECKING:
    from ferrule_core.mapping.model_table import ModelTable
    from ferrule_core.mapping.operands import Operand
    from ferrule_core.mapping.paths import Path
    from ferrule_core.query.selection import Selection

_ONE = SubqueryRef(Select(Projection((SelectItem(Constant(1)),))), "one")


class Target:
    """The rows that a statement writes, and what it needs of rows that they refer to.

    Attributes:
        source: What stands after ``FROM`` or ``USING``; ``None`` where the table alone will do.
        joins: Joined to that.
        where: Which rows.
    """

    def __init__(self, selection: Selection, values: Iterable[Operand]) -> None:
        self._table = selection.table
        self._joined = True
        sources = Sources(selection.table)
        for value in values:
            sources.reach(value.paths)
        conditions = () if selection.narrowed else selection.conditions
        where = where_of(conditions, sources)
        self._joined = all(_is_certain(path) for path in _first_steps(sources))
        self.source: Source | None = None
        self.joins: tuple[Join, ...] = ()
        if not self._joined or selection.narrowed:
            where = _by_keys(selection)
        if self._joined:
            self.source, self.joins, connected = _from(sources)
            found = connected if where is None else [*connected, where]
            where = conjunction(found) if found else None
        self.where = where

    def value(self, value: Operand) -> Expression:
        """The node of a value that was announced."""
        return value.node if self._joined else looked_up(self._table, value)


def looked_up(table: ModelTable, value: Operand) -> Expression:
    """The node of a value that related rows may have, as a subquery of the row."""
    sources = Sources(table)
    sources.reach(value.paths)
    if not sources.joins:
        return value.node
    return ScalarSubquery(Select(Projection((SelectItem(value.node),)), _ONE, sources.joins))


def _by_keys(selection: Selection) -> Expression | None:
    """The rows by their keys, where conditions on the table alone do not say which they are.

    Those on the table alone are said once more: another writer may change a row after its key was
    found, and the server looks at them again then.
    """
    own: list[Expression] = []
    reaching = selection.narrowed
    for condition in () if selection.origin is not None else selection.conditions:
        sources = Sources(selection.table)
        node = where_of((condition,), sources)
        if sources.joins:
            reaching = True
        elif node is not None:
            own.append(node)
    if reaching:
        own.append(within_keys(selection))
    return conjunction(own) if own else None


def _first_steps(sources: Sources) -> Iterable[Path]:
    return [path for path in sources.joined if path.parent is sources.root]


def _is_certain(path: Path) -> bool:
    """Whether each row has a row at the other end of a relation."""
    link = path.link
    if link is None or link.nullable or link.inverse is not None:
        return False
    if link.target.deleted is not None:
        return False
    options = link.owner.relations[link.attribute].options
    required = not any(column.value_type.nullable for column in link.local)
    return required and isinstance(options, ForeignKeyOptions) and options.constraint


def _from(sources: Sources) -> tuple[Source | None, tuple[Join, ...], list[Expression]]:
    """The joins of a query, the first of them as the source that the others are joined to."""
    source: Source | None = None
    joins: list[Join] = []
    connected: list[Expression] = []
    for path, join in sources.joined.items():
        if path.parent is not sources.root:
            joins.append(join)
            continue
        if join.on is not None:
            connected.append(join.on)
        if source is None:
            source = join.source
        else:
            joins.append(Join(join.source, None, JoinKind.CROSS))
    return source, tuple(joins), connected
