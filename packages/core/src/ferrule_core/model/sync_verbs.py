"""The further verbs of models, without ``await``."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Generic, TypeVar, Unpack

from ferrule_core.query.blocking import run_sync

if TYPE_CHECKING:
    from ferrule_core.mapping.columns import Column
    from ferrule_core.mapping.expressions import Assignment
    from ferrule_core.model.model import Model
    from ferrule_core.model.upserting import Outcome, Upserted
    from ferrule_core.query.conflicts import ConflictKeywords
    from ferrule_core.query.naming import Named
    from ferrule_core.query.query import Query

M = TypeVar("M", bound="Model")
N = TypeVar("N", int, float, Decimal)


class SyncClassVerbs(Generic[M]):
    """What ``Book.sync`` does beside ``create`` and reading."""

    __slots__ = ()

    _model: type[M]

    def get_or_create(
        self,
        defaults: Mapping[str, Any] | None = None,
        /,
        **values: Any,  # noqa: ANN401
    ) -> tuple[M, bool]:
        """The only row with these values, inserted where there is none.

        See ``Model.get_or_create``.
        """
        return run_sync(self._model.get_or_create(defaults, **values))

    def update_or_create(
        self,
        defaults: Mapping[str, Any] | None = None,
        /,
        **values: Any,  # noqa: ANN401
    ) -> tuple[M, bool]:
        """The only row with these values, given the others, or inserted where there is none.

        See ``Model.update_or_create``.
        """
        return run_sync(self._model.update_or_create(defaults, **values))

    def in_bulk(self, keys: Collection[Any], /) -> dict[Any, M]:
        """The rows of these keys, by key; see ``Model.in_bulk``."""
        return run_sync(self._model.in_bulk(keys))

    def insert_from(
        self,
        query: Query[Any],
        /,
        *assignments: Assignment,
        ignore_conflicts: bool = False,
        **values: Any,  # noqa: ANN401
    ) -> int:
        """Insert a row for each row of a query; see ``Model.insert_from``."""
        inserted = self._model.insert_from(
            query, *assignments, ignore_conflicts=ignore_conflicts, **values
        )
        return run_sync(inserted)

    def bulk_create(
        self,
        rows: Sequence[M],
        /,
        *,
        ignore_conflicts: bool = False,
        update_conflicts: Iterable[Named | Assignment] | None = None,
        on: Iterable[Named] = (),
        chunk_rows: int | None = None,
        copy: bool = False,
    ) -> list[M]:
        """Insert all of these, or none; see ``Model.bulk_create``."""
        return run_sync(
            self._model.bulk_create(
                rows,
                ignore_conflicts=ignore_conflicts,
                update_conflicts=update_conflicts,
                on=on,
                chunk_rows=chunk_rows,
                copy=copy,
            )
        )

    def bulk_update(
        self,
        rows: Sequence[M],
        columns: Iterable[Named] | None = None,
        /,
        *,
        chunk_rows: int | None = None,
    ) -> int:
        """Write what changed of all these instances, or nothing; see ``Model.bulk_update``."""
        return run_sync(self._model.bulk_update(rows, columns, chunk_rows=chunk_rows))

    def bulk_delete(self, rows: Sequence[M], /) -> int:
        """Delete the rows of all these instances, or none; see ``Model.bulk_delete``."""
        return run_sync(self._model.bulk_delete(rows))

    def bulk_upsert(
        self,
        rows: Sequence[M],
        /,
        *,
        chunk_rows: int | None = None,
        **conflict: Unpack[ConflictKeywords],
    ) -> Upserted[M]:
        """Insert all of these, and update the rows that stand in their way.

        See ``Model.bulk_upsert``.
        """
        return run_sync(self._model.bulk_upsert(rows, chunk_rows=chunk_rows, **conflict))


class SyncRowVerbs(Generic[M]):
    """What ``book.sync`` does beside ``save``, ``delete`` and ``refresh``."""

    __slots__ = ()

    _row: M

    def upsert(self, **conflict: Unpack[ConflictKeywords]) -> Outcome:
        """Insert this instance, or update the row that stands in its way; see ``Model.upsert``."""
        return run_sync(self._row.upsert(**conflict))

    def increment(self, column: Column[N], by: N | int = 1, /) -> N:
        """Add to a number of the row, and give what is there now; see ``Model.increment``."""
        return run_sync(self._row.increment(column, by))
