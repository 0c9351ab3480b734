"""Inserting rows, or updating those that stand in their way."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import field
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeAlias, TypeVar, Unpack

from ferrule_core.deferred import dataclass
from ferrule_core.errors import (
    DatabaseError,
    FerruleError,
    ModelError,
    NotFound,
    QueryError,
    ValueRefused,
)
from ferrule_core.mapping.binding import make_binder
from ferrule_core.mapping.expressions import connect
from ferrule_core.mapping.mapped import Mapped
from ferrule_core.model import batches
from ferrule_core.model.changes import written_columns
from ferrule_core.model.saving import insert_statement, refused, sent_values
from ferrule_core.query import running
from ferrule_core.query.conflicts import ConflictKeywords, on_conflict
from ferrule_core.query.naming import columns_named
from ferrule_core.query.port import executor_for
from ferrule_core.query.servers import major_version
from ferrule_core.query.stamps import actors_among, actors_for, stamped_on_insert
from ferrule_core.sql.compiled import CompiledBatch
from ferrule_core.sql.nodes import (
    BinaryOp,
    ColumnRef,
    CommonTable,
    Constant,
    Expression,
    Insert,
    IsNull,
    Join,
    JoinKind,
    OnConflict,
    Projection,
    Select,
    SelectItem,
    SubqueryRef,
    TableRef,
    With,
)
from ferrule_core.sql.operators import Connective, Operator

if TYPE_CHECKING:
    from ferrule_core.mapping.columns import ModelColumn
    from ferrule_core.mapping.model_table import ModelTable
    from ferrule_core.model.signals import BulkVerb
    from ferrule_core.query.query import Query

M = TypeVar("M", bound=Mapped)

Outcome: TypeAlias = Literal["inserted", "updated", "untouched"]
"""What an upsert did; ``untouched`` left the row that is there as it was."""

_RETURNING_OLD = 18
"""The version of PostgreSQL from which on ``RETURNING`` can say what a row was before."""

_WRITTEN, _ONE = "written", SubqueryRef(Select(Projection((SelectItem(Constant(1)),))), "one")


@dataclass(frozen=True, slots=True)
class Upserted(Generic[M]):
    """What became of rows, each in the order in which they were given."""

    inserted: list[M] = field(default_factory=list[M])
    updated: list[M] = field(default_factory=list[M])
    untouched: list[M] = field(default_factory=list[M])


async def upsert(
    instance: Mapped, *, watched: bool = True, **conflict: Unpack[ConflictKeywords]
) -> Outcome:
    """Insert an instance, or update the row that stands in its way, and take over that row.

    Raises:
        ModelError: The instance is in the table already.
        QueryError: The conflict is not well described.
    """
    table = type(instance).__table__
    if instance.__row__ is not None:
        raise ModelError(f"this {table.model_name} is in the table already", hint="save() it")
    if table.watch is not None and watched:
        from ferrule_core.model import watched_rows  # few models need it

        return await watched_rows.upsert(
            instance, lambda: upsert(instance, watched=False, **conflict)
        )
    columns = written_columns(instance)
    clause = on_conflict(table, columns, conflict)
    returning = await _returning(table, clause)
    try:
        values = sent_values(instance, columns)
    except ValueRefused as error:
        raise refused(instance, table.columns.values(), error) from error
    statement = insert_statement(table, columns, returning, clause, values)
    try:
        row = await running.fetch_first(table.database, statement)
    except DatabaseError as error:
        raise _explained(table, error) from error
    return "untouched" if row is None else _taken(instance, row)


async def upsert_within(
    query: Query[M], instance: M, on: Collection[str] | None, values: Mapping[str, object]
) -> tuple[M, bool]:
    """Insert an instance, or update the row of a query that stands in its way.

    Returns:
        What is in the table then, and whether it was inserted.

    Raises:
        NotFound: What stands in the way is none of the query's rows.
        QueryError: The query cuts its rows, or tells them by other tables.
    """
    table = type(instance).__table__
    keys = columns_named(table, on or ()) or list(table.key())
    names = [column.attribute for column in keys]
    selection = query._selection  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
    if selection.narrowed:
        raise QueryError(f"an upsert of {table.model_name} cannot be kept within a cut query")
    fixed = {*keys, *table.primary_key}
    said = [column for column in columns_named(table, values) if column not in fixed]
    conflict: ConflictKeywords = {"on": names, "update": [column.attribute for column in said]}
    hidden = [one.node for one in table.visible]
    own = tuple(one for one in selection.conditions if one.node not in hidden)
    if own and said:
        conflict["where"] = connect(Connective.AND, own)
    outcome = await upsert(instance, **conflict)
    if outcome != "untouched":
        return instance, outcome == "inserted"
    found = await query.get_or_none(**{name: getattr(instance, name) for name in names})
    if found is None:
        raise NotFound(
            f"a {table.model_name} stands in the way that the query leaves out",
            hint="nothing was changed; upsert() of the model looks at all rows",
        )
    return found, False


async def upsert_many(
    table: ModelTable,
    instances: Sequence[M],
    *,
    chunk_rows: int | None = None,
    verb: BulkVerb = "bulk_upsert",
    watched: bool = True,
    **conflict: Unpack[ConflictKeywords],
) -> Upserted[M]:
    """Insert instances, or update the rows that stand in their way: all of it, or nothing.

    Args:
        table: The model's.
        instances: New ones.
        chunk_rows: Send so many at once.
        verb: What was called.
        watched: Tell those who watch the model.
        **conflict: See ``ConflictKeywords``.

    Raises:
        ModelError: One of them is in the table already, or comes twice.
        QueryError: The conflict is not well described.
    """
    if table.watch is not None and watched:
        from ferrule_core.model import watched_rows  # few models need it

        return await watched_rows.upsert_all(
            table,
            instances,
            verb,
            lambda: upsert_many(table, instances, chunk_rows=chunk_rows, watched=False, **conflict),
        )
    clauses = {
        columns: (on_conflict(table, columns, conflict), list(batches.chunks(group, chunk_rows)))
        for columns, group in batches.by_columns(table, instances).items()
    }
    parts = sum(len(chunks) for _, chunks in clauses.values())
    rows: dict[int, Any] = {}
    async with batches.atomic(table, needed=parts > 1):
        for columns, (clause, chunks) in clauses.items():
            returning = await _returning(table, clause)
            statement = _each(table, insert_statement(table, columns, returning, clause))
            for chunk in chunks:
                with batches.naming_rows(table, instances):
                    bound = make_binder(columns)(chunk)
                found = await _run(table, statement, columns, bound)
                rows.update(zip(map(id, chunk), found, strict=True))
    upserted: Upserted[M] = Upserted()
    for instance in instances:
        row = rows[id(instance)]
        outcome = "untouched" if row[-1] is None else _taken(instance, row)
        getattr(upserted, outcome).append(instance)
    return upserted


async def _run(
    table: ModelTable,
    statement: Select,
    columns: Sequence[ModelColumn],
    bound: Sequence[tuple[object, ...]],
) -> Sequence[Any]:
    compiled = running.compiled(statement)
    actors = actors_for(table, actors_among(stamped_on_insert(table, columns)))
    clause = compiled.parameters[len(columns) + len(actors) :]  # it stands behind
    sent = [(*values, *actors, *clause) for values in bound]
    batch = CompiledBatch(compiled.text, sent, statement)
    try:
        return await executor_for(table.database).fetch_batch(batch)
    except DatabaseError as error:
        raise _explained(table, error) from error


def _taken(instance: Mapped, row: Any) -> Outcome:  # noqa: ANN401 - the driver's row
    type(instance).__table__.layout.take(instance, row)
    return "inserted" if row[-1] else "updated"


async def _returning(table: ModelTable, clause: OnConflict) -> Projection:
    """All columns, and at the end whether the row was inserted.

    From PostgreSQL 18 on that is where the old row has no key. Before, it is where no transaction
    ever locked or updated the row: its ``xmax``, which partitioned tables do not give.
    """
    inserted: Expression = Constant(value=True)
    if clause.assignments:
        if table.primary_key and await major_version(table.database) >= _RETURNING_OLD:
            inserted = IsNull(ColumnRef("old", table.primary_key[0].name))
        else:
            inserted = BinaryOp(ColumnRef(None, "xmax"), Operator.EQ, Constant(0))
    return Projection((*table.layout.returning.items, SelectItem(inserted)))


def _each(table: ModelTable, insert: Insert) -> Select:
    """An insert as a query that gives one row each time, of NULLs where nothing was written."""
    shown = [*[column.name for column in table.columns.values()], None]
    names = tuple([f"c{number}" for number in range(len(shown))])
    written = CommonTable(_WRITTEN, insert, names)
    items = [
        SelectItem(ColumnRef(_WRITTEN, name), alias)
        for name, alias in zip(names, shown, strict=True)
    ]
    return Select(
        Projection(tuple(items)),
        _ONE,
        (Join(TableRef(_WRITTEN), Constant(value=True), JoinKind.LEFT),),
        with_=With((written,)),
    )


def _explained(table: ModelTable, error: DatabaseError) -> FerruleError:
    if error.sqlstate == "0A000" and "system column" in error.message:
        return QueryError(
            f"an upsert of {table.model_name}, which is partitioned, cannot tell what it did "
            "before PostgreSQL 18",
            hint="insert by bulk_create(ignore_conflicts=True), and update() the others",
        )
    return error
