"""Inserting many instances at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from ferrule_core.errors import ModelError
from ferrule_core.mapping.binding import Adopter, make_adopter, make_binder
from ferrule_core.mapping.columns import ModelColumn
from ferrule_core.mapping.mapped import Mapped
from ferrule_core.model.changes import written_columns
from ferrule_core.model.saving import insert_statement, projection_of
from ferrule_core.query import running
from ferrule_core.query.plans import remember
from ferrule_core.query.port import executor_for
from ferrule_core.sql.compiled import CompiledBatch
from ferrule_core.sql.nodes import Insert

if TYPE_CHECKING:
    from ferrule_core.mapping.model_table import ModelTable

M = TypeVar("M", bound=Mapped)


async def insert(table: ModelTable, instances: Sequence[M]) -> list[M]:
    """Insert all instances, or none, and take over what the server filled in.

    Those that have values for the same columns are one batch; several batches are one transaction.

    Raises:
        ModelError: One of them is in the table already, or comes twice.
    """
    batches = [_batch_of(table, *group) for group in _by_columns(instances).items()]
    executor = executor_for(table.database)
    if len(batches) == 1:
        returned = [await executor.fetch_batch(batches[0].compiled())]
    else:
        from ferrule_core.database import transaction  # rarely needed, and it brings all plugins

        async with transaction(table.database):
            executor = executor_for(table.database)
            returned = [await executor.fetch_batch(batch.compiled()) for batch in batches]
    for batch, rows in zip(batches, returned, strict=True):
        batch.adopt(batch.instances, batch.parameters, rows)
    return list(instances)


@dataclass(frozen=True, slots=True)
class _Batch:
    """Instances that one statement inserts."""

    instances: Sequence[Any]
    statement: Insert
    parameters: list[tuple[object, ...]]
    adopt: Adopter

    def compiled(self) -> CompiledBatch:
        text = running.compiled(self.statement).text
        return CompiledBatch(text, self.parameters, self.statement)


def _batch_of(
    table: ModelTable, columns: tuple[ModelColumn, ...], instances: Sequence[Any]
) -> _Batch:
    """What is sent for instances that have values for these columns; the others are returned."""
    key = ("batch", columns)
    plan = table.plans.get(key)
    if plan is None:
        missing = [column for column in table.columns.values() if column not in columns]
        returned = missing or list(columns[:1])
        statement = insert_statement(table, columns, projection_of(returned))
        plan = statement, make_binder(columns), make_adopter(table.layout, columns, missing)
        remember(table, key, plan)
    statement, bind, adopt = plan
    return _Batch(instances, statement, bind(instances), adopt)


def _by_columns(instances: Sequence[M]) -> dict[tuple[ModelColumn, ...], list[M]]:
    groups: dict[tuple[ModelColumn, ...], list[M]] = {}
    known: dict[tuple[str, ...], list[M]] = {}
    for instance in instances:
        if instance.__row__ is not None:
            raise ModelError(
                f"this {type(instance).__name__} is in the table already", hint="save() it"
            )
        attributes = tuple(vars(instance))
        group = known.get(attributes)
        if group is None:
            group = groups.setdefault(tuple(written_columns(instance)), [])
            if type(instance).__table__.relations.keys().isdisjoint(attributes):
                known[attributes] = group
        group.append(instance)
    if len(set(map(id, instances))) < len(instances):
        raise ModelError("an instance cannot be inserted twice", hint="make one for each row")
    return groups
