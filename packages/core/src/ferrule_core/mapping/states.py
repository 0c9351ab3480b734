"""What is pickled and copied of an instance: values and row, but neither layout nor table.

A driver's row may be of a class that cannot be pickled, and it holds the columns of joined rows
too. So the instance's own part of it travels as a tuple, with the names of its columns.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from ipaddress import (
    IPv4Address,
    IPv4Interface,
    IPv4Network,
    IPv6Address,
    IPv6Interface,
    IPv6Network,
)
from typing import TYPE_CHECKING, Any, TypeAlias, cast
from uuid import UUID

from ferrule_core.errors import ModelError
from ferrule_core.mapping.intervals import Interval, Span
from ferrule_core.mapping.json_values import JsonNull, WrittenFloat
from ferrule_core.mapping.layouts import Layout
from ferrule_core.mapping.moments import Beyond, Infinite

if TYPE_CHECKING:
    from ferrule_core.mapping.columns import ModelColumn
    from ferrule_core.mapping.mapped import Mapped
    from ferrule_core.mapping.model_table import ModelTable

HASH = "__hashed__"
"""Where an instance keeps its hash, once it was asked for; it is true in this process alone."""

_KNOWN = frozenset(
    {type(None), bool, int, float, str, bytes, Decimal, UUID, date, datetime, time, timedelta}
    | {IPv4Address, IPv4Interface, IPv4Network, IPv6Address, IPv6Interface, IPv6Network}
    | {Infinite, Beyond, Interval, Span, JsonNull, WrittenFloat}
)
"""Classes of Python's and of ours, whose values a driver gives and anybody can read."""


class Meant(tuple[Any]):
    """Stands in a row for a value of a driver's own class: what an instance has for it."""

    __slots__ = ()


State: TypeAlias = tuple[dict[str, Any], tuple[str, ...] | None, tuple[Any, ...]]
"""Attributes, and of an instance with a row: the names of its columns, and their values there."""


def state_of(instance: Mapped) -> State:
    """All that makes an instance."""
    values = {
        name: _plain(value)
        for name, value in vars(instance).items()
        if name not in ("__row__", "__layout__", HASH)
    }
    row = instance.__row__
    if row is None:
        return values, None, ()
    layout = instance.__layout__
    kept = [_kept(column, row[layout.positions[column.attribute]]) for column in layout.columns]
    return values, layout.attributes, tuple(kept)


def _plain(value: Any) -> object:  # noqa: ANN401 - anything
    """A value without its driver's class, where Python has the same: whoever reads it has Python's.

    asyncpg's UUID is a subclass. In a list it is replaced in place, since shallow copies share it.
    """
    if isinstance(value, UUID) and type(value) is not UUID:
        return UUID(int=value.int)
    if type(value) is list:
        items = cast("list[object]", value)
        for place, one in enumerate(items):
            plain = _plain(one)
            if plain is not one:
                items[place] = plain
    return cast("object", value)


def _kept(column: ModelColumn, value: object) -> object:
    value = _plain(value)
    if column.value_type.decode is None or _is_known(value):
        return value
    rows = _without_rows(value)
    return rows if _is_known(rows) else Meant((column.value_type.decode(value),))


def _is_known(value: Any) -> bool:  # noqa: ANN401 - the driver's
    """Whether all of it is of classes that are there without the driver."""
    kind = cast("Any", type(value))
    if kind is dict:
        return all(map(_is_known, value.values()))
    if kind is list:
        return all(map(_is_known, value))
    return kind in _KNOWN or hasattr(kind, "__value_type__")


def _without_rows(value: Any) -> object:  # noqa: ANN401 - the driver's
    """Values of composite types as dictionaries, as which they are sent."""
    if type(value) is list:
        return [_without_rows(one) for one in cast("list[object]", value)]
    if hasattr(value, "keys"):
        return {name: _without_rows(value[name]) for name in value.keys()}  # noqa: SIM118 - a row
    return _plain(value)


def restore(instance: Mapped, state: State) -> None:
    """Make an instance, new and empty, what another one was.

    Raises:
        ModelError: It had columns that the model no longer has.
    """
    values, names, kept = state
    vars(instance).update(values)
    if names is None:
        return
    table = type(instance).__table__
    layout = _layout_of(table, names)
    instance.__row__ = tuple(
        [
            column.value_type.send(value[0]) if type(value) is Meant else value
            for column, value in zip(layout.columns, kept, strict=True)
        ]
    )
    if layout is not table.layout:
        instance.__layout__ = layout


def _layout_of(table: ModelTable, names: tuple[str, ...]) -> Layout:
    """The layout of these columns, the same one each time: it has code that is written once."""
    if names == table.layout.attributes:
        return table.layout
    found = table.layouts.get(names)
    if found is None:
        unknown = [name for name in names if name not in table.columns]
        if unknown:
            raise ModelError(
                f'an instance was pickled with "{unknown[0]}", which {table.model_name} has not',
                hint="load the row again; pickles are for programs that have the same models",
            )
        found = Layout(table, tuple([table.columns[name] for name in names]))
        table.layouts[names] = found
    return found
