"""From what stands in ``Column[...]`` to how its values travel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from types import UnionType
from typing import (
    Annotated,
    Any,
    Literal,
    NewType,
    NotRequired,
    Required,
    Union,
    cast,
    get_args,
    get_origin,
)

from ferrule_core.mapping.json_values import DecimalJson, JsonNull, JsonValue
from ferrule_core.mapping.odd_times import split_odd
from ferrule_core.mapping.value_types import (
    ANY_VALUE,
    DECIMAL_JSON,
    JSON,
    ValueType,
    array_type,
    guarded,
    nullable,
    plain_type,
)


def value_type_of(annotation: Any) -> ValueType:  # noqa: ANN401, PLR0911 - one rule for each form
    """Read an evaluated annotation: ``str``, ``date | None``, ``list[Status]``, ``dict[str, Any]``.

    What is not understood is taken as any value at all, sent and read as it is.
    """
    if annotation == JsonValue:  # with ``None`` it is the same: JSON has a null
        return JSON
    if annotation == DecimalJson:
        return DECIMAL_JSON
    origin = get_origin(annotation)
    if origin is Union or origin is UnionType:
        return _union(get_args(annotation))
    if origin in (Annotated, NotRequired, Required):
        return value_type_of(get_args(annotation)[0])
    if origin is Literal:
        return plain_type(cast("Any", type(get_args(annotation)[0])))
    if isinstance(annotation, NewType):
        return value_type_of(cast("object", annotation.__supertype__))
    kind: Any = annotation if origin is None else origin
    travels = getattr(kind, "__value_type__", None)
    if travels is not None:
        return cast("ValueType", travels(*get_args(annotation)))
    if kind in (list, Sequence):
        element = get_args(annotation) or (Any,)
        inner = value_type_of(element[0])
        return array_type(inner if inner.element is None else inner.element)
    if not isinstance(kind, type) or kind is object or kind is Any:
        return ANY_VALUE
    return plain_type(kind)


def _union(members: tuple[object, ...]) -> ValueType:
    kinds = [member for member in members if member is not type(None)]
    times = split_odd(kinds)
    if times is not None:
        found = guarded(*times)
        return nullable(found) if len(kinds) < len(members) else found
    if JsonNull in kinds and len(kinds) > 1:
        others = tuple(member for member in members if member is not JsonNull)
        return replace(_union(others), allows=frozenset({JsonNull}))
    present = [value_type_of(member) for member in kinds]
    if len(present) == 1:
        return nullable(present[0]) if len(members) > 1 else present[0]
    return ValueType(
        nullable=type(None) in members, mutable=any(member.mutable for member in present)
    )


def allows_none(annotation: object) -> bool:
    """Whether ``None`` stands in the annotation, evaluated or as text."""
    if isinstance(annotation, str):
        return "None" in annotation.replace("|", " ").split() or "Optional[" in annotation
    while get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    return type(None) in get_args(annotation)


def dimensions_of(annotation: Any) -> int:  # noqa: ANN401 - as above
    """How deep lists stand in lists: two of ``list[list[int]] | None``."""
    present = [one for one in get_args(annotation) if one is not type(None)]
    if isinstance(annotation, NewType):
        return dimensions_of(cast("object", annotation.__supertype__))
    if get_origin(annotation) in (Annotated, Union, UnionType):
        return dimensions_of(present[0])
    if (get_origin(annotation) or annotation) not in (list, Sequence):
        return 0
    return 1 + (dimensions_of(present[0]) if present else 0)


def literals_of(annotation: object) -> tuple[object, ...]:
    """The values of ``Literal["draft", "live"]``, also with ``None``; of all else, none."""
    if get_origin(annotation) is Literal:
        return tuple(value for value in get_args(annotation) if value is not None)
    present = [one for one in get_args(annotation) if one is not type(None)]
    if get_origin(annotation) in (Union, UnionType) and len(present) == 1:
        return literals_of(present[0])
    return ()
