"""Values of a row beside its columns, by the names that a query gives them."""

from __future__ import annotations

import keyword
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from ferrule_core.errors import QueryError
from ferrule_core.mapping.deferred import is_deferred
from ferrule_core.mapping.expressions import (
    Compound,
    Condition,
    Expr,
    Order,
    connect,
    refuse_unconditional,
)
from ferrule_core.mapping.operands import Unresolved
from ferrule_core.mapping.paths import shown
from ferrule_core.mapping.value_types import ANY_VALUE
from ferrule_core.query.functions.aggregates import Aggregate
from ferrule_core.query.keywords import SEPARATOR
from ferrule_core.query.keywords import conditions as keyword_conditions
from ferrule_core.query.lookups import lookup_of
from ferrule_core.query.meeting import TableNames, met, met_conditions
from ferrule_core.query.ordering import column_named, orders_of
from ferrule_core.query.where import select_related_value
from ferrule_core.sql.nodes import ScalarSubquery
from ferrule_core.sql.operators import Connective

if TYPE_CHECKING:
    from ferrule_core.mapping.paths import Path
    from ferrule_core.query.port import Row
    from ferrule_core.query.selection import Selection

T = TypeVar("T")


def with_annotations(selection: Selection, named: Mapping[str, Expr[Any]]) -> Selection:
    """A selection with further values.

    Raises:
        QueryError: A name is taken, or cannot be one.
    """
    for name, expression in named.items():
        _refuse_name(selection, name)
        _refuse_value(name, expression)
    changed = selection.copy()
    changed.annotations = {**selection.annotations, **named}
    return changed


def annotate_instances(
    instances: Sequence[Any], rows: Sequence[Row], named: Mapping[str, Expr[Any]], first: int
) -> None:
    """Give instances their annotations, which stand in their rows from a place on."""
    for place, (name, expression) in enumerate(named.items(), start=first):
        receive = (expression.value_type or ANY_VALUE).receive
        for instance, row in zip(instances, rows, strict=True):
            vars(instance)[name] = receive(row[place])


def _refuse_value(name: str, value: object) -> None:
    if not isinstance(value, Expr):
        raise QueryError(f'"{name}" is no expression', hint="annotate(total=func.sum(...))")


def _refuse_name(selection: Selection, name: str) -> None:
    table = selection.table
    shown_name = shown(name)
    if not name.isidentifier() or keyword.iskeyword(name) or name.startswith("_"):
        raise QueryError(f'"{shown_name}" cannot be the name of an annotation')
    if SEPARATOR in name:
        raise QueryError(f'"{shown_name}" has two underscores in it, which keywords are split at')
    of_class = any(name in vars(kind) for kind in table.model.__mro__)  # hasattr() finds hints
    if of_class or name in table.columns or name in table.relations:
        raise QueryError(
            f'{table.model_name} has a "{shown_name}" already', hint="give it another name"
        )
    if name in selection.annotations:
        raise QueryError(f'the query has an annotation "{shown_name}" already')


def of_each_row(name: str, expression: Expr[Any]) -> Expr[Any]:
    """What a row is annotated with; an aggregate of related rows becomes a subquery of the row.

    So each related row counts once, whatever else the query joins.

    Raises:
        QueryError: There is no one value for each row.
    """
    many = [path for path in expression.paths if path.many]
    if not many:
        if isinstance(expression, Aggregate):
            raise QueryError(
                f'"{name}" is an aggregate of the rows themselves',
                hint="group_by() first, or aggregate() for one value of all rows",
            )
        return expression
    if not isinstance(expression, Aggregate):
        raise QueryError(
            f'"{name}" reaches through a relation to many rows',
            hint="annotate with an aggregate of them: func.count(Author.books.id)",
        )
    relations = {_first_many(path) for path in many}
    if len(relations) > 1 or isinstance(expression, Compound):
        raise QueryError(f'"{name}" reaches through several relations to many rows')
    select, paths = select_related_value(relations.pop(), expression)
    return Expr(ScalarSubquery(select), paths, expression.value_type)


def _first_many(path: Path) -> Path:
    """The first step of a path that leads to many rows."""
    found = step = path
    while step.parent is not None:
        if step.link is not None and step.link.many:
            found = step
        step = step.parent
    return found


def value_named(selection: Selection, given: Expr[Any] | str) -> Expr[Any]:
    """An annotation or a column by its name; an expression as it is.

    Raises:
        UnknownColumn: There is neither.
    """
    if not isinstance(given, str):
        return known(selection, given)
    found = selection.annotations.get(given)
    return column_named(selection.table, given) if found is None else found


class SelectionNames(TableNames):
    """What a query knows by names: annotations, and what its model knows."""

    __slots__ = ("_selection",)

    def __init__(self, selection: Selection) -> None:
        super().__init__(selection.table)
        self._selection = selection

    def value(self, name: str, /) -> Expr[Any]:
        """The annotation or the column that a name leads to."""
        return value_named(self._selection, name)

    def condition(self, lookups: Mapping[str, object], /) -> Expr[bool]:
        """What keywords say together."""
        found = conditions_of(self._selection, (), lookups)
        return connect(Connective.AND, found)


def known(selection: Selection, given: T) -> T:
    """What was given, with its names as this query knows them.

    Raises:
        UnknownColumn: It has no such name.
    """
    return met(SelectionNames(selection), given) if is_deferred(given) else given


def orders_named(
    selection: Selection, given: Iterable[Order | Expr[Any] | str]
) -> tuple[Order, ...]:
    """The keys to order by, annotations by their names too.

    Raises:
        UnknownColumn: A name is neither an annotation nor a column.
    """
    given = known(selection, tuple(given))
    if not selection.annotations:
        return orders_of(selection.table, given)
    return orders_of(selection.table, [_annotated_order(selection, one) for one in given])


def _annotated_order(selection: Selection, one: Order | Expr[Any] | str) -> Order | Expr[Any] | str:
    found = None
    if isinstance(one, str):
        found = selection.annotations.get(one.removeprefix("-"))
    if found is None:
        return one
    return found.desc() if isinstance(one, str) and one.startswith("-") else found.asc()


def conditions_of(
    selection: Selection,
    conditions: tuple[Expr[bool], ...],
    lookups: Mapping[str, Any],
) -> tuple[Expr[bool], ...]:
    """What a filter says, by expressions and by keywords; annotations have keywords too.

    What one call says of a relation to many is meant of one related row.

    Raises:
        UnknownColumn: A keyword begins with neither column, relation nor annotation.
        UnknownLookup: It has no such look-up.
        QueryError: Something is no condition.
    """
    for condition in conditions:
        if type(condition) is not Condition:
            refuse_unconditional(condition)
    if selection.annotations:
        by_keyword: Iterator[Expr[bool]] = _annotated_conditions(selection, lookups)
    else:
        by_keyword = keyword_conditions(selection.table.path, lookups)
    found = (*conditions, *by_keyword)
    many = False
    for one in found:
        if isinstance(one, Unresolved):
            return _together(met_conditions(SelectionNames(selection), found))
        for path in one.paths:
            many = many or path.many
    return _together(found) if many else found


def _together(found: tuple[Expr[bool], ...]) -> tuple[Expr[bool], ...]:
    """Conditions as one, where what they say of a relation to many is meant of one row."""
    many = len(found) > 1 and any(path.many for one in found for path in one.paths)
    return (connect(Connective.AND, found),) if many else found


def _annotated_conditions(selection: Selection, lookups: Mapping[str, Any]) -> Iterator[Expr[bool]]:
    for given, value in lookups.items():
        name, _, rest = given.partition(SEPARATOR)
        annotation = selection.annotations.get(name)
        if annotation is None:
            yield from keyword_conditions(selection.table.path, {given: value})
        else:
            words = tuple(rest.split(SEPARATOR)) if rest else ()
            lookup, expression = lookup_of(annotation, name, words)
            yield lookup(expression, value)
