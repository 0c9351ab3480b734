"""Relations: how they are declared in a class. What they lead to is found when first used."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Generic, Literal, TypedDict, TypeVar, overload

from ferrule_core.catalog.actions import MatchType, ReferentialAction
from ferrule_core.deferred import dataclass
from ferrule_core.errors import ModelError
from ferrule_core.mapping.deferring import refuse_undeferrable

if TYPE_CHECKING:
    from typing import Unpack

    from ferrule_core.mapping.mapped import Mapped

    M = TypeVar("M", bound=Mapped)
else:
    M = TypeVar("M")

R = TypeVar("R")


class ForeignKey(Generic[R]):
    """The row that a row refers to: ``author: ForeignKey[Author] = foreign_key("author_id")``.

    ``Book.author`` leads to the columns of the related model, ``book.author`` is the loaded
    instance, and before it is loaded ``NotLoaded``. ``ForeignKey[Author | None]`` may be ``None``.
    Assigning another instance changes the columns of the key when the row is saved.
    """

    if TYPE_CHECKING:

        @overload
        def __get__(self: ForeignKey[M | None], instance: None, owner: type[Any], /) -> type[M]: ...
        @overload
        def __get__(self: ForeignKey[M], instance: None, owner: type[Any], /) -> type[M]: ...
        @overload
        def __get__(self, instance: object, owner: type[Any], /) -> R: ...
        def __get__(self, instance: object, owner: type[Any], /) -> Any: ...

        def __set__(self, instance: object, value: R, /) -> None: ...


class InverseForeignKey(Generic[M]):
    """The rows that refer to a row, declared by ``inverse_foreign_key("Book.author")``."""

    if TYPE_CHECKING:

        @overload
        def __get__(self, instance: None, owner: type[Any], /) -> type[M]: ...
        @overload
        def __get__(self, instance: object, owner: type[Any], /) -> Sequence[M]: ...
        def __get__(self, instance: object, owner: type[Any], /) -> Any: ...


class InverseOneToOne(Generic[M]):
    """The row that refers to a row, of which there is at most one, since its key is unique.

    ``profile: InverseOneToOne[Profile] = inverse_one_to_one("Profile.user")``; ``None`` where there
    is no such row.
    """

    if TYPE_CHECKING:

        @overload
        def __get__(self, instance: None, owner: type[Any], /) -> type[M]: ...
        @overload
        def __get__(self, instance: object, owner: type[Any], /) -> M | None: ...
        def __get__(self, instance: object, owner: type[Any], /) -> Any: ...


class ManyToMany(Generic[M]):
    """The rows that a junction table connects with a row."""

    if TYPE_CHECKING:

        @overload
        def __get__(self, instance: None, owner: type[Any], /) -> type[M]: ...
        @overload
        def __get__(self, instance: object, owner: type[Any], /) -> Sequence[M]: ...
        def __get__(self, instance: object, owner: type[Any], /) -> Any: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignKeyOptions:
    """What a class says of a foreign key. ``references`` is empty for the target's primary key."""

    columns: tuple[str, ...]
    references: tuple[str, ...] = ()
    name: str | None = None
    on_delete: ReferentialAction = "no action"
    on_delete_columns: tuple[str, ...] = ()
    on_update: ReferentialAction = "no action"
    match: MatchType = "simple"
    deferrable: bool = False
    initially_deferred: bool = False
    validated: bool = True
    enforced: bool = True
    period: bool = False
    constraint: bool = True
    comment: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InverseOptions:
    """What a class says of the other end of a foreign key: ``"Book.author"``."""

    via: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InverseOneOptions:
    """What a class says of the other end of a foreign key that is unique: ``"Profile.user"``."""

    via: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ManyToManyOptions:
    """What a class says of a many-to-many relation; names of the junction table's columns."""

    through: str
    schema: str | None = None
    columns: tuple[str, ...] = ()
    target_columns: tuple[str, ...] = ()


RelationOptions = ForeignKeyOptions | InverseOptions | InverseOneOptions | ManyToManyOptions


def foreign_key(  # noqa: PLR0913 - a specifier's parameters are what it can say
    *columns: str,
    references: Sequence[str] = (),
    name: str | None = None,
    on_delete: ReferentialAction = "no action",
    on_delete_columns: Sequence[str] = (),
    on_update: ReferentialAction = "no action",
    match: MatchType = "simple",
    deferrable: bool = False,
    initially_deferred: bool = False,
    validated: bool = True,
    enforced: bool = True,
    period: bool = False,
    constraint: bool = True,
    comment: str | None = None,
    init: Literal[False] = False,  # noqa: ARG001 - for checkers: no constructor takes it
) -> Any:  # noqa: ANN401 - the annotation says the type
    """The relation that columns of this model make.

    Args:
        columns: Attributes of this model, in the order of the columns that they refer to.
        references: Attributes of the other model; its primary key, where nothing is said.
        name: Name of the constraint; without one it gets that which the server would give.
        on_delete: What happens to this row when the other is deleted.
        on_delete_columns: Attributes that ``set null`` and ``set default`` touch, where that is
            not all of them (PostgreSQL 15).
        on_update: What happens to this row when the other's key changes.
        match: ``full`` refuses keys of which only a part is NULL.
        deferrable: Whether the constraint can wait for the end of the transaction.
        initially_deferred: Whether it does so unless told otherwise.
        validated: Whether rows that are there already met it too: false is ``NOT VALID``.
        enforced: Whether the server holds rows to it at all (PostgreSQL 18).
        period: Whether the last column, on either side, is a range that has to be covered by those
            of the other rows (PostgreSQL 18).
        constraint: False where the database has no such constraint, as for a view.
        comment: Kept in the database, with the constraint.
        init: For type checkers only: no constructor takes the relation.

    Raises:
        ModelError: No column is named, or the options have no meaning together.
    """
    return foreign_key_options(
        columns,
        tuple(references),
        on_delete_columns,
        name=name,
        on_delete=on_delete,
        on_update=on_update,
        match=match,
        deferrable=deferrable,
        initially_deferred=initially_deferred,
        validated=validated,
        enforced=enforced,
        period=period,
        constraint=constraint,
        comment=comment,
    )


class ForeignKeyKeywords(TypedDict, total=False):
    """What a foreign key can say beside its columns; ``foreign_key`` describes them."""

    name: str | None
    on_delete: ReferentialAction
    on_update: ReferentialAction
    match: MatchType
    deferrable: bool
    initially_deferred: bool
    validated: bool
    enforced: bool
    period: bool
    constraint: bool
    comment: str | None


def foreign_key_options(
    columns: tuple[str, ...],
    references: tuple[str, ...],
    on_delete_columns: Sequence[str] = (),
    **said: Unpack[ForeignKeyKeywords],
) -> ForeignKeyOptions:
    """What is said of a foreign key, if it has a meaning.

    Raises:
        ModelError: No column is named, or the options have no meaning together.
    """
    touched = tuple(on_delete_columns)
    made = ForeignKeyOptions(
        columns=columns, references=references, on_delete_columns=touched, **said
    )
    if not columns:
        raise ModelError("a foreign key needs the columns it is made of")
    refuse_undeferrable(deferrable=made.deferrable, initially_deferred=made.initially_deferred)
    if touched and made.on_delete not in ("set null", "set default"):
        raise ModelError(
            "a foreign key has on_delete_columns, and nothing is done to them",
            hint='write on_delete="set null" or on_delete="set default" too',
        )
    if unknown := [attribute for attribute in touched if attribute not in columns]:
        raise ModelError(f'on_delete_columns names "{unknown[0]}", which is not in the key')
    return made


def inverse_foreign_key(
    via: str,
    *,
    init: Literal[False] = False,  # noqa: ARG001 - for checkers: no constructor takes it
) -> Any:  # noqa: ANN401 - the annotation says the type
    """The other end of a foreign key.

    Args:
        via: Model and relation that make it, ``"Book.author"``.
        init: For type checkers only.

    Raises:
        ModelError: ``via`` does not name a model and a relation.
    """
    return InverseOptions(via=_checked(via))


def inverse_one_to_one(
    via: str,
    *,
    init: Literal[False] = False,  # noqa: ARG001 - for checkers: no constructor takes it
) -> Any:  # noqa: ANN401 - the annotation says the type
    """The other end of a foreign key whose columns are unique, so that at most one row has it.

    Args:
        via: Model and relation that make it, ``"Profile.user"``.
        init: For type checkers only.

    Raises:
        ModelError: ``via`` does not name a model and a relation.
    """
    return InverseOneOptions(via=_checked(via))


def _checked(via: str) -> str:
    model, _, relation = via.rpartition(".")
    if not model or not relation.isidentifier():
        raise ModelError(
            f'"{via}" does not name a foreign key', hint='name model and relation: "Book.author"'
        )
    return via


def many_to_many(
    *,
    through: str,
    schema: str | None = None,
    columns: Sequence[str] = (),
    target_columns: Sequence[str] = (),
    init: Literal[False] = False,  # noqa: ARG001
) -> Any:  # noqa: ANN401
    """The rows that a junction table connects with this one.

    Args:
        through: Name of the junction table, or of its model class.
        schema: Schema of the junction table; that of this model, where nothing is said.
        columns: Columns of the junction table that refer to this model. Where nothing is said: as
            the junction's model has it, else table and key of this model, ``book_id``.
        target_columns: The same for the other model.
        init: For type checkers only.
    """
    return ManyToManyOptions(
        through=through,
        schema=schema,
        columns=tuple(columns),
        target_columns=tuple(target_columns),
    )
