"""What arrives in an OpenTelemetry SDK, from a real server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from types import ModuleType
from typing import Any

import pytest
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode, Tracer

from ferrule_core.database import Database, connect
from ferrule_core.errors import DataError, UniqueViolation
from ferrule_core.mapping.columns import Column, identity
from ferrule_core.model.model import Model
from ferrule_core.plugins.contracts import DatabaseUrl, Observer
from ferrule_core.plugins.manager import Plugins
from ferrule_core.plugins.markers import hookimpl
from ferrule_core.sql.compiled import CompiledBatch
from ferrule_otel import OpenTelemetry

pytestmark = pytest.mark.anyio


class Book(Model, table="book"):
    """Has a table in each test."""

    id: Column[int] = identity()
    title: Column[str]


class Sdk:
    """An SDK that keeps what it is told."""

    def __init__(self) -> None:
        self._exporter = InMemorySpanExporter()
        self._reader = InMemoryMetricReader()
        self.tracers = TracerProvider()
        self.tracers.add_span_processor(SimpleSpanProcessor(self._exporter))
        self.meters = MeterProvider([self._reader])
        self.tracer: Tracer = self.tracers.get_tracer("test")

    @property
    def spans(self) -> Sequence[ReadableSpan]:
        return self._exporter.get_finished_spans()

    def named(self, name: str) -> ReadableSpan:
        [span] = [span for span in self.spans if span.name == name]
        return span

    def points(self, name: str) -> list[Any]:
        data = self._reader.get_metrics_data()
        return (
            []
            if data is None
            else [
                point
                for resource in data.resource_metrics
                for scope in resource.scope_metrics
                for metric in scope.metrics
                if metric.name == name
                for point in metric.data.data_points
            ]
        )

    def forget(self) -> None:
        self._exporter.clear()


@pytest.fixture
def sdk() -> Sdk:
    return Sdk()


def plugins_with(observer: Observer) -> Plugins:
    import ferrule_asyncpg.plugin

    module = ModuleType("observers")

    @hookimpl
    def ferrule_observers() -> Sequence[Observer]:
        return [observer]

    module.ferrule_observers = ferrule_observers  # type: ignore[attr-defined]
    return Plugins.of(module, ferrule_asyncpg.plugin)


@pytest.fixture
async def shop(database_url: DatabaseUrl, sdk: Sdk) -> AsyncGenerator[Database]:
    """Watched, with a table of books, and with nothing told so far."""
    plugins = plugins_with(OpenTelemetry(sdk.tracers, sdk.meters))
    async with connect(database_url, plugins=plugins, max_size=3) as database:
        await database.execute(
            "CREATE TABLE book (id int GENERATED ALWAYS AS IDENTITY, title text UNIQUE)"
        )
        sdk.forget()
        yield database


@pytest.mark.usefixtures("shop")
async def test_a_query_of_models_is_a_span(sdk: Sdk, database_url: DatabaseUrl):
    await Book.create(title="sesame")
    await Book.filter(title="sesame").all()

    insert, select = sdk.spans
    assert insert.name == "INSERT book"
    assert select.name == "SELECT book"
    assert select.kind is SpanKind.CLIENT
    assert select.status.status_code is StatusCode.UNSET
    attributes = dict(select.attributes or {})
    text = str(attributes.pop("db.query.text"))
    assert "$1" in text
    assert "sesame" not in text
    attributes.pop("server.port", None)
    assert attributes == {
        "db.system.name": "postgresql",
        "db.namespace": database_url.database,
        "server.address": database_url.host,
        "db.operation.name": "SELECT",
        "db.collection.name": "book",
        "db.query.summary": "SELECT book",
    }


@pytest.mark.usefixtures("shop")
async def test_a_failure_is_told_without_its_values(sdk: Sdk):
    await Book.create(title="sesame")
    with pytest.raises(UniqueViolation):
        await Book.create(title="sesame")

    span = sdk.spans[-1]
    assert span.status.status_code is StatusCode.ERROR
    assert (span.attributes or {})["error.type"] == "23505"
    assert (span.attributes or {})["db.response.status_code"] == "23505"
    assert span.events == ()
    assert "sesame" not in span.to_json()


async def test_no_value_is_in_any_span(shop: Database, sdk: Sdk):
    await shop.fetch("SELECT 'sesame', $1::text, $$sesame$$ -- sesame", "sesame")
    await shop.fetch_batch(CompiledBatch("INSERT INTO book (title) VALUES ($1)", [("sesame",)]))
    async for _ in shop.stream("SELECT 'sesame'"):
        pass
    with pytest.raises(DataError):
        await shop.fetch("SELECT 'sesame'::int")

    assert len(sdk.spans) == 4
    assert "sesame" not in "".join(span.to_json() for span in sdk.spans)


async def test_spans_belong_to_the_span_of_the_task_that_asked(shop: Database, sdk: Sdk):
    async def ask(number: int) -> None:
        with sdk.tracer.start_as_current_span(f"request {number}"):
            await shop.fetch(f"SELECT {number} AS a{number}")
            await asyncio.gather(shop.fetch(f"SELECT {number} AS b{number}"))
            async with shop.transaction():
                await shop.fetch(f"SELECT {number} AS c{number}")
                async for _ in shop.stream(f"SELECT {number} AS d{number}"):
                    with sdk.tracer.start_as_current_span(f"row {number}"):
                        pass

    await asyncio.gather(*(ask(number) for number in range(6)))

    for number in range(6):
        request = sdk.named(f"request {number}")
        assert request.context is not None
        own = [span for span in sdk.spans if span.parent == request.context]
        texts = [str((span.attributes or {}).get("db.query.text", span.name)) for span in own]
        assert sorted(texts) == sorted(
            [f"SELECT ? AS {letter}{number}" for letter in "abcd"]
            + ["BEGIN", "COMMIT", f"row {number}"]
        )


async def test_a_span_lasts_as_long_as_its_statement(shop: Database, sdk: Sdk):
    await shop.fetch("SELECT pg_sleep(0.2)")

    [span] = sdk.spans
    assert span.start_time is not None
    assert span.end_time is not None
    assert 0.2e9 <= span.end_time - span.start_time < 20e9


@pytest.mark.usefixtures("shop")
async def test_the_duration_is_measured_by_operation(sdk: Sdk):
    for title in ("a", "b"):
        await Book.create(title=title)
    with pytest.raises(UniqueViolation):
        await Book.create(title="a")

    inserts = {
        point.attributes.get("error.type"): point
        for point in sdk.points("db.client.operation.duration")
        if point.attributes.get("db.operation.name") == "INSERT"
    }
    assert inserts[None].count == 2
    assert inserts["23505"].count == 1
    assert tuple(inserts[None].explicit_bounds) == (0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10)
    assert "db.query.text" not in inserts[None].attributes


async def test_pools_are_measured(shop: Database, sdk: Sdk):
    async with shop.connection():
        waiting = [asyncio.create_task(shop.fetch("SELECT pg_sleep(0.5)")) for _ in range(3)]
        await asyncio.sleep(0.2)
        states = {
            point.attributes["db.client.connection.state"]: point.value
            for point in sdk.points("db.client.connection.count")
        }
        [pending] = sdk.points("db.client.connection.pending_requests")
        [most] = sdk.points("db.client.connection.max")
    await asyncio.gather(*waiting)

    assert states["used"] == 3
    assert pending.value == 1
    assert most.value == 3
    assert most.attributes == {"db.client.connection.pool.name": "default"}
    [waits] = sdk.points("db.client.connection.wait_time")
    assert waits.max > 0.1


@pytest.mark.usefixtures("shop")
async def test_another_thread_may_read_the_figures(sdk: Sdk):
    found = await asyncio.to_thread(sdk.points, "db.client.connection.count")

    assert sum(point.value for point in found) >= 1


async def test_a_closed_database_has_no_pool(database_url: DatabaseUrl, sdk: Sdk):
    plugins = plugins_with(OpenTelemetry(sdk.tracers, sdk.meters))
    async with connect(database_url, plugins=plugins):
        assert sdk.points("db.client.connection.max") != []

    assert sdk.points("db.client.connection.max") == []
