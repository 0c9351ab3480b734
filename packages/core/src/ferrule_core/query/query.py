"""The query that users build: immutable and typed; whichever method awaits runs it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from ferrule_core.errors import QueryError
from ferrule_core.mapping.expressions import (
    Expr,
    Order,
    connect,
    unless,
)
from ferrule_core.mapping.mapped import Mapped
from ferrule_core.mapping.operands import operand
from ferrule_core.mapping.relation_path import path_of
from ferrule_core.query import reading
from ferrule_core.query.annotating import (
    conditions_of,
    known,
    of_each_row,
    orders_named,
    with_annotations,
)
from ferrule_core.query.combining import Combining
from ferrule_core.query.embedding import Embedding
from ferrule_core.query.explaining import Explaining
from ferrule_core.query.grouping import Grouped, Grouping, grouped
from ferrule_core.query.inclusion import relation_named, with_relation
from ferrule_core.query.keyset import CursorPage, fetch_cursor_page
from ferrule_core.query.lateral import Joining
from ferrule_core.query.locking import Strength, locked
from ferrule_core.query.ordering import key_orders
from ferrule_core.query.paginate import Page
from ferrule_core.query.prefetching import Prefetch, with_prefetch
from ferrule_core.query.projections import Projecting
from ferrule_core.query.removal import Removing
from ferrule_core.query.returning import Writing
from ferrule_core.query.roles import name_within
from ferrule_core.query.selection import Selection
from ferrule_core.query.shaping import Shaping
from ferrule_core.query.sync import SyncQuery
from ferrule_core.sql.compiled import CompiledQuery
from ferrule_core.sql.operators import Connective

if TYPE_CHECKING:
    from typing import Self

M = TypeVar("M", bound=Mapped)


class Query(
    Writing[M],
    Combining[M],
    Embedding,
    Joining[M],
    Explaining,
    Removing,
    Shaping,
    Projecting,
    Generic[M],
):
    """Rows of a model. Each method gives a new query and leaves this one as it is.

    The order of the methods does not matter: a limit always counts the rows that all conditions
    leave.
    """

    __slots__ = ()

    # Which rows.

    def filter(self, /, *conditions: Expr[bool], **lookups: Any) -> Self:  # noqa: ANN401
        """Only rows that meet all of these conditions.

        Args:
            *conditions: ``Book.price < 10``.
            **lookups: ``price__lt=10``, ``author__name__istartswith="le"``,
                ``author={"name": "x"}``.

        Raises:
            UnknownColumn: A keyword names neither column nor relation.
            UnknownLookup: A keyword ends in a look-up that its column does not have.
        """
        return self._of(self._filtered(conditions, lookups))

    def exclude(self, /, *conditions: Expr[bool], **lookups: Any) -> Self:  # noqa: ANN401
        """Without the rows that ``filter`` would give for the same arguments.

        All others stay, also those of which NULLs leave it open; ``filter(~condition)`` drops them.
        """
        found = self._conditions(conditions, lookups)
        if not found:
            return self
        excluded = unless(connect(Connective.AND, found))
        return self._changed(conditions=(*self._selection.conditions, excluded))

    def distinct(self, *on: Expr[Any]) -> Self:
        """Each row once; with expressions, the first row for each of their values."""
        return self._changed(
            distinct=known(self._selection, tuple([operand(one) for one in on])) or True
        )

    def limit(self, count: int, /) -> Self:
        """At most so many rows."""
        return self._changed(limit=reading.not_negative("limit", count))

    def offset(self, count: int, /) -> Self:
        """Without the first so many rows."""
        return self._changed(offset=reading.not_negative("offset", count))

    def __getitem__(self, rows: slice) -> Self:
        """``query[10:20]``: some of these rows, counted from 0, the second bound excluded.

        Raises:
            QueryError: Of one row, which must be awaited; of a step; of bounds below 0.
        """
        if not isinstance(rows, slice):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise QueryError(
                "a query has no single items", hint="await query.offset(n).first() gives one"
            )
        if rows.step is not None:
            raise QueryError("a slice of a query has no step")
        start = reading.not_negative("the start of a slice", rows.start or 0)
        selection = self._selection
        stop = (
            rows.stop
            if rows.stop is None
            else reading.not_negative("the end of a slice", rows.stop)
        )
        within = None if selection.limit is None else max(0, selection.limit - start)
        length = within if stop is None else max(0, stop - start)
        if within is not None and length is not None:
            length = min(length, within)
        offset = (selection.offset or 0) + start
        return self._changed(limit=length, offset=offset or None)

    # What else of each, and groups.

    def annotate(self, **named: Expr[Any]) -> Self:
        """Compute further values of each row, which instances get as attributes of that name.

        They can be filtered and ordered by under their names, and ``values()`` gives them too. An
        aggregate of a relation to many rows is one of each row's own:
        ``Author.filter().annotate(written=func.count(Author.books.id))``.

        Raises:
            QueryError: A name is taken, or an expression has no one value for each row.
        """
        resolved = {
            name: of_each_row(name, known(self._selection, expression))
            for name, expression in named.items()
        }
        return self._of(with_annotations(self._selection, resolved))

    def group_by(self, *keys: Expr[Any] | Grouping | str, **named: Expr[Any]) -> Grouped:
        """Put rows together that are equal in these: ``group_by(Book.author_id)``.

        Args:
            *keys: Columns, names of columns and annotations, and ``rollup(...)`` and its kin.
            **named: Any other expression, by the name that it shall have.

        Raises:
            QueryError: There is none, or the query takes only a part of its rows.
        """
        return grouped(self._selection, keys, named)

    # In what order.

    def order_by(self, *orders: Order | Expr[Any] | str) -> Self:
        """In this order, and in no other that was set before; ``"-name"`` is descending."""
        return self._changed(orders=orders_named(self._selection, orders))

    def reverse(self) -> Self:
        """In the opposite order; where there is none, from the last primary key to the first."""
        return self._of(self._reversed())

    # How much of each.

    def include(self, *relations: type[Mapped] | Prefetch[Any]) -> Self:
        """Load relations too: a foreign key by a join, others by one more query each.

        ``Book.filter().include(Book.author, Book.tags)``; a path loads all relations on it.
        ``Prefetch(Author.books, Book.filter(...))`` says which rows, in what order.
        """
        selection = self._selection.copy()
        for relation in relations:
            if isinstance(relation, Prefetch):
                selection = with_prefetch(selection, relation)
            else:
                path = path_of(relation)
                selection.inclusion = with_relation(selection.table, selection.inclusion, path)
        return self._of(selection)

    def select_related(self, *relations: str) -> Self:
        """Load relations to one row by joins: ``"author"``, ``"author__publisher"``."""
        return self._related(relations, joined=True)

    def prefetch_related(self, *relations: str | Prefetch[Any]) -> Self:
        """Load relations by one more query each: ``"tags"``, ``"author__books"``, ``Prefetch``."""
        selection = self._selection.copy()
        for relation in relations:
            if isinstance(relation, Prefetch):
                selection = with_prefetch(selection, relation)
            else:
                path = relation_named(selection.table, relation)
                selection.inclusion = with_relation(
                    selection.table, selection.inclusion, path, joined=False
                )
        return self._of(selection)

    def only(self, *columns: Expr[Any] | str) -> Self:
        """Load only these columns, and the primary key; reading others raises ``NotLoaded``."""
        return self._changed(attributes=reading.only(self._selection.table, columns))

    def defer(self, *columns: Expr[Any] | str) -> Self:
        """Load all columns but these; the primary key is always loaded."""
        return self._changed(attributes=reading.defer(self._selection, columns))

    def select_for_update(
        self,
        *of: type[Mapped],
        nowait: bool = False,
        skip_locked: bool = False,
        strength: Strength = "update",
    ) -> Self:
        """Lock the rows until the transaction ends.

        Args:
            *of: Relations whose rows are locked too; they are joined for it, and cannot be of
                relations that may be empty.
            nowait: Raise ``LockNotAvailable`` where another transaction holds one of them.
            skip_locked: Leave out those that another transaction holds.
            strength: How firmly: ``"update"``, ``"no key update"``, ``"share"``, ``"key share"``
                (manual, section 13.3.2).

        Raises:
            QueryError: A relation leads to many rows, or to none for some.
        """
        return self._of(
            locked(
                self._selection,
                [path_of(relation) for relation in of],
                strength=strength,
                nowait=nowait,
                skip_locked=skip_locked,
            )
        )

    def using(self, database: str, /) -> Self:
        """Run on the database of that name, or on its servers of that role.

        ``"replica"`` lets a replica answer, ``"primary"`` none; of a model that has a database of
        its own, it is that one's. Writes always go to the primary.
        """
        return self._changed(database=name_within(self._selection.table.database, database))

    # Running it.

    @property
    def sync(self) -> SyncQuery[M]:
        """What runs the query, without ``await``: ``Book.filter(price__lt=10).sync.all()``."""
        return SyncQuery(self, self._selection)

    async def all(self) -> list[M]:
        """All rows."""
        return await reading.fetch_all(self._selection)

    async def first(self) -> M | None:
        """The first row, by the primary key where no order was set; ``None`` of none."""
        found: M | None = await reading.fetch_first(self._ordered())
        return found

    async def last(self) -> M | None:
        """The last row, by the primary key where no order was set; ``None`` of none.

        Raises:
            QueryError: The query has a limit or an offset, whose last row nobody can tell.
        """
        if self._selection.limit is not None or self._selection.offset is not None:
            raise QueryError("the last row of a part is not known", hint="reverse() and first()")
        found: M | None = await reading.fetch_first(self._reversed())
        return found

    async def get(self, /, *conditions: Expr[bool], **lookups: Any) -> M:  # noqa: ANN401
        """The only row.

        Raises:
            NotFound: There is none.
            MultipleRows: There are several.
        """
        found: M = await reading.fetch_one(self._filtered(conditions, lookups))
        return found

    async def get_or_none(self, /, *conditions: Expr[bool], **lookups: Any) -> M | None:  # noqa: ANN401
        """The only row, or ``None``.

        Raises:
            MultipleRows: There are several.
        """
        found: M | None = await reading.fetch_optional(self._filtered(conditions, lookups))
        return found

    async def count(self) -> int:
        """How many rows there are."""
        return await reading.fetch_count(self._selection)

    async def exists(self) -> bool:
        """Whether there is a row."""
        return await reading.fetch_existence(self._selection)

    def stream(self, *, chunk_rows: int = 500) -> AsyncIterator[M]:
        """All rows, one after the other, by a cursor on the server: in constant memory."""
        return reading.stream(self._selection, chunk_rows)

    async def __aiter__(self) -> AsyncIterator[M]:
        for instance in await self.all():
            yield instance

    async def paginate(self, *, size: int, number: int = 1, total: bool = False) -> Page[M]:
        """One page; where no order was set, by the primary key.

        Args:
            size: How many rows a full page has.
            number: Which page, from 1.
            total: Count all rows too, by one more query.
        """
        return await reading.fetch_page(self._ordered(), size, number, total=total)

    async def page(
        self,
        *,
        size: int,
        after: str | None = None,
        before: str | None = None,
        total: bool = False,
    ) -> CursorPage[M]:
        """One page, behind a cursor or before one; without either, the first.

        Pages are found by the values of the order, and of the key behind it. So the last costs no
        more than the first, and rows that come and go meanwhile shift nothing.

        Args:
            size: How many rows a full page has.
            after: ``next`` of the page before.
            before: ``previous`` of the page behind.
            total: Count all rows too, by one more query.

        Raises:
            InvalidCursor: The cursor is of another query, or of another order.
        """
        return await fetch_cursor_page(self._selection, size, after, before, total=total)

    def sql(self) -> CompiledQuery:
        """Text and parameters of what ``all`` would send first."""
        return reading.compiled_rows(self._selection)

    def __repr__(self) -> str:
        return f"<query of {self._selection.table.model_name}>"

    def _ordered(self) -> Selection:
        if self._selection.orders:
            return self._selection
        return self._selection.changed(orders=key_orders(self._selection.table))

    def _reversed(self) -> Selection:
        orders = self._selection.orders or key_orders(self._selection.table)
        return self._selection.changed(orders=tuple(order.reverse() for order in orders))

    def _filtered(self, conditions: tuple[Expr[bool], ...], lookups: dict[str, Any]) -> Selection:
        found = self._conditions(conditions, lookups)
        return self._selection.changed(conditions=(*self._selection.conditions, *found))

    def _conditions(
        self, conditions: tuple[Expr[bool], ...], lookups: dict[str, Any]
    ) -> tuple[Expr[bool], ...]:
        return conditions_of(self._selection, conditions, lookups)

    def _related(self, relations: tuple[str, ...], *, joined: bool) -> Self:
        table = self._selection.table
        inclusion = self._selection.inclusion
        for relation in relations:
            path = relation_named(table, relation)
            inclusion = with_relation(table, inclusion, path, joined=joined)
        return self._changed(inclusion=inclusion)

    def _changed(self, **changes: object) -> Self:
        return self._of(self._selection.changed(**changes))

    def _of(self, selection: Selection) -> Self:
        return type(self)(selection)
