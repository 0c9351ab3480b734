"""Telling those who watch a model of its writes: in which order, in which transaction."""

from __future__ import annotations

import inspect
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from ferrule_core.errors import ModelError
from ferrule_core.mapping.mapped import Mapped
from ferrule_core.model import batches
from ferrule_core.model.signals import BulkWrite, LinkWrite

if TYPE_CHECKING:
    from ferrule_core.mapping.links import Link
    from ferrule_core.mapping.model_table import ModelTable
    from ferrule_core.mapping.watch import Action, Handler, Watch
    from ferrule_core.model.signals import LinkVerb

R = TypeVar("R")

Actions: TypeAlias = "tuple[Action, ...]"
Told: TypeAlias = "tuple[Any, Actions]"
"""What handlers are given, and which signals it is about, from the widest to the narrowest."""

CREATE: Actions = ("save", "create")
UPDATE: Actions = ("save", "update")
EITHER: Actions = ("save", "create", "update")
"""Of an upsert, before it is known what it does."""
DELETE: Actions = ("delete",)
ROWS: Actions = ("save", "create", "update", "delete")
BULK: Actions = ("bulk",)
LINKS: Actions = ("links",)


async def of_row(
    instance: Mapped,
    actions: Actions,
    run: Callable[[], Awaitable[R]],
    outcome: Callable[[R], Actions],
) -> R:
    """Write one row, and tell of it.

    Args:
        instance: Whose row.
        actions: What it may become.
        run: Writes it.
        outcome: What it became, by what ``run`` gave; nothing where nothing was written.
    """
    table = type(instance).__table__
    told = [(instance, actions)]
    return await occasion(
        table, table.database, told, run, lambda result: [(instance, outcome(result))]
    )


async def of_rows(
    table: ModelTable,
    rows: Sequence[Mapped],
    actions: Actions,
    run: Callable[[], Awaitable[R]],
    outcome: Callable[[R], Iterable[Told]],
) -> R:
    """The same for many rows; ``outcome`` gives those that were written, and what they became."""
    for row in rows:
        batches.refuse_other(table, row)
    told = [(row, actions) for row in rows]
    return await occasion(table, table.database, told, run, outcome)


async def of_call(
    table: ModelTable,
    database: str | None,
    call: BulkWrite[Any],
    run: Callable[[], Awaitable[R]],
) -> R:
    """Run what writes many rows, and tell of the call; its result is a number, or what has one."""
    if not watch_over(table).hears("bulk"):
        return await run()

    async def counted() -> R:
        result = await run()
        found: Any = result
        call.count = found if isinstance(found, int) else len(found)
        return result

    return await occasion(table, database, [(call, BULK)], counted, lambda _: [(call, BULK)])


async def of_links(
    link: Link,
    instance: Mapped,
    verb: LinkVerb,
    rows: Sequence[object],
    run: Callable[[], Awaitable[R]],
    counts: Callable[[R], tuple[int, int]],
) -> R:
    """Change what a relation connects, and tell of it."""
    table = link.owner
    call: LinkWrite[Any] = LinkWrite(verb, instance, link.attribute, rows)

    async def counted() -> R:
        result = await run()
        call.added, call.removed = counts(result)
        return result

    return await occasion(
        table, table.database, [(call, LINKS)], counted, lambda _: [(call, LINKS)]
    )


async def occasion(
    table: ModelTable,
    database: str | None,
    told: Sequence[Told],
    run: Callable[[], Awaitable[R]],
    outcome: Callable[[R], Iterable[Told]],
) -> R:
    """Call handlers around what ``run`` writes, all in one transaction.

    Where anything of it fails, instances are again what they were before they were written.
    """
    watch = watch_over(table)
    asked: set[Action] = {action for _, actions in told for action in actions}
    needed = watch.takes_part(*asked)
    before: list[tuple[Mapped, dict[str, Any]]] = []
    try:
        async with transaction_of(database, needed=needed):
            remember = before if needed else None
            result, done = await _surrounded(watch, told, run, outcome, remember)
            await _tell_after_commit(watch, database, done)
    except BaseException:
        for row, values in before:
            vars(row).clear()
            vars(row).update(values)
        raise
    return result


async def _surrounded(
    watch: Watch,
    told: Sequence[Told],
    run: Callable[[], Awaitable[R]],
    outcome: Callable[[R], Iterable[Told]],
    before: list[tuple[Mapped, dict[str, Any]]] | None,
) -> tuple[R, list[Told]]:
    failure: BaseException | None = None
    async with AsyncExitStack() as stack:
        try:
            await _tell_before(watch, stack, told)
            if before is not None:
                before += [(one, dict(vars(one))) for one, _ in told if isinstance(one, Mapped)]
            result = await run()
            done = list(outcome(result))
            for target, actions in done:
                for action in reversed(actions):
                    await _tell(watch.handlers("post", action), target)
        except BaseException as error:
            failure = error
            raise
    if failure is not None:  # a handler that goes on as if nothing had happened
        raise failure
    return result, done


async def _tell_before(watch: Watch, stack: AsyncExitStack, told: Sequence[Told]) -> None:
    for target, actions in told:
        for action in actions:
            for handler in watch.handlers("around", action):
                await _begin(stack, handler, target)
    for target, actions in told:
        for action in actions:
            await _tell(watch.handlers("pre", action), target)


async def _begin(stack: AsyncExitStack, handler: Handler, target: object) -> None:
    try:
        if inspect.isasyncgenfunction(handler):
            await stack.enter_async_context(asynccontextmanager(handler)(target))
        else:
            stack.enter_context(contextmanager(handler)(target))
    except RuntimeError as error:
        if str(error) != "generator didn't yield":
            raise
        raise ModelError(
            f"{handler.__qualname__} ended before its yield, so nothing was written",
            hint="raise an exception that says why a row is not to be written",
        ) from None


async def _tell(handlers: Iterable[Handler], target: object) -> None:
    for handler in handlers:
        await _call(handler, target)


async def _call(handler: Handler, target: object) -> None:
    result = handler(target)
    if inspect.isawaitable(result):
        await result


async def _tell_after_commit(watch: Watch, database: str | None, done: Iterable[Told]) -> None:
    calls = [
        partial(_call, handler, target)
        for target, actions in done
        for action in reversed(actions)
        for handler in watch.handlers("committed", action)
    ]
    if not calls:
        return
    from ferrule_core.database.registry import route_named  # it brings all plugins

    for call in calls:
        await route_named(database).on_commit(call)


@asynccontextmanager
async def transaction_of(database: str | None, *, needed: bool = True) -> AsyncGenerator[None]:
    """A transaction of the database of that name, where one is needed."""
    if not needed:
        yield
        return
    from ferrule_core.database import transaction  # it brings all plugins

    async with transaction(database):
        yield


def watch_over(table: ModelTable) -> Watch:
    """Who watches a model that somebody watches."""
    if table.watch is None:
        raise AssertionError("only what somebody watches comes here")
    return table.watch
