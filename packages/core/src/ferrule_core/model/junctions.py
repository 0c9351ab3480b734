"""The rows of a junction table: what connects the rows of a many-to-many relation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from ferrule_core.errors import ModelError
from ferrule_core.mapping.mapped import Mapped
from ferrule_core.mapping.missing import MISSING
from ferrule_core.mapping.values import own_copy
from ferrule_core.model import batches
from ferrule_core.query import running
from ferrule_core.query.keys import among
from ferrule_core.query.port import executor_for
from ferrule_core.query.stamps import stamp, stamped_on_insert
from ferrule_core.query.where import conjunction
from ferrule_core.sql.compiled import CompiledBatch
from ferrule_core.sql.nodes import (
    BinaryOp,
    ColumnRef,
    Constant,
    Delete,
    Expression,
    Insert,
    Locking,
    LockStrength,
    OnConflict,
    Param,
    Projection,
    Select,
    SelectItem,
    TableRef,
    UnaryOp,
    Values,
)
from ferrule_core.sql.operators import Operator, UnaryOperator

if TYPE_CHECKING:
    from ferrule_core.mapping.columns import ModelColumn
    from ferrule_core.mapping.links import Junction, Link

_ONE = Projection((SelectItem(Constant(1)),))


async def add(
    link: Link,
    instance: Mapped,
    rows: Sequence[object],
    extra: Mapping[str, object] | None = None,
    *,
    watched: bool = True,
) -> int:
    """Connect rows with ``instance``; those that are connected already stay as they are.

    Args:
        link: A many-to-many relation.
        instance: Which row.
        rows: Instances of the other model, or their keys.
        extra: What else the rows of the junction get.
        watched: Tell those who watch the model.

    Raises:
        ModelError: The relation has no junction, or a row is neither instance nor key.
        UnknownColumn: The junction's model has no such column as ``extra`` names.
        ForeignKeyViolation: A key is no row's.
    """
    if watched and _is_watched(link):
        from ferrule_core.model import watched_rows  # few models need it

        run = partial(add, link, instance, rows, extra, watched=False)
        return await watched_rows.links(link, instance, "add", rows, run, lambda added: (added, 0))
    junction, near = junction_of(link), _near_values(link, instance)
    far = list(dict.fromkeys(_far_values(link, row) for row in rows))
    columns, values = _extras(junction, extra or {})
    if not far:
        return 0
    stamps = _stamps(junction, columns)
    own = (*junction.columns, *junction.target_columns, *columns)
    cells: list[Expression] = [Param(None) for _ in own]
    statement = Insert(
        _table(junction),
        (*own, *stamps),
        Values(((*cells, *stamps.values()),)),
        on_conflict=OnConflict(),
        returning=_ONE,
    )
    actors = [cell.value for cell in stamps.values() if isinstance(cell, Param)]
    sent = [(*near, *one, *values, *actors) for one in far]
    batch = CompiledBatch(running.compiled(statement).text, sent, statement)
    added = len(await executor_for(link.owner.database).fetch_batch(batch))
    _forget(link, instance)
    return added


async def remove(
    link: Link, instance: Mapped, rows: Sequence[object], *, watched: bool = True
) -> int:
    """Disconnect rows from ``instance``, and say how many were connected.

    Raises:
        ModelError: The relation has no junction, or a row is neither instance nor key.
    """
    if watched and _is_watched(link):
        from ferrule_core.model import watched_rows  # few models need it

        run = partial(remove, link, instance, rows, watched=False)
        return await watched_rows.links(
            link, instance, "remove", rows, run, lambda removed: (0, removed)
        )
    junction, near = junction_of(link), _near_values(link, instance)
    far = list(dict.fromkeys(_far_values(link, row) for row in rows))
    if not far:
        return 0
    where = conjunction([_equal(junction.columns, near), _among(junction, far)])
    removed = await running.execute(link.owner.database, Delete(_table(junction), where))
    _forget(link, instance)
    return removed


async def clear(link: Link, instance: Mapped, *, watched: bool = True) -> int:
    """Disconnect all rows from ``instance``, and say how many there were."""
    if watched and _is_watched(link):
        from ferrule_core.model import watched_rows  # few models need it

        run = partial(clear, link, instance, watched=False)
        return await watched_rows.links(
            link, instance, "clear", (), run, lambda removed: (0, removed)
        )
    junction = junction_of(link)
    where = _equal(junction.columns, _near_values(link, instance))
    removed = await running.execute(link.owner.database, Delete(_table(junction), where))
    _forget(link, instance)
    return removed


async def replace(
    link: Link,
    instance: Mapped,
    rows: Sequence[object],
    extra: Mapping[str, object],
    *,
    watched: bool = True,
) -> tuple[int, int]:
    """Connect these rows with ``instance`` and no others; how many were added, and removed.

    The row of the instance is locked, so that two callers do so one after the other.

    Raises:
        ModelError: The relation has no junction, or a row is neither instance nor key.
    """
    if watched and _is_watched(link):
        from ferrule_core.model import watched_rows  # few models need it

        run = partial(replace, link, instance, rows, extra, watched=False)
        return await watched_rows.links(link, instance, "set", rows, run, lambda done: done)
    junction, near = junction_of(link), _near_values(link, instance)
    far = list(dict.fromkeys(_far_values(link, row) for row in rows))
    _extras(junction, extra)
    owner, database = link.owner, link.owner.database
    lock = Locking(of=(owner.path.alias,), strength=LockStrength.NO_KEY_UPDATE)
    this = _equal([column.name for column in link.local], near)
    others = UnaryOp(UnaryOperator.NOT, _among(junction, far))
    leaving = conjunction([_equal(junction.columns, near), others])
    async with batches.atomic(owner):
        row = Select(_ONE, owner.source(owner.path.alias), where=this, locking=(lock,))
        await running.fetch_first(database, row)
        removed = await running.execute(database, Delete(_table(junction), leaving))
        added = await add(link, instance, rows, extra, watched=False)
    _forget(link, instance)
    return added, removed


def _is_watched(link: Link) -> bool:
    """Whether somebody watches the relation, or rows of its junction."""
    between = junction_of(link).model
    return link.owner.watch is not None or (between is not None and between.watch is not None)


def junction_of(link: Link) -> Junction:
    """The table between.

    Raises:
        ModelError: There is none.
    """
    if link.junction is None:
        raise ModelError(
            f'"{link.attribute}" of {link.owner.model_name} is no many-to-many relation'
        )
    return link.junction


def _extras(junction: Junction, given: Mapping[str, object]) -> tuple[list[str], list[object]]:
    """Names of further columns and what they get: what is given, and defaults of the model."""
    model = junction.model
    if model is None:
        return list(given), list(given.values())
    own = {*junction.columns, *junction.target_columns}
    for attribute in given:
        column = model.columns.get(attribute)
        if column is None:
            raise model.path.unknown(attribute)
        if column.name in own:
            raise ModelError(f'"{attribute}" of {model.model_name} is what connects the rows')
    found: dict[str, object] = {}
    for attribute, column in model.columns.items():
        value = given.get(attribute, MISSING)
        if value is MISSING and column.name not in own:
            value = _default(column)
        if value is not MISSING:
            found[column.name] = column.written.send(value)
    return list(found), list(found.values())


def _stamps(junction: Junction, given: Sequence[str]) -> dict[str, Expression]:
    """What a new row gets by itself, by the names of columns."""
    model = junction.model
    if model is None:
        return {}
    return {
        column.name: stamp(model, column)
        for column in stamped_on_insert(model, ())
        if column.name not in given
    }


def _default(column: ModelColumn) -> object:
    options = column.options
    return options.default_factory() if options.default_factory else own_copy(options.default)


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
    elif isinstance(row, Mapped):
        raise ModelError(
            f'"{link.attribute}" of {link.owner.model_name} connects it with '
            f"{link.target.model_name}, not with {type(row).__name__}"
        )
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


def _among(junction: Junction, far: Sequence[tuple[object, ...]]) -> Expression:
    return among([ColumnRef(None, column) for column in junction.target_columns], far)


def _equal(columns: Sequence[str], values: Sequence[object]) -> Expression:
    return conjunction(
        [
            BinaryOp(ColumnRef(None, column), Operator.EQ, Param(value))
            for column, value in zip(columns, values, strict=True)
        ]
    )


def _forget(link: Link, instance: Mapped) -> None:
    """Let the relation be loaded anew: what was loaded of it is no longer true."""
    vars(instance).pop(link.attribute, None)
