"""Whether a database can be used now, and what there is to know of its server."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextvars import Context
from dataclasses import replace
from datetime import timedelta
from time import perf_counter
from typing import TYPE_CHECKING, Any

from ferrule_core.database.pooling.pool import PoolStatistics
from ferrule_core.deferred import dataclass
from ferrule_core.errors import FerruleError, LinkError, PoolError
from ferrule_core.query.port import Row
from ferrule_core.sql.compiled import CompiledQuery

if TYPE_CHECKING:
    from ferrule_core.database.database import Database

_SERVER = CompiledQuery(
    """SELECT current_setting('server_version_num')::int AS version,
  pg_catalog.pg_is_in_recovery() AS in_recovery,
  CASE WHEN NOT pg_catalog.pg_is_in_recovery() THEN NULL
    WHEN pg_catalog.pg_last_wal_receive_lsn() = pg_catalog.pg_last_wal_replay_lsn()
      AND EXISTS (SELECT FROM pg_catalog.pg_stat_wal_receiver) THEN 0
    ELSE extract(epoch FROM now() - pg_catalog.pg_last_xact_replay_timestamp())
  END::float8 AS lag_seconds""",
    (),
    "health",
)
_STANDBYS = CompiledQuery(
    """SELECT application_name, state, sync_state,
  extract(epoch FROM replay_lag)::float8 AS lag_seconds,
  pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_lsn(), replay_lsn)::int8 AS lag_bytes
FROM pg_catalog.pg_stat_replication ORDER BY application_name, pid""",
    (),
    "health",
)

Ask = Callable[[CompiledQuery], Awaitable[Sequence[Row]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standby:
    """A server that replicates this one, as this one sees it.

    Attributes:
        name: Its ``application_name``.
        state: ``streaming``, ``catchup``, ...; ``None`` where the role may not know it. That
            needs the rights of ``pg_monitor``.
        sync_state: ``async``, ``sync``, ``quorum`` or ``potential``.
        lag: How long it took it to replay what was written last; ``None`` where nothing was
            written lately.
        lag_bytes: How much it has not replayed yet.
    """

    name: str
    state: str | None
    sync_state: str | None
    lag: timedelta | None
    lag_bytes: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """What a check found.

    Attributes:
        healthy: Whether a statement was answered in time, and the replica is no more behind than
            it may be.
        problem: Why it is not healthy, for people; no values and no password are in it.
        code: The code of the error behind it: ``FER-D101``; ``None`` where there was none.
        latency: From the question to the answer; waiting for a connection is part of it.
        server_version: Major and minor.
        in_recovery: Whether the server is a replica, or still recovers from a crash.
        lag: How old what a replica shows is at most; 0 where it has replayed all that it got and
            is connected. ``None`` on a primary, and where nothing was ever replayed.
        standbys: Servers that replicate this one, as this one says.
        replicas: The replicas that the profile names, each asked itself. The primary is healthy
            without them: it answers in their place.
        pool: How the pool was used after the check; ``None`` where there is none.
    """

    database: str
    healthy: bool
    problem: str | None = None
    code: str | None = None
    latency: timedelta | None = None
    server_version: tuple[int, int] | None = None
    in_recovery: bool | None = None
    lag: timedelta | None = None
    standbys: tuple[Standby, ...] = ()
    replicas: tuple[Health, ...] = ()
    pool: PoolStatistics | None = None

    def as_json(self) -> dict[str, Any]:
        """Plain values for ``json.dumps``; times in seconds."""
        pool = self.pool
        return {
            "database": self.database,
            "healthy": self.healthy,
            "problem": self.problem,
            "code": self.code,
            "latency_seconds": _seconds(self.latency),
            "server_version": self.version_text,
            "in_recovery": self.in_recovery,
            "lag_seconds": _seconds(self.lag),
            "standbys": [
                {
                    "name": standby.name,
                    "state": standby.state,
                    "sync_state": standby.sync_state,
                    "lag_seconds": _seconds(standby.lag),
                    "lag_bytes": standby.lag_bytes,
                }
                for standby in self.standbys
            ],
            "replicas": [replica.as_json() for replica in self.replicas],
            "pool": None
            if pool is None
            else {
                "size": pool.size,
                "max_size": pool.max_size,
                "in_use": pool.in_use,
                "idle": pool.idle,
                "waiting": pool.waiting,
                "pooler": pool.pooler,
            },
        }

    @property
    def version_text(self) -> str | None:
        """The server's version as people write it: ``18.4``."""
        return None if self.server_version is None else ".".join(map(str, self.server_version))


async def check_health(
    name: str,
    ask: Ask,
    statistics: Callable[[], PoolStatistics],
    *,
    within: timedelta,
    max_lag: timedelta | None,
) -> Health:
    """Check a database; see ``Database.health``.

    The work is a task of its own, outside of the caller's transaction. Where it does not end in
    time it is cancelled, and nobody waits for it.
    """
    work = asyncio.get_running_loop().create_task(
        _look(name, ask, max_lag), name=f"ferrule: check the health of {name}", context=Context()
    )
    try:
        await asyncio.wait((work,), timeout=within.total_seconds())
    finally:
        ended = work.done()
        if not ended:
            work.add_done_callback(_forget)
            work.cancel()
    if not ended:
        now = statistics()
        reason = f"no answer within {within.total_seconds():g} s; the pool: {now}"
        return Health(database=name, healthy=False, problem=reason, pool=now)
    return replace(work.result(), pool=statistics())


async def open_and_check(
    database: Database, *, within: timedelta, max_lag: timedelta | None
) -> Health:
    """Open a database, check it, and close it; that it cannot be opened is an answer too.

    Raises:
        ConfigurationError: The settings are wrong, which says nothing of the server.
    """
    try:
        async with asyncio.timeout(within.total_seconds()):
            await database.open()
    except TimeoutError:
        seconds = f"{within.total_seconds():g} s"
        return Health(database=database.name, healthy=False, problem=f"no answer within {seconds}")
    except (LinkError, PoolError) as error:
        return failure(database.name, error)
    try:
        return await database.health(within=within, max_lag=max_lag)
    finally:
        await database.close()


def failure(name: str, error: FerruleError) -> Health:
    """The health of a database of which an error is all that is known."""
    return Health(database=name, healthy=False, problem=error.message, code=error.code)


async def _look(name: str, ask: Ask, max_lag: timedelta | None) -> Health:
    try:
        began = perf_counter()
        [server] = await ask(_SERVER)
        latency = timedelta(seconds=perf_counter() - began)
        standbys = () if server["in_recovery"] else await ask(_STANDBYS)
    except FerruleError as error:
        return failure(name, error)
    lag = _timedelta(server["lag_seconds"])
    problem = None
    if max_lag is not None and lag is not None and lag > max_lag:
        problem = f"the replica is {lag.total_seconds():.1f} s behind"
    return Health(
        database=name,
        healthy=problem is None,
        problem=problem,
        latency=latency,
        server_version=divmod(server["version"], 10_000),
        in_recovery=server["in_recovery"],
        lag=lag,
        standbys=tuple(
            Standby(
                name=row["application_name"],
                state=row["state"],
                sync_state=row["sync_state"],
                lag=_timedelta(row["lag_seconds"]),
                lag_bytes=row["lag_bytes"],
            )
            for row in standbys
        ),
    )


def _forget(work: asyncio.Task[Health]) -> None:
    """Take what an abandoned check gives, so that nobody complains that it was never asked for."""
    if not work.cancelled():
        work.exception()


def _seconds(duration: timedelta | None) -> float | None:
    return None if duration is None else duration.total_seconds()


def _timedelta(seconds: float | None) -> timedelta | None:
    return None if seconds is None else timedelta(seconds=seconds)
