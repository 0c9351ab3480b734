"""The verbs of a model that write many of its rows at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Unpack

from ferrule_core.errors import ModelError
from ferrule_core.mapping.mapped import Mapped
from ferrule_core.model import bulk
from ferrule_core.model.upserting import Upserted, upsert_many
from ferrule_core.query.naming import Named, columns_named

if TYPE_CHECKING:
    from typing import Self

    from ferrule_core.mapping.expressions import Assignment
    from ferrule_core.query.conflicts import ConflictKeywords


class BulkVerbs(Mapped, abstract=True):
    """What a model's class does with many instances."""

    @classmethod
    async def bulk_create(
        cls,
        rows: Sequence[Self],
        /,
        *,
        ignore_conflicts: bool = False,
        update_conflicts: Iterable[Named | Assignment] | None = None,
        on: Iterable[Named] = (),
        chunk_rows: int | None = None,
        copy: bool = False,
    ) -> list[Self]:
        """Insert all of these, or none; what the server fills in is on them.

        They may have values for different columns. A value that was given stays as it is on the
        instance, where ``create`` shows what the server made of it: rounded, or changed by a
        trigger.

        Args:
            rows: New instances.
            ignore_conflicts: Leave out rows that others stand in the way of; the instances that
                were inserted are returned.
            update_conflicts: Change these columns of rows that are in the way; ``bulk_upsert``
                says more of it, and tells which those were.
            on: The columns of the conflict; any conflict where nothing is to be changed, else the
                primary key.
            chunk_rows: Send so many at once, all in one transaction.
            copy: Send them by COPY, which is quicker and gives nothing back: the instances stay as
                they are, without what the server fills in, and in no table.

        Raises:
            ModelError: One of them is in the table already, or options do not go together.
            IntegrityError: A constraint refuses one of them.
        """
        table = cls.__table__
        if copy:
            if ignore_conflicts or update_conflicts is not None or chunk_rows is not None:
                raise ModelError("COPY knows neither conflicts nor chunks", hint="leave out copy")
            return await bulk.copy(table, rows)
        if ignore_conflicts and update_conflicts is not None:
            raise ModelError("conflicts are ignored or updated, not both")
        if ignore_conflicts:
            done = await upsert_many(
                table, rows, chunk_rows=chunk_rows, verb="bulk_create", on=on, update=[]
            )
            return done.inserted
        if update_conflicts is not None:
            changes = list(update_conflicts)
            if not changes:
                raise ModelError("no column is to be updated", hint="ignore_conflicts=True")
            await upsert_many(
                table, rows, chunk_rows=chunk_rows, verb="bulk_create", on=on, update=changes
            )
            return list(rows)
        if on:
            raise ModelError("what becomes of conflicts is not said", hint="ignore_conflicts=True")
        return await bulk.insert(table, rows, chunk_rows=chunk_rows)

    @classmethod
    async def bulk_update(
        cls,
        rows: Sequence[Self],
        columns: Iterable[Named] | None = None,
        /,
        *,
        chunk_rows: int | None = None,
    ) -> int:
        """Write what changed of all these instances, or nothing at all.

        Args:
            rows: Instances that were loaded.
            columns: Write no others than these.
            chunk_rows: Send so many at once, all in one transaction.

        Returns:
            How many rows were written: those of which something had changed.

        Raises:
            ModelError: One of them is in no table.
            StaleObject: A row is no longer there, or another writer changed its version.
        """
        table = cls.__table__
        only = None if columns is None else columns_named(table, columns)
        return await bulk.update(table, rows, only=only, chunk_rows=chunk_rows)

    @classmethod
    async def bulk_delete(cls, rows: Sequence[Self], /) -> int:
        """Delete the rows of all these instances, or none, and say how many there were.

        Raises:
            ModelError: One of them is in no table.
            StaleObject: A row is no longer there, or another writer changed its version.
        """
        return await bulk.delete(cls.__table__, rows)

    @classmethod
    async def bulk_upsert(
        cls,
        rows: Sequence[Self],
        /,
        *,
        chunk_rows: int | None = None,
        **conflict: Unpack[ConflictKeywords],
    ) -> Upserted[Self]:
        """Insert all of these, and update the rows that stand in their way: all of it, or nothing.

        ``await Book.bulk_upsert(books, on=[Book.isbn], update=[Book.price])``

        Args:
            rows: New instances; each takes over what is in the table afterwards.
            chunk_rows: Send so many at once, all in one transaction.
            **conflict: See ``ConflictKeywords``.

        Returns:
            Which were inserted, which updated rows, and which left them as they are.

        Raises:
            ModelError: One of them is in the table already.
            QueryError: The conflict is not well described.
        """
        return await upsert_many(cls.__table__, rows, chunk_rows=chunk_rows, **conflict)
