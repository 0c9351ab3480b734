"""Columns: how they are declared in a class, and what ``Book.title`` is."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, TypeVar, overload

from ferrule_core.catalog.columns import Generated, Identity, SequenceOptions
from ferrule_core.catalog.types import TypeRef
from ferrule_core.deferred import dataclass
from ferrule_core.errors import ModelError, QueryError
from ferrule_core.mapping.annotations import allows_none, value_type_of
from ferrule_core.mapping.exact import exact_type, limited, named, stored_limit
from ferrule_core.mapping.expressions import Assignment, Expr
from ferrule_core.mapping.json_values import JsonValue
from ferrule_core.mapping.missing import MISSING
from ferrule_core.mapping.operands import Operand, Unresolved, node_of, paths_of
from ferrule_core.mapping.typed_documents import holds_documents, typed_document
from ferrule_core.mapping.value_types import ValueType
from ferrule_core.sql.nodes import ColumnRef

if TYPE_CHECKING:
    from ferrule_core.mapping.indexes import ObjectName
    from ferrule_core.mapping.paths import Path
    from ferrule_core.mapping.scope import Scope

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnOptions:
    """What a class says about one of its columns beside the annotation."""

    name: str | None = None
    type: TypeRef | None = None
    primary_key: bool = False
    unique: bool = False
    index: bool = False
    default: object = MISSING
    default_factory: Callable[[], object] | None = None
    server_default: str | None = None
    identity: Identity | None = None
    sequence: str | None = None
    generated: Generated | None = None
    check: str | None = None
    collation: ObjectName | None = None
    comment: str | None = None
    auto_now: bool = False
    auto_now_add: bool = False
    version: bool = False

    @property
    def filled_by_server(self) -> bool:
        """Whether an insert may leave the column out, because the server then fills it."""
        return (
            self.auto_now
            or self.auto_now_add
            or self.server_default is not None
            or self.identity is not None
            or self.generated is not None
        )


class ModelColumn:
    """One column of a model, by the name of its attribute and by its name in the table."""

    def __init__(
        self, place: str, annotation: object, options: ColumnOptions, scope: Scope
    ) -> None:
        attribute = place.rpartition(".")[2]
        self._place = place
        self.attribute = attribute
        self.name = attribute if options.name is None else options.name
        self.options = options
        self._annotation = annotation
        self._scope = scope

    @cached_property
    def annotation(self) -> object:
        """What stands in ``Column[...]``.

        Raises:
            ModelError: It names something that cannot be found from the class's module.
        """
        try:
            evaluated = self._scope.evaluate(self._annotation)
        except NameError as error:
            raise ModelError(
                f'the annotation of {self._place} names "{error.name}", '
                f'which "{self._scope.module}" does not know at run time',
                hint="import it outside of `if TYPE_CHECKING:`",
            ) from error
        return evaluated.__args__[0]

    @property
    def nullable(self) -> bool:
        """Whether the annotation says ``None``; that of any JSON does by its text only."""
        if self.annotation == JsonValue and isinstance(self._annotation, str):
            return allows_none(self._annotation.partition("[")[2].rpartition("]")[0])
        return allows_none(self.annotation)

    @cached_property
    def value_type(self) -> ValueType:
        """How its values travel."""
        declared = self.options.type
        if holds_documents(self.annotation, declared):
            found = typed_document(self.annotation, declared)
        else:
            found = exact_type(value_type_of(self.annotation), declared)
        return named(found, self.attribute)

    @cached_property
    def written(self) -> ValueType:
        """How its values travel into the table: held to the length and precision of its type."""
        limit = stored_limit(self.options.type)
        if limit is None:
            return self.value_type
        return named(
            limited(exact_type(value_type_of(self.annotation), self.options.type), limit),
            self.attribute,
        )

    @property
    def compared_type(self) -> ValueType:
        """How values travel that the server compares with its own."""
        return self.value_type.compared or self.value_type

    def __repr__(self) -> str:
        return f"<column {self.name!r} as {self.attribute!r}>"


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
# The first two overloads say that no constructor needs a column that gets the time.


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
    auto_now: bool = False,
    auto_now_add: bool = False,
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
        auto_now: Each insert and update of the row puts the server's ``now()`` there.
        auto_now_add: Each insert puts it there.
        init: For type checkers only: no constructor takes a column that gets the time.

    Raises:
        ModelError: The column would be filled in several ways.
    """
    if default is not MISSING and default_factory is not None:
        raise ModelError("a column has a default or a default_factory, not both")
    if auto_now or auto_now_add:
        if auto_now and auto_now_add:
            raise ModelError("a column has auto_now or auto_now_add, not both")
        if default is not MISSING or default_factory is not None:
            raise ModelError("a column that gets the time has no other default")
    return ColumnOptions(
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
        auto_now=auto_now,
        auto_now_add=auto_now_add,
    )


def version_column(
    *,
    name: str | None = None,
    type: TypeRef | None = None,  # noqa: A002
    comment: str | None = None,
) -> Any:  # noqa: ANN401
    """A number that each update of the row counts up, by which writers notice each other.

    ``version: Column[int] = version_column()``. It begins at 1. An instance is saved and deleted
    only where the row still has the number that it was read with; else ``StaleObject`` is raised.

    Args:
        name: Name in the table, where the attribute cannot be called so.
        type: ``types.Integer()``, where it is not ``bigint``.
        comment: Kept in the database.
    """
    return ColumnOptions(name=name, type=type, default=1, comment=comment, version=True)


def identity(  # noqa: PLR0913
    *,
    name: str | None = None,
    type: TypeRef | None = None,  # noqa: A002
    primary_key: bool = True,
    always: bool = False,
    options: SequenceOptions | None = None,
    sequence: str | None = None,
    comment: str | None = None,
) -> Any:  # noqa: ANN401
    """A number that the server counts up.

    Args:
        name: Name in the table, where the attribute cannot be called so.
        type: ``types.Integer()``, where it is not ``bigint``.
        primary_key: Whether it is the key, or a part of it.
        always: Refuse values of the caller.
        options: How the sequence counts.
        sequence: Name of the sequence, where the server is not to choose it.
        comment: Kept in the database.
    """
    return ColumnOptions(
        name=name,
        type=type,
        primary_key=primary_key,
        identity=Identity(always=always, options=options or SequenceOptions()),
        sequence=sequence,
        comment=comment,
    )


def server_default(  # noqa: PLR0913
    sql: str,
    *,
    name: str | None = None,
    type: TypeRef | None = None,  # noqa: A002
    primary_key: bool = False,
    unique: bool = False,
    index: bool = False,
    check: str | None = None,
    collation: ObjectName | None = None,
    comment: str | None = None,
) -> Any:  # noqa: ANN401
    """A column that the server fills where the caller does not: ``server_default("now()")``.

    Args:
        sql: The default's expression, in SQL.
        name: Name in the table, where the attribute cannot be called so.
        type: The SQL type, where the annotation leaves a choice.
        primary_key: Whether it is the key, or a part of it.
        unique: A unique constraint over this column alone.
        index: An index over this column alone.
        check: A condition in SQL.
        collation: Name of the collation; of one of your own, schema and name.
        comment: Kept in the database.
    """
    return ColumnOptions(
        name=name,
        type=type,
        primary_key=primary_key,
        unique=unique,
        index=index,
        server_default=sql,
        check=check,
        collation=collation,
        comment=comment,
    )


def generated(  # noqa: PLR0913
    sql: str,
    *,
    name: str | None = None,
    type: TypeRef | None = None,  # noqa: A002
    storage: Literal["stored", "virtual"] = "stored",
    primary_key: bool = False,
    unique: bool = False,
    index: bool = False,
    collation: ObjectName | None = None,
    comment: str | None = None,
    init: Literal[False] = False,  # noqa: ARG001 - for checkers: no constructor takes it
) -> Any:  # noqa: ANN401
    """A column that the server computes from others, and nobody writes.

    Args:
        sql: The expression, in SQL.
        name: Name in the table, where the attribute cannot be called so.
        type: The SQL type, where the annotation leaves a choice.
        storage: ``virtual`` columns came with PostgreSQL 18.
        primary_key: Whether it is the key, or a part of it.
        unique: A unique constraint over this column alone.
        index: An index over this column alone.
        collation: Name of the collation; of one of your own, schema and name.
        comment: Kept in the database.
        init: For type checkers only.
    """
    return ColumnOptions(
        name=name,
        type=type,
        primary_key=primary_key,
        unique=unique,
        index=index,
        generated=Generated(expression=sql, storage=storage),
        collation=collation,
        comment=comment,
    )
