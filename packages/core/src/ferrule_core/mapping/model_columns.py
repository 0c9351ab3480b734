"""What a model knows of each of its columns: what its class says, and how its values travel."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ferrule_core.catalog.types import TypeRef
from ferrule_core.deferred import dataclass
from ferrule_core.errors import ModelError
from ferrule_core.mapping.annotations import allows_none, literals_of, value_type_of
from ferrule_core.mapping.exact import chosen, exact_type, limited, named, stored_limit
from ferrule_core.mapping.json_values import JsonValue
from ferrule_core.mapping.missing import MISSING
from ferrule_core.mapping.typed_documents import holds_documents, typed_document

if TYPE_CHECKING:
    from ferrule_core.catalog.columns import Generated, Identity
    from ferrule_core.mapping.indexes import ObjectName
    from ferrule_core.mapping.json_form import JsonForm
    from ferrule_core.mapping.scope import Scope
    from ferrule_core.mapping.value_types import ValueType


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
    auto_actor: bool = False
    auto_actor_add: bool = False
    version: bool = False
    choices: tuple[object, ...] = ()
    validators: tuple[Callable[[Any], object], ...] = ()

    @property
    def stamped(self) -> bool:
        """Whether writes fill the column by themselves: with the time, or with who acts."""
        return self.auto_now or self.auto_now_add or self.auto_actor or self.auto_actor_add

    @property
    def filled_by_server(self) -> bool:
        """Whether an insert may leave the column out, because it is filled then."""
        return (
            self.stamped
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
        return named(self._exact(), self.attribute)

    def _exact(self) -> ValueType:
        declared = self.options.type
        if holds_documents(self.annotation, declared):
            return typed_document(self.annotation, declared)
        return exact_type(value_type_of(self.annotation), declared)

    @cached_property
    def written(self) -> ValueType:
        """How its values travel into the table: held to what a row of it can have.

        That is the length and precision of its type, its choices, and whether it may be NULL.
        """
        found, limit, choices = self.value_type, stored_limit(self.options.type), self.choices
        if limit is not None or choices:
            found = self._exact()
            found = found if limit is None else limited(found, limit)
            found = named(chosen(found, choices) if choices else found, self.attribute)
        return found if found.nullable else replace(found, needed_by=self.attribute)

    @cached_property
    def choices(self) -> tuple[object, ...]:
        """The values that it may have, where the class or its annotation says which."""
        return self.options.choices or literals_of(self.annotation)

    @cached_property
    def json_form(self) -> JsonForm:
        """What stands for its values in JSON."""
        from ferrule_core.mapping.json_forms import form_of  # few programs write JSON

        return form_of(self.value_type)

    @property
    def required(self) -> bool:
        """Whether a new row needs a value from its caller."""
        options = self.options
        return (
            options.default is MISSING
            and options.default_factory is None
            and not options.filled_by_server
        )

    @property
    def compared_type(self) -> ValueType:
        """How values travel that the server compares with its own."""
        return self.value_type.compared or self.value_type

    def __repr__(self) -> str:
        return f"<column {self.name!r} as {self.attribute!r}>"
