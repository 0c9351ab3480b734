"""Columns of a model that a caller names: by expression, by name, or by the relation they make."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, TypeAlias

from ferrule_core.errors import QueryError
from ferrule_core.mapping.columns import Column
from ferrule_core.mapping.relation_path import RelationPath

if TYPE_CHECKING:
    from ferrule_core.mapping.columns import ModelColumn
    from ferrule_core.mapping.expressions import Expr
    from ferrule_core.mapping.mapped import Mapped
    from ferrule_core.mapping.model_table import ModelTable

Named: TypeAlias = "Expr[Any] | str | type[Mapped]"
"""``Book.title``, ``"title"``, or a foreign key: ``Book.author``, ``"author"``."""


def columns_named(table: ModelTable, given: Iterable[Named]) -> list[ModelColumn]:
    """The model's own columns that are meant, each once, in the order given.

    Raises:
        UnknownColumn: A name is neither a column nor a foreign key of the model.
        QueryError: Something else was given.
    """
    if isinstance(given, str):
        raise QueryError("columns are named in a list", hint=f'write ["{given}"]')
    found = [column for one in given for column in _columns(table, one)]
    return list(dict.fromkeys(found))


def _columns(table: ModelTable, one: object) -> tuple[ModelColumn, ...]:
    if isinstance(one, Column) and one.origin.parent is None and one.origin.table.ref == table.ref:
        one = one.attribute
    elif isinstance(one, RelationPath) and one.__path__.parent is table.path:
        one = one.__path__.link.attribute if one.__path__.link else ""
    if not isinstance(one, str):
        raise QueryError(f"{one!r} is no column of {table.model_name} itself")
    column = table.columns.get(one)
    if column is not None:
        return (column,)
    relation = table.relations.get(one)
    if relation is None:
        raise table.path.unknown(one)
    if not relation.is_foreign_key:
        raise QueryError(f'no columns of {table.model_name} make the relation "{one}"')
    return table.link(one).local
