"""The form of the values that every query makes a dozen of."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from typing import TypeVar, cast, dataclass_transform

T = TypeVar("T")


class Value:
    """What values share: they are equal, and hashed, by their class and their fields.

    Methods that dataclasses would write for each class stand here once: writing and compiling
    them took half of the time to import all nodes, and none is on the path of a query.
    """

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and _fields(self) == _fields(other)

    def __hash__(self) -> int:
        return hash((type(self), *_fields(self)))

    def __repr__(self) -> str:
        names = _names(self)
        shown = (f"{name}={part!r}" for name, part in zip(names, _fields(self), strict=True))
        return f"{type(self).__name__}({', '.join(shown)})"


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def value(cls: type[T]) -> type[T]:
    """Make a class a frozen value with slots and a constructor; it inherits from ``Value``.

    It is frozen to type checkers always, and at run time in Python's development mode
    (``-X dev``). Refusing assignment at run time triples the cost of making a value: from 140 to
    455 ns for three fields on Python 3.13, and that was half of what building a query cost.
    """
    return dataclass(frozen=sys.flags.dev_mode, slots=True, eq=False, repr=False)(cls)


def _names(one: object) -> tuple[str, ...]:
    return cast("tuple[str, ...]", getattr(type(one), "__match_args__", ()))


def _fields(one: object) -> tuple[object, ...]:
    return tuple([getattr(one, name) for name in _names(one)])
