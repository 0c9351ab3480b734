"""What COPY sends for rows of the caller: instances, mappings, or plain sequences."""

from __future__ import annotations

import asyncio
from collections.abc import (
    AsyncGenerator,
    AsyncIterable,
    AsyncIterator,
    Callable,
    Iterable,
    Mapping,
    Sequence,
)
from itertools import islice
from typing import TypeAlias, cast

from ferrule_core.deferred import dataclass
from ferrule_core.errors import (
    FerruleError,
    MissingValue,
    ModelError,
    QueryError,
    ValueRefused,
    nearest,
)
from ferrule_core.mapping.binding import make_binder
from ferrule_core.mapping.columns import ModelColumn
from ferrule_core.mapping.mapped import Mapped
from ferrule_core.mapping.model_table import ModelTable

AnyRow: TypeAlias = Mapped | Mapping[str, object] | Sequence[object]
Rows: TypeAlias = Iterable[AnyRow] | AsyncIterable[AnyRow]

_AT_ONCE = 500
"""Rows that are made ready together; other tasks run in between."""

_REFUSALS = (AttributeError, FerruleError, LookupError, TypeError, ValueError)


@dataclass(frozen=True, slots=True)
class RowShape:
    """How rows of one kind become sequences of values.

    Attributes:
        columns: Names of the columns, in the order of the values.
        bind: The values of many rows; ``None`` where they are the rows.
        value: One value of one row.
    """

    columns: tuple[str, ...]
    bind: Callable[[Sequence[AnyRow]], Sequence[Sequence[object]]] | None
    value: Callable[[AnyRow, int], object]


async def chunks_of(rows: Rows) -> AsyncGenerator[list[AnyRow]]:
    """Rows in chunks, with a turn of the event loop after each."""
    if isinstance(rows, AsyncIterable):
        chunk: list[AnyRow] = []
        async for row in rows:
            chunk.append(row)
            if len(chunk) == _AT_ONCE:
                yield chunk
                chunk = []
                await asyncio.sleep(0)  # not all that is async ever waits
        if chunk:
            yield chunk
        return
    iterator = iter(rows)
    while taken := list(islice(iterator, _AT_ONCE)):
        yield taken
        await asyncio.sleep(0)


async def bound(
    first: list[AnyRow], rest: AsyncIterator[list[AnyRow]], shape: RowShape
) -> AsyncGenerator[Sequence[Sequence[object]]]:
    """The values of all rows.

    Raises:
        ValueRefused: A value cannot be stored exactly; the message names row and column.
        ModelError: An instance has values for other columns than the first.
    """
    done = 0
    yield _bound_chunk(first, shape, done)
    done += len(first)
    async for chunk in rest:
        yield _bound_chunk(chunk, shape, done)
        done += len(chunk)


def _bound_chunk(chunk: list[AnyRow], shape: RowShape, done: int) -> Sequence[Sequence[object]]:
    if shape.bind is None:
        return cast("list[Sequence[object]]", chunk)
    try:
        return shape.bind(chunk)
    except _REFUSALS:
        for number, row in enumerate(chunk, start=done + 1):
            try:
                shape.bind([row])
            except _REFUSALS as error:
                raise _refusal(row, number, shape, error) from error
        raise


def _refusal(row: AnyRow, number: int, shape: RowShape, error: Exception) -> FerruleError:
    for place, name in enumerate(shape.columns):
        try:
            shape.value(row, place)
        except _REFUSALS as refused:
            if isinstance(refused, ValueRefused):
                said = refused.message.removeprefix(f'column "{name}": ')
                return ValueRefused(f'row {number}, column "{name}": {said}', hint=refused.hint)
            return MissingValue(f'row {number} has no value for column "{name}"')
    said = error.message if isinstance(error, FerruleError) else "it is of another kind"
    return QueryError(f"row {number} cannot be copied: {said}")


def shape_of(row: AnyRow, table: ModelTable | None, columns: Sequence[str] | None) -> RowShape:
    """How rows like this one are sent.

    Args:
        row: The first.
        table: That of the model; ``None`` where only the table's name is known.
        columns: Attributes of the model, or names of columns; ``None`` leaves it to the row.

    Raises:
        QueryError: There is no way to tell which columns the values are for.
    """
    if isinstance(row, Mapped):
        return _instance_shape(row, table, columns)
    if isinstance(row, str | bytes):
        raise QueryError(
            "rows are instances, mappings or sequences of values, not text",
            hint='text is copied by copy_in(..., format="csv")',
        )
    if isinstance(row, Mapping):
        names = tuple(row if columns is None else columns)
        return _mapping_shape(names, table)
    if columns is None:
        raise QueryError(
            "rows that are plain sequences do not say which columns they are for",
            hint='name them: copy_in(..., columns=("title", "price"))',
        )
    return _sequence_shape(tuple(columns), table)


def _instance_shape(
    first: Mapped, table: ModelTable | None, columns: Sequence[str] | None
) -> RowShape:
    model = type(first)
    if table is None or not issubclass(model, table.model):
        raise QueryError(
            f"an instance of {model.__name__} was given for another table",
            hint=f"copy_in({model.__name__}, ...)",
        )
    wanted = tuple(first.__written__()) if columns is None else columns_of(table, columns)
    binder = make_binder(wanted)
    alike: set[tuple[bool, tuple[str, ...]]] = set()
    relations = table.relations.keys()

    def bind(rows: Sequence[AnyRow]) -> Sequence[Sequence[object]]:
        for row in rows:
            if not isinstance(row, model):
                raise ModelError(f"it is no {model.__name__}")
            if columns is not None:
                continue
            attributes = tuple(vars(row))
            kind = (row.__row__ is None, attributes)
            if kind in alike:
                continue
            if tuple(row.__written__()) != wanted:
                raise ModelError("it has values for other columns; name those to copy by columns=")
            if relations.isdisjoint(attributes):  # otherwise the next one may refer elsewhere
                alike.add(kind)
        return binder(rows)

    def value(row: AnyRow, place: int) -> object:
        column = wanted[place]
        return column.written.send(getattr(row, column.attribute))

    return RowShape(tuple(column.name for column in wanted), bind, value)


def _mapping_shape(names: tuple[str, ...], table: ModelTable | None) -> RowShape:
    sends = _sends(names, table)

    def value(row: AnyRow, place: int) -> object:
        found = cast("Mapping[str, object]", row)[names[place]]
        send = sends[place]
        return found if send is None else send(found)

    def bind(rows: Sequence[AnyRow]) -> Sequence[Sequence[object]]:
        for row in rows:
            if not isinstance(row, Mapping) or len(row) != len(names):
                raise ModelError("it has other keys")
        return [[value(row, place) for place in places] for row in rows]

    places = range(len(names))

    return RowShape(_names(names, table), bind, value)


def _sequence_shape(names: tuple[str, ...], table: ModelTable | None) -> RowShape:
    sends = _sends(names, table)

    def value(row: AnyRow, place: int) -> object:
        found = cast("Sequence[object]", row)[place]
        send = sends[place]
        return found if send is None else send(found)

    def bind(rows: Sequence[AnyRow]) -> Sequence[Sequence[object]]:
        found: list[list[object]] = []
        for row in rows:
            values = list(cast("Sequence[object]", row))
            if len(values) != len(names):
                raise QueryError(f"it has {len(values)} values for {len(names)} columns")
            for place, send in busy:
                values[place] = send(values[place])
            found.append(values)
        return found

    busy = [(place, send) for place, send in enumerate(sends) if send is not None]
    return RowShape(_names(names, table), bind if busy else None, value)


def _sends(
    names: tuple[str, ...], table: ModelTable | None
) -> list[Callable[[object], object] | None]:
    if table is None:
        return [None] * len(names)
    types = [column.written for column in columns_of(table, names)]
    return [None if value_type.encode is None else value_type.send for value_type in types]


def _names(names: tuple[str, ...], table: ModelTable | None) -> tuple[str, ...]:
    return names if table is None else tuple(column.name for column in columns_of(table, names))


def columns_of(table: ModelTable, attributes: Sequence[str]) -> tuple[ModelColumn, ...]:
    """The columns of these attributes.

    Raises:
        QueryError: The model has no such column.
    """
    for attribute in attributes:
        if attribute not in table.columns:
            raise QueryError(
                f'{table.model_name} has no column "{attribute}"',
                hint=nearest(attribute, table.columns),
            )
    return tuple(table.columns[attribute] for attribute in attributes)
