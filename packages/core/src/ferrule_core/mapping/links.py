"""What a relation leads to, once both of its ends are known."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ForwardRef, cast, get_args

from ferrule_core.deferred import dataclass
from ferrule_core.errors import ModelError
from ferrule_core.mapping.registry import REGISTRY
from ferrule_core.mapping.relations import (
    ForeignKeyOptions,
    InverseOneOptions,
    InverseOptions,
    ManyToManyOptions,
    RelationOptions,
)
from ferrule_core.sql.nodes import TableRef

if TYPE_CHECKING:
    from ferrule_core.mapping.columns import ModelColumn
    from ferrule_core.mapping.model_table import ModelTable
    from ferrule_core.mapping.scope import Scope


@dataclass(frozen=True, slots=True)
class Junction:
    """The table between two others: names of its columns, pairwise with those of either side.

    Attributes:
        model: The table's own model, where it has one.
    """

    schema: str | None
    name: str
    columns: tuple[str, ...]
    target_columns: tuple[str, ...]
    model: ModelTable | None = None

    def source(self, alias: str) -> TableRef:
        """The table in a statement."""
        return TableRef(self.name, self.schema, alias)


@dataclass(frozen=True, slots=True, eq=False)
class Link:
    """A relation, resolved.

    Attributes:
        attribute: Its name in the class.
        owner: The model that it belongs to.
        target: The model that it leads to.
        local: Columns of the owner, pairwise equal to ``remote``, or to the junction's.
        remote: Columns of the target.
        many: Whether it leads to several rows.
        nullable: Whether there may be none, where it leads to one row.
        junction: The table between, for many-to-many.
        inverse: For the other end of a foreign key: the foreign key's attribute.
    """

    attribute: str
    owner: ModelTable
    target: ModelTable
    local: tuple[ModelColumn, ...]
    remote: tuple[ModelColumn, ...]
    many: bool = False
    nullable: bool = False
    junction: Junction | None = None
    inverse: str | None = None

    def near_column(self, remote: ModelColumn) -> ModelColumn | None:
        """The owner's column that always equals a column of the target, for foreign keys."""
        if self.many or self.inverse is not None:
            return None
        for near, far in zip(self.local, self.remote, strict=True):
            if far is remote:
                return near
        return None


@dataclass(frozen=True, slots=True)
class Relation:
    """A relation as a class declares it. ``annotation`` is what stands in its brackets."""

    attribute: str
    annotation: object
    nullable: bool
    options: RelationOptions
    scope: Scope

    @property
    def is_foreign_key(self) -> bool:
        """Whether columns of the model itself make it."""
        return isinstance(self.options, ForeignKeyOptions)


def resolve(owner: ModelTable, relation: Relation) -> Link:
    """Find the other end of a relation.

    Raises:
        ModelError: There is none, or the declaration does not fit it.
    """
    options = relation.options
    if isinstance(options, InverseOptions | InverseOneOptions):
        return _resolve_inverse(owner, relation, options)
    target = find_target(owner, relation)
    if isinstance(options, ForeignKeyOptions):
        return _resolve_foreign_key(owner, target, relation, options)
    return _resolve_many_to_many(owner, target, relation, options)


def find_target(owner: ModelTable, relation: Relation) -> ModelTable:
    """The model that the annotation names, or the class that extends it.

    A name that the module does not know at run time, because it is imported for type checkers only,
    is looked for among all models.
    """
    annotation = relation.annotation
    if isinstance(annotation, ForwardRef):
        annotation = annotation.__forward_arg__
    try:
        found = relation.scope.evaluate(annotation)
    except (NameError, AttributeError):
        return REGISTRY.find(_model_name(str(annotation)), owner)
    present = [kind for kind in get_args(found) or (found,) if kind is not type(None)]
    table = getattr(present[0], "__table__", None)
    if len(present) != 1 or table is None:
        raise ModelError(f"{owner.model_name}.{relation.attribute} does not lead to a model")
    extensions: list[ModelTable] = table.extensions
    return extensions[0] if len(extensions) == 1 else cast("ModelTable", table)


def _model_name(annotation: str) -> str:
    without_optional = annotation.removeprefix("Optional[").removesuffix("]")
    parts = [part.strip("\"' ") for part in without_optional.split("|")]
    return next(part for part in parts if part != "None")


def _resolve_foreign_key(
    owner: ModelTable, target: ModelTable, relation: Relation, options: ForeignKeyOptions
) -> Link:
    place = f"{owner.model_name}.{relation.attribute}"
    local = _columns(owner, options.columns, place)
    remote = _columns(target, options.references, place) or target.primary_key
    if len(local) != len(remote):
        raise ModelError(
            f"{place} has {len(local)} columns, and refers to {len(remote)} of {target.model_name}",
            hint=f"the key is {', '.join(column.attribute for column in remote) or 'missing'}; "
            "name the columns by foreign_key(..., references=[...])",
        )
    return Link(relation.attribute, owner, target, local, remote, nullable=relation.nullable)


def _resolve_inverse(
    owner: ModelTable, relation: Relation, options: InverseOptions | InverseOneOptions
) -> Link:
    name, _, attribute = options.via.rpartition(".")
    place = f"{owner.model_name}.{relation.attribute}"
    target = REGISTRY.find(name, owner)
    forward = target.relations.get(attribute)
    if forward is None or not forward.is_foreign_key:
        raise ModelError(f'{place}: "{options.via}" is no foreign key')
    link = target.link(attribute)
    if link.target is not owner and not _same_table(link.target, owner):
        raise ModelError(f'{place}: "{options.via}" leads to {link.target.model_name}')
    local = tuple(owner.by_name[column.name] for column in link.remote)
    many = isinstance(options, InverseOptions)
    return Link(
        relation.attribute,
        owner,
        target,
        local,
        link.local,
        many=many,
        nullable=not many,
        inverse=attribute,
    )


def _resolve_many_to_many(
    owner: ModelTable, target: ModelTable, relation: Relation, options: ManyToManyOptions
) -> Link:
    schema = owner.schema if options.schema is None else options.schema
    model = _junction_model(owner, options, schema)
    name = options.through if model is None else model.name
    columns, local = _junction_side(owner, model, options.columns, relation, owner)
    target_columns, remote = _junction_side(target, model, options.target_columns, relation, owner)
    if columns == target_columns:
        raise ModelError(
            f"{owner.model_name}.{relation.attribute} connects a table with itself",
            hint="name the junction's columns: many_to_many(..., columns=[...], "
            "target_columns=[...])",
        )
    junction = Junction(schema, name, columns, target_columns, model)
    return Link(relation.attribute, owner, target, local, remote, many=True, junction=junction)


def _junction_model(
    owner: ModelTable, options: ManyToManyOptions, schema: str | None
) -> ModelTable | None:
    found = REGISTRY.find_table(schema, options.through)
    return REGISTRY.find_if_known(options.through, owner) if found is None else found


def _junction_side(
    side: ModelTable,
    junction: ModelTable | None,
    named: Sequence[str],
    relation: Relation,
    owner: ModelTable,
) -> tuple[tuple[str, ...], tuple[ModelColumn, ...]]:
    key = side.primary_key
    if named:
        if len(named) != len(key):
            raise ModelError(
                f"{owner.model_name}.{relation.attribute} names {len(named)} columns for the key "
                f"of {side.model_name}, which has {len(key)}"
            )
        return tuple(named), key
    if junction is None:
        return tuple(f"{side.name}_{column.name}" for column in key), key
    links = [
        junction.link(attribute)
        for attribute, foreign_key in junction.relations.items()
        if foreign_key.is_foreign_key and _same_table(find_target(junction, foreign_key), side)
    ]
    if len(links) != 1:
        raise ModelError(
            f"{junction.model_name} has {len(links)} foreign keys to {side.model_name}, "
            f"so {owner.model_name}.{relation.attribute} cannot tell which is meant",
            hint="name the columns: many_to_many(..., columns=[...], target_columns=[...])",
        )
    names = tuple(column.name for column in links[0].local)
    return names, tuple(side.by_name[column.name] for column in links[0].remote)


def _same_table(one: ModelTable, other: ModelTable) -> bool:
    return (one.schema, one.name) == (other.schema, other.name)


def _columns(table: ModelTable, attributes: Sequence[str], place: str) -> tuple[ModelColumn, ...]:
    for attribute in attributes:
        if attribute not in table.columns:
            raise ModelError(f'{place}: {table.model_name} has no column "{attribute}"')
    return tuple(table.columns[attribute] for attribute in attributes)
