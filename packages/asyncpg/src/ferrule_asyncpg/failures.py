"""From asyncpg's errors to ours."""

from __future__ import annotations

import asyncio
import os
import socket
import ssl
from collections.abc import Sequence

import asyncpg

from ferrule_asyncpg.scrubbing import scrub
from ferrule_core.errors import (
    ConnectionLost,
    DatabaseError,
    DataError,
    FerruleError,
    LinkError,
    QueryCanceled,
    ServerFields,
    TransactionError,
    ValueRefused,
    error_from_server,
)
from ferrule_core.lazy import pattern

DRIVER_ERRORS = (
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    OSError,  # TimeoutError is one
    # From codecs, those of users among them, and from asyncpg where a link breaks at a bad moment:
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    LookupError,
    TypeError,
    ValueError,
    RecursionError,
    asyncio.InvalidStateError,
)
"""All that a statement can raise."""

_AS_TEXT_ONLY = pattern(r'type "(.+)"\."(.+)": text encoding of')
_ARGUMENT = pattern(r"query argument \$(\d+)")


def translated(
    error: BaseException, parameters: Sequence[object] = (), *, closed: bool = False
) -> FerruleError:
    """Our error for one of asyncpg's, which is to become its cause. No message repeats a value.

    Args:
        error: What asyncpg, a codec or the system raised. It is scrubbed of values.
        parameters: Those of the statement, for the names of their types.
        closed: Whether the connection was closed by it.
    """
    ours = _counterpart(error, parameters, closed=closed)
    scrub(error, ours.message)
    return ours


def _counterpart(
    error: BaseException, parameters: Sequence[object], *, closed: bool
) -> FerruleError:
    if isinstance(error, asyncpg.PostgresError):
        return _said(error, parameters, closed=closed)
    if isinstance(error, OSError):
        return _link_failure(error)
    if closed:
        return ConnectionLost("the connection to the server broke")
    if isinstance(error, asyncpg.InterfaceError):
        return _misuse(error, parameters)
    if isinstance(error, asyncpg.InternalClientError | AssertionError | asyncio.InvalidStateError):
        return DatabaseError(f"asyncpg failed: {type(error).__name__}")
    return DataError(f"a value of the result cannot be read: {type(error).__name__}")


def _link_failure(error: OSError) -> FerruleError:
    if isinstance(error, TimeoutError) and error.errno is None:  # a deadline, not the system
        return QueryCanceled(
            "the statement took longer than it may",
            hint="raise statement_within of the pool, or make the statement faster",
        )
    return ConnectionLost(f"the connection to the server broke: {link_reason(error)}")


def _said(
    error: asyncpg.PostgresError, parameters: Sequence[object], *, closed: bool
) -> FerruleError:
    if isinstance(error, asyncpg.DataError) and error.severity is None:  # asyncpg's, not a server's
        return _refused(error, parameters)
    if isinstance(error, asyncpg.ConnectionDoesNotExistError) and error.severity is None:
        return _lost(error.__cause__)
    said = error_from_server(server_fields(error))
    if closed and not isinstance(said, LinkError | TransactionError):
        text = f"the server ended the connection: {said.message}"
        return ConnectionLost(text, hint=said.hint, fields=said.fields)
    return said


def _lost(cause: BaseException | None) -> FerruleError:
    """A link that broke under a statement: the server's last words, or the system's, or none."""
    if isinstance(cause, asyncpg.PostgresError):
        return _said(cause, (), closed=True)
    if isinstance(cause, OSError):
        return _link_failure(cause)
    return ConnectionLost("the connection to the server broke: the server closed it")


def link_reason(error: OSError) -> str:
    """What the system says of a link, without its addresses."""
    if isinstance(error, ssl.SSLError):  # its number is OpenSSL's
        return error.reason or "TLS failed"
    if isinstance(error, socket.gaierror):
        return (error.strerror or "unknown host").lower()
    if error.errno:  # asyncio writes a text of its own into strerror, with the address
        return os.strerror(error.errno).lower()
    if "Multiple exceptions" in str(error):  # asyncio's, where a host has several addresses
        return "none of its addresses accepts connections"
    return type(error).__name__


def server_fields(error: asyncpg.PostgresError) -> ServerFields:
    """What the server said, field by field."""
    return ServerFields(
        sqlstate=error.sqlstate or "XX000",
        message=error.message or str(error.args[0]),
        severity=error.severity_en or error.severity,
        detail=error.detail,
        hint=error.hint,
        position=int(error.position) if error.position else None,
        context=error.context,
        schema=error.schema_name,
        table=error.table_name,
        column=error.column_name,
        datatype=error.data_type_name,
        constraint=error.constraint_name,
    )


def _misuse(error: asyncpg.InterfaceError, parameters: Sequence[object]) -> FerruleError:
    said = str(error.args[0])
    if "another operation" in said:
        return DatabaseError(
            "the connection is running another statement",
            hint="use a connection from one task at a time",
        )
    if "argument" in said:
        return _refused(error, parameters)
    nested = _AS_TEXT_ONLY.search(said)
    if nested is not None:
        return DatabaseError(
            f"values of the type {nested.group(1)}.{nested.group(2)} cannot be sent or read whole: "
            "a part of them is known as text only",
            hint="select its attributes, as in (value).name, or cast it to text",
        )
    return DatabaseError(f"asyncpg refused: {said}".rstrip("."))


def _refused(
    error: asyncpg.DataError | asyncpg.InterfaceError, parameters: Sequence[object]
) -> FerruleError:
    said = str(error.args[0])
    found = _ARGUMENT.search(said)
    if found is None:  # their number is wrong, and no value is quoted
        return ValueRefused(said.partition("\n")[0].rstrip("."))
    number = int(found.group(1))
    kind = f" of type {type(parameters[number - 1]).__name__}" if number <= len(parameters) else ""
    return ValueRefused(
        f"parameter ${number} cannot be sent: a value{kind} does not fit exactly "
        "the type that the statement needs",
        hint="convert the value, or cast the parameter in the statement",
    )
