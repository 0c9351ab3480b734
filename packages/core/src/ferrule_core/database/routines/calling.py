"""Stored functions and procedures, as something to await: ``await db.fn.search_books("x")``."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar, overload

from ferrule_core.database.routines.signatures import (
    SIGNATURES,
    Parameter,
    Signature,
    chosen,
    signature_of,
)
from ferrule_core.errors import QueryError, StatementError
from ferrule_core.query.blocking import run_sync
from ferrule_core.query.raw import Sql, ident, made_sql
from ferrule_core.query.raw_rows import rows_into, the_only
from ferrule_core.sql.compiled import CompiledQuery

if TYPE_CHECKING:
    from ferrule_core.database.statements import Statements
    from ferrule_core.query.port import Row

R = TypeVar("R")

UNDEFINED_FUNCTION = "42883"

_Known = dict[tuple[str | None, str], list[Signature]]


class Functions:
    """The stored functions and procedures of a database, by name.

    ``db.fn.search_books`` is looked up along the search path, ``db.fn["shop"].search_books`` in a
    schema. What their signatures are is asked for once.
    """

    __slots__ = ("_database", "_known", "_schema")

    def __init__(
        self, database: Statements, known: _Known | None = None, schema: str | None = None
    ) -> None:
        self._database = database
        self._known: _Known = {} if known is None else known
        self._schema = schema

    def __getattr__(self, name: str) -> StoredFunction:
        if name.startswith("__"):
            raise AttributeError(name)
        return StoredFunction(self._database, self._known, self._schema, name)

    def __getitem__(self, schema: str) -> Functions:
        """The functions of a schema."""
        return Functions(self._database, self._known, schema)


class StoredFunction:
    """A stored function or procedure, to be called."""

    __slots__ = ("_database", "_known", "_name", "_schema")

    def __init__(self, database: Statements, known: _Known, schema: str | None, name: str) -> None:
        self._database = database
        self._known = known
        self._schema = schema
        self._name = name

    def __call__(self, *values: object, **named: object) -> Call:
        """A call, to be awaited.

        Args:
            *values: Arguments by place; those of a variadic one follow.
            **named: Arguments by name. What has a default may be left out.
        """
        return Call(self, values, named)

    async def signature(self, values: Sequence[object], named: Mapping[str, object]) -> Signature:
        """The one of that name that these arguments mean."""
        key = self._schema, self._name
        if key not in self._known:
            query = CompiledQuery(SIGNATURES, (self._name, self._schema), origin="routines")
            rows = await self._database.fetch(query)
            if not rows:
                raise QueryError(
                    f'the database has no function "{self._name}"',
                    hint='db.fn["schema"] has those that are not on the search path',
                )
            self._known[key] = [signature_of(row) for row in rows]
        return chosen(self._known[key], values, named)

    async def fetch(self, statement: Sql[Any]) -> Sequence[Row]:
        """Run a call; where the function is gone, what is known of it is forgotten."""
        try:
            return await self._database.fetch(statement.compiled())
        except StatementError as error:
            if error.sqlstate == UNDEFINED_FUNCTION:
                self._known.pop((self._schema, self._name), None)
            raise


class Call:
    """A call of a stored function or procedure.

    Awaited it gives what the signature says: a single value, or a dictionary of columns; a list of
    those where it is a set; ``None`` of a procedure without results. ``all``, ``first`` and
    ``get`` give rows of a type, as those of ``sql`` do.
    """

    __slots__ = ("_function", "_named", "_values")

    def __init__(
        self, function: StoredFunction, values: Sequence[object], named: Mapping[str, object]
    ) -> None:
        self._function = function
        self._values = values
        self._named = named

    def __await__(self) -> Generator[Any, None, Any]:
        return self.result().__await__()

    @property
    def sync(self) -> SyncCall:
        """The same without ``await``: ``db.fn.search_books("x").sync.result()``."""
        return SyncCall(self)

    async def result(self) -> Any:  # noqa: ANN401 - the function's own
        """What awaiting the call gives.

        Raises:
            QueryError: There is no such function, or none that takes these arguments.
        """
        signature, rows = await self._run()
        if signature.nothing:
            return None
        found: list[Any] = [
            dict(zip(row.keys(), row, strict=True)) if signature.rows else row[0] for row in rows
        ]
        if signature.many:
            return found
        return found[0] if found else None

    @overload
    async def all(self, /) -> list[dict[str, Any]]: ...
    @overload
    async def all(self, into: type[R], /) -> list[R]: ...
    async def all(self, into: Any = dict, /) -> list[Any]:
        """All rows, of a type; see ``Sql.all``."""
        _, rows = await self._run()
        return rows_into(rows, into)

    @overload
    async def first(self, /) -> dict[str, Any] | None: ...
    @overload
    async def first(self, into: type[R], /) -> R | None: ...
    async def first(self, into: Any = dict, /) -> Any | None:
        """The first row, of a type; ``None`` of none."""
        _, rows = await self._run()
        return rows_into(rows[:1], into)[0] if rows else None

    @overload
    async def get(self, /) -> dict[str, Any]: ...
    @overload
    async def get(self, into: type[R], /) -> R: ...
    async def get(self, into: Any = dict, /) -> Any:
        """The only row, of a type; see ``Sql.get``."""
        _, rows = await self._run()
        return rows_into([the_only(rows)], into)[0]

    async def _run(self) -> tuple[Signature, Sequence[Row]]:
        signature = await self._function.signature(self._values, self._named)
        statement = statement_of(signature, self._values, self._named)
        return signature, await self._function.fetch(statement)


class SyncCall:
    """What ``Call.sync`` is."""

    __slots__ = ("_call",)

    def __init__(self, call: Call) -> None:
        self._call = call

    def result(self) -> Any:  # noqa: ANN401 - the function's own
        """What awaiting the call gives; see ``Call.result``."""
        return run_sync(self._call.result())

    @overload
    def all(self, /) -> list[dict[str, Any]]: ...
    @overload
    def all(self, into: type[R], /) -> list[R]: ...
    def all(self, into: Any = dict, /) -> list[Any]:
        """All rows, of a type; see ``Call.all``."""
        return run_sync(self._call.all(into))

    @overload
    def first(self, /) -> dict[str, Any] | None: ...
    @overload
    def first(self, into: type[R], /) -> R | None: ...
    def first(self, into: Any = dict, /) -> Any | None:
        """The first row, of a type; see ``Call.first``."""
        return run_sync(self._call.first(into))

    @overload
    def get(self, /) -> dict[str, Any]: ...
    @overload
    def get(self, into: type[R], /) -> R: ...
    def get(self, into: Any = dict, /) -> Any:
        """The only row, of a type; see ``Call.get``."""
        return run_sync(self._call.get(into))


def statement_of(
    signature: Signature,
    values: Sequence[object],
    named: Mapping[str, object],
    columns: Sequence[str] = (),
) -> Sql[Any]:
    """The statement that calls a function with these arguments.

    Args:
        signature: That of the function.
        values: Arguments by place.
        named: Arguments by name.
        columns: What to take of its rows; all of them where it is empty.
    """
    text, given = _arguments(signature, values, named)
    name = ident(signature.schema, signature.name)
    if signature.procedure:
        return made_sql(f"CALL {{}}({text})", [name, *given], {})
    wanted = [ident(column) for column in columns]
    verb = " ".join(["SELECT", ", ".join("{}" for _ in wanted) or "*", "FROM"])
    return made_sql(f"{verb} {{}}({text})", [*wanted, name, *given], {})


def _arguments(
    signature: Signature, values: Sequence[object], named: Mapping[str, object]
) -> tuple[str, list[object]]:
    """The arguments of a call as text, and what stands in its places.

    Each is cast to the type of its parameter, so that the server looks for no other function.
    """
    texts: list[str] = []
    given: list[object] = []
    rest = list(values)
    by_name = False
    for parameter in signature.parameters:
        place, value = _place(parameter), named.get(parameter.name)
        if parameter.mode == "o" and signature.procedure:
            place = "NULL"
        elif parameter.mode == "v" and parameter.name not in named:
            if parameter.optional and not rest:
                continue
            place, value, rest = f"VARIADIC {place}", rest, []
        elif parameter.mode not in "ibv":
            continue
        elif rest:
            value = rest.pop(0)
        elif parameter.name not in named:
            continue
        else:
            by_name = True
        if by_name:
            variadic = "VARIADIC " if parameter.mode == "v" else ""
            place = f"{variadic}{{}} => {place.removeprefix('VARIADIC ')}"
            given.append(ident(parameter.name))
        texts.append(place)
        if parameter.mode != "o":
            given.append(value)
    return ", ".join(texts), given


def _place(parameter: Parameter) -> str:
    """Where an argument goes. Of a type that stands for any, it is cast to none."""
    pseudo = parameter.type.strip('"').startswith("any") or parameter.type == "record"
    return "{}" if pseudo else f"{{}}::{parameter.type}"
