"""What a database can tell of itself: logs, counters, health."""

from __future__ import annotations

import logging
from abc import abstractmethod
from collections.abc import Generator, Sequence
from contextlib import AbstractAsyncContextManager, contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

from ferrule_core.database.observing.watch import Looker
from ferrule_core.database.observing.watching import HEALTH_WITHIN
from ferrule_core.database.pooling.pool import PoolStatistics
from ferrule_core.database.statements import Statements
from ferrule_core.database.verbs import FETCH
from ferrule_core.errors import ConfigurationError
from ferrule_core.plugins.contracts import Connection
from ferrule_core.query.port import Row
from ferrule_core.settings.log_options import LogOptions
from ferrule_core.sql.compiled import CompiledQuery

if TYPE_CHECKING:  # imported by those who use them
    from ferrule_core.database.observing.counters import Counters, Counting
    from ferrule_core.database.observing.health import Health
    from ferrule_core.database.observing.query_log import QueryLog


class Insights(Statements):
    """Methods of ``Database`` that tell what it does."""

    name: str
    _counting: Counting | None = None

    @abstractmethod
    def statistics(self) -> PoolStatistics:
        """How the pool is used now."""

    @abstractmethod
    def connection(self) -> AbstractAsyncContextManager[Connection]:
        """A connection of the pool for the time of the block."""

    @contextmanager
    def log_queries(
        self, *, level: int = logging.INFO, show_parameters: bool = False
    ) -> Generator[QueryLog]:
        """Write down the statements of the block, and of the tasks that it starts.

        Other tasks are none of its business. Each statement is also logged by ``ferrule.sql``.

        Args:
            level: Level of the logger for each statement.
            show_parameters: Show the values of parameters, and literals in SQL that the caller
                wrote. Unsafe: passwords, tokens and people's data are among them.
        """
        from ferrule_core.database.observing.query_log import QueryLog

        log = QueryLog(self.name, level=level, show_parameters=show_parameters)
        looker = Looker("log_queries", log.begin)
        self._middleware.add(looker)
        log.open()
        try:
            yield log
        finally:
            log.close()
            self._middleware.discard(looker)

    def counters(self) -> Counters:
        """What the database has run since it was opened.

        Raises:
            ConfigurationError: Nothing is counted: ``counters`` of the log options is off.
        """
        if self._counting is None:
            raise ConfigurationError(
                f'nothing is counted of database "{self.name}"',
                hint="set counters = true in [profiles.<name>.log], or open it by "
                "connect(..., log=LogOptions(counters=True))",
            )
        return self._counting.counters()

    async def health(
        self, *, within: timedelta = HEALTH_WITHIN, max_lag: timedelta | None = None
    ) -> Health:
        """Ask the server whether it can be used now; says why it cannot, and raises nothing then.

        The question goes through the pool as statements do, but outside of any transaction: where
        all connections are in use for too long, the database cannot be used either.

        Args:
            within: How long to wait for the answer; it is back then.
            max_lag: How far behind a replica may be and still be healthy.
        """
        from ferrule_core.database.observing.health import check_health

        return await check_health(
            self.name, self._ask, self.statistics, within=within, max_lag=max_lag
        )

    async def _ask(self, query: CompiledQuery) -> Sequence[Row]:
        return await self.run_now(FETCH, query)

    def _own_lookers(self, options: LogOptions) -> list[Looker]:
        """Those whom the log options ask for."""
        self._counting = None
        lookers: list[Looker] = []
        if options.counters:
            from ferrule_core.database.observing.counters import Counting

            self._counting = Counting(self.name, keep_slowest=options.keep_slowest)
            lookers.append(Looker("counters", self._counting.begin))
        if options.statements:
            from ferrule_core.database.observing.query_log import StatementLogger

            statements = StatementLogger(self.name, show_parameters=options.show_parameters)
            lookers.append(Looker("log", statements.begin))
        if options.slow_after is not None:
            from ferrule_core.database.observing.slow_queries import SlowQueries

            slow = SlowQueries(self.name, options, self._spare_connection)
            lookers.append(Looker("slow", slow.begin))
        if options.repeated_loads_after is not None:
            from ferrule_core.database.observing.repeated_loads import RepeatedLoadsLogger

            loads = RepeatedLoadsLogger(self.name, options.repeated_loads_after)
            lookers.append(Looker("repeated loads", loads.begin))
        return lookers

    def _spare_connection(self) -> AbstractAsyncContextManager[Connection] | None:
        """A connection that nobody waits for; ``None`` where all are in use."""
        now = self.statistics()
        free = now.idle > 0 or now.size < now.max_size
        return self.connection() if free and now.waiting == 0 else None
