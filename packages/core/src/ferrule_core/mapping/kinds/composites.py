"""Composite types, each of which is a dataclass in Python."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cached_property
from typing import Annotated, Any, ClassVar, cast, dataclass_transform, get_args, get_origin

from ferrule_core.catalog.types import TypeRef
from ferrule_core.deferred import dataclass
from ferrule_core.errors import ModelError, ValueRefused
from ferrule_core.mapping.kinds.equality import Equality
from ferrule_core.mapping.kinds.refs import AttributeName, CompositeRef
from ferrule_core.mapping.scope import Scope
from ferrule_core.mapping.value_types import ValueType
from ferrule_core.sql.operators import Operator


@dataclass_transform(frozen_default=True)
class Composite:
    """A base of classes for composite types, which are frozen dataclasses.

    ``class Address(Composite, type="address", schema="shop"): street: str | None``. The fields have
    the order and the names of the type's attributes; ``Annotated[str, types.Varchar(9)]`` says the
    type of one where its class leaves a choice. An attribute of the server's can always be NULL.
    """

    __composite__: ClassVar[CompositeRef]

    def __init_subclass__(
        cls,
        *,
        type: str | None = None,  # noqa: A002 - the word that users know
        schema: str = "public",
        **options: Any,  # noqa: ANN401
    ) -> None:
        """Make the class a dataclass of the type that is named."""
        super().__init_subclass__(**options)
        if type is None and not hasattr(cls, "__composite__"):
            raise ModelError(
                f"{cls.__name__} does not say which type it is for",
                hint=f'write class {cls.__name__}(Composite, type="...", schema="...")',
            )
        if type is not None:
            cls.__composite__ = CompositeRef(schema, type)
        dataclasses.dataclass(frozen=True)(cls)

    @classmethod
    def __value_type__(cls) -> ValueType:
        def held(declared: TypeRef | None) -> ValueType:
            said = declared or cls.__composite__
            if said.builtin:
                raise ModelError(
                    f"a column of the type {said} holds no {cls.__name__}",
                    hint="a document is described by a dataclass, not by a Composite",
                )
            return composite_type(ValueType(cls), CompositeRef(said.schema, said.name))

        return replace(composite_type(ValueType(cls), cls.__composite__), held=held)


def composite_type(value_type: ValueType, stored: CompositeRef) -> ValueType:
    """Values of a dataclass, which are rows of a composite type to the server.

    Raises:
        ModelError: The annotation is no dataclass.
    """
    kind = value_type.python
    if kind is None or not dataclasses.is_dataclass(kind):
        shown = "Any" if kind is None else cast("type[object]", kind).__name__
        raise ModelError(
            f"values of the composite type {stored} cannot be of the class {shown}",
            hint="annotate a dataclass whose fields are the attributes of the type",
        )
    composite = CompositeParts(kind, stored)
    return ValueType(
        kind,
        nullable=value_type.nullable,
        encode=composite.send,
        decode=composite.receive,
        mutable=value_type.mutable or kind.__hash__ is None,
        stored=stored,
        equality=Equality("composites", Operator.EQ, cast=stored, ordered=True),
    )


@dataclass(frozen=True, slots=True)
class CompositeField:
    """A field of the class, and the attribute of the type that it is.

    Attributes:
        name: Of the field.
        attribute: Of the attribute.
        value_type: How its values travel.
        own: Makes of the driver's value that of an instance.
    """

    name: str
    attribute: str
    value_type: ValueType
    own: Callable[[Any], Any] | None


class CompositeParts:
    """Takes instances of a class apart, and puts them together; its fields are read once."""

    def __init__(self, kind: type[Any], stored: CompositeRef) -> None:
        self._kind = kind
        self._stored = stored

    @cached_property
    def fields(self) -> tuple[CompositeField, ...]:
        """The fields, in the order of the type's attributes.

        Raises:
            ModelError: An annotation names what cannot be found.
        """
        return tuple(_field(said) for said in attributes_of(self._kind))

    @cached_property
    def _attributes(self) -> tuple[str, ...]:
        return tuple(part.attribute for part in self.fields)

    def send(self, value: object) -> object:
        """The attributes by their names.

        Raises:
            ValueRefused: The value is of another class, or a part of it cannot be stored exactly.
        """
        kind = type(value)
        if isinstance(value, self._kind):
            return {
                part.attribute: self._sent(part, getattr(value, part.name)) for part in self.fields
            }
        if isinstance(value, Mapping):  # as it was sent: COPY takes the values of a batch
            row = cast("Mapping[str, object]", value)
            if tuple(row) == self._attributes:
                return {
                    part.attribute: self._sent(part, row[part.attribute]) for part in self.fields
                }
        raise ValueRefused(
            f"a {self._kind.__name__} cannot be made of a value of type {kind.__name__}"
        )

    def _sent(self, part: CompositeField, one: object) -> object:
        if one is None and not part.value_type.nullable:
            raise self._null(part)
        return part.value_type.send(one)

    def receive(self, row: Any) -> Any:  # noqa: ANN401 - the driver's row
        """The value of a row, or of what was sent; ``None`` stays ``None``.

        Raises:
            ValueRefused: The type in the database has other attributes than the class has fields.
        """
        if row is None:
            return None
        if tuple(row.keys()) != self._attributes:
            raise ValueRefused(
                f"the type {self._stored} has the attributes {', '.join(row.keys())}, and "
                f"{self._kind.__name__} has {', '.join(self._attributes)}",
                hint="the type was changed in the database; `ferrule pull` brings the code up to "
                "date",
            )
        values: dict[str, Any] = {}
        for part in self.fields:
            one = row[part.attribute]
            if one is None and not part.value_type.nullable:
                raise self._null(part)
            values[part.name] = one if part.own is None else part.own(one)
        return self._kind(**values)

    def _null(self, part: CompositeField) -> ValueRefused:
        return ValueRefused(
            f'attribute "{part.attribute}" of {self._kind.__name__} is NULL, which its field '
            "does not allow",
            hint="write `| None` in the annotation of the field",
        )


@dataclass(frozen=True, slots=True)
class SaidAttribute:
    """What a field says of an attribute: its names, its annotation, and the type beside that."""

    field: str
    name: str
    annotation: Any
    type: TypeRef | None


def attributes_of(kind: type[Any]) -> tuple[SaidAttribute, ...]:
    """The attributes of a composite type, as the fields of its class say them.

    Raises:
        ModelError: An annotation names what is not there at run time.
    """
    try:
        hints = _hints(kind)
    except NameError as error:
        raise ModelError(
            f'a field of {kind.__name__} names "{error.name}", which its module does not '
            "know at run time",
            hint="import it outside of `if TYPE_CHECKING:`",
        ) from error
    parts = [part.name for part in dataclasses.fields(kind) if part.init]
    return tuple(_said(name, hints[name]) for name in parts)


def _hints(kind: type[Any]) -> dict[str, Any]:
    """Annotations as they are written: ``get_type_hints`` evaluates what is within them, too.

    It makes another type of ``JsonValue``, which refers to itself.
    """
    hints: dict[str, Any] = {}
    for base in reversed(kind.__mro__):
        scope = Scope(base.__module__)
        written: dict[str, Any] = vars(base).get("__annotations__", {})
        hints |= {name: scope.evaluate(annotation) for name, annotation in written.items()}
    return hints


def _said(name: str, hint: Any) -> SaidAttribute:  # noqa: ANN401 - an annotation can be anything
    said: tuple[object, ...] = ()
    if get_origin(hint) is Annotated:
        hint, *more = get_args(hint)
        said = tuple(more)
    declared = next((one for one in said if isinstance(one, TypeRef)), None)
    called = next((one.name for one in said if isinstance(one, AttributeName)), name)
    return SaidAttribute(name, called, hint, declared)


def _field(said: SaidAttribute) -> CompositeField:
    from ferrule_core.mapping.annotations import value_type_of  # which knows composites
    from ferrule_core.mapping.exact import exact_type, limited, named, stored_limit
    from ferrule_core.mapping.typed_documents import holds_documents, typed_document

    name, hint, declared = said.field, said.annotation, said.type
    if holds_documents(hint, declared):
        found = typed_document(hint, declared)
    else:
        found = exact_type(value_type_of(hint), declared)
        limit = stored_limit(declared)
        if limit is not None:
            found = limited(found, limit)
    found = named(found, name)
    own = found.own if found.mutable else found.decode
    return CompositeField(name, said.name, found, own)
