"""The verbs of a model that write one row, beside ``create``, ``save`` and ``delete``."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeVar, Unpack

from ferrule_core.mapping.mapped import Mapped, Writable
from ferrule_core.mapping.relation_path import path_of
from ferrule_core.model import counting, creating, upserting
from ferrule_core.model.linked import Linked
from ferrule_core.query import inserting
from ferrule_core.query.keys import has_one_of, key_values
from ferrule_core.query.merging import Merge
from ferrule_core.query.query import Query
from ferrule_core.query.returning import selection_of
from ferrule_core.query.selection import Selection

if TYPE_CHECKING:
    from typing import Self

    from ferrule_core.mapping.columns import Column
    from ferrule_core.mapping.expressions import Assignment, Expr
    from ferrule_core.model.upserting import Outcome
    from ferrule_core.query.conflicts import ConflictKeywords

N = TypeVar("N", int, float, Decimal)
R = TypeVar("R", bound=Mapped)


class SingleVerbs(Writable, abstract=True):
    """What a model does with one row that more than one writer may be at."""

    @classmethod
    async def get_or_create(
        cls,
        defaults: Mapping[str, Any] | None = None,
        /,
        **values: Any,  # noqa: ANN401
    ) -> tuple[Self, bool]:
        """The only row with these values, inserted where there is none.

        Where a unique constraint covers the values, two callers at once get the same row.

        Args:
            defaults: Further values for a new row.
            **values: What the row is found by, and what a new one gets.

        Returns:
            The row, and whether it was inserted now.

        Raises:
            MultipleRows: There are several.
            UniqueViolation: A row that differs in these values has the new one's key.
        """
        query = cls._rows()
        table = cls.__table__
        return await creating.get_or_create(
            cls, lambda: creating.find_by_values(query, table, values), defaults, values
        )

    @classmethod
    async def update_or_create(
        cls,
        defaults: Mapping[str, Any] | None = None,
        /,
        **values: Any,  # noqa: ANN401
    ) -> tuple[Self, bool]:
        """The only row with these values, given the others, or inserted where there is none.

        Where a unique constraint covers the values, callers at once change one row, one after the
        other.

        Args:
            defaults: What the row gets, be it new or not.
            **values: What the row is found by, and what a new one gets.

        Returns:
            The row, and whether it was inserted now.

        Raises:
            UnknownColumn: A name is no column.
            MultipleRows: There are several.
            UniqueViolation: A row that differs in these values has the new one's key.
        """
        return await creating.update_or_create(cls, cls._rows(), defaults, values)

    @classmethod
    async def in_bulk(cls, keys: Collection[Any], /) -> dict[Any, Self]:
        """The rows of these keys, by key; keys that no row has are left out.

        A key of several columns is a tuple, in the order of the class.
        """
        table = cls.__table__
        if not keys:
            return {}
        found = await cls._rows().filter(has_one_of(table, keys)).all()
        by_key = {
            tuple([getattr(row, column.attribute) for column in table.key()]): row for row in found
        }
        wanted = ((key, by_key.get(key_values(table, key))) for key in keys)
        return {key: row for key, row in wanted if row is not None}

    async def upsert(self, **conflict: Unpack[ConflictKeywords]) -> Outcome:
        """Insert this new instance, or update the row that stands in its way, and take that over.

        ``await book.upsert(on=[Book.isbn], update=[Book.price])``

        Args:
            **conflict: See ``ConflictKeywords``.

        Returns:
            ``"inserted"``, ``"updated"``, or ``"untouched"`` where the row was to stay as it is;
            then the instance is in no table.

        Raises:
            ModelError: The instance is in the table already.
            QueryError: The conflict is not well described.
        """
        return await upserting.upsert(self, **conflict)

    async def increment(self, column: Column[N], by: N | int = 1, /) -> N:
        """Add to a number of the row, on the server, and give what is there now.

        However many do so at once, nothing is lost. ``await book.increment(Book.stock, -2)``

        Raises:
            ModelError: The instance is in no table, or the column has a change to be saved.
            StaleObject: The row is no longer there.
        """
        added: N = await counting.increment(self, column, by)
        return added

    def linked(self, relation: type[R], /) -> Linked[R]:
        """The rows that a many-to-many relation connects with this one, to be changed.

        ``await book.linked(Book.tags).add(tag)``

        Raises:
            ModelError: The relation is another one.
        """
        return Linked(self, path_of(relation))

    @classmethod
    def merge(cls, query: Query[Any], /, *, on: Expr[bool]) -> Merge[Self]:
        """Write rows of this table by the rows of a query: PostgreSQL's ``MERGE``.

        Args:
            query: The rows that come in; ``incoming(...)`` names their columns.
            on: When a row of the table and one of the query belong together.
        """
        return Merge(cls.__table__, selection_of(query), on)

    @classmethod
    async def insert_from(
        cls,
        query: Query[Any],
        /,
        *assignments: Assignment,
        ignore_conflicts: bool = False,
        **values: Any,  # noqa: ANN401
    ) -> int:
        """Insert a row for each row of a query, on the server, and say how many there were.

        ``await Archive.insert_from(Book.filter(...), title=Book.title, kind="book")``

        Args:
            query: The rows that new ones are made of.
            *assignments: ``Archive.title.set(Book.title)``.
            ignore_conflicts: Leave out rows that others stand in the way of.
            **values: ``title=Book.title``, or plain values.

        Raises:
            UnknownColumn: A keyword names no column.
            QueryError: A column needs a value and gets none, or gets one twice.
        """
        return await inserting.insert_from(
            cls.__table__,
            selection_of(query),
            assignments,
            values,
            ignore_conflicts=ignore_conflicts,
        )

    @classmethod
    def _rows(cls) -> Query[Self]:
        return Query(Selection(cls.__table__))
