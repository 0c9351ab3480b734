"""The class behind every model: columns leave the class, instances are plain objects."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, Literal, TypeVar, cast, dataclass_transform

from ferrule_core.errors import ModelError, NotLoaded
from ferrule_core.mapping.columns import column, generated
from ferrule_core.mapping.constraints import TableConstraint
from ferrule_core.mapping.constructor import make_constructor
from ferrule_core.mapping.declaration import Declaration, read_body
from ferrule_core.mapping.indexes import TableIndex
from ferrule_core.mapping.model_table import KeysOnlyTable, ModelTable
from ferrule_core.mapping.registry import REGISTRY
from ferrule_core.mapping.relation_path import attribute_of
from ferrule_core.mapping.relations import (
    foreign_key,
    inverse_foreign_key,
    inverse_one_to_one,
    many_to_many,
)
from ferrule_core.mapping.reprs import shown_instance
from ferrule_core.mapping.reserved import refuse_unusable
from ferrule_core.mapping.scope import Scope
from ferrule_core.mapping.states import HASH, State, restore, state_of
from ferrule_core.mapping.validators import refuse_unknown, validators_in

if TYPE_CHECKING:
    from ferrule_core.mapping.columns import ModelColumn
    from ferrule_core.mapping.layouts import Layout

V = TypeVar("V")


@dataclass_transform(
    eq_default=False,
    kw_only_default=True,
    field_specifiers=(
        column,
        generated,
        foreign_key,
        inverse_foreign_key,
        inverse_one_to_one,
        many_to_many,
    ),
)
class ModelMeta(type):
    """Makes models: takes columns and relations out of the class body and serves them itself.

    A descriptor on the class would make each attribute of each instance three times slower to read
    and twice as slow to load, so ``Book.title`` comes from here.
    """

    __table__: ModelTable

    if not TYPE_CHECKING:  # a checker would take it as leave to read any attribute

        def __new__(
            metacls: type[ModelMeta],
            name: str,
            bases: tuple[type, ...],
            namespace: dict[str, Any],
            **options: Any,  # noqa: ANN401 - the keywords of the class statement
        ) -> type:
            """Make the class of a model."""
            return _make_class(metacls, name, bases, namespace, **options)

        def __init__(
            cls,
            name: str,
            bases: tuple[type, ...],
            namespace: dict[str, Any],
            **_: Any,  # noqa: ANN401
        ) -> None:
            super().__init__(name, bases, namespace)

        def __getattr__(cls, attribute: str) -> Any:  # noqa: ANN401
            return attribute_of(cls.__table__.path, attribute)

    def __dir__(cls) -> Iterable[str]:
        return [*super().__dir__(), *cls.__table__.columns, *cls.__table__.relations]


def _make_class(
    metacls: type[ModelMeta],
    name: str,
    bases: tuple[type, ...],
    namespace: dict[str, Any],
    **options: Any,  # noqa: ANN401 - the keywords of the class statement
) -> type:
    """Make the class of a model; two frames up is the function that the statement stands in."""
    inside = "<locals>" in namespace["__qualname__"]
    local_names = dict(sys._getframe(2).f_locals) if inside else {}  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
    declared = read_body(name, namespace, Scope(namespace["__module__"], local_names))
    for attribute in [*declared.columns, *declared.relations]:
        refuse_unusable(attribute, name, bases, metacls)
    cls = cast("type[Mapped]", type.__new__(metacls, name, bases, namespace))
    table = _make_table(cls, declared, namespace, **options)
    refuse_unknown(table)
    cls.__table__ = table
    if not table.abstract:
        cast("Any", cls).__layout__ = table.layout
        REGISTRY.add(table)
    return cls


def _make_table(  # noqa: PLR0913 - the keywords of the class statement
    cls: type[Mapped],
    declared: Declaration,
    body: Mapping[str, object],
    *,
    table: str | None = None,
    schema: str | None = None,
    database: str | None = None,
    comment: str | None = None,
    abstract: bool = False,
    fetchable: bool = True,
) -> ModelTable:
    inherited = [base.__table__ for base in cls.__bases__ if isinstance(base, ModelMeta)]
    extended = next((base for base in inherited if not base.abstract), None)
    if table is None and extended is not None and not abstract:
        table, schema, comment = extended.name, extended.schema, comment or extended.comment
    if table is None and inherited and not abstract:
        raise ModelError(
            f"{cls.__name__} does not say which table it is for",
            hint=f'write class {cls.__name__}(Model, table="..."), or abstract=True for a class '
            "that only others inherit from",
        )
    databases = [base.database for base in inherited if base.database is not None]
    return (ModelTable if fetchable else KeysOnlyTable)(
        cls,
        name=table or "",
        schema=schema,
        database=database or next(iter(databases), None),
        columns=_merged([base.columns for base in inherited], declared.columns),
        relations=_merged([base.relations for base in inherited], declared.relations),
        comment=comment,
        constraints=cls.__constraints__,
        indexes=cls.__indexes__,
        validators=validators_in(cls.__bases__, [base.validators for base in inherited], body),
    )


def _merged(inherited: list[dict[str, V]], own: dict[str, V]) -> dict[str, V]:
    merged: dict[str, V] = {}
    for members in [*reversed(inherited), own]:
        merged.update(members)
    return merged


class Mapped(metaclass=ModelMeta):
    """What every model is, before there is a database: columns, relations, values, key.

    Attributes:
        __table__: What the class says about its table.
        __layout__: Which columns the instance was loaded with, and where they stand in ``__row__``.
        __row__: The row as the driver made it, or ``None`` for an instance that is in no table yet.
            What differs from it has been changed.
        __written__: Gives the columns that the instance has values for, which a new row would get.
        __constraints__: Constraints over several columns.
        __indexes__: Indexes over several columns or expressions.
        __deleted_at__: The attribute that says when a row was marked as deleted, where rows are.
        __relation_kind__: What stands behind it in the database.
        __definition__: The query of a view, in SQL.
        __view_options__: What stands in ``WITH (...)`` of a view.
        __read_only__: Whether queries refuse to write rows.
    """

    __constraints__: ClassVar[tuple[TableConstraint, ...]] = ()
    __indexes__: ClassVar[tuple[TableIndex, ...]] = ()
    __deleted_at__: ClassVar[str | None] = None
    __relation_kind__: ClassVar[Literal["table", "view", "materialized view"]] = "table"
    __definition__: ClassVar[str | None] = None
    __view_options__: ClassVar[Mapping[str, str]] = MappingProxyType({})
    __read_only__: ClassVar[bool] = False

    if TYPE_CHECKING:

        def __init_subclass__(
            cls,
            *,
            table: str = ...,
            schema: str = ...,
            database: str = ...,
            comment: str = ...,
            abstract: bool = ...,
            fetchable: bool = ...,
        ) -> None: ...

        # Annotated attributes would be parameters of the constructor.
        @property
        def __layout__(self) -> Layout: ...
        @__layout__.setter
        def __layout__(self, layout: Layout) -> None: ...
        def __written__(self) -> Sequence[ModelColumn]: ...
        @property
        def __row__(self) -> Any: ...  # noqa: ANN401 - the driver's row
        @__row__.setter
        def __row__(self, row: Any) -> None: ...  # noqa: ANN401

    else:
        __row__ = None

        def __init__(self, /, **values: Any) -> None:  # noqa: ANN401
            cls = type(self)
            cls.__table__.source("")
            cls.__init__ = make_constructor(cls.__table__)
            cls.__init__(self, **values)

        def __getattr__(self, attribute: str) -> Any:  # noqa: ANN401
            row = self.__row__
            if row is not None:
                late = self.__layout__.late.get(attribute)
                if late is not None:
                    place, own = late
                    value = own(row[place])
                    setattr(self, attribute, value)
                    return value
            raise _not_there(self, attribute)

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if not isinstance(other, Mapped) or type(self).__table__ is not type(other).__table__:
            return NotImplemented
        key = key_of(self)
        return key is not None and key == key_of(other)

    def __hash__(self) -> int:
        """That of the key, or of the object while there is none; it stays what it was first.

        So an instance that is in a set is found there after it was saved, or got another key.
        """
        kept: int | None = vars(self).get(HASH)
        if kept is None:
            key = key_of(self)
            kept = object.__hash__(self) if key is None else hash((type(self).__table__.name, key))
            vars(self)[HASH] = kept
        return kept

    def __repr__(self) -> str:
        return shown_instance(self)

    def __getstate__(self) -> State:
        return state_of(self)

    def __setstate__(self, state: State) -> None:
        restore(self, state)


class Writable(Mapped, abstract=True):
    """What checkers let queries write: all models but views."""


def key_of(instance: Mapped) -> tuple[object, ...] | None:
    """The values of the primary key; ``None`` while one is missing."""
    values = vars(instance)
    key = tuple(values.get(column.attribute) for column in type(instance).__table__.primary_key)
    return None if not key or None in key else key


def _not_there(instance: Mapped, attribute: str) -> Exception:
    """The error for an attribute that the instance does not have, which says how to load it."""
    table = type(instance).__table__
    name = table.model_name
    if attribute.startswith("__"):  # Python asks for what a class may say of copying
        return AttributeError(f"{name} has no {attribute}", name=attribute, obj=instance)
    if attribute in table.relations:
        return NotLoaded(
            f'relation "{attribute}" of this {name} was not loaded',
            hint=f"load it with the query by include({name}.{attribute}), "
            f"or now by await instance.fetch({name}.{attribute})",
        )
    if attribute not in table.columns:
        unknown = table.path.unknown(attribute)
        return AttributeError(f"{unknown.message} ({unknown.hint})", name=attribute, obj=instance)
    if instance.__row__ is None:
        return NotLoaded(
            f'column "{attribute}" of this {name} has no value yet',
            hint="the server gives it one when the instance is saved",
        )
    return NotLoaded(
        f'column "{attribute}" of this {name} was not loaded',
        hint="leave it out of defer(), or name it in only(); await instance.refresh() loads it now",
    )
