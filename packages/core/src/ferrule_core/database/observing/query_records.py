"""What is written down of one statement."""

from __future__ import annotations

import sys
from dataclasses import field
from datetime import timedelta

from ferrule_core.deferred import dataclass
from ferrule_core.errors import DatabaseError, FerruleError
from ferrule_core.plugins.contracts import Operation, OperationKind, Outcome
from ferrule_core.sql.compiled import CompiledBatch, CompiledQuery

LONGEST_VALUE = 200
"""Characters of one value that are shown where values are shown at all."""

_PASSED_OVER = frozenset({"contextlib", "ferrule", "ferrule_core"})
_NOBODY = frozenset({"asyncio", "concurrent", "runpy", "threading", "uvloop"})


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryRecord:
    """One statement, stream, batch or transaction command that was run.

    Attributes:
        database: Name of the database.
        text: SQL without any value, unless ``show_parameters`` was asked for.
        command: ``SELECT``, ``COMMIT``, ...; ``None`` where it is not known.
        tables: Tables that a query of models names, the main one first.
        caller: The line of the program that asked: ``/app/shop.py:12``. ``None`` where a task
            was made of the coroutine itself, and in ``.sync``.
        duration: From the call to the end, without ``waited``.
        waited: How long there was no connection.
        rows: Rows that came back or were touched; ``None`` where there was no answer.
        in_transaction: Whether it ran in a transaction of the caller.
        error: Code of the error that ended it (``FER-D201``), or the name of its class.
        sqlstate: The server's code for that.
        parameters: Values, as text; ``None`` unless ``show_parameters`` was asked for.
    """

    database: str
    kind: OperationKind
    text: str
    command: str | None
    tables: tuple[str, ...]
    caller: str | None
    duration: timedelta
    waited: timedelta
    rows: int | None
    in_transaction: bool
    error: str | None = None
    sqlstate: str | None = None
    parameters: tuple[str, ...] | None = field(default=None, repr=False)

    def __str__(self) -> str:
        parts = [f"{_milliseconds(self.duration)}"]
        if self.waited >= timedelta(milliseconds=1):
            parts.append(f"waited {_milliseconds(self.waited)}")
        if self.error is not None:
            parts.append(f"failed: {self.error}")
        elif self.rows is not None:
            parts.append(f"{self.rows} row{'' if self.rows == 1 else 's'}")
        if self.in_transaction:
            parts.append("in a transaction")
        if self.caller is not None:
            parts.append(f"from {self.caller}")
        text = f"[{self.database}] {', '.join(parts)}: {self.text}"
        if self.parameters:
            text += f" -- {', '.join(self.parameters)}"
        return text


def record_of(
    operation: Operation,
    outcome: Outcome,
    *,
    database: str,
    show_parameters: bool = False,
) -> QueryRecord:
    """Write down an operation that ends now, called by whoever asked for it."""
    error = outcome.error
    query = operation.query
    shown = show_parameters and query is not None
    return QueryRecord(
        database=database,
        kind=operation.kind,
        text=query.text if shown and query is not None else operation.text,
        command=operation.command,
        tables=operation.tables,
        caller=_calling_line(),
        duration=timedelta(seconds=outcome.seconds - outcome.waited),
        waited=timedelta(seconds=outcome.waited),
        rows=outcome.rows,
        in_transaction=outcome.in_transaction,
        error=None if error is None else error_code(error),
        sqlstate=error.sqlstate if isinstance(error, DatabaseError) else None,
        parameters=_shown_values(query) if shown else None,
    )


def error_code(error: BaseException) -> str:
    """The stable code of one of our errors; the name of any other's class."""
    return error.code if isinstance(error, FerruleError) else type(error).__name__


def _calling_line() -> str | None:
    """The line outside of Ferrule that asked for what happens now."""
    frame = sys._getframe(1)  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - traceback.walk_stack does it too, slowlier
    while True:
        root = str(frame.f_globals.get("__name__", "")).partition(".")[0]
        if root in _NOBODY:
            return None
        if root not in _PASSED_OVER:
            return f"{frame.f_code.co_filename}:{frame.f_lineno}"
        if frame.f_back is None:
            return None
        frame = frame.f_back


def _shown_values(query: CompiledQuery | CompiledBatch | None) -> tuple[str, ...]:
    if isinstance(query, CompiledQuery):
        return tuple(_shown(value) for value in query.parameters)
    if isinstance(query, CompiledBatch):
        return tuple(f"({', '.join(_shown(value) for value in row)})" for row in query.rows[:10])
    return ()


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}..."


def _milliseconds(duration: timedelta) -> str:
    return f"{duration.total_seconds() * 1000:.1f} ms"
