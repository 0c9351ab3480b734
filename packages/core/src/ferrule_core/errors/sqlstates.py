"""From SQLSTATE to the class of error: the one place where a server's answer becomes ours."""

from __future__ import annotations

from ferrule_core.errors import server
from ferrule_core.errors.server import DatabaseError, ServerFields

_BY_STATE: dict[str, type[DatabaseError]] = {
    "23502": server.NotNullViolation,
    "23503": server.ForeignKeyViolation,
    "23505": server.UniqueViolation,
    "23514": server.CheckViolation,
    "23P01": server.ExclusionViolation,
    "25006": server.ReadOnlyTransaction,
    "25P02": server.TransactionAborted,
    "25P04": server.TransactionTimeout,
    "3D000": server.UnknownDatabase,
    "3F000": server.UndefinedObject,
    "40001": server.SerializationFailure,
    "40P01": server.DeadlockDetected,
    "42501": server.InsufficientPrivilege,
    "42703": server.UndefinedColumn,
    "42704": server.UndefinedObject,
    "42883": server.UndefinedObject,
    "42P01": server.UndefinedTable,
    "53300": server.TooManyConnections,
    "55P03": server.LockNotAvailable,
    "57014": server.QueryCanceled,
    "57P01": server.ConnectionLost,
    "57P02": server.ConnectionLost,
    "57P03": server.ServerNotReady,
    "57P05": server.ConnectionLost,
}

_BY_CLASS: dict[str, type[DatabaseError]] = {
    "08": server.ConnectionLost,
    "22": server.DataError,
    "23": server.IntegrityError,
    "25": server.TransactionError,
    "28": server.AuthenticationFailed,
    "40": server.TransactionError,
    "42": server.StatementError,
}

_HINTS: dict[type[DatabaseError], str] = {
    server.SerializationFailure: "run the whole transaction again, for example in attempts(3)",
    server.DeadlockDetected: "run the whole transaction again, for example in attempts(3)",
    server.NotNullViolation: "give the column a value, or a default",
    server.TooManyConnections: "lower the pool's max_size, or put a pooler before the server",
    server.AuthenticationFailed: "check user and password of the profile or URL",
    server.InsufficientPrivilege: "grant the role the right, or connect as another role",
}


def error_from_server(fields: ServerFields) -> DatabaseError:
    """Make the error that fits what the server said.

    The message names objects but repeats no values: the server's ``message`` and ``hint`` are taken
    as they are only for errors about statements and transactions, whose texts name objects, and for
    those that a function raises in its own words; for integrity and data errors ours are written
    from the fields, because the server's may quote a row.
    """
    kind = _BY_STATE.get(fields.sqlstate) or _BY_CLASS.get(fields.sqlstate[:2], DatabaseError)
    return kind(_message(kind, fields), hint=_hint(kind, fields), fields=fields)


def _hint(kind: type[DatabaseError], fields: ServerFields) -> str | None:
    if kind in _HINTS:
        return _HINTS[kind]
    if issubclass(kind, server.IntegrityError) and fields.constraint:
        return None
    if issubclass(kind, server.IntegrityError | server.DataError):
        return "what the server said is in error.fields.message; it may quote values"
    return fields.hint


def _message(kind: type[DatabaseError], fields: ServerFields) -> str:
    place = f'table "{fields.table}"' if fields.table else "a table"
    if kind is server.NotNullViolation and fields.column:
        return f'column "{fields.column}" of {place} must not be null'
    if kind is server.UniqueViolation and fields.constraint:
        return f'duplicate key in {place} violates constraint "{fields.constraint}"'
    if issubclass(kind, server.IntegrityError) and fields.constraint:
        return f'{place} refuses the change: constraint "{fields.constraint}" is violated'
    if issubclass(kind, server.IntegrityError):
        return f"{place} refuses the change (SQLSTATE {fields.sqlstate})"
    if kind is server.DataError:
        where = f' for column "{fields.column}"' if fields.column else ""
        return f"a value does not fit its type{where} (SQLSTATE {fields.sqlstate})"
    return f"{fields.message} (SQLSTATE {fields.sqlstate})"
