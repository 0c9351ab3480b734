"""Writing down the statements of a block, or of a database."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextvars import ContextVar
from functools import partial
from typing import overload

from ferrule_core.database.observing.query_records import QueryRecord, record_of
from ferrule_core.plugins.contracts import End, Operation, Outcome

logger = logging.getLogger("ferrule.sql")

_open_logs: ContextVar[tuple[QueryLog, ...]] = ContextVar("ferrule_query_logs", default=())


class QueryLog(Sequence[QueryRecord]):
    """The statements of a block, oldest first; ``Database.log_queries`` makes it."""

    def __init__(self, database: str, *, level: int, show_parameters: bool) -> None:
        self._database = database
        self._level = level
        self._show_parameters = show_parameters
        self._records: list[QueryRecord] = []

    @overload
    def __getitem__(self, index: int) -> QueryRecord: ...
    @overload
    def __getitem__(self, index: slice) -> list[QueryRecord]: ...
    def __getitem__(self, index: int | slice) -> QueryRecord | list[QueryRecord]:
        return self._records[index]

    def __len__(self) -> int:
        return len(self._records)

    def __iter__(self) -> Iterator[QueryRecord]:
        return iter(self._records)

    def __repr__(self) -> str:
        return f"<QueryLog of {self._database!r}: {len(self)} statements>"

    def __str__(self) -> str:
        return "\n".join(map(str, self._records))

    def begin(self, operation: Operation) -> End | None:
        """See ``Observer``; tasks that were not started in the block are none of its business."""
        if self not in _open_logs.get():
            return None
        return partial(self._end, operation)

    def __eq__(self, other: object) -> bool:
        return self is other

    def __hash__(self) -> int:
        return id(self)

    def open(self) -> None:
        """Let this task, and those that it starts from now on, be written down."""
        _open_logs.set((*_open_logs.get(), self))

    def close(self) -> None:
        """The opposite."""
        _open_logs.set(tuple(log for log in _open_logs.get() if log is not self))

    def _end(self, operation: Operation, outcome: Outcome) -> None:
        record = record_of(
            operation,
            outcome,
            database=self._database,
            show_parameters=self._show_parameters,
        )
        self._records.append(record)
        write(record, self._level)


class StatementLogger:
    """Logs every statement of a database, as its profile asks."""

    def __init__(self, database: str, *, show_parameters: bool) -> None:
        self._database = database
        self._show_parameters = show_parameters

    def begin(self, operation: Operation) -> End | None:
        """See ``Observer``."""
        if not logger.isEnabledFor(logging.INFO):
            return None
        return partial(self._end, operation)

    def _end(self, operation: Operation, outcome: Outcome) -> None:
        record = record_of(
            operation,
            outcome,
            database=self._database,
            show_parameters=self._show_parameters,
        )
        write(record, logging.INFO)


def write(record: QueryRecord, level: int, *, note: str = "") -> None:
    """Log a statement; formatters find the record itself in ``LogRecord.ferrule``."""
    if logger.isEnabledFor(level):
        logger.log(level, "%s%s", note, record, extra={"ferrule": record})
