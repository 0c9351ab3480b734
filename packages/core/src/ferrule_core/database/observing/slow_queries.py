"""Slow statements: a warning for each, and now and then a plan.

The plan is asked for when the statement is over, on another connection of the pool, and only where
one is free at that moment: nobody waits for it, and no transaction of the user sees it.
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from contextvars import Context
from datetime import timedelta
from functools import partial
from time import monotonic

from ferrule_core.database.observing.plans import Plan, explain
from ferrule_core.database.observing.query_log import logger, write
from ferrule_core.database.observing.query_records import error_code, record_of
from ferrule_core.errors import FerruleError
from ferrule_core.plugins.contracts import Connection, End, Operation, Outcome
from ferrule_core.settings.log_options import LogOptions
from ferrule_core.sql.compiled import CompiledQuery

EXPLAIN_WITHIN = timedelta(seconds=2)
"""How long the server may plan; a lock is waited for a tenth of that."""

REMEMBERED_TEXTS = 256

_PLANNED = frozenset({"SELECT", "TABLE", "VALUES", "WITH"})

Borrow = Callable[[], AbstractAsyncContextManager[Connection] | None]
"""Gives a connection that nobody waits for, or ``None``."""


class SlowQueries:
    """Warns of slow statements.

    Args:
        database: Name of the database.
        options: What to warn of; ``slow_after`` is set.
        borrow: Where to ask for plans.
    """

    def __init__(self, database: str, options: LogOptions, borrow: Borrow) -> None:
        self._database = database
        self._options = options
        self._borrow = borrow
        self._threshold = (options.slow_after or timedelta(0)).total_seconds()
        self._asked: OrderedDict[str, float] = OrderedDict()
        self._task: asyncio.Task[None] | None = None

    def begin(self, operation: Operation) -> End | None:
        """See ``Observer``."""
        return partial(self._end, operation)

    def _end(self, operation: Operation, outcome: Outcome) -> None:
        if outcome.seconds - outcome.waited < self._threshold:
            return
        record = record_of(
            operation,
            outcome,
            database=self._database,
            show_parameters=self._options.show_parameters,
        )
        write(record, logging.WARNING, note="slow: ")
        if self._is_worth_a_plan(operation, outcome) and isinstance(operation.query, CompiledQuery):
            # An empty context: the task must not inherit the caller's transaction.
            self._task = asyncio.get_running_loop().create_task(
                self._log_plan(operation.text, operation.query),
                name=f"ferrule: explain a slow statement of {self._database}",
                context=Context(),
            )

    def _is_worth_a_plan(self, operation: Operation, outcome: Outcome) -> bool:
        """Whether it reads, was done, and was not explained lately; one plan at a time."""
        if not self._options.explain or operation.command not in _PLANNED:
            return False
        if outcome.error is not None or not logger.isEnabledFor(logging.WARNING):
            return False
        if self._task is not None and not self._task.done():
            return False
        now, asked = monotonic(), self._asked
        last = asked.pop(operation.text, None)
        if last is not None and now - last < self._options.explain_every.total_seconds():
            asked[operation.text] = last
            return False
        asked[operation.text] = now
        while len(asked) > REMEMBERED_TEXTS:
            asked.popitem(last=False)
        return True

    async def _log_plan(self, text: str, query: CompiledQuery) -> None:
        try:
            async with asyncio.timeout(2 * EXPLAIN_WITHIN.total_seconds()):
                plan = await self._plan(query)
        except (FerruleError, TimeoutError) as error:
            logger.warning(
                "[%s] no plan: %s; of: %s", self._database, error_code(error), text
            )  # the error's text may quote the statement, and with it values
            return
        if plan is None:
            logger.warning("[%s] no plan: no connection was free; of: %s", self._database, text)
            return
        extra = {"ferrule": plan}
        logger.warning("[%s] plan of: %s\n%s", self._database, text, plan, extra=extra)

    async def _plan(self, query: CompiledQuery) -> Plan | None:
        borrowed = self._borrow()
        if borrowed is None:
            return None
        milliseconds = round(EXPLAIN_WITHIN.total_seconds() * 1000)
        async with borrowed as connection:
            await connection.execute_script(
                f"BEGIN READ ONLY; SET LOCAL statement_timeout = {milliseconds}; "
                f"SET LOCAL lock_timeout = {milliseconds // 10}"
            )
            plan = await explain(
                connection,
                query.text,
                query.parameters,
                show_values=self._options.show_parameters,
            )
            await connection.execute_script("ROLLBACK")
        return plan
