"""Asking the server what the statements of files take and give."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ferrule_codegen.statements.files import QueryFile
from ferrule_core.errors import ConfigurationError, DatabaseError, GenerationError, nearest
from ferrule_core.plugins.contracts import (
    Connection,
    DescribedQuery,
    Describes,
    QueryValue,
    StatementDescription,
)


async def describe_queries(
    connection: Connection, files: Sequence[QueryFile]
) -> tuple[DescribedQuery, ...]:
    """What each statement takes and gives; none is run.

    Raises:
        GenerationError: The server refuses a statement; the message has file and line.
        ConfigurationError: The backend cannot describe statements.
    """
    if not isinstance(connection, Describes):
        raise ConfigurationError(
            "this connection cannot ask what statements give",
            hint="pull over a direct connection, by the asyncpg backend",
        )
    return tuple([await _described(connection, file) for file in files])


async def _described(connection: Describes, file: QueryFile) -> DescribedQuery:
    try:
        found = await connection.describe(file.numbered)
    except DatabaseError as error:
        position = None if error.fields is None else error.fields.position
        line = "" if position is None else f":{file.line_of(position)}"
        message = error.message.removesuffix(f" (SQLSTATE {error.sqlstate})")
        raise GenerationError(f"{file.place}{line}: {message}", hint=error.hint) from error
    _refuse_unknown(file, found)
    return DescribedQuery(
        name=file.name,
        place=file.place,
        text=file.text,
        comment=file.comment,
        parameters=tuple(_parameters(file, found)),
        columns=tuple(_columns(file, found)),
        rows=file.rows,
    )


def _parameters(file: QueryFile, found: StatementDescription) -> Iterator[QueryValue]:
    for name, kind in zip(file.places, found.parameters, strict=True):
        yield QueryValue(name=name, type=kind, nullable=name not in file.not_null)


def _columns(file: QueryFile, found: StatementDescription) -> Iterator[QueryValue]:
    for column in found.columns:
        nullable = column.name not in file.not_null
        yield QueryValue(name=column.name, type=column.type, nullable=nullable)


def _refuse_unknown(file: QueryFile, found: StatementDescription) -> None:
    columns = [column.name for column in found.columns]
    twice = [name for name in columns if columns.count(name) > 1]
    if twice:
        raise GenerationError(
            f'{file.place}: two columns are called "{twice[0]}"', hint="give one a name by AS"
        )
    _refuse_misspelt(file, [*file.places, *columns])


def _refuse_misspelt(file: QueryFile, known: Iterable[str]) -> None:
    names = list(known)
    for name in sorted(file.not_null):
        if name not in names:
            raise GenerationError(
                f'{file.place}: says "{name}" is not null, which is neither place nor column',
                hint=nearest(name, names),
            )
