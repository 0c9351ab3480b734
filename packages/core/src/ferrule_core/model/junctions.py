"""The rows of a junction table: what connects the rows of a many-to-many relation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING

from ferrule_core.errors import ModelError
from ferrule_core.query import running
from ferrule_core.query.where import conjunction
from ferrule_core.sql.nodes import (
    BinaryOp,
    BoolOp,
    ColumnRef,
    Delete,
    Expression,
    Insert,
    OnConflict,
    Param,
    TableRef,
    Values,
)
from ferrule_core.sql.operators import Connective, Operator

if TYPE_CHECKING:
    from ferrule_core.mapping.columns import ModelColumn
    from ferrule_core.mapping.links import Junction, Link
    from ferrule_core.mapping.mapped import Mapped

_MAX_PARAMETERS = 30_000
"""A statement takes 32,767 on asyncpg."""


async def add(link: Link, instance: Mapped, rows: Sequence[object]) -> int:
    """Connect rows with ``instance``; those that are connected already stay so.

    Raises:
        ModelError: The relation has no junction, or a row is neither instance nor key.
        ForeignKeyViolation: A key is no row's.
    """
    junction, near = _junction(link), _near_values(link, instance)
    far = list(dict.fromkeys(_far_values(link, row) for row in rows))
    columns = (*junction.columns, *junction.target_columns)
    added = 0
    for part in _parts(far, len(columns)):
        lines = tuple((*map(Param, near), *map(Param, values)) for values in part)
        statement = Insert(_table(junction), columns, Values(lines), on_conflict=OnConflict())
        added += await running.execute(link.owner.database, statement)
    return added


async def remove(link: Link, instance: Mapped, rows: Sequence[object]) -> int:
    """Disconnect rows from ``instance``, and say how many were connected.

    Raises:
        ModelError: The relation has no junction, or a row is neither instance nor key.
    """
    junction, near = _junction(link), _near_values(link, instance)
    far = list(dict.fromkeys(_far_values(link, row) for row in rows))
    removed = 0
    for part in _parts(far, len(junction.target_columns)):
        either = [_equal(junction.target_columns, values) for values in part]
        connected = either[0] if len(either) == 1 else BoolOp(Connective.OR, tuple(either))
        where = conjunction([_equal(junction.columns, near), connected])
        removed += await running.execute(link.owner.database, Delete(_table(junction), where))
    return removed


async def clear(link: Link, instance: Mapped) -> int:
    """Disconnect all rows from ``instance``, and say how many there were."""
    junction = _junction(link)
    where = _equal(junction.columns, _near_values(link, instance))
    return await running.execute(link.owner.database, Delete(_table(junction), where))


def _junction(link: Link) -> Junction:
    if link.junction is None:
        raise ModelError(
            f'"{link.attribute}" of {link.owner.model_name} is no many-to-many relation'
        )
    return link.junction


def _table(junction: Junction) -> TableRef:
    return TableRef(junction.name, junction.schema)


def _near_values(link: Link, instance: Mapped) -> tuple[object, ...]:
    return tuple(
        column.value_type.send(getattr(instance, column.attribute)) for column in link.local
    )


def _far_values(link: Link, row: object) -> tuple[object, ...]:
    """The key of an instance of the other model, or what is a key already."""
    columns: tuple[ModelColumn, ...] = link.remote
    if isinstance(row, link.target.model):
        values: tuple[object, ...] = tuple(getattr(row, column.attribute) for column in columns)
    elif isinstance(row, tuple):
        values = tuple(row)  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
    else:
        values = (row,)
    if len(values) != len(columns):
        raise ModelError(
            f"the key of {link.target.model_name} has {len(columns)} columns, "
            f"and {len(values)} values were given"
        )
    return tuple(c.value_type.send(value) for c, value in zip(columns, values, strict=True))


def _parts(rows: Sequence[tuple[object, ...]], width: int) -> Iterator[list[tuple[object, ...]]]:
    left = iter(rows)
    while part := list(islice(left, _MAX_PARAMETERS // width - 1)):
        yield part


def _equal(columns: Sequence[str], values: Sequence[object]) -> Expression:
    return conjunction(
        [
            BinaryOp(ColumnRef(None, column), Operator.EQ, Param(value))
            for column, value in zip(columns, values, strict=True)
        ]
    )
