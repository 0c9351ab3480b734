"""Looks at what is sent, and tells OpenTelemetry."""

from __future__ import annotations

import logging
from functools import partial

from opentelemetry import metrics, trace
from opentelemetry.metrics import Histogram, MeterProvider
from opentelemetry.trace import Span, SpanKind, Status, StatusCode, Tracer, TracerProvider

from ferrule_core.errors import PoolTimeout
from ferrule_core.plugins.contracts import Begin, End, ObservedDatabase, Operation, Outcome
from ferrule_otel.attributes import (
    SYSTEM,
    Attributes,
    error_attributes,
    operation_attributes,
    place_attributes,
    query_attributes,
    summary_of,
)
from ferrule_otel.pool_metrics import PoolMetrics

SCOPE = "ferrule"
SCHEMA_URL = "https://opentelemetry.io/schemas/1.36.0"
DURATION_BOUNDS = (0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 10.0)
"""Seconds, as the conventions recommend."""

logger = logging.getLogger("ferrule.otel")


class OpenTelemetry:
    """Spans of all that is sent, their durations, and the state of the pools.

    Where the program has set up no OpenTelemetry SDK before a database is opened, it does not look
    at that database, which then pays nothing.

    Args:
        tracer_provider: The global one, where left out.
        meter_provider: The global one, where left out.
    """

    name = "opentelemetry"

    def __init__(
        self,
        tracer_provider: TracerProvider | None = None,
        meter_provider: MeterProvider | None = None,
    ) -> None:
        self._tracer_provider = tracer_provider
        self._meter_provider = meter_provider
        self._pools: PoolMetrics | None = None

    def watch(self, database: ObservedDatabase, /) -> Begin | None:
        """See ``Observer``."""
        tracers = self._tracer_provider or trace.get_tracer_provider()
        meters = self._meter_provider or metrics.get_meter_provider()
        if not _does_something(tracers) and not _does_something(meters):
            logger.info(
                'database "%s" is not traced: no OpenTelemetry SDK was set up before it was opened',
                database.name,
            )
            return None
        meter = meters.get_meter(SCOPE, schema_url=SCHEMA_URL)
        if self._pools is None:
            self._pools = PoolMetrics(meter)
        self._pools.add(database.name)
        duration = meter.create_histogram(
            "db.client.operation.duration",
            unit="s",
            description="Duration of database client operations.",
            explicit_bucket_boundaries_advisory=DURATION_BOUNDS,
        )
        tracer = tracers.get_tracer(SCOPE, schema_url=SCHEMA_URL)
        return _Telemetry(database, tracer, duration, self._pools).begin


class _Telemetry:
    """What is told of one database."""

    def __init__(
        self, database: ObservedDatabase, tracer: Tracer, duration: Histogram, pools: PoolMetrics
    ) -> None:
        self._name = database.name
        self._place = place_attributes(database.url)
        self._tracer = tracer
        self._duration = duration
        self._pools = pools

    def begin(self, operation: Operation) -> End:
        """A span whose parent is whatever span the asking task is in."""
        attributes = {**self._place, **operation_attributes(operation)}
        name = summary_of(operation) or str(self._place.get("db.namespace", SYSTEM))
        span = self._tracer.start_span(
            name, kind=SpanKind.CLIENT, attributes={**attributes, **query_attributes(operation)}
        )
        return partial(self._end, operation, span, attributes)

    def _end(
        self, operation: Operation, span: Span, attributes: Attributes, outcome: Outcome
    ) -> None:
        failure = error_attributes(outcome)
        if failure:
            span.set_attributes(failure)
            span.set_status(Status(StatusCode.ERROR))
        span.end()
        context = trace.set_span_in_context(span)  # so that the two are found together
        self._duration.record(outcome.seconds, {**attributes, **failure}, context)
        if isinstance(outcome.error, PoolTimeout):
            self._pools.count_timeout(self._name)
        elif operation.command == "BEGIN" or (
            operation.kind in ("statement", "batch") and not outcome.in_transaction
        ):
            self._pools.record_wait(self._name, outcome.waited)


def _does_something(provider: TracerProvider | MeterProvider) -> bool:
    """Whether it is more than the API's own, which drop all that they are told."""
    module = type(provider).__module__
    return not module.startswith(("opentelemetry.trace", "opentelemetry.metrics"))
