"""Views whose rows are stored, and computed again when somebody says so."""

from __future__ import annotations

from typing import ClassVar, Literal, TypeVar, overload

from ferrule_core.errors import QueryError
from ferrule_core.model.model import View
from ferrule_core.model.sync import SyncView, SyncViewClass, SyncViewRow
from ferrule_core.query.blocking import run_sync
from ferrule_core.query.raw import ident, sql

W = TypeVar("W", bound="MaterializedView")


class SyncMaterializedViewClass(SyncViewClass[W]):
    """What ``CheapBook.sync`` is for a materialized view."""

    __slots__ = ()

    def refresh_view(self, *, concurrently: bool = False) -> None:
        """Compute all rows again; see ``MaterializedView.refresh_view``."""
        run_sync(self._model.refresh_view(concurrently=concurrently))


class SyncMaterializedView(SyncView):
    """Gives the twin of the class, or of an instance."""

    @overload  # type: ignore[override]  # a subclass has a twin of its own
    def __get__(self, instance: None, owner: type[W]) -> SyncMaterializedViewClass[W]: ...
    @overload
    def __get__(self, instance: W, owner: type[W]) -> SyncViewRow[W]: ...
    def __get__(  # pyright: ignore[reportIncompatibleMethodOverride]
        self, instance: W | None, owner: type[W]
    ) -> SyncMaterializedViewClass[W] | SyncViewRow[W]:
        return SyncMaterializedViewClass(owner) if instance is None else SyncViewRow(instance)


class MaterializedView(View, abstract=True):
    """A view whose rows are stored, as they were when it was last refreshed.

    ``class CheapBook(MaterializedView, table="cheap_book"): ...``
    """

    __relation_kind__: ClassVar[Literal["table", "view", "materialized view"]] = "materialized view"

    sync = SyncMaterializedView()
    """The same without ``await``: ``CheapBook.sync.refresh_view()``."""

    @classmethod
    async def refresh_view(cls, *, concurrently: bool = False) -> None:
        """Compute all rows again.

        Args:
            concurrently: Let others read the old rows meanwhile. This needs a unique index over
                columns alone, without a condition, and takes longer where much has changed.

        Raises:
            InsufficientPrivilege: The view is of another owner.
            DatabaseError: There is no such index.
        """
        table = cls.__table__
        if table.abstract:
            raise QueryError(
                f"{cls.__name__} is abstract and has no rows to compute",
                hint="refresh a class that inherits from it",
            )
        name = ident(table.name) if table.schema is None else ident(table.schema, table.name)
        if concurrently:
            statement = sql("REFRESH MATERIALIZED VIEW CONCURRENTLY {}", name)
        else:
            statement = sql("REFRESH MATERIALIZED VIEW {}", name)
        if table.database is not None:
            statement = statement.using(table.database)
        await statement.execute()
