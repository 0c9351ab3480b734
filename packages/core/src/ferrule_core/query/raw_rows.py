"""What rows of the caller's own SQL become: instances, typed rows, dictionaries, single values."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter
from typing import TYPE_CHECKING, Any, cast

from ferrule_core.errors import MultipleRows, NotFound, QueryError, nearest
from ferrule_core.mapping.annotations import value_type_of
from ferrule_core.mapping.exact import naming
from ferrule_core.mapping.hydrate import make_loader
from ferrule_core.mapping.layouts import Layout
from ferrule_core.mapping.mapped import Mapped
from ferrule_core.mapping.value_types import ANY_VALUE, ValueType
from ferrule_core.query.plans import remember
from ferrule_core.query.row_classes import fields_of, maker_of

if TYPE_CHECKING:
    from ferrule_core.mapping.model_table import ModelTable
from ferrule_core.query.port import Row

_Load = Callable[[Sequence[Any]], list[Any]]


def the_only(rows: Sequence[Row]) -> Row:
    """The only row.

    Raises:
        NotFound: There is none.
        MultipleRows: There are several.
    """
    if not rows:
        raise NotFound("the statement gave no row", hint="use first() where that may be")
    if len(rows) > 1:
        raise MultipleRows("the statement gave more than one row", hint="use first() or all()")
    return rows[0]


def rows_into(rows: Sequence[Row], into: Any, *, keep_extra: bool = False) -> list[Any]:  # noqa: ANN401
    """Make of each row what was asked for; see ``Sql.all``.

    Raises:
        QueryError: The columns do not fit it.
    """
    model = is_model(into)
    if keep_extra and not model:
        raise QueryError("only instances of a model can keep further columns")
    if not rows:
        return []
    names = tuple(rows[0].keys())
    if into is tuple:
        return [tuple(row) for row in rows]
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise QueryError(f'two columns are called "{twice}"', hint="give one a name by AS")
    if into is dict:
        return [dict(zip(names, row, strict=True)) for row in rows]
    if model:
        table = cast("type[Mapped]", into).__table__
        return _loader(table, names, keep_extra=keep_extra)(rows)
    fields = fields_of(into)
    if fields is None:
        return _single(rows, names, into)
    return _typed(rows, names, into, fields)


def placed_rows(rows: Sequence[Row], into: Any, name: str) -> list[Any]:  # noqa: ANN401
    """Make a value of each row, by the places of its columns.

    Args:
        rows: The rows.
        into: A dataclass, whose fields stand in the order of the columns; or the type of the only
            column.
        name: Who gave the rows, for the message.

    Raises:
        QueryError: The columns do not fit it.
    """
    if not rows:
        return []
    fields = fields_of(into) if isinstance(into, type) else None
    kinds = [into] if fields is None else [kind for kind, _ in fields.values()]
    names = tuple(rows[0].keys())
    if len(names) != len(kinds):
        raise QueryError(
            f'"{name}" gives {len(names)} columns, and the code knows of {len(kinds)}',
            hint="`ferrule pull` brings the code up to date",
        )
    columns = [
        _checked(title, column, value_type_of(kind))
        for title, column, kind in zip(names, zip(*rows, strict=True), kinds, strict=True)
    ]
    if fields is None:
        return list(columns[0])
    return [into(*row) for row in zip(*columns, strict=True)]


def is_model(into: object) -> bool:
    """Whether rows become instances of a model."""
    return isinstance(into, type) and issubclass(into, Mapped)


def _loader(table: ModelTable, names: tuple[str, ...], *, keep_extra: bool) -> _Load:
    key = (_loader, names, keep_extra)
    found: _Load | None = table.plans.get(key)
    if found is None:
        found = remember(table, key, _make_loader(table, names, keep_extra=keep_extra))
    return found


def _make_loader(table: ModelTable, names: tuple[str, ...], *, keep_extra: bool) -> _Load:
    needed = () if not table.primary_key else table.guard
    for column in needed:
        if column.name not in names:
            raise QueryError(
                f'the rows have no column "{column.name}", by which a {table.model_name} is known',
                hint="select it too, or take the rows as dict",
            )
    extra = [name for name in names if name not in table.by_name]
    if extra and not keep_extra:
        raise QueryError(
            f'{table.model_name} has no column "{extra[0]}"',
            hint=nearest(extra[0], table.by_name)
            or "name the columns instead of *, or keep_extra=True keeps it",
        )
    _refuse_taken(table, extra)
    columns = tuple(column for column in table.by_name.values() if column.name in names)
    whole = len(columns) == len(table.columns)
    layout = table.layout if whole else Layout(table, columns)
    load = make_loader(layout, (), len(columns))
    places = [names.index(column.name) for column in columns]
    if places == list(range(len(names))):
        return load
    return _arranged(load, places, [(name, names.index(name)) for name in extra])


def _refuse_taken(table: ModelTable, extra: Sequence[str]) -> None:
    for name in extra:
        if name.startswith("_") or hasattr(table.model, name):
            raise QueryError(
                f'{table.model_name} has something else called "{name}"',
                hint="give the column another name by AS",
            )


def _arranged(load: _Load, places: list[int], extra: list[tuple[str, int]]) -> _Load:
    """A loader of rows whose columns stand in another order, some of them further ones."""
    pick: Callable[[Any], tuple[Any, ...]] = itemgetter(*places, places[0])
    # One more than is needed, so that of a single column it is a tuple too.

    def load_arranged(rows: Sequence[Any]) -> list[Any]:
        instances = load([pick(row)[:-1] for row in rows])
        if extra:
            for instance, row in zip(instances, rows, strict=True):
                for name, place in extra:
                    setattr(instance, name, row[place])
        return instances

    return load_arranged


def _typed(
    rows: Sequence[Row],
    names: tuple[str, ...],
    into: Any,  # noqa: ANN401
    fields: Mapping[str, tuple[Any, bool]],
) -> list[Any]:
    for name in names:
        if name not in fields:
            raise QueryError(
                f'{into.__name__} has no field "{name}"',
                hint=nearest(name, fields) or "leave the column out, or take the rows as dict",
            )
    for name, (_, required) in fields.items():
        if required and name not in names:
            raise QueryError(
                f'the rows have no column "{name}", which {into.__name__} needs',
                hint=nearest(name, names),
            )
    types = [value_type_of(fields[name][0]) for name in names]
    columns = [
        _checked(name, column, value_type)
        for name, column, value_type in zip(names, zip(*rows, strict=True), types, strict=True)
    ]
    made = [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]
    return list(map(maker_of(into), made))


def _single(rows: Sequence[Row], names: tuple[str, ...], into: Any) -> list[Any]:  # noqa: ANN401
    if len(names) != 1:
        raise QueryError(
            f"rows of {len(names)} columns cannot be single values",
            hint="select one column, or take the rows as dict or tuple",
        )
    return list(_checked(names[0], [row[0] for row in rows], value_type_of(into)))


def _checked(name: str, column: Sequence[Any], value_type: ValueType) -> Sequence[Any]:
    """The values of a column as the program has them.

    Raises:
        QueryError: They are of another type than was said, or NULL where that was not.
    """
    if value_type.python is None or value_type is ANY_VALUE:
        return column
    decode, as_is = value_type.decode, value_type.as_is
    if as_is is not None and decode is not None:
        named = naming(decode, name)
        column = [one if type(one) is as_is else named(one) for one in column]
        decode = None
    for kind in set(map(type, column)) - value_type.allows:
        if kind is type(None):
            if not value_type.nullable:
                raise QueryError(
                    f'column "{name}" has a NULL where {value_type.python.__name__} is needed',
                    hint="allow None in the field's annotation, or write coalesce(...)",
                )
        elif decode is None and not _fits(kind, value_type.python):
            raise QueryError(
                f'column "{name}" has values of type {kind.__name__}, '
                f"not {value_type.python.__name__}",
                hint="say the type that it has, or cast it in SQL",
            )
    return column if decode is None else [None if one is None else decode(one) for one in column]


def _fits(kind: type, wanted: type) -> bool:
    return issubclass(kind, wanted) and not (kind is bool and wanted is int)
