"""Columns: how they are declared in a class, and what ``Book.title`` is."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Literal, TypeVar, overload

from ferrule_core.catalog.types import TypeRef
from ferrule_core.errors import ModelError, QueryError
from ferrule_core.mapping.expressions import Assignment, Expr
from ferrule_core.mapping.missing import MISSING, Missing
from ferrule_core.mapping.model_columns import ColumnOptions, ModelColumn
from ferrule_core.mapping.operands import Operand, Unresolved, node_of, paths_of
from ferrule_core.mapping.specifiers import generated, identity, server_default, version_column
from ferrule_core.sql.nodes import ColumnRef

if TYPE_CHECKING:
    from ferrule_core.mapping.indexes import ObjectName
    from ferrule_core.mapping.paths import Path

__all__ = [
    "MISSING",
    "Column",
    "ColumnOptions",
    "Missing",
    "ModelColumn",
    "column",
    "generated",
    "identity",
    "server_default",
    "version_column",
]

T = TypeVar("T")
V = TypeVar("V")


class Column(Expr[T]):
    """A column of a model: ``Book.title`` is one, ``book.title`` is its value.

    In the class body it is an annotation, ``title: Column[str]``, with ``column(...)`` and its kin
    for whatever else there is to say.
    """

    __slots__ = ("attribute", "name", "origin", "written")

    def __init__(self, path: Path, column: ModelColumn, source: tuple[Path, str]) -> None:
        at, name = source
        super().__init__(ColumnRef(at.alias, name), at.reached, column.compared_type)
        self.origin = path
        self.attribute = column.attribute
        self.name = column.name
        self.written = column.written

    if TYPE_CHECKING:

        @overload
        def __get__(self, instance: None, owner: type[Any], /) -> Column[T]: ...
        @overload
        def __get__(self, instance: object, owner: type[Any], /) -> T: ...
        def __get__(self, instance: object, owner: type[Any], /) -> Column[T] | T: ...

        def __set__(self, instance: object, value: T, /) -> None: ...

    def set(self, value: T | Expr[T], /) -> Assignment:
        """Its new value, for ``update``: a value, or an expression of the row that is updated."""
        if self.origin.parent is not None:
            raise QueryError(
                f'"{self.attribute}" belongs to a related row',
                hint="update the model that it belongs to",
            )
        if isinstance(value, Unresolved):
            return Assignment(self, value)
        value_type = self.origin.table.columns[self.attribute].value_type
        node = node_of(value, self.written)
        return Assignment(self, Operand(node, paths_of(value), value_type))

    def __repr__(self) -> str:
        return f"<column {self.origin}.{self.attribute}>"


# A specifier's parameters are what it can say, and a checker reads its call, not a dictionary.
# The first overloads say that no constructor needs a column that is filled by itself; those with
# validators or choices, that these are about values of the column.


@overload
def column(
    *,
    auto_now: Literal[True],
    name: str | None = ...,
    type: TypeRef | None = ...,
    index: bool = ...,
    comment: str | None = ...,
    init: Literal[False] = ...,
) -> Any: ...  # noqa: ANN401
@overload
def column(
    *,
    auto_now_add: Literal[True],
    name: str | None = ...,
    type: TypeRef | None = ...,
    index: bool = ...,
    comment: str | None = ...,
    init: Literal[False] = ...,
) -> Any: ...  # noqa: ANN401
@overload
def column(
    *,
    auto_actor: Literal[True],
    name: str | None = ...,
    type: TypeRef | None = ...,
    index: bool = ...,
    comment: str | None = ...,
    init: Literal[False] = ...,
) -> Any: ...  # noqa: ANN401
@overload
def column(
    *,
    auto_actor_add: Literal[True],
    name: str | None = ...,
    type: TypeRef | None = ...,
    index: bool = ...,
    comment: str | None = ...,
    init: Literal[False] = ...,
) -> Any: ...  # noqa: ANN401
@overload
def column(
    *,
    name: str | None = ...,
    type: TypeRef | None = ...,
    primary_key: bool = ...,
    unique: bool = ...,
    index: bool = ...,
    default: Any = ...,  # noqa: ANN401
    default_factory: Callable[[], Any] | None = ...,
    check: str | None = ...,
    collation: ObjectName | None = ...,
    comment: str | None = ...,
) -> Any: ...  # noqa: ANN401
@overload
def column(
    *,
    choices: Iterable[V],
    default: None,
    validators: Iterable[Callable[[V], object]] = ...,
    name: str | None = ...,
    type: TypeRef | None = ...,
    unique: bool = ...,
    index: bool = ...,
    check: str | None = ...,
    collation: ObjectName | None = ...,
    comment: str | None = ...,
) -> Column[V | None]: ...
@overload
def column(
    *,
    choices: Iterable[V],
    validators: Iterable[Callable[[V], object]] = ...,
    name: str | None = ...,
    type: TypeRef | None = ...,
    primary_key: bool = ...,
    unique: bool = ...,
    index: bool = ...,
    default: V = ...,
    default_factory: Callable[[], V] | None = ...,
    check: str | None = ...,
    collation: ObjectName | None = ...,
    comment: str | None = ...,
) -> Column[V]: ...
@overload
def column(
    *,
    validators: Iterable[Callable[[V], object]],
    default: None,
    name: str | None = ...,
    type: TypeRef | None = ...,
    unique: bool = ...,
    index: bool = ...,
    check: str | None = ...,
    collation: ObjectName | None = ...,
    comment: str | None = ...,
) -> Column[V | None]: ...
@overload
def column(
    *,
    validators: Iterable[Callable[[V], object]],
    name: str | None = ...,
    type: TypeRef | None = ...,
    primary_key: bool = ...,
    unique: bool = ...,
    index: bool = ...,
    default: V = ...,
    default_factory: Callable[[], V] | None = ...,
    check: str | None = ...,
    collation: ObjectName | None = ...,
    comment: str | None = ...,
) -> Column[V]: ...
def column(  # noqa: PLR0913
    *,
    name: str | None = None,
    type: TypeRef | None = None,  # noqa: A002 - the spelling that users know
    primary_key: bool = False,
    unique: bool = False,
    index: bool = False,
    default: Any = MISSING,
    default_factory: Callable[[], Any] | None = None,
    check: str | None = None,
    collation: ObjectName | None = None,
    comment: str | None = None,
    choices: Iterable[Any] = (),
    validators: Iterable[Callable[[Any], object]] = (),
    auto_now: bool = False,
    auto_now_add: bool = False,
    auto_actor: bool = False,
    auto_actor_add: bool = False,
    init: Literal[False] = False,  # noqa: ARG001 - for checkers: no constructor takes it
) -> Any:
    """Say more of a column than its annotation does.

    Args:
        name: Name in the table, where the attribute cannot be called so: a column ``class``.
        type: The SQL type, where the annotation leaves a choice: ``types.Numeric(10, 2)``.
        primary_key: Whether it is the key, or a part of it, in the order of the class.
        unique: A unique constraint over this column alone.
        index: An index over this column alone.
        default: Value that Python gives to a new instance; each gets its own copy.
        default_factory: Called for each new instance.
        check: A condition in SQL.
        collation: Name of the collation; of one of your own, schema and name.
        comment: Kept in the database.
        choices: The only values that are written, beside ``None`` where the column allows it.
        validators: Called with each value before it is written, never with ``None``; they raise
            ``ValueError`` for those that are wrong, and may be asynchronous.
        auto_now: Each insert and update of the row puts the server's ``now()`` there.
        auto_now_add: Each insert puts it there.
        auto_actor: Each insert and update puts there who acts, as ``acting_as(...)`` says.
        auto_actor_add: Each insert puts it there.
        init: For type checkers only: no constructor takes a column that is filled by itself.

    Raises:
        ModelError: The column would be filled in several ways, or choices are no values.
    """
    if default is not MISSING and default_factory is not None:
        raise ModelError("a column has a default or a default_factory, not both")
    if default is not MISSING and callable(default):
        raise ModelError(
            f"the default of a column is a value, and {default!r} is called for one",
            hint="write default_factory=...",
        )
    options = ColumnOptions(
        name=name,
        type=type,
        primary_key=primary_key,
        unique=unique,
        index=index,
        default=default,
        default_factory=default_factory,
        check=check,
        collation=collation,
        comment=comment,
        choices=_several("choices", choices),
        validators=_several("validators", validators),
        auto_now=auto_now,
        auto_now_add=auto_now_add,
        auto_actor=auto_actor,
        auto_actor_add=auto_actor_add,
    )
    if options.stamped:
        _refuse_other_fillings(options)
    return options


def _several(what: str, given: Iterable[Any]) -> tuple[Any, ...]:
    if isinstance(given, str | bytes):
        raise ModelError(f"{what} of a column are a list, not a text", hint=f"{what}=[...]")
    return tuple(given)


def _refuse_other_fillings(options: ColumnOptions) -> None:
    if options.auto_now and options.auto_now_add:
        raise ModelError("a column has auto_now or auto_now_add, not both")
    if options.auto_actor and options.auto_actor_add:
        raise ModelError("a column has auto_actor or auto_actor_add, not both")
    actor = options.auto_actor or options.auto_actor_add
    if actor and (options.auto_now or options.auto_now_add):
        raise ModelError("a column gets the time or who acts, not both")
    if options.default is not MISSING or options.default_factory is not None:
        what = "who acts" if actor else "the time"
        raise ModelError(f"a column that gets {what} has no other default")
