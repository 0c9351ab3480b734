"""Reading a class body: which of its annotations are columns and relations."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from dataclasses import field
from typing import Any, ClassVar, get_args, get_origin

from ferrule_core.deferred import dataclass
from ferrule_core.errors import ModelError
from ferrule_core.mapping.annotations import allows_none
from ferrule_core.mapping.columns import Column, ColumnOptions, ModelColumn
from ferrule_core.mapping.links import Relation
from ferrule_core.mapping.relations import (
    ForeignKey,
    ForeignKeyOptions,
    InverseForeignKey,
    InverseOneOptions,
    InverseOneToOne,
    InverseOptions,
    ManyToMany,
    ManyToManyOptions,
    RelationOptions,
)
from ferrule_core.mapping.scope import Scope

_KINDS: Mapping[str, type] = {
    kind.__name__: kind
    for kind in (Column, ForeignKey, InverseForeignKey, InverseOneToOne, ManyToMany)
}
_SPECIFIERS: Mapping[type, tuple[type, str]] = {
    ForeignKey: (ForeignKeyOptions, "foreign_key"),
    InverseForeignKey: (InverseOptions, "inverse_foreign_key"),
    InverseOneToOne: (InverseOneOptions, "inverse_one_to_one"),
    ManyToMany: (ManyToManyOptions, "many_to_many"),
}
_OPTIONS = (ColumnOptions, *(options for options, _ in _SPECIFIERS.values()))


@dataclass(frozen=True, slots=True)
class Declaration:
    """What a class body declares, in its order."""

    columns: dict[str, ModelColumn] = field(default_factory=dict[str, ModelColumn])
    relations: dict[str, Relation] = field(default_factory=dict[str, Relation])


def read_body(owner: str, namespace: MutableMapping[str, Any], scope: Scope) -> Declaration:
    """Take columns and relations out of a class body, so that nothing of them stays on the class.

    Raises:
        ModelError: An annotation is neither a column, a relation nor a ``ClassVar``; or a column
            has no annotation.
    """
    declared = Declaration()
    annotations: Mapping[str, object] = namespace.get("__annotations__", {})
    for attribute, annotation in annotations.items():
        kind = _kind(annotation, scope)
        place = f"{owner}.{attribute}"
        if kind is ClassVar or (attribute.startswith("__") and attribute.endswith("__")):
            continue
        if kind is Column:
            options = _column_options(place, namespace.pop(attribute, None))
            declared.columns[attribute] = ModelColumn(place, annotation, options, scope)
        elif isinstance(kind, type) and kind in _SPECIFIERS:
            relation_options = _relation_options(place, kind, namespace.pop(attribute, None))
            declared.relations[attribute] = _relation(
                attribute, annotation, relation_options, scope
            )
        else:
            raise ModelError(
                f"{place} is neither a column nor a relation",
                hint="annotate it as Column[...], or as ClassVar[...] if it is neither",
            )
    for attribute, value in namespace.items():
        if isinstance(value, _OPTIONS):
            raise ModelError(
                f"{owner}.{attribute} has no annotation",
                hint=f"write {attribute}: Column[...] = ... so that its type is known",
            )
    return declared


def _kind(annotation: object, scope: Scope) -> object:
    """``Column``, ``ForeignKey``, ..., ``ClassVar``, or whatever else is annotated."""
    if not isinstance(annotation, str):
        return get_origin(annotation) or annotation
    name, found = scope.head(annotation)
    if found is None:  # imported for type checkers only, or in a scope that is gone
        return ClassVar if name == "ClassVar" else _KINDS.get(name)
    return found


def _column_options(place: str, given: object) -> ColumnOptions:
    if given is None:
        return ColumnOptions()
    if isinstance(given, ColumnOptions):
        return given
    raise ModelError(
        f"{place} is assigned {given!r}", hint="write column(default=...) for a default"
    )


def _relation_options(place: str, kind: type, given: object) -> RelationOptions:
    expected, specifier = _SPECIFIERS[kind]
    if isinstance(given, RelationOptions) and isinstance(given, expected):
        return given
    raise ModelError(f"{place} does not say what makes it", hint=f"assign {specifier}(...)")


def _relation(
    attribute: str, annotation: object, options: RelationOptions, scope: Scope
) -> Relation:
    if isinstance(annotation, str):
        inner = annotation.strip("\"' ").partition("[")[2].rpartition("]")[0]
        return Relation(attribute, inner, allows_none(inner), options, scope)
    inner_type = get_args(annotation)[0]
    return Relation(attribute, inner_type, allows_none(inner_type), options, scope)
