"""What of an instance differs from the row that it was loaded from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from ferrule_core.errors import ModelError
from ferrule_core.mapping.columns import ModelColumn
from ferrule_core.mapping.constructor import refuse_keyless, relate
from ferrule_core.mapping.layouts import Layout
from ferrule_core.mapping.values import same

if TYPE_CHECKING:
    from ferrule_core.mapping.links import Link
    from ferrule_core.mapping.mapped import Mapped


def written_columns(instance: Mapped) -> list[ModelColumn]:
    """The columns that an insert has a value for; the server fills the others.

    Of an instance that was loaded they are those that it was loaded with, in whatever table.
    """
    settle_relations(instance)
    values = vars(instance) if instance.__row__ is None else instance.__layout__.positions
    return [
        column
        for column in type(instance).__table__.columns.values()
        if column.attribute in values and column.options.generated is None
    ]


def changed_columns(instance: Mapped) -> list[ModelColumn]:
    """The columns whose values the server does not have yet.

    Raises:
        ModelError: A column that the server computes, or the version, was assigned to.
    """
    settle_relations(instance)
    changed = instance.__layout__.differing(vars(instance), instance.__row__)
    for column in changed:
        if column.options.generated is not None:
            raise ModelError(
                f'"{column.attribute}" of {type(instance).__name__} is computed by the server',
                hint="refresh() brings its value back",
            )
        if column.options.version:
            raise ModelError(
                f'"{column.attribute}" of {type(instance).__name__} is counted by each save',
                hint="refresh() brings its value back",
            )
    return changed


def changed_attributes(instance: Mapped) -> tuple[str, ...]:
    """The attributes whose values the server does not have yet, in the order of the class.

    Nothing is settled or refused here: what an instance says about itself leaves it as it is.
    """
    table, values = type(instance).__table__, vars(instance)
    if instance.__row__ is None:
        changed = {attribute for attribute in table.columns if attribute in values}
    else:
        differing = instance.__layout__.differing(values, instance.__row__)
        changed = {column.attribute for column in differing}
    changed.update(_assigned_keys(instance))
    return tuple([attribute for attribute in table.columns if attribute in changed])


def _assigned_keys(instance: Mapped) -> Iterator[str]:
    """The columns of foreign keys that another instance was assigned to, so far without them."""
    table, values = type(instance).__table__, vars(instance)
    for attribute, relation in table.relations.items():
        if not relation.is_foreign_key or attribute not in values:
            continue
        link, related = table.link(attribute), values[attribute]
        if _refers_to(link, values, related):
            continue
        if instance.__row__ is None or not _refers_to(link, _loaded(instance, link), related):
            yield from [near.attribute for near in link.local]


def columns_to_write(instance: Mapped) -> list[ModelColumn]:
    """The columns that the next ``save()`` is about: all of a new row, else those that changed."""
    if instance.__row__ is not None:
        return changed_columns(instance)
    settle_relations(instance)
    return list(type(instance).__table__.columns.values())


def _changed(instance: Mapped, column: ModelColumn, value: object) -> bool:
    place = instance.__layout__.positions.get(column.attribute)
    if place is None:
        return True
    had = instance.__row__[place]
    if had is value:
        return False
    decode = column.value_type.decode
    return not same(had if decode is None else decode(had), value)


def settle_relations(instance: Mapped) -> None:
    """Bring foreign keys and the instances that they refer to into agreement.

    Whichever of the two was changed since the row was read is taken; a relation whose key was
    changed is no longer loaded.

    Raises:
        ModelError: Both were changed, to different rows; or the other was not saved yet.
    """
    values = vars(instance)
    table = type(instance).__table__
    if table.relations.keys().isdisjoint(values):
        return
    for attribute, relation in table.relations.items():
        if not relation.is_foreign_key or attribute not in values:
            continue
        link = table.link(attribute)
        related = values[attribute]
        if _refers_to(link, values, related):
            continue
        if instance.__row__ is not None and not _refers_to(link, _loaded(instance, link), related):
            _refuse_both(instance, link)
            refuse_keyless(instance, link, related)
            for near in link.local:
                values.pop(near.attribute, None)
            relate(instance, attribute, related)
        elif instance.__row__ is not None:
            delattr(instance, attribute)
        else:
            relate(instance, attribute, related)


def _refuse_both(instance: Mapped, link: Link) -> None:
    values = vars(instance)
    for near in link.local:
        if near.attribute in values and _changed(instance, near, values[near.attribute]):
            raise ModelError(
                f'"{link.attribute}" of {link.owner.model_name} and its key lead to different rows'
            )


def _loaded(instance: Mapped, link: Link) -> dict[str, Any]:
    positions = instance.__layout__.positions
    return {
        near.attribute: instance.__row__[positions[near.attribute]]
        for near in link.local
        if near.attribute in positions
    }


def _refers_to(link: Link, values: dict[str, Any], related: object) -> bool:
    if related is None:
        return all(values.get(near.attribute) is None for near in link.local)
    others = vars(related)
    for near, far in zip(link.local, link.remote, strict=True):
        value = others.get(far.attribute)
        if value is None or values.get(near.attribute) != value:  # None: it was not saved yet
            return False
    return True


def adopt_part(instance: Mapped, columns: Sequence[ModelColumn], row: Any) -> None:  # noqa: ANN401
    """Take a row of some columns as what the server has in them now; the rest is as it was."""
    layout, kept = instance.__layout__, list(instance.__row__)
    if not layout.whole:
        new = [column for column in columns if column.attribute not in layout.positions]
        if new:
            start, end = layout.offset, layout.offset + len(layout.columns)
            kept = [*kept[start:end], *[None] * len(new)]
            layout = Layout(layout.table, (*layout.columns, *new))
            instance.__layout__ = layout
    values, positions, late = vars(instance), layout.positions, layout.late
    for column, value in zip(columns, row, strict=True):
        attribute = column.attribute
        kept[positions[attribute]] = value
        if attribute not in late:
            decode = column.value_type.decode
            values[attribute] = value if decode is None else decode(value)
    instance.__row__ = kept
