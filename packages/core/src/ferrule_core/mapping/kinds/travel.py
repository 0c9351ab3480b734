"""How values of our own classes travel: checked before they are sent, and read as they are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from typing import Any, cast

from ferrule_core.catalog.types import PG_CATALOG, TypeRef
from ferrule_core.errors import ModelError, ValueRefused
from ferrule_core.mapping.kinds.bits import Bits
from ferrule_core.mapping.kinds.equality import FIGURES, Equality
from ferrule_core.mapping.kinds.geometry import Point
from ferrule_core.mapping.kinds.spans import Multirange, Range
from ferrule_core.mapping.value_types import ValueType

_MEANT: Mapping[type, str] = {int: "int8", Decimal: "num", date: "date", datetime: "tstz"}
"""What ranges of a class mean where no type is said."""

_SUBTYPES: Mapping[str, str] = {
    "int4": "int4",
    "int8": "int8",
    "num": "numeric",
    "ts": "timestamp",
    "tstz": "timestamptz",
    "date": "date",
}


def range_type(kind: type[Any], *bound: object) -> ValueType:
    """Ranges, or multiranges, of what stands in their brackets."""
    from ferrule_core.mapping.annotations import value_type_of  # which knows this one

    ends = value_type_of(bound[0]) if bound else ValueType()
    of = "multirange" if kind is Multirange else "range"
    meant = _MEANT.get(ends.python) if ends.python is not None else None
    stored = None if meant is None else TypeRef(PG_CATALOG, f"{meant}{of}")
    return ValueType(kind, stored=stored, inner=ends, held=partial(_held_range, kind, ends))


def _held_range(kind: type[Any], ends: ValueType, stored: TypeRef | None) -> ValueType:
    """The same, held to what ranges of the type ``stored`` are made of."""
    from ferrule_core.mapping.exact import exact_type  # which asks for this

    subtype = None
    if stored is not None and stored.builtin:
        name = stored.name.removesuffix("range").removesuffix("multi")
        if name not in _SUBTYPES:
            raise _not_of(kind, stored)
        subtype = TypeRef(PG_CATALOG, _SUBTYPES[name])
    inner = exact_type(ends, subtype)

    def send(value: object) -> object:
        if not isinstance(value, kind):
            raise ValueRefused(
                f"a {kind.__name__} cannot be made of a value of type {type(value).__name__}",
                hint="write Range(first, last) of it" if kind is Range else None,
            )
        if isinstance(value, Multirange):
            return Multirange(*(_send(one, inner) for one in cast("Any", value).ranges))
        return _send(cast("Range[Any]", value), inner)

    return ValueType(kind, encode=send, stored=stored, inner=inner)


def _send(value: Range[Any], inner: ValueType) -> Range[Any]:
    if inner.encode is None:
        return value
    lower, upper = inner.send(value.lower), inner.send(value.upper)
    if lower is value.lower and upper is value.upper:
        return value
    return Range(lower, upper, value.bounds)


def bits_type() -> ValueType:
    """Strings of bits."""
    return _plain(Bits, "varbit", ("bit", "varbit"), lambda value: value)


def figure_type(kind: type[Any], name: str) -> ValueType:
    """Figures of the plane, all of whose numbers are floats when they are sent."""
    return _plain(kind, name, (name,), _with_floats, FIGURES[name])


def _plain(
    kind: type[Any],
    name: str,
    names: tuple[str, ...],
    send: Callable[[Any], object],
    equality: Equality | None = None,
) -> ValueType:
    def encode(value: object) -> object:
        if isinstance(value, kind):
            return send(value)
        raise ValueRefused(
            f"a {kind.__name__} cannot be made of a value of type {type(value).__name__}"
        )

    def held(stored: TypeRef | None) -> ValueType:
        if stored is not None and stored.builtin and stored.name not in names:
            raise _not_of(kind, stored)
        return replace(made, stored=stored or made.stored, held=None)

    meant = TypeRef(PG_CATALOG, name)
    made = ValueType(kind, encode=encode, stored=meant, equality=equality, held=held)
    return made


def _with_floats(figure: Any) -> Any:  # noqa: ANN401 - any of them
    """The figure, with floats where it has other numbers."""
    if not any(type(getattr(figure, part.name)) is not float for part in fields(figure)):
        return figure
    return type(figure)(*(_floats(getattr(figure, part.name)) for part in fields(figure)))


def _floats(part: Any) -> Any:  # noqa: ANN401 - of a figure
    from ferrule_core.mapping.exact import exact_float  # which asks for this module's

    if isinstance(part, tuple):
        points: tuple[Any, ...] = cast("Any", part)
        return tuple(_floats(one) for one in points)
    if isinstance(part, Point):
        return _with_floats(part)
    return part if isinstance(part, bool) else exact_float(part)


def _not_of(kind: type[Any], stored: TypeRef) -> ModelError:
    return ModelError(
        f"a column of the type {stored} holds no {kind.__name__}",
        hint="say the type that it has, or annotate another class",
    )
