"""An instance as a dictionary: its columns and relations, as far as they were loaded."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from ferrule_core.deferred import dataclass
from ferrule_core.errors import QueryError
from ferrule_core.mapping.mapped import Mapped
from ferrule_core.mapping.values import own_copy
from ferrule_core.model.picking import Parts, Tree, steps_of, tree_of

if TYPE_CHECKING:
    from ferrule_core.mapping.columns import ModelColumn
    from ferrule_core.mapping.links import Link
    from ferrule_core.mapping.model_table import ModelTable

Rename: TypeAlias = Callable[[str], str] | Mapping[str, str]
"""A function from each key to another, or other keys by name: ``{"author__name": "writer"}``."""

Steps: TypeAlias = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody asked for.

    Attributes:
        include: Nothing but these parts.
        exclude: All but these parts.
        by_alias: Whether keys are the names that the columns have in the table.
        rename: Other keys.
    """

    include: Parts | None = None
    exclude: Parts | None = None
    by_alias: bool = False
    rename: Rename | None = None


Value: TypeAlias = Callable[["ModelColumn | None", object], object]
"""What is written for a value of a column, or of none: of what ``annotate`` gave."""


def to_dict(instance: Mapped, wanted: Wanted) -> dict[str, Any]:
    """The parts of an instance that are wanted; values that can be changed in place are copies."""
    return written(instance, wanted, _own)


def _own(column: ModelColumn | None, value: object) -> object:
    return own_copy(value) if column is None or column.value_type.mutable else value


def written(instance: Mapped, wanted: Wanted, value: Value) -> dict[str, Any]:
    """The parts of an instance that are wanted.

    Args:
        instance: Whose.
        wanted: Which, and what they are called.
        value: What is written for a value of a column.

    Raises:
        NotLoaded: A part that was asked for by name was not loaded.
        QueryError: Two parts would have one key, or relations lead too far.
    """
    return _Writer(type(instance).__table__, wanted, value).whole(instance)


class _Writer:
    """Writes an instance, and what it leads to.

    An instance that is within itself is written there by its key alone. The row at the other end of
    a relation does not repeat where it was come from, unless that was asked for.
    """

    def __init__(self, table: ModelTable, wanted: Wanted, value: Value) -> None:
        self._wanted = wanted
        self._value = value
        self._within: list[Mapped] = []
        self._renamed: dict[Steps, str] = {}
        rename = wanted.rename
        self._rename = rename if callable(rename) else None
        if rename is not None and not callable(rename):
            self._renamed = {steps_of(table, name): key for name, key in rename.items()}

    def whole(self, instance: Mapped) -> dict[str, Any]:
        """The parts that are wanted of the instance that was asked."""
        table, include, exclude = type(instance).__table__, self._wanted.include, {}
        beside = [name for name in vars(instance) if not name.startswith("_")]
        only = None if include is None else tree_of(table, include, beside=beside)
        if self._wanted.exclude is not None:
            exclude = tree_of(table, self._wanted.exclude, beside=beside)
        try:
            return self._written(instance, only, exclude, ())
        except RecursionError:
            raise QueryError(
                f"the relations of this {table.model_name} lead further than Python can follow",
                hint="say how far by include=[...]",
            ) from None

    def _written(
        self,
        instance: Mapped,
        only: Tree | None,
        exclude: Tree,
        steps: Steps,
        via: Link | None = None,
    ) -> dict[str, Any]:
        table = type(instance).__table__
        self._within.append(instance)
        found: dict[str, Any] = {}
        for attribute in _shown(instance, only, via):
            if attribute in exclude and exclude[attribute] is None:
                continue
            value = getattr(instance, attribute)
            if attribute in table.relations:
                below = None if only is None else only[attribute]
                link = table.link(attribute)
                further = (*steps, attribute)
                written = self._related(value, link, (below, exclude.get(attribute) or {}), further)
            else:
                written = self._value(table.columns.get(attribute), value)
            self._add(found, table, attribute, written, steps)
        self._within.pop()
        return found

    def _related(
        self,
        value: object,
        link: Link,
        trees: tuple[Tree | None, Tree],
        steps: Steps,
    ) -> object:
        if link.many:
            return [self._one(one, link, trees, steps) for one in cast("list[Mapped]", value)]
        return None if value is None else self._one(cast("Mapped", value), link, trees, steps)

    def _one(
        self, one: Mapped, link: Link, trees: tuple[Tree | None, Tree], steps: Steps
    ) -> dict[str, Any]:
        if not any(one is outer for outer in self._within):
            return self._written(one, *trees, steps, link)
        found: dict[str, Any] = {}
        table = type(one).__table__
        for column in table.primary_key:
            if column.attribute in vars(one):
                written = self._value(column, getattr(one, column.attribute))
                self._add(found, table, column.attribute, written, steps)
        return found

    def _add(
        self,
        found: dict[str, Any],
        table: ModelTable,
        attribute: str,
        value: object,
        steps: Steps,
    ) -> None:
        column = table.columns.get(attribute)
        key = column.name if column is not None and self._wanted.by_alias else attribute
        key = self._renamed.get((*steps, attribute), key)
        key = key if self._rename is None else self._rename(key)
        if key in found:
            raise QueryError(
                f'two values of {table.model_name} would be called "{key}"',
                hint="rename one of them, or leave it out",
            )
        found[key] = value


def _shown(instance: Mapped, only: Tree | None, via: Link | None) -> list[str]:
    """The attributes to write: in the order of the class, and then what else was asked for.

    What was not loaded is left out, unless it was asked for: then reading it says how to load it.
    Hashes and ciphers have to be asked for, too.
    """
    table, values = type(instance).__table__, vars(instance)
    known = [*table.columns, *table.relations]
    if only is not None:
        return [
            *[attribute for attribute in known if attribute in only],
            *[attribute for attribute in only if attribute not in known],
        ]
    late = instance.__layout__.late if instance.__row__ is not None else {}
    back = None if via is None else via.inverse
    return [
        attribute
        for attribute in known
        if (attribute in values or attribute in late)
        and attribute != back
        and not (attribute in table.columns and is_kept_back(table.columns[attribute]))
    ]


def is_kept_back(column: ModelColumn) -> bool:
    """Whether a column's values are shown to nobody who does not ask for them."""
    return column.value_type.compared is not None
