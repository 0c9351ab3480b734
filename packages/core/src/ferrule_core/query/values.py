"""Rows as plain values: tuples, dictionaries, aggregates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from operator import itemgetter
from typing import Any

from ferrule_core.errors import QueryError
from ferrule_core.mapping.columns import Column
from ferrule_core.mapping.expressions import Expr
from ferrule_core.query import running
from ferrule_core.query.annotating import known, value_named
from ferrule_core.query.by_name import F
from ferrule_core.query.select import select_aggregates, select_expressions
from ferrule_core.query.selection import Selection
from ferrule_core.sql.compiled import CompiledQuery


async def fetch_tuples(
    selection: Selection, given: Sequence[Expr[Any] | str]
) -> list[tuple[Any, ...]]:
    """The values of some expressions for each row; without any, of all columns."""
    expressions = expressions_of(selection, given)
    statement = select_expressions(selection, expressions)
    return received(await running.fetch(selection.database, statement), expressions)


def received(rows: Sequence[Any], expressions: Sequence[Expr[Any]]) -> list[tuple[Any, ...]]:
    """Rows as tuples of what these expressions stand for."""
    tuples = [tuple(row) for row in rows]
    if _are_as_is(tuples, expressions):
        return tuples
    return [_received(row, expressions) for row in tuples]


async def fetch_flat(selection: Selection, given: Sequence[Expr[Any] | str]) -> list[Any]:
    """The values of one expression.

    Raises:
        QueryError: There is not exactly one.
    """
    if len(given) != 1:
        raise QueryError("a flat list needs exactly one column")
    return [value for (value,) in await fetch_tuples(selection, given)]


async def fetch_mappings(
    selection: Selection, given: Sequence[Expr[Any] | str], named: Mapping[str, Expr[Any]]
) -> list[dict[str, Any]]:
    """The values of some expressions for each row, by name; without any, of all columns."""
    by_name = _by_name(selection, given, named)
    rows = await fetch_tuples(selection, tuple(by_name.values()))
    return [dict(zip(by_name, row, strict=True)) for row in rows]


def compiled_mappings(
    selection: Selection, given: Sequence[Expr[Any] | str], named: Mapping[str, Expr[Any]]
) -> CompiledQuery:
    """The statement that ``fetch_mappings`` would send."""
    expressions = tuple(_by_name(selection, given, named).values())
    return running.compiled(select_expressions(selection, expressions))


def _by_name(
    selection: Selection, given: Sequence[Expr[Any] | str], named: Mapping[str, Expr[Any]]
) -> dict[str, Expr[Any]]:
    if given or named:
        return {**_named(selection, given), **named}
    path = selection.table.path
    columns = {attribute: path.column(attribute) for attribute in selection.table.columns}
    return {**columns, **selection.annotations}


async def fetch_aggregates(
    selection: Selection, expressions: Sequence[Expr[Any]]
) -> tuple[Any, ...]:
    """The values of some aggregates over all rows.

    Raises:
        QueryError: There is none.
    """
    if not expressions:
        raise QueryError("aggregate needs an expression", hint="aggregate(func.count())")
    expressions = known(selection, tuple(expressions))
    statement = select_aggregates(selection, expressions)
    rows = await running.fetch(selection.database, statement)
    return _received(rows[0], expressions)


def expressions_of(selection: Selection, given: Sequence[Expr[Any] | str]) -> tuple[Expr[Any], ...]:
    """What is named, as expressions; without any, all columns."""
    if not given:
        path = selection.table.path
        return tuple(path.column(attribute) for attribute in selection.table.columns)
    return tuple(value_named(selection, one) for one in known(selection, tuple(given)))


def _named(selection: Selection, given: Sequence[Expr[Any] | str]) -> dict[str, Expr[Any]]:
    named: dict[str, Expr[Any]] = {}
    for one in given:
        if isinstance(one, str):
            named[one] = value_named(selection, one)
        elif isinstance(one, F):
            named[one.name] = one
        elif isinstance(one, Column):
            named[_name(one)] = one
        else:
            raise QueryError("an expression needs a name", hint="values(total=...)")
    return named


def _name(column: Column[Any]) -> str:
    words = [column.attribute]
    path = column.origin
    while path.parent is not None and path.link is not None:
        words.insert(0, path.link.attribute)
        path = path.parent
    return "__".join(words)


def _are_as_is(rows: Sequence[tuple[Any, ...]], expressions: Sequence[Expr[Any]]) -> bool:
    """Whether the driver's values are all what the user is given.

    To look at the classes of a column's values is quicker than to call something for each.
    """
    types = [expression.value_type for expression in expressions]
    decoding = [
        (place, one.as_is)
        for place, one in enumerate(types)
        if one is not None and one.decode is not None
    ]
    if any(as_is is None for _, as_is in decoding):
        return False
    return all(
        {as_is, type(None)}.issuperset(map(type, map(itemgetter(place), rows)))
        for place, as_is in decoding
    )


def _received(row: Any, expressions: Sequence[Expr[Any]]) -> tuple[Any, ...]:  # noqa: ANN401
    return tuple(
        value if expression.value_type is None else expression.value_type.receive(value)
        for value, expression in zip(row, expressions, strict=True)
    )
