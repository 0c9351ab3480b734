"""SQL that the caller writes, with values that never join its text.

``await sql("SELECT * FROM book WHERE price < {}", 10).all(Book)``
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, LiteralString, TypeVar, cast, overload

from ferrule_core.errors import QueryError, nearest
from ferrule_core.mapping.annotations import value_type_of
from ferrule_core.mapping.expressions import Expr
from ferrule_core.mapping.mapped import Mapped
from ferrule_core.mapping.operands import Operand, paths_of
from ferrule_core.mapping.value_types import TEXT, ValueType
from ferrule_core.query.port import Row, executor_for
from ferrule_core.query.raw_rows import rows_into, the_only
from ferrule_core.sql.compiled import CompiledQuery
from ferrule_core.sql.compiler.expressions import write_raw
from ferrule_core.sql.nodes import Expression, Param, RawFragment
from ferrule_core.sql.templates import Template, read_template
from ferrule_core.sql.writer import SqlWriter, quote

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Self

    from ferrule_core.query.raw_sync import SyncSql

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
R = TypeVar("R")

_Parts = tuple[str | Expression, ...]


class Identifier:
    """A name of the database, to be quoted; ``ident`` makes it."""

    __slots__ = ("sql",)

    def __init__(self, *names: str) -> None:
        self.sql = ".".join([quote(name) for name in names])

    def __repr__(self) -> str:
        return f"<identifier {self.sql}>"


def ident(name: str, /, *further: str) -> Identifier:
    """A name for a place in ``sql``: it is quoted, and can be nothing but a name.

    Args:
        name: Exactly as the database has it: ``ident("book")``.
        *further: What it leads to: ``ident("shop", "book")``.

    Raises:
        NameRefused: PostgreSQL cannot hold such a name.
    """
    return Identifier(name, *further)


@overload
def sql(text: LiteralString, /, *values: object, returns: type[T], **named: object) -> Sql[T]: ...
@overload
def sql(
    text: LiteralString, /, *values: object, returns: None = None, **named: object
) -> Sql[Any]: ...
def sql(
    text: LiteralString, /, *values: object, returns: type[Any] | None = None, **named: object
) -> Sql[Any]:
    """A statement, or a part of one, as SQL: ``sql("price < {}", 10)``, ``sql("id = :id", id=7)``.

    A value goes apart from the text; a list is one array, for ``= ANY({})``. A column, an
    expression, a model or another ``sql`` stands where its place is, a name as ``ident(...)``.
    Another ``sql`` is put in parentheses, unless it is a list, a clause such as ``ORDER BY``, or
    empty.

    Args:
        text: Your own words; what users say belongs into the values.
        *values: For each ``{}``, in order.
        returns: What the expression is, where it is used as one: ``returns=int``.
        **named: For each ``:name``.

    Raises:
        QueryError: A value is missing, or is for no place; or the text is no part of a statement.
    """
    return made_sql(text, values, named, returns)


def made_sql(
    text: str,
    values: Sequence[object],
    named: Mapping[str, object],
    returns: Any = None,  # noqa: ANN401
) -> Sql[Any]:
    """As ``sql``, of a text that is not in the program's source."""
    template = read_template(text)
    _check_values(template, values, named)
    by_name = {name: _parts_of(one) for name, one in named.items()}
    rest = iter([_parts_of(one) for one in values])
    parts: list[str | Expression] = [template.pieces[0]]
    for name, piece in zip(template.places, template.pieces[1:], strict=True):
        parts += next(rest) if name is None else by_name[name]
        parts.append(piece)
    written = tuple([part for part in parts if part != ""])
    value_type = None if returns is None else value_type_of(returns)
    return Sql(written, paths_of(*values, *named.values()), value_type, bare=template.bare)


def _check_values(
    template: Template, values: Sequence[object], named: Mapping[str, object]
) -> None:
    if len(values) != template.positional:
        raise QueryError(
            f"SQL text has {template.positional} places {{}}, and {len(values)} values were given",
            hint="a place is not within quotes, and a list is one value",
        )
    missing = sorted(template.names - named.keys())
    if missing:
        raise QueryError(
            f'no value was given for ":{missing[0]}"',
            hint=nearest(missing[0], named) or "write [ : n] with a blank for a slice of an array",
        )
    unused = [name for name in named if name not in template.names]
    if unused:
        raise QueryError(
            f'SQL text has no place ":{unused[0]}"', hint=nearest(unused[0], template.names)
        )


def _parts_of(given: object) -> _Parts:
    """What stands in a place."""
    if isinstance(given, Sql):
        part = cast("Sql[object]", given)
        return part.parts if part.bare else (part.node,)
    if isinstance(given, Identifier):
        return (given.sql,)
    if isinstance(given, Operand):
        return (given.node,)
    if isinstance(given, type):
        return (_table(given),)
    return (Param(_sent(given)),)


def _table(given: type) -> str:
    if not issubclass(given, Mapped):
        raise QueryError(f"the class {given.__name__} is no value", hint="give a model, or a value")
    path = given.__table__.path
    table = given.__table__.source(path.alias)
    names = [quote(name) for name in (table.schema, table.name) if name is not None]
    return f"{'.'.join(names)} AS {quote(path.alias)}"


def _sent(given: object) -> object:
    if isinstance(given, enum.Enum):
        return _sent(given.value)
    if isinstance(given, str):
        return TEXT.send(given)
    if isinstance(given, list | set | frozenset):
        return [_sent(item) for item in cast("list[object]", given)]
    return given


class Sql(Expr[T_co]):
    """SQL that the caller wrote: an expression in queries, or a statement to be run itself."""

    __slots__ = ("_database", "bare", "parts")

    def __init__(
        self,
        parts: _Parts,
        paths: tuple[Any, ...] = (),
        value_type: ValueType | None = None,
        *,
        bare: bool = False,
        database: str | None = None,
    ) -> None:
        super().__init__(RawFragment(parts), paths, value_type)
        self.parts = parts
        self.bare = bare
        self._database = database

    def using(self, database: str, /) -> Self:
        """Run on the database of that name, or on its servers of that role: ``"replica"``."""
        return type(self)(
            self.parts, self.paths, self.value_type, bare=self.bare, database=database
        )

    @property
    def sync(self) -> SyncSql:
        """The same without ``await``: ``sql("SELECT ...").sync.all(Book)``."""
        from ferrule_core.query.raw_sync import SyncSql  # it is made of this

        return SyncSql(self)

    def compiled(self) -> CompiledQuery:
        """Text and parameters of the statement.

        Raises:
            QueryError: It has a column of a relation, which only a query could join.
        """
        for path in self.paths:
            if path.parent is not None:
                raise QueryError(
                    f'"{path}" is reached through a relation, which SQL text has to join itself'
                )
        out = SqlWriter()
        write_raw(out, RawFragment(self.parts))
        return CompiledQuery(out.text(), tuple([param.value for param in out.params]))

    @overload
    async def all(self, /) -> list[dict[str, Any]]: ...
    @overload
    async def all(self, into: type[R], /, *, keep_extra: bool = False) -> list[R]: ...
    async def all(self, into: Any = dict, /, *, keep_extra: bool = False) -> list[Any]:
        """All rows.

        Args:
            into: What each row becomes: a model, by the names of its columns; a dataclass,
                NamedTuple, TypedDict or pydantic model; a ``dict``, which is the default, or a
                ``tuple``; or the type of the only column, such as ``int``.
            keep_extra: Let instances of a model have further columns as attributes.

        Raises:
            QueryError: A column is missing, of no use, there twice, or of another type.
        """
        return rows_into(await self._fetch(), into, keep_extra=keep_extra)

    @overload
    async def first(self, /) -> dict[str, Any] | None: ...
    @overload
    async def first(self, into: type[R], /, *, keep_extra: bool = False) -> R | None: ...
    async def first(self, into: Any = dict, /, *, keep_extra: bool = False) -> Any | None:
        """The first row, as ``all`` would give it; ``None`` of none. Say ``LIMIT 1`` yourself."""
        row = await executor_for(self._database).fetch_first(self.compiled())
        return None if row is None else rows_into([row], into, keep_extra=keep_extra)[0]

    @overload
    async def get(self, /) -> dict[str, Any]: ...
    @overload
    async def get(self, into: type[R], /, *, keep_extra: bool = False) -> R: ...
    async def get(self, into: Any = dict, /, *, keep_extra: bool = False) -> Any:
        """The only row, as ``all`` would give it.

        Raises:
            NotFound: There is none.
            MultipleRows: There are several.
        """
        row = the_only(await self._fetch())
        return rows_into([row], into, keep_extra=keep_extra)[0]

    async def execute(self) -> int:
        """Run it, and say how many rows it touched."""
        return await executor_for(self._database).execute(self.compiled())

    async def _fetch(self) -> Sequence[Row]:
        return await executor_for(self._database).fetch(self.compiled())

    def __repr__(self) -> str:
        """Without the values, which may be private."""
        text = "".join(part if isinstance(part, str) else "{}" for part in self.parts)
        return f"<sql {text!r}>"
