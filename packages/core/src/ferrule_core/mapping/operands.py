"""What stands on either side of an operator: expressions, and values of the caller."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Generic, TypeVar, cast

from ferrule_core.catalog.types import PG_CATALOG, TypeRef
from ferrule_core.errors import QueryError
from ferrule_core.mapping.value_types import INTEGER as INTEGER_VALUE
from ferrule_core.mapping.value_types import TEXT, ValueType
from ferrule_core.sql.nodes import Cast, Expression, FunctionCall, Param

if TYPE_CHECKING:
    from ferrule_core.mapping.paths import Path

T_co = TypeVar("T_co", covariant=True)

INTERVAL = TypeRef(PG_CATALOG, "interval")
INTEGER = TypeRef(PG_CATALOG, "int4")


class Operand:
    """A part of a statement, the relations that it reaches through, and the type of its values."""

    __slots__ = ("node", "paths", "value_type")

    node: Expression
    paths: tuple[Path, ...]
    value_type: ValueType | None

    def __init__(
        self,
        node: Expression,
        paths: tuple[Path, ...] = (),
        value_type: ValueType | None = None,
    ) -> None:
        self.node = node
        self.paths = paths
        self.value_type = value_type


class Subquery(Operand, Generic[T_co]):
    """One column of the rows of a query, for ``in_`` and its kin; ``Query.column`` makes it."""

    __slots__ = ()


class Unresolved(Operand):
    """What is known by names only, until it meets a model: ``Q``, ``F`` and what is made of them.

    See ``ferrule_core.mapping.deferred``.
    """

    __slots__ = ()


def paths_of(*values: object) -> tuple[Path, ...]:
    """The relations that these reach through, each once; plain values reach through none."""
    found: tuple[Path, ...] = ()
    for value in values:
        if isinstance(value, Operand) and value.paths is not found:
            found = tuple(dict.fromkeys((*found, *value.paths))) if found else value.paths
    return found


def operand(given: Operand) -> Operand:
    """What was given, where only an expression has a meaning.

    Raises:
        QueryError: It is something else, such as the name of a column.
    """
    if not isinstance(given, Operand):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise QueryError(
            f"a value of type {type(given).__name__} is no expression",
            hint="give a column, as Book.price, or what is computed of one",
        )
    return given


def node_of(value: object, like: ValueType | None) -> Expression:
    """The node for a value that meets one of the type ``like``."""
    if isinstance(value, Operand):
        return value.node
    return Param(value if like is None else like.send(value))


def list_of(values: object, like: ValueType | None) -> list[object]:
    """The values of a list, ready to be sent as one array.

    Raises:
        QueryError: It is a text, whose characters nobody means.
    """
    if isinstance(values, str | bytes) or not isinstance(values, Iterable):
        raise QueryError(
            f"a list of values is needed, not a value of type {type(values).__name__}",
            hint="write in_([value])",
        )
    items = cast("Iterable[object]", values)
    return list(items) if like is None else [like.send(item) for item in items]


def text_argument(value: object, what: str) -> str:
    """The argument of a text look-up.

    Raises:
        QueryError: It is no text.
    """
    if not isinstance(value, str):
        raise QueryError(f"{what} needs text, not a value of type {type(value).__name__}")
    TEXT.send(value)
    return value


def escape_like(text: str) -> str:
    """The text as a pattern that only the text itself fits."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def lowered(node: Expression) -> Expression:
    """``lower(node)``."""
    return FunctionCall("lower", (node,))


def as_interval(value: object) -> Expression:
    """A duration, said to be one: ``timestamptz - $1`` alone could as well mean a date."""
    return value.node if isinstance(value, Operand) else Param(value, INTERVAL)


def as_integer(value: object) -> Expression:
    """A small number that an operator takes whatever type of integer its other side has."""
    if isinstance(value, Operand):
        return Cast(value.node, INTEGER)
    return Param(INTEGER_VALUE.send(value), INTEGER)


def as_float(node: Expression) -> Expression:
    """The node as a double, so that a division of integers keeps its fraction."""
    return Cast(node, TypeRef(PG_CATALOG, "float8"))
