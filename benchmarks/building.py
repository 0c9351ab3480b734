"""Building a query and compiling it, without a server."""

from __future__ import annotations

import gc
import itertools
import operator
import statistics
import time
from collections.abc import Callable
from decimal import Decimal

from benchmarks.contestants.ferrule_models import Book
from ferrule_core.sql.compiled import CompiledQuery

COMPARISONS = (operator.lt, operator.le, operator.gt, operator.ge, operator.eq, operator.ne)


def build() -> CompiledQuery:
    """Filter by two conditions, order, limit: the shape is known after the first time."""
    query = Book.filter(Book.price < Decimal(10), Book.title == "x")
    return query.order_by(Book.published_at.desc()).limit(20).sql()


def build_by_keywords() -> CompiledQuery:
    """The same by keyword look-ups."""
    query = Book.filter(price__lt=Decimal(10), title="x")
    return query.order_by("-published_at").limit(20).sql()


def seconds_for_unseen() -> list[float]:
    """What queries like ``build`` take when nobody had one of their shape before."""
    columns = (Book.id, Book.author_id, Book.pages)
    orders = (Book.title, Book.price, Book.published_at, Book.sku, Book.in_print)
    taken: list[float] = []
    for one, compare, other, contrast, order in itertools.product(
        columns, COMPARISONS, columns, COMPARISONS, orders
    ):
        began = time.process_time()
        query = Book.filter(compare(one, 1), contrast(other, 2))
        query.order_by(order.desc()).limit(20).sql()
        taken.append(time.process_time() - began)
    return taken


def seconds_for_one(call: Callable[[], object], times: int) -> float:
    """What one call takes when a loop makes it."""
    began = time.process_time()
    for _ in range(times):
        call()
    return (time.process_time() - began) / times


def run_building(*, rounds: int) -> dict[str, float]:
    """Median microseconds of CPU for one query: of a known shape, by keywords, of a new shape.

    Of a new shape only once in the life of a process: the second time it is known.
    """
    gc.collect()
    unseen = statistics.median(seconds_for_unseen())
    warm = statistics.median(seconds_for_one(build, 500) for _ in range(rounds))
    keywords = statistics.median(seconds_for_one(build_by_keywords, 500) for _ in range(rounds))
    return {"warm_us": 1e6 * warm, "keywords_us": 1e6 * keywords, "cold_us": 1e6 * unseen}
