"""COPY: rows in and out, as fast as the server takes and gives them."""

from __future__ import annotations

import asyncio
import os
from collections.abc import (
    AsyncGenerator,
    AsyncIterable,
    Awaitable,
    Callable,
    Iterable,
    Sequence,
)
from contextlib import aclosing
from pathlib import Path
from typing import IO, Literal, TypeAlias, cast
from uuid import uuid4

from ferrule_core.catalog.names import quote_identifier
from ferrule_core.database.sessions.copy_rows import Rows, bound, chunks_of, columns_of, shape_of
from ferrule_core.database.sessions.inlining import inlined
from ferrule_core.database.verbs import TouchedRows, Verb, touched_rows
from ferrule_core.deferred import dataclass
from ferrule_core.errors import ConfigurationError, ConnectionLost, QueryError
from ferrule_core.mapping.mapped import Mapped
from ferrule_core.mapping.model_table import ModelTable
from ferrule_core.plugins.contracts import Connection
from ferrule_core.query.query import Query
from ferrule_core.sql.compiled import CompiledQuery
from ferrule_core.sql.literals import quote_literal

CopyFormatName = Literal["csv", "text", "binary"]
TableName: TypeAlias = type[Mapped] | str | tuple[str, str]
"""A model; ``"table"`` or ``"schema.table"``; schema and table, where a name has a dot in it."""

CopySource: TypeAlias = (
    str | os.PathLike[str] | bytes | IO[bytes] | Iterable[bytes] | AsyncIterable[bytes]
)
CopyTarget: TypeAlias = str | os.PathLike[str] | IO[bytes] | Callable[[bytes], Awaitable[object]]

_READ_BYTES = 256 * 1024


@dataclass(frozen=True, slots=True)
class Copy:
    """The origin of a COPY statement.

    Attributes:
        reads: Whether it does nothing but read; SQL of the caller may do more.
    """

    direction: Literal["in", "out"]
    reads: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyFormat:
    """How rows are written as bytes: the options of PostgreSQL's COPY.

    Attributes:
        header: Whether the first line has the names of the columns; of csv and text.
        delimiter: One character between values; a comma for csv, a tab for text.
        null: What stands for NULL; nothing for csv, a backslash and N for text.
        quote: One character around values, of csv.
        encoding: PostgreSQL's name of the encoding; UTF-8 where it is left out.
    """

    name: CopyFormatName = "csv"
    header: bool = False
    delimiter: str | None = None
    null: str | None = None
    quote: str | None = None
    encoding: str | None = None

    def __post_init__(self) -> None:
        """Refuse what has no meaning."""
        if self.name not in ("csv", "text", "binary"):
            raise ConfigurationError(
                f'COPY knows no format "{self.name}"; there are csv, text, binary'
            )
        lines = self.header or self.delimiter is not None or self.null is not None
        if self.name == "binary" and (lines or self.quote is not None):
            raise ConfigurationError(
                "header, delimiter, null and quote are not of the binary format"
            )

    def options(self) -> str:
        """The options as SQL."""
        found = [f"FORMAT {self.name}"]
        if self.header:
            found.append("HEADER")
        for option in ("delimiter", "null", "quote", "encoding"):
            value: str | None = getattr(self, option)
            if value is not None:
                found.append(f"{option.upper()} {quote_literal(value)}")
        return f"({', '.join(found)})"


CopyIn: TypeAlias = tuple[Verb[CompiledQuery, int], CompiledQuery]


async def rows_in(into: TableName, rows: Rows, columns: Sequence[str] | None) -> CopyIn | None:
    """How rows are copied in; ``None`` where there is none."""
    table = _model_table(into)
    chunks = chunks_of(rows)
    first = await anext(chunks, None)
    if first is None:
        return None
    shape = shape_of(first[0], table, columns)
    name, names = table_text(into), _name_list(shape.columns)
    text = f"COPY {name} {names} FROM STDIN (FORMAT binary)"

    async def run(connection: Connection, _query: CompiledQuery) -> int:
        async with aclosing(chunks), aclosing(bound(first, chunks, shape)) as values:
            return await connection.copy_rows(name, shape.columns, values)

    return Verb(run, TouchedRows, touched_rows), CompiledQuery(text, (), Copy("in"))


def bytes_in(
    into: TableName, source: CopySource, columns: Sequence[str] | None, form: CopyFormat
) -> CopyIn:
    """How bytes are copied in that are written already."""
    names = "" if columns is None else f" {_name_list(_column_names(into, columns))}"
    text = f"COPY {table_text(into)}{names} FROM STDIN {form.options()}"

    async def run(connection: Connection, query: CompiledQuery) -> int:
        async with aclosing(_read(source)) as chunks:
            return await connection.copy_in(query.text, chunks)

    return Verb(run, TouchedRows, touched_rows), CompiledQuery(text, (), Copy("in"))


def copy_out_query(
    source: TableName | Query[Mapped],
    columns: Sequence[str] | None,
    form: CopyFormat,
    rewritten: Callable[[CompiledQuery], CompiledQuery],
) -> CompiledQuery:
    """The statement that copies a table or the rows of a query out.

    Args:
        source: What is copied.
        columns: Of a table.
        form: How it is written.
        rewritten: Gives a query as it is to be run.

    Raises:
        QueryError: Columns of a query were asked for, which says itself which it has.
    """
    inner = rewritten(_inner(source, columns))
    text = f"COPY ({inner.text}) TO STDOUT {form.options()}"
    return CompiledQuery(text, inner.parameters, Copy("out", reads=inner.origin is not None))


def _inner(source: TableName | Query[Mapped], columns: Sequence[str] | None) -> CompiledQuery:
    if isinstance(source, Query) or (isinstance(source, str) and source.startswith("(")):
        if columns is not None:
            raise QueryError("a query says itself which columns it has", hint="leave columns out")
        if isinstance(source, Query):
            return source.sql()
        return CompiledQuery(source.strip()[1:-1] if source.strip().endswith(")") else source)
    table = _model_table(source)
    if columns is None and table is not None:
        columns = tuple(table.columns)
    names = "*" if columns is None else _name_list(_column_names(source, columns))[1:-1]
    text = f"SELECT {names} FROM {table_text(source)}"  # noqa: S608 - quoted names
    return CompiledQuery(text, (), "a whole table")


def writing(write: Callable[[bytes], Awaitable[object]]) -> Verb[CompiledQuery, int]:
    """The verb that runs such a statement and gives each piece to ``write``."""

    async def run(connection: Connection, query: CompiledQuery) -> int:
        try:
            return await _copy_out(connection, query, write)
        except ConnectionLost as error:
            error.undone = isinstance(query.origin, Copy) and query.origin.reads
            raise

    return Verb(run, TouchedRows, touched_rows)


async def _copy_out(
    connection: Connection, query: CompiledQuery, write: Callable[[bytes], Awaitable[object]]
) -> int:
    inner, _, options = query.text.removeprefix("COPY (").rpartition(") TO STDOUT ")
    alone = bool(query.parameters) and not connection.in_transaction
    if alone:  # values and statement need the same session, also behind a pooler
        await connection.execute_script("BEGIN")
    text = await inlined(connection, inner, query.parameters)
    count = await connection.copy_out(f"COPY ({text}) TO STDOUT {options}", write)
    if alone:
        await connection.execute_script("COMMIT")
    return count


async def pieces(connection: Connection, query: CompiledQuery) -> AsyncGenerator[bytes]:
    """What a COPY statement writes, piece by piece; the server waits for the reader."""
    handed: asyncio.Queue[bytes] = asyncio.Queue(maxsize=1)
    loop = asyncio.get_running_loop()
    copying = loop.create_task(_copy_out(connection, query, handed.put), name="ferrule: COPY out")
    getting = loop.create_task(handed.get())
    try:
        while True:
            await asyncio.wait((getting, copying), return_when=asyncio.FIRST_COMPLETED)
            if getting.done():
                yield getting.result()
                getting = loop.create_task(handed.get())
            elif handed.empty():
                break
        await copying
    finally:
        getting.cancel()
        copying.cancel()
        await asyncio.wait((getting, copying))
        _ = copying.cancelled() or copying.exception()


def table_text(name: TableName) -> str:
    """The table as SQL."""
    table = _model_table(name)
    if table is not None:
        table.source(table.path.alias)  # refuses an abstract model
        parts = [part for part in (table.schema, table.name) if part is not None]
    else:
        parts = list(name) if isinstance(name, tuple) else cast("str", name).split(".", 1)
    return ".".join(map(quote_identifier, parts))


def _model_table(name: object) -> ModelTable | None:
    if isinstance(name, type) and issubclass(name, Mapped):
        return name.__table__
    return None


def _column_names(name: object, columns: Sequence[str]) -> Sequence[str]:
    table = _model_table(name)
    if table is None:
        return columns
    return [column.name for column in columns_of(table, columns)]


def _name_list(columns: Sequence[str]) -> str:
    return f"({', '.join(map(quote_identifier, columns))})"


async def _read(source: CopySource) -> AsyncGenerator[bytes]:
    if isinstance(source, str | os.PathLike):
        with await asyncio.to_thread(Path(source).open, "rb") as opened:
            while chunk := await asyncio.to_thread(opened.read, _READ_BYTES):
                yield chunk
    elif isinstance(source, bytes):
        yield source
    elif isinstance(source, AsyncIterable):
        async for chunk in source:
            yield chunk
    elif hasattr(source, "read"):
        file = cast("IO[bytes]", source)
        while chunk := await asyncio.to_thread(file.read, _READ_BYTES):
            yield chunk
    else:
        for chunk in source:
            yield chunk
            await asyncio.sleep(0)


class FileTarget:
    """A file that appears when all is in it: it is written beside, under another name."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self._path = Path(path)
        self._draft = self._path.with_name(f".{self._path.name}.{uuid4().hex}")
        self._file: IO[bytes] | None = None

    async def __aenter__(self) -> Callable[[bytes], Awaitable[object]]:
        self._file = self._draft.open("xb")
        file = self._file
        return lambda chunk: asyncio.to_thread(file.write, chunk)

    async def __aexit__(self, kind: type[BaseException] | None, *_rest: object) -> None:
        if self._file is not None:
            self._file.close()
        if kind is None:
            self._draft.replace(self._path)
        else:
            self._draft.unlink(missing_ok=True)


def writer_for(target: CopyTarget) -> Callable[[bytes], Awaitable[object]]:
    """What writes to a binary file, or the caller's own function."""
    if hasattr(target, "write"):
        file = cast("IO[bytes]", target)
        return lambda chunk: asyncio.to_thread(file.write, chunk)
    return cast("Callable[[bytes], Awaitable[object]]", target)
