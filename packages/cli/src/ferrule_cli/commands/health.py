"""``ferrule health``."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from ferrule_core.command.context import CommandContext
from ferrule_core.database.observing.health import Health, open_and_check


async def health(
    context: CommandContext,
    *,
    profile: str | None = None,
    url: str | None = None,
    within: float = 5.0,
    max_lag: float | None = None,
) -> int:
    """Ask whether a database can be used now.

    Connects, asks the server one question, and tells what it said of itself. Exit codes: 0 the
    database is healthy, 1 it is not.

    Args:
        profile: A profile of ferrule.toml; the default one, if left out.
        url: A database, instead of a profile.
        within: How many seconds connecting, and then the answer, may take.
        max_lag: How many seconds a replica may be behind and still be healthy.

    Examples:
        ferrule health
        ferrule health --profile production --json
        ferrule health --url postgresql://replica.example/shop --max-lag 30
    """
    found = await open_and_check(
        context.database(profile=profile, url=url),
        within=timedelta(seconds=within),
        max_lag=None if max_lag is None else timedelta(seconds=max_lag),
    )
    terminal = context.terminal
    if found.healthy:
        terminal.success("the database is healthy")
    else:
        terminal.warn(f"the database is not healthy: {found.problem}")
    if facts := list(facts_of(found)):
        terminal.table(("what", "found"), facts)
    terminal.result(found.as_json())
    return 0 if found.healthy else 1


def facts_of(health: Health) -> Iterator[tuple[str, str]]:
    """What is known, each for one line of a table."""
    if health.latency is not None:
        yield "answered in", f"{health.latency.total_seconds() * 1000:.1f} ms"
    if health.version_text is not None:
        yield "PostgreSQL", health.version_text
    if health.in_recovery is not None:
        yield "role", "replica" if health.in_recovery else "primary"
    if health.pool is not None and health.pool.pooler is not None:
        yield "pooler", health.pool.pooler
    if health.lag is not None:
        yield "behind by", f"{health.lag.total_seconds():.1f} s"
    for standby in health.standbys:
        lag = "" if standby.lag_bytes is None else f", {standby.lag_bytes} bytes behind"
        yield "replicated by", f"{standby.name} ({standby.state or 'unknown'}{lag})"
    for replica in health.replicas:
        yield replica.database, replica.problem or f"healthy, {_behind(replica)} behind"


def _behind(replica: Health) -> str:
    return "unknown" if replica.lag is None else f"{replica.lag.total_seconds():.1f} s"
