"""The writes of instances of models that somebody watches, as ``saving`` and ``bulk`` ask."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Sequence
from typing import TYPE_CHECKING, TypeVar

from ferrule_core.errors import ModelError
from ferrule_core.mapping.mapped import Mapped
from ferrule_core.model import checking
from ferrule_core.model.changes import changed_columns
from ferrule_core.model.signals import BulkWrite
from ferrule_core.model.watching import (
    CREATE,
    DELETE,
    EITHER,
    LINKS,
    UPDATE,
    Actions,
    of_call,
    of_links,
    of_row,
    of_rows,
)

if TYPE_CHECKING:
    from ferrule_core.mapping.links import Link
    from ferrule_core.mapping.model_columns import ModelColumn
    from ferrule_core.mapping.model_table import ModelTable
    from ferrule_core.model.signals import BulkVerb, LinkVerb
    from ferrule_core.model.upserting import Outcome, Upserted

M = TypeVar("M", bound=Mapped)
R = TypeVar("R")

_BECAME: dict[str, Actions] = {"inserted": CREATE, "updated": UPDATE, "untouched": ()}


async def insert(instance: Mapped, run: Callable[[], Awaitable[bool]]) -> bool:
    """Insert an instance; ``run`` says whether it was."""

    async def checked() -> bool:
        await checking.check(instance)
        return await run()

    return await of_row(instance, CREATE, checked, lambda made: CREATE if made else ())


async def update(
    instance: Mapped, only: Collection[ModelColumn] | None, run: Callable[[], Awaitable[bool]]
) -> bool:
    """Update the row of an instance; ``run`` says whether anything of it had changed."""

    async def checked() -> bool:
        await checking.check(instance, only)
        return await run()

    return await of_row(instance, UPDATE, checked, lambda written: UPDATE if written else ())


async def change(instance: Mapped, run: Callable[[], Awaitable[R]]) -> R:
    """Update a row with what the server knows alone: there is nothing to be judged."""
    return await of_row(instance, UPDATE, run, lambda _: UPDATE)


async def delete(instance: Mapped, run: Callable[[], Awaitable[R]]) -> R:
    """Delete the row of an instance, or mark it."""
    return await of_row(instance, DELETE, run, lambda _: DELETE)


async def upsert(instance: Mapped, run: Callable[[], Awaitable[Outcome]]) -> Outcome:
    """Insert an instance, or update the row in its way."""

    async def checked() -> Outcome:
        await checking.check(instance)
        return await run()

    return await of_row(instance, EITHER, checked, _BECAME.__getitem__)


async def insert_all(
    table: ModelTable, rows: Sequence[M], run: Callable[[], Awaitable[list[M]]]
) -> list[M]:
    """Insert many instances."""

    async def told() -> list[M]:
        return await insert_rows(table, rows, run)

    return await _called(table, "bulk_create", rows, told)


async def insert_rows(
    table: ModelTable, rows: Sequence[M], run: Callable[[], Awaitable[list[M]]]
) -> list[M]:
    """The same, without a word about the call."""

    async def checked() -> list[M]:
        await checking.check_rows(table, rows)
        return await run()

    return await of_rows(table, rows, CREATE, checked, lambda made: [(row, CREATE) for row in made])


async def update_all(
    table: ModelTable,
    rows: Sequence[Mapped],
    only: Collection[ModelColumn] | None,
    run: Callable[[], Awaitable[int]],
) -> int:
    """Update the rows of many instances."""

    async def told() -> int:
        return await update_rows(table, rows, only, run)

    return await _called(table, "bulk_update", rows, told)


async def update_rows(
    table: ModelTable,
    rows: Sequence[Mapped],
    only: Collection[ModelColumn] | None,
    run: Callable[[], Awaitable[int]],
) -> int:
    """The same, without a word about the call."""
    written: list[Mapped] = []

    async def checked() -> int:
        await checking.check_rows(table, rows, only)
        written.extend(row for row in rows if _is_changed(row, only))
        return await run()

    return await of_rows(table, rows, UPDATE, checked, lambda _: [(row, UPDATE) for row in written])


def _is_changed(row: Mapped, only: Collection[ModelColumn] | None) -> bool:
    if row.__row__ is None:
        return False  # it is refused
    return any(only is None or column in only for column in changed_columns(row))


async def change_rows(
    table: ModelTable, rows: Sequence[Mapped], run: Callable[[], Awaitable[R]]
) -> R:
    """Update many rows with what the server knows alone."""
    return await of_rows(table, rows, UPDATE, run, lambda _: [(row, UPDATE) for row in rows])


async def delete_all(
    table: ModelTable, rows: Sequence[Mapped], run: Callable[[], Awaitable[int]]
) -> int:
    """Delete the rows of many instances, or mark them."""

    async def told() -> int:
        return await delete_rows(table, rows, run)

    return await _called(table, "bulk_delete", rows, told)


async def delete_rows(
    table: ModelTable, rows: Sequence[Mapped], run: Callable[[], Awaitable[R]]
) -> R:
    """The same, without a word about the call."""
    return await of_rows(table, rows, DELETE, run, lambda _: [(row, DELETE) for row in rows])


async def upsert_all(
    table: ModelTable,
    rows: Sequence[M],
    verb: BulkVerb,
    run: Callable[[], Awaitable[Upserted[M]]],
) -> Upserted[M]:
    """Insert many instances, or update the rows in their way."""
    done: list[Upserted[M]] = []

    async def told() -> int:
        upserted = await upsert_rows(table, rows, run)
        done.append(upserted)
        return len(upserted.inserted) + len(upserted.updated)

    await _called(table, verb, rows, told)
    return done[0]


async def upsert_rows(
    table: ModelTable, rows: Sequence[M], run: Callable[[], Awaitable[Upserted[M]]]
) -> Upserted[M]:
    """The same, without a word about the call."""

    async def checked() -> Upserted[M]:
        await checking.check_rows(table, rows)
        return await run()

    return await of_rows(
        table,
        rows,
        EITHER,
        checked,
        lambda found: [
            *[(row, CREATE) for row in found.inserted],
            *[(row, UPDATE) for row in found.updated],
        ],
    )


async def _called(
    table: ModelTable, verb: BulkVerb, rows: Sequence[Mapped], run: Callable[[], Awaitable[R]]
) -> R:
    call = BulkWrite(verb, table.model, rows)
    return await of_call(table, table.database, call, run)


async def links(
    link: Link,
    instance: Mapped,
    verb: LinkVerb,
    rows: Sequence[object],
    run: Callable[[], Awaitable[R]],
    counts: Callable[[R], tuple[int, int]],
) -> R:
    """Change what a many-to-many relation connects.

    Raises:
        ModelError: Rows of the junction are watched, and nobody watches the relation.
    """
    watch = link.owner.watch
    if watch is not None and watch.hears(*LINKS):
        return await of_links(link, instance, verb, rows, run, counts)
    between = None if link.junction is None else link.junction.model
    if between is not None and between.watch is not None and between.watch.hears(*CREATE, *DELETE):
        owner = link.owner.model_name
        raise ModelError(
            f"handlers watch rows of {between.model_name}, and a change of "
            f'"{link.attribute}" of {owner} does not call them',
            hint=f"create and delete rows of {between.model_name} itself, or register "
            f"pre_links({owner})",
        )
    return await run()
