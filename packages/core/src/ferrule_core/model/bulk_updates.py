"""One statement that gives many rows their own new values: ``UPDATE ... FROM unnest(...)``."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from operator import itemgetter
from typing import TYPE_CHECKING, Any
from uuid import UUID

from ferrule_core.mapping.intervals import Interval
from ferrule_core.model.saving import computed, guard_values
from ferrule_core.query import running
from ferrule_core.query.stamps import renewal, stamped_on_update
from ferrule_core.query.where import conjunction
from ferrule_core.sql.nodes import (
    ArrayLiteral,
    Assignment,
    BinaryOp,
    ColumnRef,
    CommonTable,
    Expression,
    FunctionCall,
    FunctionRef,
    KeywordCall,
    KeywordFunction,
    Param,
    Projection,
    Select,
    SelectItem,
    Update,
    With,
)
from ferrule_core.sql.operators import Operator

if TYPE_CHECKING:
    from ferrule_core.mapping.columns import ModelColumn
    from ferrule_core.mapping.mapped import Mapped
    from ferrule_core.mapping.model_table import ModelTable

_SINGLE = frozenset(
    (bool, bytes, date, datetime, Decimal, float, int, str, time, timedelta, Interval, UUID)
)
"""Classes whose values are one element of an array each; a list or a document might be several."""

_NEW, _NUMBER = "new", "number"


def can_be_spread(
    table: ModelTable, columns: Sequence[ModelColumn], instances: Sequence[Mapped]
) -> bool:
    """Whether one statement can write these columns of all these instances.

    Not where a value could be taken for several, and not where a row comes twice.
    """
    for column in (*table.guard, *columns):
        python = column.value_type.python
        if python not in _SINGLE and not (python is not None and issubclass(python, Enum)):
            return False
    return len({tuple(guard_values(instance)) for instance in instances}) == len(instances)


async def update_all(
    table: ModelTable, columns: Sequence[ModelColumn], instances: Sequence[Mapped]
) -> tuple[list[ModelColumn], list[Any]]:
    """Write these columns of all instances; the columns that come back, and a row for each.

    Rows are in the order of the instances; where some are missing, which those are is not known.
    """
    stamped = stamped_on_update(table, columns)
    returned = [*columns, *stamped, *computed(instances[0])]
    guards = zip(*map(guard_values, instances), strict=True)
    arrays = [Param(list(values)) for values in guards]
    for column in columns:
        send, attribute = column.written.send, column.attribute
        arrays.append(Param([send(vars(instance)[attribute]) for instance in instances]))
    statement = _statement(table, columns, arrays, returned)
    rows = await running.fetch(table.database, statement)
    return returned, [tuple(row)[1:] for row in sorted(rows, key=itemgetter(0))]


def _statement(
    table: ModelTable,
    columns: Sequence[ModelColumn],
    arrays: Sequence[Param],
    returned: Sequence[ModelColumn],
) -> Update:
    """The statement; what comes back is the number of the row, and then these columns."""
    alias = table.path.alias
    guard = table.guard
    names = tuple([f"c{number}" for number in range(len(arrays))])
    new = FunctionRef(
        FunctionCall("unnest", tuple(arrays)), _NEW, (*names, _NUMBER), ordinality=True
    )
    assignments = [
        Assignment(column.name, ColumnRef(_NEW, name))
        for column, name in zip(columns, names[len(guard) :], strict=True)
    ]
    assignments += [renewal(table, column, alias) for column in stamped_on_update(table, columns)]
    same: list[Expression] = [
        BinaryOp(ColumnRef(alias, column.name), Operator.EQ, ColumnRef(_NEW, name))
        for column, name in zip(guard, names, strict=False)
    ]
    shown = [SelectItem(ColumnRef(_NEW, _NUMBER))]
    shown += [SelectItem(ColumnRef(alias, column.name)) for column in returned]
    return Update(
        table.source(alias),
        tuple(assignments),
        conjunction(same),
        source=new,
        returning=Projection(tuple(shown)),
        with_=With((CommonTable("types", _types(table, [*guard, *columns], arrays)),)),
    )


def _types(table: ModelTable, columns: Sequence[ModelColumn], arrays: Sequence[Param]) -> Select:
    """A query that nobody asks, and that says of which types the arrays are: those of the columns.

    ``unnest`` takes arrays of any type, so the server could not tell; and what a model says of its
    columns is less than what the table knows.
    """
    items = [
        SelectItem(
            KeywordCall(
                KeywordFunction.COALESCE,
                (array, ArrayLiteral((ColumnRef(table.path.alias, column.name),))),
            )
        )
        for column, array in zip(columns, arrays, strict=True)
    ]
    return Select(Projection(tuple(items)), table.source(table.path.alias))
