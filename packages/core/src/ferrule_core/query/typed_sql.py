"""Statements whose rows have a known type: what a pull makes of files.

``await cheap_books(most=Decimal(10)).all()``
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from ferrule_core.query.blocking import run_sync
from ferrule_core.query.port import executor_for
from ferrule_core.query.raw import made_sql
from ferrule_core.query.raw_rows import is_model, placed_rows, rows_into, the_only

if TYPE_CHECKING:
    from typing import Self

    from ferrule_core.query.port import Row
    from ferrule_core.sql.compiled import CompiledQuery

R = TypeVar("R")


class TypedStatement:
    """A statement that gives no rows."""

    __slots__ = ("database", "name", "text", "values")

    def __init__(
        self,
        name: str,
        text: str,
        values: Mapping[str, object],
        database: str | None = None,
    ) -> None:
        """Say what is run.

        Args:
            name: What errors call it.
            text: The statement, with ``:name`` places.
            values: For each place.
            database: Where it runs; the default database, where it is left out.
        """
        self.name = name
        self.text = text
        self.values = values
        self.database = database

    def using(self, database: str, /) -> Self:
        """Run on the database of that name, or on its servers of that role: ``"replica"``."""
        return type(self)(self.name, self.text, self.values, database)

    @property
    def sync(self) -> SyncTypedStatement:
        """The same without ``await``."""
        return SyncTypedStatement(self)

    def compiled(self) -> CompiledQuery:
        """Text and parameters of the statement."""
        return made_sql(self.text, (), self.values).compiled()

    async def execute(self) -> int:
        """Run it, and say how many rows it touched."""
        return await executor_for(self.database).execute(self.compiled())

    def __repr__(self) -> str:
        """Without the values, which may be private."""
        return f"<statement {self.name}>"


class TypedSql(Generic[R]):
    """A statement whose rows are of a known type: a model, a dataclass, or of single values."""

    __slots__ = ("_into", "_statement")

    def __init__(
        self,
        name: str,
        text: str,
        values: Mapping[str, object],
        into: Any,  # noqa: ANN401
        database: str | None = None,
    ) -> None:
        """Say what is run, as for ``TypedStatement``.

        Args:
            name: What errors call it.
            text: The statement, with ``:name`` places.
            values: For each place.
            into: What each row becomes: a model by the names of its columns, a dataclass by
                their places, or the type of the only column.
            database: Where it runs.
        """
        self._statement = TypedStatement(name, text, values, database)
        self._into = into

    def using(self, database: str, /) -> TypedSql[R]:
        """Run on the database of that name, or on its servers of that role: ``"replica"``."""
        was = self._statement
        return TypedSql(was.name, was.text, was.values, self._into, database)

    @property
    def sync(self) -> SyncTypedSql[R]:
        """The same without ``await``: ``cheap_books(most=10).sync.all()``."""
        return SyncTypedSql(self)

    def compiled(self) -> CompiledQuery:
        """Text and parameters of the statement."""
        return self._statement.compiled()

    async def all(self) -> list[R]:
        """All rows.

        Raises:
            QueryError: The server gives other columns than it did when the file was read.
        """
        return self._made(await self._fetch())

    async def first(self) -> R | None:
        """The first row; ``None`` of none. Say ``LIMIT 1`` yourself."""
        rows = await self._fetch()
        return self._made(rows[:1])[0] if rows else None

    async def get(self) -> R:
        """The only row.

        Raises:
            NotFound: There is none.
            MultipleRows: There are several.
        """
        return self._made([the_only(await self._fetch())])[0]

    async def _fetch(self) -> Sequence[Row]:
        statement = self._statement
        return await executor_for(statement.database).fetch(statement.compiled())

    def _made(self, rows: Sequence[Row]) -> list[R]:
        if is_model(self._into):
            return cast("list[R]", rows_into(rows, self._into))
        return cast("list[R]", placed_rows(rows, self._into, self._statement.name))

    def __repr__(self) -> str:
        """Without the values, which may be private."""
        return repr(self._statement)


class SyncTypedStatement:
    """What ``TypedStatement.sync`` is."""

    __slots__ = ("_statement",)

    def __init__(self, statement: TypedStatement) -> None:
        self._statement = statement

    def execute(self) -> int:
        """Run it, and say how many rows it touched."""
        return run_sync(self._statement.execute())


class SyncTypedSql(Generic[R]):
    """What ``TypedSql.sync`` is."""

    __slots__ = ("_typed",)

    def __init__(self, typed: TypedSql[R]) -> None:
        self._typed = typed

    def all(self) -> list[R]:
        """All rows; see ``TypedSql.all``."""
        return run_sync(self._typed.all())

    def first(self) -> R | None:
        """The first row; see ``TypedSql.first``."""
        return run_sync(self._typed.first())

    def get(self) -> R:
        """The only row; see ``TypedSql.get``."""
        return run_sync(self._typed.get())
