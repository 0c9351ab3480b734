"""Counting what a database runs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from threading import Lock
from types import MappingProxyType

from ferrule_core.database.observing.query_records import QueryRecord, error_code, record_of
from ferrule_core.deferred import dataclass
from ferrule_core.plugins.contracts import End, Operation, Outcome

BOUNDS_SECONDS = (0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 10.0)
"""Of the histogram; those that OpenTelemetry recommends for durations of database calls."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counters:
    """What a database has run since it was opened, or ``since``.

    Attributes:
        statements: Statements, batches and streams that were sent; commands of transactions not.
        failures: How many of all failed, by code: ``FER-D201``.
        rows: Rows that came back or were touched.
        duration: Time of all together, without ``waited``.
        waited: How long they had no connection, all together.
        transactions: Commands of transactions: ``BEGIN``, ``COMMIT``, ``ROLLBACK``, ...
        histogram: How many took up to so many seconds and longer than the bound before; the last
            bound is infinite.
        slowest: Of the slowest texts the slowest run, the slowest first.
    """

    since: datetime
    statements: int
    failures: Mapping[str, int]
    rows: int
    duration: timedelta
    waited: timedelta
    transactions: Mapping[str, int]
    histogram: Mapping[float, int]
    slowest: tuple[QueryRecord, ...]


class Counting:
    """Counts; several threads may ask and count at once."""

    def __init__(self, database: str, *, keep_slowest: int) -> None:
        self._database = database
        self._keep = keep_slowest
        self._lock = Lock()
        self._since = datetime.now(UTC)
        self._failures: Counter[str] = Counter()
        self._transactions: Counter[str] = Counter()
        self._buckets = [0] * (len(BOUNDS_SECONDS) + 1)
        self._statements = self._rows = 0
        self._seconds = self._waited = 0.0
        self._slowest: dict[str, tuple[float, QueryRecord]] = {}

    def begin(self, operation: Operation) -> End | None:
        """See ``Observer``."""
        return partial(self._end, operation)

    def counters(self) -> Counters:
        """What was counted so far."""
        with self._lock:
            slowest = sorted(self._slowest.values(), key=lambda kept: kept[0], reverse=True)
            bounds = (*BOUNDS_SECONDS, float("inf"))
            return Counters(
                since=self._since,
                statements=self._statements,
                failures=MappingProxyType(dict(self._failures)),
                rows=self._rows,
                duration=timedelta(seconds=self._seconds),
                waited=timedelta(seconds=self._waited),
                transactions=MappingProxyType(dict(self._transactions)),
                histogram=MappingProxyType(dict(zip(bounds, self._buckets, strict=True))),
                slowest=tuple(record for _, record in slowest),
            )

    def _end(self, operation: Operation, outcome: Outcome) -> None:
        seconds = outcome.seconds - outcome.waited
        with self._lock:
            if outcome.error is not None:
                self._failures[error_code(outcome.error)] += 1
            if operation.kind == "control":
                self._transactions[operation.command or "other"] += 1
                return
            self._statements += 1
            self._rows += outcome.rows or 0
            self._seconds += seconds
            self._waited += outcome.waited
            self._buckets[_bucket(seconds)] += 1
            if self._is_among_slowest(operation.text, seconds):
                self._keep_record(operation, outcome, seconds)

    def _is_among_slowest(self, text: str, seconds: float) -> bool:
        kept = self._slowest
        if text in kept:
            return seconds > kept[text][0]
        return len(kept) < self._keep or (
            self._keep > 0 and seconds > min(least for least, _ in kept.values())
        )

    def _keep_record(self, operation: Operation, outcome: Outcome, seconds: float) -> None:
        kept = self._slowest
        if operation.text not in kept and len(kept) >= self._keep:
            del kept[min(kept, key=lambda text: kept[text][0])]
        record = record_of(operation, outcome, database=self._database)
        kept[operation.text] = (seconds, record)


def _bucket(seconds: float) -> int:
    for number, bound in enumerate(BOUNDS_SECONDS):
        if seconds <= bound:
            return number
    return len(BOUNDS_SECONDS)
