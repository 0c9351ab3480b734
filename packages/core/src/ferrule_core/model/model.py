"""The classes that users inherit from: ``Model`` for tables, ``View`` for what is only read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from ferrule_core.errors import ValidationFailed
from ferrule_core.mapping.columns import ModelColumn
from ferrule_core.mapping.expressions import Expr
from ferrule_core.model import saving
from ferrule_core.model.border import PydanticBorder
from ferrule_core.model.bulk_verbs import BulkVerbs
from ferrule_core.model.changes import written_columns
from ferrule_core.model.fetching import Fetching
from ferrule_core.model.instances import Instances
from ferrule_core.model.single_verbs import SingleVerbs
from ferrule_core.model.sync import SyncModel, SyncView
from ferrule_core.query import reading
from ferrule_core.query.batching import LoaderOfModel
from ferrule_core.query.naming import Named, columns_named
from ferrule_core.query.query import Query
from ferrule_core.query.quick import find_by_columns
from ferrule_core.query.selection import Selection
from ferrule_core.query.watched import Watcher, install_watcher

if TYPE_CHECKING:
    from typing import Self


class View(PydanticBorder, Fetching, Instances, abstract=True):
    """What can be read: a view, a materialized view, or a table that is nobody's to write.

    ``class CheapBook(View, table="cheap_book", schema="shop"): ...``
    """

    __relation_kind__: ClassVar[Literal["table", "view", "materialized view"]] = "view"
    __read_only__: ClassVar[bool] = True

    sync = SyncView()
    """The same without ``await``: ``Book.sync.get(id=1)``, ``book.sync.fetch(Book.author)``."""

    loader = LoaderOfModel()
    """Reads rows that concurrent tasks ask for by key together: ``Author.loader.load(1)``."""

    @classmethod
    def filter(cls, /, *conditions: Expr[bool], **lookups: Any) -> Query[Self]:  # noqa: ANN401
        """The rows that meet all of these conditions; without any, all rows.

        Args:
            *conditions: ``Book.price < 10``.
            **lookups: ``price__lt=10``, ``author__name__istartswith="le"``,
                ``author={"name": "x"}``.

        Raises:
            UnknownColumn: A keyword names neither column nor relation.
            UnknownLookup: A keyword ends in a look-up that its column does not have.
        """
        query: Query[Self] = Query(Selection(cls.__table__))
        return query.filter(*conditions, **lookups)

    @classmethod
    def exclude(cls, /, *conditions: Expr[bool], **lookups: Any) -> Query[Self]:  # noqa: ANN401
        """All rows but those that ``filter`` would give for the same arguments."""
        query: Query[Self] = Query(Selection(cls.__table__))
        return query.exclude(*conditions, **lookups)

    @classmethod
    async def get(cls, /, *conditions: Expr[bool], **lookups: Any) -> Self:  # noqa: ANN401
        """The only row that meets these conditions.

        Raises:
            NotFound: There is none.
            MultipleRows: There are several.
        """
        found: Self = reading.present(cls.__table__, await cls.get_or_none(*conditions, **lookups))
        return found

    @classmethod
    async def get_or_none(cls, /, *conditions: Expr[bool], **lookups: Any) -> Self | None:  # noqa: ANN401
        """The only row that meets these conditions, or ``None``.

        Raises:
            MultipleRows: There are several.
        """
        known = None if conditions else find_by_columns(cls.__table__, lookups)
        if known is not None:
            found: Self | None = await reading.find(cls.__table__, known)
            return found
        query: Query[Self] = Query(Selection(cls.__table__))
        return await query.get_or_none(*conditions, **lookups)


class Model(SingleVerbs, BulkVerbs, View, abstract=True):
    """A table, and as instances its rows.

    ``class Book(Model, table="book", schema="shop"): ...`` with columns and relations in its body.
    """

    __relation_kind__: ClassVar[Literal["table", "view", "materialized view"]] = "table"
    __read_only__: ClassVar[bool] = False

    sync = SyncModel()
    """The same without ``await``: ``Book.sync.create(...)``, ``book.sync.save()``."""

    @classmethod
    async def create(cls, /, **values: Any) -> Self:  # noqa: ANN401
        """Make an instance and insert it; what the server fills in is on it.

        Raises:
            UnknownColumn: A keyword is no column.
            ValidationFailed: Values are missing or wrong; it names all of them.
            UniqueViolation: A row with the same key is there; and the other integrity errors.
        """
        try:
            instance = cls(**values)
        except ValidationFailed as failed:
            from ferrule_core.model import checking  # few models need it

            await checking.fail_to_make(cls, values, failed)
            raise
        await saving.insert(instance)
        return instance

    async def save(self, *, only: Iterable[Named] | None = None) -> None:
        """Insert a new instance; of one that was loaded, write the columns that changed.

        Args:
            only: Write no others than these columns, or foreign keys: ``only=[Book.title]``,
                ``only=["title"]``.

        Raises:
            UnknownColumn: A name in ``only`` is no column.
            ValidationFailed: Values are missing or wrong; it names all of them.
            StaleObject: The row is no longer there, or another writer changed its version.
        """
        if only is None:
            await saving.save(self)
        else:
            await saving.save(self, only=columns_named(type(self).__table__, only))

    async def validate(self) -> None:
        """Judge all values of this instance as ``save`` would, and write nothing.

        Raises:
            ValidationFailed: Values are missing or wrong; it names all of them.
        """
        from ferrule_core.model import checking  # few models need it

        await checking.validate(self)

    async def delete(self) -> None:
        """Delete the row.

        Raises:
            StaleObject: The row is no longer there, or another writer changed its version.
        """
        await saving.delete(self)

    async def refresh(self) -> None:
        """Read all columns again; loaded relations are forgotten.

        Raises:
            StaleObject: The row is no longer there.
        """
        await saving.refresh(self)

    def __written__(self) -> Sequence[ModelColumn]:
        return written_columns(self)


def _watcher() -> Watcher:
    from ferrule_core.model.watched_queries import QueryWatcher  # few models need it

    return QueryWatcher()


install_watcher(_watcher)
