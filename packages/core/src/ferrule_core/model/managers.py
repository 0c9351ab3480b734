"""Managers: the everyday work with one model, by key and by keyword.

Generated code subclasses them for each model and types what they take; they work untyped as well::

    class AuthorManager(Manager[Author, int]):
        model = Author
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from ferrule_core.errors import NotFound
from ferrule_core.mapping.expressions import Expr
from ferrule_core.model import creating, junctions
from ferrule_core.model.model import Model, View
from ferrule_core.model.sync_managers import SyncManager, SyncViewManager
from ferrule_core.model.upserting import upsert_within
from ferrule_core.query.keys import has_key, has_one_of
from ferrule_core.query.query import Query

if TYPE_CHECKING:
    from ferrule_core.mapping.model_table import ModelTable

V = TypeVar("V", bound=View)
M = TypeVar("M", bound=Model)
K = TypeVar("K")


class ViewManager(Generic[V]):
    """Reads the rows of a model.

    Attributes:
        model: Whose rows; each manager's class says it.
    """

    model: type[V]

    @property
    def sync(self) -> SyncViewManager[V]:
        """The same without ``await``: ``authors.sync.load_items(name="x")``."""
        return SyncViewManager(self)

    def query(self) -> Query[V]:
        """All rows, to go on from; a subclass may leave some out for all that the manager does."""
        return self.model.filter()

    async def load_item(self, /, *conditions: Expr[bool], **lookups: Any) -> V:  # noqa: ANN401
        """The only row that meets these conditions.

        Raises:
            NotFound: There is none.
            MultipleRows: There are several.
        """
        return await self.query().get(*conditions, **lookups)

    async def load_item_or_none(self, /, *conditions: Expr[bool], **lookups: Any) -> V | None:  # noqa: ANN401
        """The only row that meets these conditions, or ``None``.

        Raises:
            MultipleRows: There are several.
        """
        return await self.query().get_or_none(*conditions, **lookups)

    async def load_items(self, /, *conditions: Expr[bool], **lookups: Any) -> list[V]:  # noqa: ANN401
        """All rows that meet these conditions."""
        return await self.query().filter(*conditions, **lookups).all()

    async def exists(self, /, *conditions: Expr[bool], **lookups: Any) -> bool:  # noqa: ANN401
        """Whether a row meets these conditions."""
        return await self.query().filter(*conditions, **lookups).exists()

    async def count(self, /, *conditions: Expr[bool], **lookups: Any) -> int:  # noqa: ANN401
        """How many rows meet these conditions."""
        return await self.query().filter(*conditions, **lookups).count()


class Manager(ViewManager[M], Generic[M, K]):
    """Reads and writes the rows of a model; ``K`` is the type of its key.

    A key is the value of the primary key; of several columns, a tuple in the order of the class.
    """

    @property
    def sync(self) -> SyncManager[M, K]:
        """The same without ``await``: ``authors.sync.load_by_id(1)``."""
        return SyncManager(self)

    async def load_by_id(self, key: K, /) -> M:
        """The row of that key.

        Raises:
            NotFound: There is none.
        """
        return await self._load(key)

    async def load_by_ids(self, keys: Collection[K], /) -> list[M]:
        """The rows of these keys, in their order; keys that no row has are left out."""
        if not keys:
            return []
        found = await self.query().filter(has_one_of(self._table, keys)).all()
        by_key = {_key_of(self._table, instance): instance for instance in found}
        wanted = dict.fromkeys(_as_tuple(key) for key in keys)
        return [by_key[key] for key in wanted if key in by_key]

    async def create_item(self, /, **values: Any) -> M:  # noqa: ANN401
        """Insert a row.

        Raises:
            UniqueViolation: A row with the same key is there; and the other integrity errors.
        """
        return await self.model.create(**values)

    async def create_items(self, rows: Sequence[Mapping[str, Any]], /) -> list[M]:
        """Insert rows: all or none. Each is a mapping of its columns.

        Raises:
            IntegrityError: A constraint refuses one of them.
        """
        return await self.model.bulk_create([self.model(**row) for row in rows])

    async def update_item(self, key: K, /, **values: Any) -> M:  # noqa: ANN401
        """Give columns of one row new values, and read the row.

        Raises:
            NotFound: No row has the key.
        """
        if values:
            await self.query().filter(has_key(self._table, key)).update(**values)
        return await self._load(self._moved(key, values))

    async def update_items(self, keys: Collection[K], /, **values: Any) -> int:  # noqa: ANN401
        """Give columns of several rows the same new values, in one statement.

        Returns:
            How many rows there were; keys that no row has do not count.
        """
        if not keys or not values:
            return 0
        return await self.query().filter(has_one_of(self._table, keys)).update(**values)

    async def delete_item(self, key: K, /) -> bool:
        """Delete the row of that key, and say whether there was one."""
        return await self.query().filter(has_key(self._table, key)).delete() > 0

    async def delete_items(self, keys: Collection[K], /) -> int:
        """Delete the rows of these keys in one statement, and say how many there were."""
        if not keys:
            return 0
        return await self.query().filter(has_one_of(self._table, keys)).delete()

    async def get_or_create(
        self,
        defaults: Mapping[str, Any] | None = None,
        /,
        **values: Any,  # noqa: ANN401
    ) -> tuple[M, bool]:
        """The only row that has these values, made where there is none.

        Two callers at once make one row, where a unique constraint covers the values.

        Args:
            defaults: Further values for a new row.
            **values: What identifies the row, and what it gets.

        Returns:
            The row, and whether it was made now.

        Raises:
            MultipleRows: There are several.
            UniqueViolation: A new row would have the key of a row with other values.
        """
        query = self.query()
        return await creating.get_or_create(
            self.model, lambda: query.get_or_none(**values), defaults, values
        )

    async def upsert_item(
        self,
        on: Collection[str] | None = None,
        /,
        **values: Any,  # noqa: ANN401
    ) -> tuple[M, bool]:
        """Insert a row, or give the row that stands in its way these values, in one statement.

        ``Model.upsert`` says more closely what is updated.

        Args:
            on: The columns of the unique index that tells; the primary key, where it is left out.
            **values: What the row gets, be it new or not.

        Returns:
            The row, and whether it was inserted.

        Raises:
            UnknownColumn: A name is no column.
            NotFound: What stands in the way is none of the rows of ``query``; it stays as it is.
            UniqueViolation: A row stands in the way by another index.
        """
        return await upsert_within(self.query(), self.model(**values), on, values)

    async def _add(self, instance: M, relation: str, rows: Sequence[Any]) -> int:
        """Connect rows with ``instance``; those that are connected already stay so.

        Args:
            instance: A row of this manager's model.
            relation: Name of a many-to-many relation.
            rows: Instances of the other model, or their keys.

        Returns:
            How many were not connected before.
        """
        return await junctions.add(self._table.link(relation), instance, rows)

    async def _remove(self, instance: M, relation: str, rows: Sequence[Any]) -> int:
        """Disconnect rows from ``instance``, and say how many were connected."""
        return await junctions.remove(self._table.link(relation), instance, rows)

    async def _clear(self, instance: M, relation: str) -> int:
        """Disconnect all rows from ``instance``, and say how many there were."""
        return await junctions.clear(self._table.link(relation), instance)

    async def _load(self, key: object) -> M:
        found = await self.query().filter(has_key(self._table, key)).first()
        if found is None:
            raise NotFound(f"no {self.model.__name__} has this {_named(self._table)}")
        return found

    @property
    def _table(self) -> ModelTable:
        return self.model.__table__

    def _moved(self, key: object, values: Mapping[str, object]) -> object:
        """The key after an update, which may have changed it."""
        columns = self._table.key()
        pairs = zip(columns, _as_tuple(key), strict=True)
        return tuple(values.get(column.attribute, value) for column, value in pairs)


def _as_tuple(key: object) -> tuple[object, ...]:
    return tuple(key) if isinstance(key, tuple) else (key,)  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]


def _key_of(table: ModelTable, instance: Model) -> tuple[object, ...]:
    return tuple(getattr(instance, column.attribute) for column in table.key())


def _named(table: ModelTable) -> str:
    return ", ".join(f'"{column.attribute}"' for column in table.key())
