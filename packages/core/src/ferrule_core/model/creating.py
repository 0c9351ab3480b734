"""Finding a row, and making it where there is none, without a race."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from ferrule_core.errors import ModelError
from ferrule_core.mapping.mapped import Mapped
from ferrule_core.model import batches, saving
from ferrule_core.query import reading
from ferrule_core.query.quick import find_by_columns
from ferrule_core.sql.nodes import OnConflict

if TYPE_CHECKING:
    from ferrule_core.mapping.model_table import ModelTable
    from ferrule_core.query.query import Query

M = TypeVar("M", bound=Mapped)


async def get_or_create(
    model: type[M],
    find: Callable[[], Awaitable[M | None]],
    defaults: Mapping[str, object] | None,
    values: Mapping[str, object],
) -> tuple[M, bool]:
    """The row that ``find`` gives, or a new one; and whether it is new.

    Raises:
        UniqueViolation: A row that differs in these values has the new one's key.
    """
    found = await find()
    if found is not None:
        return found, False
    instance = model(**{**(defaults or {}), **values})
    if await saving.insert(instance, on_conflict=OnConflict()):
        return instance, True
    found = await find()
    if found is not None:
        return found, False
    await saving.insert(instance)  # the conflict is about another key: let the server say it
    return instance, True


async def find_by_values(query: Query[M], table: ModelTable, values: Mapping[str, Any]) -> M | None:
    """The only row of all with these values, or ``None``.

    Raises:
        MultipleRows: There are several.
    """
    known = find_by_columns(table, values)
    if known is None:
        return await query.get_or_none(**values)
    found: M | None = await reading.find(table, known)
    return found


async def update_or_create(
    model: type[M],
    query: Query[M],
    defaults: Mapping[str, object] | None,
    values: Mapping[str, object],
) -> tuple[M, bool]:
    """The only row of the query with these values, changed or new; and whether it is new.

    The row is locked from when it was found until it is written.

    Raises:
        MultipleRows: There are several.
        UniqueViolation: A row that differs in these values has the new one's key.
    """
    changes = dict(defaults or {})
    refuse_unknown(model, changes)
    locked = query.select_for_update()
    async with batches.atomic(model.__table__):
        instance, made = await get_or_create(
            model, lambda: locked.get_or_none(**values), changes, values
        )
        if not made:
            for attribute, value in changes.items():
                setattr(instance, attribute, value)
            await saving.update(instance)
        return instance, made


def refuse_unknown(model: type[Mapped], values: Mapping[str, object]) -> None:
    """Refuse names that are neither columns nor foreign keys.

    Raises:
        UnknownColumn: One of them is not known.
        ModelError: One of them is the other end of a relation.
    """
    table = model.__table__
    for attribute in values:
        if attribute in table.columns:
            continue
        relation = table.relations.get(attribute)
        if relation is None:
            raise table.path.unknown(attribute)
        if not relation.is_foreign_key:
            raise ModelError(f'"{attribute}" of {table.model_name} is the other end of a relation')
