"""COPY, by asyncpg's protocol."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Sequence
from contextlib import aclosing, suppress
from typing import Any

import asyncpg

from ferrule_asyncpg import wire
from ferrule_asyncpg.failures import DRIVER_ERRORS, translated
from ferrule_asyncpg.scrubbing import scrub
from ferrule_asyncpg.session import Session
from ferrule_core.catalog.names import quote_identifier
from ferrule_core.deferred import dataclass
from ferrule_core.errors import (
    ConnectionLost,
    DatabaseError,
    FerruleError,
    QueryError,
    ValueRefused,
)
from ferrule_core.lazy import pattern

_ARGUMENT = pattern(r"query argument \$(\d+)")
_PLACE = pattern(r"^COPY .*?, line (\d+)(?:, column (\w+|\"[^\"]+\"))?", re.MULTILINE)
_NO_ENCODER = pattern(r"no binary format encoder for type (.+) \(OID (\d+)\)")


async def copy_rows(
    session: Session,
    table: str,
    columns: Sequence[str],
    rows: AsyncIterator[Sequence[Sequence[object]]],
) -> int:
    """Send rows by ``COPY ... FROM STDIN`` in binary format; see ``Connection.copy_rows``."""
    try:
        plan = await _planned(session, table, columns)
    except DRIVER_ERRORS as error:
        raise translated(error, closed=session.is_closed()) from error
    feed = _Feed(session, plan, rows)
    names = ", ".join(map(quote_identifier, columns))
    text = f"COPY {table} ({names}) FROM STDIN (FORMAT binary)"
    plan.statement.attach()
    try:
        async with aclosing(feed.rows()) as records:
            tag = await session.protocol.copy_in(text, None, None, records, plan.statement, None)
    except DRIVER_ERRORS as error:
        if error is feed.failure:
            raise
        raise await _row_failure(session, plan, feed, error) from error
    finally:
        plan.statement.detach()
    return _count(tag)


async def copy_in(session: Session, text: str, chunks: AsyncIterator[bytes]) -> int:
    """Send what a COPY statement reads; see ``Connection.copy_in``."""
    statement = await _any_statement(session)
    source = _Source(chunks)

    async def until_refused() -> AsyncGenerator[bytes]:
        async for chunk in source:
            yield chunk
            if not _is_running(session, statement):
                return
        source.finished = True

    statement.attach()
    try:
        async with aclosing(until_refused()) as reader:
            tag = await session.protocol.copy_in(text, reader, None, None, None, None)
    except DRIVER_ERRORS as error:
        if error is source.failure:
            raise
        raise _said(session, error, source) from error
    finally:
        statement.detach()
    return _count(tag)


async def copy_out(session: Session, text: str, write: Callable[[bytes], Awaitable[object]]) -> int:
    """Pass on what a COPY statement writes; see ``Connection.copy_out``."""
    failures: list[BaseException] = []

    async def noting(chunk: bytes) -> None:
        try:
            await write(chunk)
        except BaseException as error:
            failures.append(error)
            raise

    try:
        tag = await session.protocol.copy_out(text, noting, None)
    except DRIVER_ERRORS as error:
        if error in failures:
            raise
        raise translated(error, closed=session.is_closed()) from error
    return _count(tag)


@dataclass(frozen=True, slots=True)
class _Plan:
    """How the rows of a table are sent.

    Attributes:
        statement: asyncpg's, whose columns have the codecs.
        encoders: What is done before asyncpg gets a value, by place.
        probe: A statement that takes one row as its parameters; ``""`` where it cannot be made.
    """

    columns: Sequence[str]
    statement: Any
    encoders: Sequence[tuple[int, wire.Encode]]
    probe: str


class _Source:
    """The caller's iterator, whose own failure is told from the driver's.

    Attributes:
        finished: Whether all of it was sent; before that the server cannot have committed.
    """

    def __init__(self, items: AsyncIterator[Any]) -> None:
        self._items = items
        self.finished = False
        self.failure: BaseException | None = None

    def __aiter__(self) -> _Source:
        return self

    async def __anext__(self) -> Any:  # noqa: ANN401 - whatever it gives
        try:
            return await anext(self._items)
        except StopAsyncIteration:
            raise
        except BaseException as error:
            self.failure = error
            raise


class _Feed:
    """Gives rows to asyncpg, and knows which was the last.

    Attributes:
        count: Number of the last row that was given, from 1.
    """

    def __init__(
        self, session: Session, plan: _Plan, chunks: AsyncIterator[Sequence[Sequence[object]]]
    ) -> None:
        self._session = session
        self._plan = plan
        self.source = _Source(chunks)
        self.count = 0
        self.row: Sequence[object] = ()
        self.refusal: FerruleError | None = None

    @property
    def failure(self) -> BaseException | None:
        """What the feed itself raised: no failure of the driver."""
        return self.refusal or self.source.failure

    async def rows(self) -> AsyncGenerator[Sequence[object]]:
        """The rows; they end when the server has refused one of them."""
        encoders, width = self._plan.encoders, len(self._plan.columns)
        async for chunk in self.source:
            if self.count and not _is_running(self._session, self._plan.statement):
                return
            for row in chunk:
                self.count += 1
                self.row = row
                if len(row) != width:
                    self.refusal = QueryError(
                        f"row {self.count} has {len(row)} values for {width} columns"
                    )
                    raise self.refusal
                yield self._encoded(row) if encoders else row
        self.source.finished = True

    def _encoded(self, row: Sequence[object]) -> Sequence[object]:
        values = list(row)
        for place, encode in self._plan.encoders:
            value = values[place]
            if value is None:
                continue
            try:
                values[place] = encode(value)
            except (ValueRefused, *DRIVER_ERRORS) as error:
                self.refusal = _refused(self.count, self._plan.columns[place], value)
                scrub(error, self.refusal.message)
                raise self.refusal from error
        return values


async def _planned(session: Session, table: str, columns: Sequence[str]) -> _Plan:
    names = [quote_identifier(column) for column in columns]
    statement = await session.prepared(_reading(names, table))
    attributes = statement._get_attributes()  # noqa: SLF001 - asyncpg's own copy does it
    if any(attribute.type.oid == wire.NUMERIC_ARRAY for attribute in attributes):
        await session.read_numeric_as_binary()
        statement = await session.prepared(_reading(names, table))
    encoders: list[tuple[int, wire.Encode]] = []
    raw: list[str] = []
    for place, (name, attribute) in enumerate(zip(names, attributes, strict=True)):
        encode = _raw_encoder(attribute.type)
        raw.append(name if encode is None else f"NULL::bytea AS {name}")
        encode = encode or wire.CHECKED.get(attribute.type.oid)
        if encode is not None:
            encoders.append((place, encode))
    if raw != names:
        statement = await session.prepared(_reading(raw, table))
    probe = _probe([attribute.type for attribute in attributes])
    if session.is_in_transaction():
        await session.prepared(probe)  # nothing can be prepared once the transaction has failed
    return _Plan(columns, statement, encoders, probe)


def _reading(items: Sequence[str], table: str) -> str:
    """A statement whose result has the columns; it is prepared and never run."""
    return f"SELECT {', '.join(items)} FROM {table} LIMIT 0"  # noqa: S608 - quoted names


def _raw_encoder(kind: asyncpg.Type) -> wire.Encode | None:
    if kind.oid == wire.NUMERIC:
        return wire.write_numeric
    return wire.BY_NAME.get(kind.name) if kind.schema != "pg_catalog" else None


def _probe(kinds: Sequence[asyncpg.Type]) -> str:
    """A statement that takes the values of one row, so that asyncpg says which it cannot send."""
    casts: list[str] = []
    for number, kind in enumerate(kinds, start=1):
        name, array = (kind.name[:-2], "[]") if kind.name.endswith("[]") else (kind.name, "")
        casts.append(f"${number}::{quote_identifier(kind.schema)}.{quote_identifier(name)}{array}")
    return f"SELECT {', '.join(casts)}"


async def _row_failure(
    session: Session, plan: _Plan, feed: _Feed, error: BaseException
) -> FerruleError:
    """Say which row and column it was, and nothing of the value."""
    if isinstance(error, asyncpg.InternalClientError):
        found = _NO_ENCODER.search(str(error))
        if found is not None:
            return _no_binary(found)
    from_codec = not isinstance(error, asyncpg.PostgresError | asyncpg.InterfaceError | OSError)
    if from_codec or (isinstance(error, asyncpg.DataError) and error.severity is None):
        place = await _find_place(session, plan, feed.row)
        column, value = (None, None) if place is None else (plan.columns[place], feed.row[place])
        refusal = _refused(feed.count, column, value)
        scrub(error, refusal.message)
        return refusal
    return _said(session, error, feed.source)


async def _find_place(session: Session, plan: _Plan, row: Sequence[object]) -> int | None:
    try:
        await session.fetch(plan.probe, *row, timeout=1)
    except DRIVER_ERRORS as error:
        found = _ARGUMENT.search(str(error))
        return None if found is None else int(found.group(1)) - 1
    return None


def _refused(number: int, column: str | None, value: object) -> ValueRefused:
    if column is None:
        return ValueRefused(f"row {number} cannot be sent: a value does not fit its column exactly")
    return ValueRefused(
        f'row {number}, column "{column}": a value of type {type(value).__name__} does not fit '
        "exactly the type of the column"
    )


def _no_binary(found: re.Match[str]) -> QueryError:
    return QueryError(
        f"values of type {found.group(1)} cannot be copied in as rows",
        hint='write them as text and use copy_in(..., format="csv"), or insert the rows',
    )


def _said(session: Session, error: BaseException, source: _Source) -> FerruleError:
    found = translated(error, closed=session.is_closed())
    if isinstance(found, ConnectionLost):
        found.undone = not source.finished
    return _placed(found)


def _placed(error: FerruleError) -> FerruleError:
    """The same error, with the row and column that the server named in its context."""
    fields = error.fields if isinstance(error, DatabaseError) else None
    found = _PLACE.search(fields.context) if fields is not None and fields.context else None
    if found is None:
        return error
    column = f', column "{found.group(2).strip(chr(34))}"' if found.group(2) else ""
    error.message = f"{error.message}; row {found.group(1)}{column}"
    error.args = (error.message,)
    return error


async def _any_statement(session: Session) -> Any:  # noqa: ANN401 - asyncpg's, which is untyped
    try:
        return await session.prepared("SELECT")
    except DRIVER_ERRORS as error:
        raise translated(error, closed=session.is_closed()) from error


def _is_running(session: Session, statement: Any) -> bool:  # noqa: ANN401 - asyncpg's
    """Whether the server has not answered yet, which it does early only to refuse.

    asyncpg looks at the answer when all rows are sent, and there may be no end of them. To close a
    statement that is in use is refused in two ways: while a command runs for its sake, otherwise
    for the statement's. Nothing is sent.
    """
    if session.is_closed():
        return False
    attempt = session.protocol.close_statement(statement, None)
    try:
        attempt.send(None)
    except asyncpg.InternalClientError:
        return False
    except asyncpg.InterfaceError:
        return True
    finally:
        with suppress(RuntimeError):
            attempt.close()
    return True


def _count(tag: bytes | str) -> int:
    text = tag.decode() if isinstance(tag, bytes) else tag
    return int(text.rpartition(" ")[2])
