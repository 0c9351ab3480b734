"""Models whose rows are marked as deleted, and hidden, before they are gone."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, ClassVar, TypeVar, overload

from ferrule_core.mapping.columns import Column, column
from ferrule_core.mapping.expressions import Expr
from ferrule_core.model import removal, saving
from ferrule_core.model.model import Model
from ferrule_core.model.sync import SyncModel, SyncModelClass, SyncRow
from ferrule_core.query.blocking import run_sync
from ferrule_core.query.query import Query

if TYPE_CHECKING:
    from typing import Any, Self

S = TypeVar("S", bound="SoftDelete")


class SyncSoftRow(SyncRow[S]):
    """What ``book.sync`` is for a row that can be marked as deleted."""

    __slots__ = ()

    def restore(self) -> None:
        """Make the row one that queries see again; see ``SoftDelete.restore``."""
        run_sync(self._row.restore())

    def purge(self) -> None:
        """Delete the row for good; see ``SoftDelete.purge``."""
        run_sync(self._row.purge())


class SyncSoftDelete(SyncModel):
    """Gives the twin of the class, or of an instance."""

    @overload  # type: ignore[override]  # a subclass has a twin of its own
    def __get__(self, instance: None, owner: type[S]) -> SyncModelClass[S]: ...
    @overload
    def __get__(self, instance: S, owner: type[S]) -> SyncSoftRow[S]: ...
    def __get__(  # pyright: ignore[reportIncompatibleMethodOverride]
        self, instance: S | None, owner: type[S]
    ) -> SyncModelClass[S] | SyncSoftRow[S]:
        return SyncModelClass(owner) if instance is None else SyncSoftRow(instance)


class SoftDelete(Model, abstract=True):
    """A table whose rows are marked as deleted, by the time of it, and hidden from queries.

    ``class Book(SoftDelete, table="book"): ...``; its table has ``deleted_at timestamptz``.
    """

    __deleted_at__: ClassVar[str | None] = "deleted_at"

    sync = SyncSoftDelete()
    """The same without ``await``: ``book.sync.restore()``."""

    deleted_at: Column[datetime | None] = column(default=None)

    @classmethod
    def with_deleted(cls, /, *conditions: Expr[bool], **lookups: Any) -> Query[Self]:  # noqa: ANN401
        """The rows that meet these conditions, also those that are marked as deleted."""
        return cls.filter(*conditions, **lookups).with_deleted()

    @classmethod
    def only_deleted(cls, /, *conditions: Expr[bool], **lookups: Any) -> Query[Self]:  # noqa: ANN401
        """The rows that meet these conditions, and are marked as deleted."""
        return cls.filter(*conditions, **lookups).only_deleted()

    async def delete(self) -> None:
        """Mark the row as deleted: queries do not see it until it is restored.

        Raises:
            StaleObject: The row is no longer there, is marked already, or has another version.
        """
        await removal.mark(self)

    async def restore(self) -> None:
        """Make the row one that queries see again.

        Raises:
            StaleObject: The row is no longer there, is not marked, or has another version.
            UniqueViolation: Another row took its place meanwhile.
        """
        await removal.restore(self)

    async def purge(self) -> None:
        """Delete the row for good; the instance stays, and is in no table.

        Raises:
            StaleObject: The row is no longer there, or another writer changed its version.
        """
        await saving.delete(self)
