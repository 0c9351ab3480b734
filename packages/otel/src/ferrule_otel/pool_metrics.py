"""The state of connection pools.

https://opentelemetry.io/docs/specs/semconv/db/database-metrics/#connection-pools; these metrics
are not stable there yet.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from opentelemetry.metrics import CallbackOptions, Meter, Observation

from ferrule_core.database import PoolStatistics
from ferrule_core.database.registry import open_databases

POOL = "db.client.connection.pool.name"
STATE = "db.client.connection.state"
WAIT_BOUNDS = (0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 10.0, 30.0)


class PoolMetrics:
    """Figures of the pools of all databases that are watched and open.

    The name of a pool is the name of its database.
    """

    def __init__(self, meter: Meter) -> None:
        self._names: set[str] = set()
        self._timeouts = meter.create_counter(
            "db.client.connection.timeouts",
            unit="{timeout}",
            description="Connections that did not become free in time.",
        )
        self._waits = meter.create_histogram(
            "db.client.connection.wait_time",
            unit="s",
            description="How long it took to get a connection from the pool.",
            explicit_bucket_boundaries_advisory=WAIT_BOUNDS,
        )
        meter.create_observable_up_down_counter(
            "db.client.connection.count",
            [self._count],
            unit="{connection}",
            description="Connections of the pool, by their state.",
        )
        for name, unit, description, read in (
            ("max", "{connection}", "Connections that may be open.", _max_size),
            ("pending_requests", "{request}", "Tasks that wait for a connection.", _waiting),
        ):
            meter.create_observable_up_down_counter(
                f"db.client.connection.{name}",
                [self._reader(read)],
                unit=unit,
                description=description,
            )

    def add(self, name: str) -> None:
        """Tell of the pool of one more database."""
        self._names.add(name)

    def count_timeout(self, name: str) -> None:
        """No connection became free in time."""
        self._timeouts.add(1, {POOL: name})

    def record_wait(self, name: str, seconds: float) -> None:
        """A connection was had after so long."""
        self._waits.record(seconds, {POOL: name})

    def _count(self, _: CallbackOptions) -> Iterator[Observation]:
        for name, now in self._statistics():
            # Those that are opened, cleaned or closed now are not free either.
            yield Observation(now.size - now.idle, {POOL: name, STATE: "used"})
            yield Observation(now.idle, {POOL: name, STATE: "idle"})

    def _reader(
        self, read: Callable[[PoolStatistics], int]
    ) -> Callable[[CallbackOptions], Iterator[Observation]]:
        def observe(_: CallbackOptions) -> Iterator[Observation]:
            for name, now in self._statistics():
                yield Observation(read(now), {POOL: name})

        return observe

    def _statistics(self) -> Iterator[tuple[str, PoolStatistics]]:
        for database in open_databases():
            if database.name in self._names:
                yield database.name, database.statistics()


def _max_size(now: PoolStatistics) -> int:
    return now.max_size


def _waiting(now: PoolStatistics) -> int:
    return now.waiting
