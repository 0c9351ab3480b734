"""Many instances at once: which go into one statement, and how several statements are one."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Generator, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

from ferrule_core.errors import (
    ModelError,
    QueryError,
    StaleObject,
    ValidationFailed,
    ValueRefused,
)
from ferrule_core.mapping.mapped import Mapped
from ferrule_core.model.changes import columns_to_write, written_columns

if TYPE_CHECKING:
    from ferrule_core.mapping.columns import ModelColumn
    from ferrule_core.mapping.model_table import ModelTable

M = TypeVar("M", bound=Mapped)


def by_columns(table: ModelTable, instances: Sequence[M]) -> dict[tuple[ModelColumn, ...], list[M]]:
    """New instances, grouped by the columns that they have values for.

    Raises:
        ModelError: One of them is in the table already, is of another model, or comes twice.
    """
    groups: dict[tuple[ModelColumn, ...], list[M]] = {}
    known: dict[tuple[str, ...], list[M]] = {}
    relations = table.relations.keys()
    model = table.model
    for instance in instances:
        if instance.__row__ is not None:
            raise ModelError(
                f"this {type(instance).__name__} is in the table already", hint="save() it"
            )
        attributes = tuple(vars(instance))
        group = known.get(attributes)
        if group is None or type(instance) is not model:
            refuse_other(table, instance)
            group = groups.setdefault(tuple(written_columns(instance)), [])
            if relations.isdisjoint(attributes):
                known[attributes] = group
        group.append(instance)
    refuse_twice(instances, "inserted")
    return groups


def refuse_other(table: ModelTable, instance: object) -> None:
    """Refuse what is no instance of the model.

    Raises:
        ModelError: It is of another one.
    """
    if not isinstance(instance, table.model):
        raise ModelError(
            f"{table.model_name} was given an instance of {type(instance).__name__}",
            hint="write those by their own model",
        )


def refuse_twice(instances: Sequence[object], done: str) -> None:
    """Refuse to write one instance twice.

    Raises:
        ModelError: One comes twice.
    """
    if len(set(map(id, instances))) < len(instances):
        raise ModelError(f"an instance cannot be {done} twice", hint="give each of them once")


def chunks(instances: Sequence[M], rows: int | None) -> Iterator[list[M]]:
    """The instances in parts of so many; all at once where that is not said.

    Raises:
        QueryError: A part would have no row.
    """
    if rows is None:
        yield list(instances)
        return
    if rows < 1:
        raise QueryError(f"a chunk has at least one row, not {rows}")
    left = iter(instances)
    while part := list(islice(left, rows)):
        yield part


@contextmanager
def naming_rows(table: ModelTable, instances: Sequence[Mapped]) -> Generator[None]:
    """Where a value is refused in the block, say of which rows which columns are."""
    try:
        yield
    except ValidationFailed:
        raise
    except ValueRefused as error:
        from ferrule_core.mapping.validation import explained_rows  # rarely needed

        raise explained_rows(table, instances, columns_to_write, error) from error


@asynccontextmanager
async def atomic(table: ModelTable, *, needed: bool = True) -> AsyncGenerator[None]:
    """A transaction around several statements; where there is one only, it needs none."""
    if not needed:
        yield
        return
    from ferrule_core.database import transaction  # rarely needed, and it brings all plugins

    async with transaction(table.database):
        yield


def stale(table: ModelTable, instances: Iterable[object], written: int) -> StaleObject:
    """The error for rows of which some are no longer what was read."""
    count = len(list(instances))
    if table.version is None:
        return StaleObject(
            f"of {count} rows of {table.model_name}, {count - written} are no longer there",
            hint="another writer deleted them or changed their keys; nothing was written",
        )
    return StaleObject(
        f"another writer was first at {count - written} of {count} rows of {table.model_name}",
        hint="read them again, and make the changes again; nothing was written",
    )
