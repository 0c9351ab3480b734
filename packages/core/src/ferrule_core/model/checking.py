"""Judging instances before they are written, by their columns and by validators of their class."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from ferrule_core.errors import ValidationFailed, ValueRefused
from ferrule_core.mapping.missing import MISSING
from ferrule_core.mapping.validation import (
    WHOLE,
    Problem,
    Problems,
    failure,
    failure_of_rows,
    problems_of,
)
from ferrule_core.model.changes import columns_to_write, settle_relations

if TYPE_CHECKING:
    from ferrule_core.mapping.mapped import Mapped
    from ferrule_core.mapping.model_columns import ModelColumn
    from ferrule_core.mapping.model_table import ModelTable


async def validate(instance: Mapped) -> None:
    """Judge all values that an instance has, and the instance as a whole.

    Raises:
        ValidationFailed: Something is wrong; it says all of it.
    """
    settle_relations(instance)
    table = type(instance).__table__
    problems = await _problems(instance, table.columns.values())
    if problems:
        raise failure(table, problems)


async def check(instance: Mapped, only: Collection[ModelColumn] | None = None) -> None:
    """Judge what the next write of an instance is about.

    Raises:
        ValidationFailed: Something is wrong; it says all of it.
    """
    table = type(instance).__table__
    if not _judges(table):
        return
    problems = await _problems(instance, _of_these(columns_to_write(instance), only))
    if problems:
        raise failure(table, problems)


async def check_rows(
    table: ModelTable, instances: Sequence[Mapped], only: Collection[ModelColumn] | None = None
) -> None:
    """Judge what the next write of many instances is about.

    Raises:
        ValidationFailed: Something is wrong; it says all of it, by the rows' places.
    """
    if not _judges(table):
        return
    found: dict[int, Problems] = {}
    for number, instance in enumerate(instances):
        problems = await _problems(instance, _of_these(columns_to_write(instance), only))
        if problems:
            found[number] = problems
    if found:
        raise failure_of_rows(table, found)


async def fail_to_make(
    model: type[Mapped], values: dict[str, Any], failed: ValidationFailed
) -> None:
    """Say what validators have against the values that were given, beside what lacks.

    Raises:
        ValidationFailed: Always.
    """
    table = model.__table__
    if not _judges(table):
        raise failed
    instance = model.__new__(model)
    for attribute in values.keys() & table.columns.keys():
        setattr(instance, attribute, values[attribute])
    found = await _problems(instance, table.columns.values())
    problems = {  # what a related instance says is not missing
        attribute: several
        for attribute, several in found.items()
        if attribute in failed.errors or not several[0].missing
    }
    raise failure(table, problems) if problems else failed


async def check_values(table: ModelTable, values: Iterable[tuple[ModelColumn, object]]) -> None:
    """Judge values that rows get by a query, where no instance is there for methods to look at.

    Raises:
        ValidationFailed: Something is wrong; it says all of it.
    """
    watch = table.watch
    found: Problems = {}
    for column, value in values:
        for judge in (
            () if watch is None or value is None else watch.of_values.get(column.attribute, ())
        ):
            complaint = await _complaint(judge, value)
            if complaint is not None:
                found.setdefault(column.attribute, []).append(complaint)
    if found:
        raise failure(table, found)


def _judges(table: ModelTable) -> bool:
    """Whether anybody has more to say than what encoding a value says."""
    return table.watch is not None and table.watch.judges


def _of_these(
    columns: Iterable[ModelColumn], only: Collection[ModelColumn] | None
) -> list[ModelColumn]:
    return [column for column in columns if only is None or column in only]


async def _problems(instance: Mapped, columns: Iterable[ModelColumn]) -> Problems:
    columns = list(columns)
    found = problems_of(instance, columns)
    watch = type(instance).__table__.watch
    if watch is None or not columns:
        return found
    for column in columns:
        checks = watch.of_columns.get(column.attribute, ())
        value = vars(instance).get(column.attribute, MISSING) if checks else None
        if value is None or value is MISSING or column.attribute in found:
            continue
        for one in checks:
            complaint = await _complaint(one, instance, value)
            if complaint is not None:
                found.setdefault(column.attribute, []).append(complaint)
    found = {one.attribute: found[one.attribute] for one in columns if one.attribute in found}
    if not found:  # a whole can be looked at only where its parts are right
        for name in watch.of_rows:
            complaint = await _complaint(getattr(instance, name))
            if complaint is not None:
                found.setdefault(WHOLE, []).append(complaint)
    return found


async def _complaint(judge: Callable[..., Any], *given: object) -> Problem | None:
    """What a validator has against what it is given."""
    try:
        result = judge(*given)
        if inspect.isawaitable(result):
            result = await result
    except ValueRefused as error:
        return Problem(error.message, error.hint)
    except ValueError as error:
        return Problem(str(error) or f"refused by {_name(judge)}")
    if result is False:
        return Problem(f"refused by {_name(judge)}")
    return None


def _name(judge: Callable[..., Any]) -> str:
    name: str = getattr(judge, "__name__", type(judge).__name__)
    return name
