"""From conditions to ``WHERE``: which relations are joined, and which become ``EXISTS``.

A relation to one row is a left join: no row is lost because another is missing. A relation to many
rows is ``EXISTS``, so that no row comes twice. Conditions that a filter joins by ``AND`` on one
such relation speak of one related row: two conditions on ``Author.books`` ask for one book that
meets both.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from ferrule_core.errors import QueryError
from ferrule_core.mapping.expressions import Compound, Expr
from ferrule_core.mapping.paths import JoinedPath, OuterPath, Path
from ferrule_core.query.crossing import refuse_crossing
from ferrule_core.sql.nodes import (
    BinaryOp,
    BoolOp,
    ColumnRef,
    Constant,
    Exists,
    Expression,
    FunctionRef,
    IsNull,
    Join,
    JoinedSource,
    JoinKind,
    Projection,
    Select,
    SelectItem,
    Source,
    SubqueryRef,
    TableRef,
)
from ferrule_core.sql.operators import Connective, Operator

if TYPE_CHECKING:
    from ferrule_core.mapping.model_table import ModelTable

_ONE = Projection((SelectItem(Constant(1)),))


class Sources:
    """What has to stand in ``FROM`` beside the table itself, gathered while clauses are made."""

    __slots__ = ("_frames", "_joined", "_origin", "_root", "_spread", "_table", "outer")

    def __init__(
        self, table: ModelTable, *, spread: bool = False, origin: Source | None = None
    ) -> None:
        """Gather for a statement of a table.

        Args:
            table: Whose rows the statement is about.
            spread: Whether relations to many rows may be joined, so that rows come several times.
            origin: What stands in ``FROM`` instead of the table, with what the query joins.
        """
        self._origin = origin
        self._table = table
        self._spread = spread
        self._root = table.path
        self._joined: dict[Path, Join] = {}
        self._frames: dict[Path, dict[Path, Join]] = {}
        self.outer: dict[Path, None] = {}  # of the statement around, which joins them

    def reach(self, paths: Iterable[Path]) -> None:
        """Join what these paths lead through, each once, the nearer ones first.

        Raises:
            QueryError: A path leads to many rows, of which no single one is meant; or it begins
                at another model.
        """
        for path in paths:
            if path is not self._root:
                self._reach(path)

    def _reach(self, path: Path) -> None:
        if isinstance(path, OuterPath):
            self.outer[path.inner] = None
            return
        steps: list[Path] = []
        step = path
        while step.parent is not None and step not in self._frames:
            if step.link is not None and step.link.many and not self._spread:
                raise QueryError(
                    f'"{path}" leads to many rows, and only a filter can speak of them',
                    hint="query the other model, or load the relation by include()",
                )
            steps.append(step)
            step = step.parent
        if step not in self._frames:
            self._refuse_other(step, path)
        frame = self._frames.get(step, self._joined)
        for missing in reversed(steps):
            if missing not in frame:
                many = missing.link is not None and missing.link.many
                frame[missing] = _join_of_many(missing) if many else join_of(missing)

    def _refuse_other(self, root: Path, path: Path) -> None:
        table = self._table
        if isinstance(root, JoinedPath):
            if root.alias not in joined_names(self._origin):
                raise QueryError(
                    f'"{root}" is not joined here',
                    hint="join() it to the query; a statement that writes has no use for it",
                )
            return
        if root.table is table or root.table.ref == table.ref:
            return
        raise QueryError(
            f'"{path}" belongs to {root.table.model_name}, and the query is of {table.model_name}',
            hint="reach it through a relation of the model",
        )

    def open(self, path: Path) -> bool:
        """Whether rows of a relation to many are at hand."""
        return path in self._frames

    def enter(self, path: Path) -> None:
        """Begin an ``EXISTS`` over the rows that a path leads to."""
        self._frames[path] = {}

    def leave(self, path: Path) -> tuple[Join, ...]:
        """End it, and give what it has to join."""
        return tuple(self._frames.pop(path).values())

    @property
    def root(self) -> Path:
        """The model itself."""
        return self._root

    @property
    def joined(self) -> dict[Path, Join]:
        """What the statement itself has to join, by path, the nearer ones first."""
        return self._joined

    @property
    def joins(self) -> tuple[Join, ...]:
        """What the statement itself has to join."""
        return tuple(self._joined.values())


def joined_names(source: Source | None) -> frozenset[str]:
    """The names of what a query joins to its rows."""
    if not isinstance(source, JoinedSource):
        return frozenset()
    sources = [join.source for join in source.joins]
    return frozenset(one.alias for one in sources if isinstance(one, SubqueryRef | FunctionRef))


def join_of(path: Path) -> Join:
    """The join of a relation to one row."""
    if path.join is None:
        refuse_crossing(path)
        path.join = Join(path.table.source(path.alias), matching(path), JoinKind.LEFT)
    return path.join


def _join_of_many(path: Path) -> Join:
    """The join of a relation to many rows, through its junction where it has one."""
    refuse_crossing(path)
    target = path.table.source(path.alias)
    if path.link is None or path.link.junction is None:
        return Join(target, matching(path), JoinKind.LEFT)
    source, near, far = _through(path)
    joined = JoinedSource(source, (Join(target, conjunction([*far])),))
    return Join(joined, conjunction([*near]), JoinKind.LEFT)


def matching(path: Path) -> Expression:
    """What connects the rows of a relation with the row that has the relation."""
    link, parent = path.link, path.parent
    if link is None or parent is None:
        raise AssertionError("a model is not a relation")
    pairs = zip(link.local, link.remote, strict=True)
    equal = [
        BinaryOp(ColumnRef(parent.alias, near.name), Operator.EQ, ColumnRef(path.alias, far.name))
        for near, far in pairs
    ]
    return conjunction([*equal, *presence(path.table, path.alias)])


def presence(table: ModelTable, alias: str) -> list[Expression]:
    """That a row of a table is not marked as deleted; nothing where none ever is."""
    return [] if table.deleted is None else [IsNull(ColumnRef(alias, table.deleted.name))]


def conjunction(conditions: list[Expression]) -> Expression:
    """All of them."""
    return conditions[0] if len(conditions) == 1 else BoolOp(Connective.AND, tuple(conditions))


def where_of(conditions: Iterable[Expr[bool]], sources: Sources) -> Expression | None:
    """The node of conditions that must all be met; ``None`` of none.

    Each of them speaks of related rows of its own; those joined by ``AND`` inside of one do not.
    """
    nodes: list[Expression] = []
    for one in conditions:
        if any(path.many for path in one.paths):
            nodes += _nodes(_flat(one), sources)
        else:
            sources.reach(one.paths)
            nodes.append(one.node)
    return conjunction(nodes) if nodes else None


def _nodes(conditions: Iterable[Expr[bool]], sources: Sources) -> list[Expression]:
    nodes: list[Expression] = []
    shared: dict[Path, list[Expr[bool]]] = {}
    for condition in conditions:
        over = _common_relation(condition, sources)
        if over is not None:
            shared.setdefault(over, []).append(condition)
        elif isinstance(condition, Compound):
            parts = tuple(_part(part, sources) for part in condition.parts)
            nodes.append(condition.combine(parts))
        else:
            sources.reach(condition.paths)
            nodes.append(condition.node)
    return nodes + [_exists(path, members, sources) for path, members in shared.items()]


def _part(condition: Expr[bool], sources: Sources) -> Expression:
    return where_of((condition,), sources) or Constant(value=True)


def _flat(condition: Expr[bool]) -> Iterable[Expr[bool]]:
    if isinstance(condition, Compound) and condition.connective is Connective.AND:
        for part in condition.parts:
            yield from _flat(part)
    else:
        yield condition


def _common_relation(condition: Expr[bool], sources: Sources) -> Path | None:
    """The relation to many rows that a condition speaks of as a whole.

    ``a | b`` over one relation speaks of one related row, as ``a & b`` does. A negation does not:
    it is about all of them.
    """
    if not isinstance(condition, Compound):
        return _first_relation(condition, sources)
    if condition.connective is None:
        return None
    found = {_common_relation(part, sources) for part in condition.parts}
    return found.pop() if len(found) == 1 else None


def _first_relation(expression: Expr[Any], sources: Sources) -> Path | None:
    """The first relation to many rows on the way to an expression that is not at hand yet."""
    for path in expression.paths:
        found: Path | None = None
        step: Path | None = path if path.many else None
        while step is not None and not sources.open(step):
            if step.link is not None and step.link.many:
                found = step
            step = step.parent
        if found is not None:
            return found
    return None


def _exists(path: Path, members: list[Expr[bool]], sources: Sources) -> Expression:
    link, parent = path.link, path.parent
    if link is None or parent is None:
        raise AssertionError("a model is not a relation")
    refuse_crossing(path)
    sources.reach(parent.reached)
    sources.enter(path)
    inner = _nodes(members, sources)
    joins = sources.leave(path)
    return Exists(_related_rows(path, _ONE, inner, joins))


def select_related_value(path: Path, expression: Expr[Any]) -> tuple[Select, tuple[Path, ...]]:
    """A statement for one value of the rows that a relation to many leads to from a row.

    Returns:
        The statement, and what it needs of the statement around it.
    """
    parent = path.parent
    if parent is None:
        raise AssertionError("a model is not a relation")
    refuse_crossing(path)
    sources = Sources(path.table, spread=True)
    sources.enter(path)
    sources.reach(expression.paths)
    projection = Projection((SelectItem(expression.node),))
    select = _related_rows(path, projection, [], sources.leave(path))
    return select, (*parent.reached, *sources.outer)


def _related_rows(
    path: Path, projection: Projection, inner: list[Expression], joins: tuple[Join, ...]
) -> Select:
    """The statement of the rows that a relation to many leads to from a row around it."""
    link, parent = path.link, path.parent
    if link is None or parent is None:
        raise AssertionError("a model is not a relation")
    target = path.table.source(path.alias)
    if link.junction is None:
        return Select(projection, target, joins, conjunction([matching(path), *inner]))
    source, near, far = _through(path)
    joins = (Join(target, conjunction([*far])), *joins)
    return Select(projection, source, joins, conjunction([*near, *inner]))


def _through(path: Path) -> tuple[TableRef, list[Expression], list[Expression]]:
    """The junction of a relation, and what connects it with either side."""
    link, parent = path.link, path.parent
    if link is None or parent is None or link.junction is None:
        raise AssertionError("the relation has no junction")
    between = f"{path.alias}.through"
    near: list[Expression] = [
        BinaryOp(ColumnRef(between, name), Operator.EQ, ColumnRef(parent.alias, column.name))
        for name, column in zip(link.junction.columns, link.local, strict=True)
    ]
    far: list[Expression] = [
        BinaryOp(ColumnRef(path.alias, column.name), Operator.EQ, ColumnRef(between, name))
        for name, column in zip(link.junction.target_columns, link.remote, strict=True)
    ]
    return link.junction.source(between), near, [*far, *presence(path.table, path.alias)]
