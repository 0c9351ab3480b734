"""Running a selection: rows as instances, one row, a count, a page, a stream."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Sequence
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

from ferrule_core.errors import MultipleRows, NotFound, QueryError
from ferrule_core.mapping.columns import Column
from ferrule_core.mapping.expressions import Expr
from ferrule_core.query import preload, running
from ferrule_core.query.annotating import annotate_instances
from ferrule_core.query.ordering import column_named
from ferrule_core.query.paginate import Page
from ferrule_core.query.plans import Plan, plan_of
from ferrule_core.query.port import Row, executor_for
from ferrule_core.query.select import select_count, select_existence, select_rows
from ferrule_core.query.selection import Selection
from ferrule_core.sql.nodes import ColumnRef, Select

if TYPE_CHECKING:
    from ferrule_core.mapping.model_table import ModelTable
    from ferrule_core.sql.compiled import CompiledQuery

# The rows of a selection are of whatever model it is about, so what is made of them is Any here;
# ``Query`` says which model that is.


def compiled_rows(selection: Selection) -> CompiledQuery:
    """The statement that ``fetch_all`` would send first."""
    return running.compiled(select_instances(selection))


def select_instances(selection: Selection) -> Select:
    """The statement that ``fetch_all`` sends first."""
    return select_rows(selection, _plan(selection))


def _plan(selection: Selection) -> Plan:
    """How the rows are loaded; annotations stand behind all else."""
    extra = tuple([ColumnRef(None, name) for name in selection.annotations])
    return plan_of(selection.table, selection.attributes, selection.inclusion, extra)


def _loaded(selection: Selection, plan: Plan, rows: Sequence[Row]) -> list[Any]:
    """The instances of rows, each with its annotations."""
    instances = plan.load(rows)
    if selection.annotations and rows:
        first = len(rows[0]) - len(selection.annotations)
        annotate_instances(instances, rows, selection.annotations, first)
    return instances


async def fetch_all(selection: Selection) -> list[Any]:
    """All rows as instances, with their relations."""
    plan = _plan(selection)
    rows = await running.fetch(selection.database, select_rows(selection, plan))
    instances = _loaded(selection, plan, rows)
    if plan.preloads:
        await preload.run(plan.preloads, instances, selection.database, selection.prefetches)
    return instances


async def fetch_first(selection: Selection) -> Any:  # noqa: ANN401
    """The first row, or ``None``."""
    found = await fetch_all(_limited(selection, 1))
    return found[0] if found else None


async def fetch_optional(selection: Selection) -> Any:  # noqa: ANN401
    """The only row, or ``None``.

    Raises:
        MultipleRows: There are several.
    """
    return _only_one(selection.table, await fetch_all(_limited(selection, 2)))


async def fetch_one(selection: Selection) -> Any:  # noqa: ANN401
    """The only row.

    Raises:
        NotFound: There is none.
        MultipleRows: There are several.
    """
    return present(selection.table, await fetch_optional(selection))


async def find(table: ModelTable, query: CompiledQuery) -> Any:  # noqa: ANN401
    """The only row that a statement of ``find_by_columns`` gives, or ``None``.

    Raises:
        MultipleRows: There are several.
    """
    rows = await executor_for(table.database).fetch(query)
    return _only_one(table, plan_of(table).load(rows))


def present(table: ModelTable, found: Any) -> Any:  # noqa: ANN401
    """What was found.

    Raises:
        NotFound: It is ``None``.
    """
    if found is None:
        raise NotFound(f"no {table.model_name} fits", hint="use get_or_none() where that may be")
    return found


def _only_one(table: ModelTable, found: list[Any]) -> Any:  # noqa: ANN401
    if len(found) > 1:
        raise MultipleRows(
            f"more than one {table.model_name} fits",
            hint="use first(), or conditions that only one row meets",
        )
    return found[0] if found else None


async def fetch_count(selection: Selection) -> int:
    """How many rows there are."""
    count: int = await running.fetch_value(selection.database, select_count(selection))
    return count


async def fetch_existence(selection: Selection) -> bool:
    """Whether there is a row."""
    statement = select_existence(selection)
    return await running.fetch_first(selection.database, statement) is not None


async def stream(selection: Selection, chunk_rows: int) -> AsyncIterator[Any]:
    """All rows, one after the other, each with its relations."""
    async with aclosing(stream_chunks(selection, chunk_rows)) as chunks:
        async for instances in chunks:
            for instance in instances:
                yield instance


async def stream_chunks(selection: Selection, chunk_rows: int) -> AsyncGenerator[list[Any]]:
    """All rows, in chunks, each with its relations."""
    if chunk_rows < 1:
        raise QueryError(f"a chunk has at least one row, not {chunk_rows}")
    plan = _plan(selection)
    query = running.compiled(select_rows(selection, plan))
    executor = executor_for(selection.database)
    async with aclosing(executor.stream(query, chunk_rows=chunk_rows)) as chunks:
        async for rows in chunks:
            instances = _loaded(selection, plan, rows)
            if plan.preloads:
                await preload.run(
                    plan.preloads, instances, selection.database, selection.prefetches
                )
            yield instances


async def fetch_page(selection: Selection, size: int, number: int, *, total: bool) -> Page[Any]:
    """One page of the rows, numbered from 1.

    Raises:
        QueryError: There is no such page, or the query is a part already.
    """
    if size < 1 or number < 1:
        raise QueryError(f"page {number} of {size} rows cannot be; both are counted from 1")
    if selection.limit is not None or selection.offset is not None:
        raise QueryError("a query with limit or offset cannot be cut into pages")
    part = _limited(selection, size + 1)
    part.offset = (number - 1) * size or None
    found = await fetch_all(part)
    count = await fetch_count(selection) if total else None
    return Page(found[:size], number, size, has_next=len(found) > size, total=count)


def only(table: ModelTable, columns: Iterable[Expr[Any] | str]) -> tuple[str, ...]:
    """The attributes to load, in the order of the model: the key, and the named ones."""
    named = {_attribute(table, column) for column in columns}
    named.update(_always_loaded(table))
    return tuple(attribute for attribute in table.columns if attribute in named)


def defer(selection: Selection, columns: Iterable[Expr[Any] | str]) -> tuple[str, ...]:
    """The attributes to load: all that are loaded so far but the named ones."""
    table = selection.table
    named = {_attribute(table, column) for column in columns}
    named.difference_update(_always_loaded(table))
    loaded = selection.attributes or tuple(table.columns)
    return tuple(attribute for attribute in loaded if attribute not in named)


def _always_loaded(table: ModelTable) -> list[str]:
    """The key and the version: without them a row could not be written."""
    columns = table.primary_key if table.version is None else table.guard
    return [column.attribute for column in columns]


def _attribute(table: ModelTable, given: Expr[Any] | str) -> str:
    column = column_named(table, given) if isinstance(given, str) else given
    if not isinstance(column, Column) or column.origin.parent is not None:
        raise QueryError(f"{given!r} is no column of {table.model_name} itself")
    if column.attribute not in table.columns:
        raise table.path.unknown(column.attribute)
    return column.attribute


def _limited(selection: Selection, most: int) -> Selection:
    limited = selection.copy()
    limited.limit = most if selection.limit is None else min(most, selection.limit)
    return limited


_MOST_ROWS = 2**63 - 1


def not_negative(what: str, count: object) -> int:
    """A number of rows.

    Raises:
        QueryError: It is none.
    """
    if isinstance(count, bool) or not isinstance(count, int) or count < 0:
        raise QueryError(f"{what} is a whole number from 0 on, not {count!r}")
    if count > _MOST_ROWS:
        raise QueryError(f"{what} is more than the server can count to")
    return count
