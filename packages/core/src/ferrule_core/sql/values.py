"""The form of the values that every query makes a dozen of."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import MISSING, Field, FrozenInstanceError, dataclass, field
from typing import Any, ClassVar, TypeVar, cast, dataclass_transform

T = TypeVar("T")

FROZEN = sys.flags.dev_mode


class _Fields:
    """What the functions of ``dataclasses`` ask a class for: worked out when it is asked."""

    def __get__(self, one: object, kind: type[Value]) -> dict[str, Field[Any]]:
        body = {"__annotations__": kind.__annotations__, **kind.field_defaults}
        plain: Any = dataclass(type(kind.__name__, (), body))
        fields: dict[str, Field[Any]] = plain.__dataclass_fields__
        kind.__dataclass_fields__ = fields
        return fields


class Value:
    """What values share: they are equal, and hashed, by their class and their fields.

    What dataclasses would write for each class stands here once, and the constructor of a class is
    written when it makes its first instance: a program uses few of the nodes that there are, and
    writing methods for all of them took more than half of the time to import them.
    """

    __slots__ = ()
    __match_args__: tuple[str, ...] = ()
    __dataclass_fields__: ClassVar[Any] = _Fields()
    field_defaults: ClassVar[dict[str, Any]] = {}

    def __init__(self, *arguments: object, **named: object) -> None:
        kind = next(kind for kind in type(self).__mro__ if "field_defaults" in vars(kind))
        if kind is Value:
            return  # a class that shares this form and has no fields
        constructor = _constructor(cast("type[Value]", kind))
        setattr(kind, "__init__", constructor)  # noqa: B010 - no method for a type checker to see
        constructor(self, *arguments, **named)

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and _fields(self) == _fields(other)

    def __hash__(self) -> int:
        return hash((type(self), *_fields(self)))

    def __repr__(self) -> str:
        names = self.__match_args__
        shown = (f"{name}={part!r}" for name, part in zip(names, _fields(self), strict=True))
        return f"{type(self).__name__}({', '.join(shown)})"

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), _fields(self)

    if FROZEN:

        def __setattr__(self, name: str, to: object) -> None:
            raise FrozenInstanceError(f"cannot assign to field {name!r}")

        def __delattr__(self, name: str) -> None:
            raise FrozenInstanceError(f"cannot delete field {name!r}")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def value(cls: type[T]) -> type[T]:
    """Make a class a frozen value with slots and a constructor; it inherits from ``Value``.

    It is frozen to type checkers always, and at run time in Python's development mode
    (``-X dev``). Refusing assignment at run time triples the cost of making a value: from 140 to
    455 ns for three fields on Python 3.13, and that was half of what building a query cost.
    """
    names = tuple(cls.__annotations__)
    body = {name: part for name, part in vars(cls).items() if name not in _REPLACED}
    defaults = {name: body.pop(name) for name in names if name in body}
    taken = [name for name in names if not _is_set_aside(defaults.get(name))]
    body |= {"__slots__": names, "__match_args__": tuple(taken), "field_defaults": defaults}
    return cast("type[T]", type(cls.__name__, cls.__bases__, body))


_REPLACED = frozenset(("__dict__", "__weakref__"))
"""What a class without slots has, and one with slots must not."""


def _is_set_aside(default: Any) -> bool:  # noqa: ANN401 - whatever a field has
    """Whether a field is no argument of the constructor."""
    return isinstance(default, Field) and not default.init


def _constructor(kind: type[Value]) -> Callable[..., None]:
    """Write ``__init__``, as dataclasses do."""
    assign = "set_field(self, {name!r}, {part})" if FROZEN else "self.{name} = {part}"
    scope: dict[str, Any] = {"set_field": object.__setattr__}
    parameters, lines = ["self"], ["pass"]
    for name in cast("tuple[str, ...]", kind.__slots__):
        default: Any = kind.field_defaults.get(name, MISSING)
        scope[f"_{name}"] = cast("Any", default).default if isinstance(default, Field) else default
        part = f"_{name}" if _is_set_aside(default) else name
        lines.append(assign.format(name=name, part=part))
        if part == name:
            parameters.append(name if default is MISSING else f"{name}=_{name}")
    code = f"def __init__({', '.join(parameters)}):\n " + "\n ".join(lines)
    exec(code, scope)  # noqa: S102 - the names are those of the fields, which are ours
    return cast("Callable[..., None]", scope["__init__"])


def _fields(one: Any) -> tuple[object, ...]:  # noqa: ANN401 - of one class with another value
    return tuple([getattr(one, name) for name in one.__match_args__])
