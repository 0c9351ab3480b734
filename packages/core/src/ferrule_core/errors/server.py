"""What the server said, or what happened on the way to it.

Names are PostgreSQL's own condition names where there is one
(https://www.postgresql.org/docs/current/errcodes-appendix.html).
"""

from __future__ import annotations

from dataclasses import field
from typing import ClassVar, Literal

from ferrule_core.deferred import dataclass
from ferrule_core.errors.general import FerruleError


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerFields:
    """The fields of one ErrorResponse, as every driver can give them.

    ``message``, ``detail``, ``hint`` and ``context`` may quote values of rows: no message of ours
    repeats them without need, and they are left out of the ``repr``.
    """

    sqlstate: str
    message: str = field(repr=False)
    severity: str | None = None
    detail: str | None = field(default=None, repr=False)
    hint: str | None = field(default=None, repr=False)
    position: int | None = None
    context: str | None = field(default=None, repr=False)
    schema: str | None = None
    table: str | None = None
    column: str | None = None
    datatype: str | None = None
    constraint: str | None = None


class DatabaseError(FerruleError):
    """The server refused or failed, or could not be reached.

    Attributes:
        fields: The server's own fields; ``None`` where the server said nothing.
        retryable: Whether running the whole transaction again may succeed.
    """

    code = "FER-D000"
    retryable: ClassVar[bool] = False

    def __init__(
        self, message: str, *, hint: str | None = None, fields: ServerFields | None = None
    ) -> None:
        super().__init__(message, hint=hint)
        self.fields = fields

    @property
    def sqlstate(self) -> str | None:
        """Five characters of SQLSTATE, where the server sent them."""
        return None if self.fields is None else self.fields.sqlstate

    @property
    def schema(self) -> str | None:
        """Schema of the object that the server named."""
        return None if self.fields is None else self.fields.schema

    @property
    def table(self) -> str | None:
        """Table that the server named."""
        return None if self.fields is None else self.fields.table

    @property
    def column(self) -> str | None:
        """Column that the server named."""
        return None if self.fields is None else self.fields.column

    @property
    def constraint(self) -> str | None:
        """Constraint that the server named."""
        return None if self.fields is None else self.fields.constraint


class LinkError(DatabaseError):
    """The way to the server failed."""

    code = "FER-D100"


class ConnectFailed(LinkError):
    """No connection could be made."""

    code = "FER-D101"


class AuthenticationFailed(ConnectFailed):
    """The server refused user, password or certificate (SQLSTATE 28xxx)."""

    code = "FER-D102"


class UnknownDatabase(ConnectFailed):
    """The server has no database of that name (SQLSTATE 3D000)."""

    code = "FER-D103"


class TooManyConnections(ConnectFailed):
    """The server has no connection left (SQLSTATE 53300)."""

    code = "FER-D104"


class ServerNotReady(ConnectFailed):
    """The server is starting or stopping (SQLSTATE 57P03)."""

    code = "FER-D105"


class ConnectionLost(LinkError):
    """The connection broke; what was not in a committed transaction is not done.

    Attributes:
        undone: Whether it is sure that nothing was done of a statement that was its own
            transaction: it had not been sent to its end, or does nothing but read.
    """

    code = "FER-D110"
    undone: bool = False


class AdvisoryLockLost(ConnectionLost):
    """The connection that held an advisory lock broke: another may hold it now."""

    code = "FER-D111"


class IntegrityError(DatabaseError):
    """A constraint refused the change (SQLSTATE class 23)."""

    code = "FER-D200"


class UniqueViolation(IntegrityError):
    """A row with the same key already exists (SQLSTATE 23505)."""

    code = "FER-D201"


class ForeignKeyViolation(IntegrityError):
    """A row refers to one that is not there, or is still referred to (SQLSTATE 23503)."""

    code = "FER-D202"


class CheckViolation(IntegrityError):
    """A check constraint is not satisfied (SQLSTATE 23514)."""

    code = "FER-D203"


class NotNullViolation(IntegrityError):
    """A column that must have a value got NULL (SQLSTATE 23502)."""

    code = "FER-D204"


class ExclusionViolation(IntegrityError):
    """A row conflicts with another under an exclusion constraint (SQLSTATE 23P01)."""

    code = "FER-D205"


class TransactionError(DatabaseError):
    """A transaction could not go on."""

    code = "FER-D300"


class SerializationFailure(TransactionError):
    """A concurrent transaction made this one impossible; run it again (SQLSTATE 40001)."""

    code = "FER-D301"
    retryable = True


class DeadlockDetected(TransactionError):
    """Two transactions waited for each other; run this one again (SQLSTATE 40P01)."""

    code = "FER-D302"
    retryable = True


class TransactionAborted(TransactionError):
    """A statement of the block failed and its error was swallowed, so nothing was committed."""

    code = "FER-D303"


class CommitUnknown(TransactionError):
    """The connection broke while COMMIT was under way: committed or not, the server knows.

    Attributes:
        transaction_id: What ``pg_xact_status`` is to be asked about; known where the block had
            ``resolve_within``.
    """

    code = "FER-D304"

    def __init__(
        self,
        message: str,
        *,
        hint: str | None = None,
        fields: ServerFields | None = None,
        transaction_id: str | None = None,
    ) -> None:
        super().__init__(message, hint=hint, fields=fields)
        self.transaction_id = transaction_id


class ReadOnlyTransaction(TransactionError):
    """A write in a read-only transaction, or on a replica (SQLSTATE 25006)."""

    code = "FER-D305"


class TransactionTimeout(TransactionError):
    """The transaction took longer than its ``timeout`` and was rolled back (SQLSTATE 25P04)."""

    code = "FER-D306"


class QueryCanceled(DatabaseError):
    """The statement was cancelled, by a timeout or by request (SQLSTATE 57014)."""

    code = "FER-D401"


class LockNotAvailable(DatabaseError):
    """A lock was not to be had in time (SQLSTATE 55P03).

    Attributes:
        holders: Numbers of the server processes that have it, where that is known: of advisory
            locks.
    """

    code = "FER-D402"

    def __init__(
        self,
        message: str,
        *,
        hint: str | None = None,
        fields: ServerFields | None = None,
        holders: tuple[int, ...] = (),
    ) -> None:
        super().__init__(message, hint=hint, fields=fields)
        self.holders = holders


class SchemaChanged(DatabaseError):
    """The schema changed under a prepared statement; run the whole transaction again.

    Attributes:
        statement: What became of the statement by itself: it was ``"not run"``, what it did was
            ``"undone"`` with it, or it was ``"done"`` and only its result cannot be read.
    """

    code = "FER-D403"
    retryable = True

    def __init__(
        self,
        message: str,
        *,
        statement: Literal["not run", "undone", "done"] = "undone",
        hint: str | None = None,
        fields: ServerFields | None = None,
    ) -> None:
        super().__init__(message, hint=hint, fields=fields)
        self.statement: Literal["not run", "undone", "done"] = statement


class StatementError(DatabaseError):
    """The server does not understand or allow the statement (SQLSTATE class 42)."""

    code = "FER-D500"


class UndefinedTable(StatementError):
    """No such table or view (SQLSTATE 42P01)."""

    code = "FER-D501"


class UndefinedColumn(StatementError):
    """No such column (SQLSTATE 42703)."""

    code = "FER-D502"


class UndefinedObject(StatementError):
    """No such schema, type, function or other object (SQLSTATE 3F000, 42704, 42883)."""

    code = "FER-D503"


class InsufficientPrivilege(StatementError):
    """The role may not do this (SQLSTATE 42501)."""

    code = "FER-D504"


class DataError(DatabaseError):
    """A value does not fit its type (SQLSTATE class 22)."""

    code = "FER-D600"
