"""What a profile says, resolved and ready to be used."""

from __future__ import annotations

from dataclasses import field
from datetime import timedelta
from pathlib import Path
from typing import Literal, get_args

from ferrule_core.deferred import dataclass
from ferrule_core.errors import ConfigurationError
from ferrule_core.plugins.contracts import DatabaseUrl
from ferrule_core.settings.log_options import LogOptions

Pooler = Literal["auto", "none", "session", "transaction"]
PoolerFound = Literal["none", "session", "transaction"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolOptions:
    """How connections are made and kept.

    Attributes:
        min_size: Connections that are opened at the start.
        max_size: Connections that are open at once, at most.
        acquire_within: How long a task waits for a free connection.
        connect_within: How long making one connection may take.
        statement_within: How long one statement may take; ``None`` for as long as it likes.
        lock_within: How long one statement may wait for a lock; ``None`` for as long as it likes.
        idle_in_transaction_within: How long an open transaction may do nothing before the server
            ends it with its connection; ``None`` for as long as it likes.
        close_within: How long closing waits for connections that are in use.
        recycle_after: The age at which a connection is replaced, up to a tenth earlier so that
            not all go at once; ``None`` for never.
        idle_within: How long a connection above ``min_size`` may be idle before it is closed;
            ``None`` for as long as it likes.
        check_after: A connection that was idle for longer is asked for a sign of life before
            it is used; ``None`` for never.
        statement_cache: Whether statements stay prepared on a connection; left out, they do,
            except behind a pooler in transaction mode. Say true there only if the pooler keeps
            prepared statements, as PgBouncer can from 1.21 on.
        pooler: What stands before the server: ``"none"``, a pooler in mode ``"session"`` or
            ``"transaction"``, or ``"auto"`` to find out. A pooler whose mode cannot be told is
            taken to be in transaction mode.
    """

    min_size: int = 1
    max_size: int = 10
    acquire_within: timedelta = timedelta(seconds=30)
    connect_within: timedelta = timedelta(seconds=10)
    statement_within: timedelta | None = None
    lock_within: timedelta | None = None
    idle_in_transaction_within: timedelta | None = None
    close_within: timedelta = timedelta(seconds=10)
    recycle_after: timedelta | None = timedelta(hours=1)
    idle_within: timedelta | None = timedelta(minutes=10)
    check_after: timedelta | None = timedelta(seconds=30)
    statement_cache: bool | None = None
    pooler: Pooler = "auto"

    def __post_init__(self) -> None:
        """Refuse what cannot work."""
        if self.max_size < 1:
            raise ConfigurationError("max_size of a pool must be at least 1")
        if not 0 <= self.min_size <= self.max_size:
            raise ConfigurationError("min_size of a pool must be between 0 and max_size")
        if self.pooler not in get_args(Pooler):
            raise ConfigurationError(
                f'pooler of a pool is one of {", ".join(get_args(Pooler))}, not "{self.pooler}"'
            )
        for name in _TIMES:
            within: timedelta | None = getattr(self, name)
            if within is not None and within <= timedelta(0):
                raise ConfigurationError(f"{name} of a pool must be longer than nothing")


_TIMES = (
    "acquire_within",
    "connect_within",
    "statement_within",
    "lock_within",
    "idle_in_transaction_within",
    "close_within",
    "recycle_after",
    "idle_within",
    "check_after",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """One database that a project works with.

    Attributes:
        name: What ``--profile`` says.
        url: Where the database is; ``None`` where a provider's server is used.
        direct_url: The same database around the pooler, where ``url`` leads through one.
        replicas: Servers that replicate it, which may be asked instead of it.
        reads: Where reads go that do not say it themselves.
        fence_within: How long a read waits for a replica to show what was just written; then the
            primary is asked.
        lag_within: A replica that is further behind is left out.
        provider: Name of the server that is started for it (``embedded``), or ``None``.
        data: Folder of the provider's data.
        database: Name of the database on the provider's server, created where it is missing;
            ``None`` for the one that is always there.
        schemas: Schemas that are pulled; empty for all.
        models: Folder that generated code is written to.
        migrations: Folder of migrations.
        backend: Which driver, where several serve the URL; ``None`` for the first.
    """

    name: str
    url: DatabaseUrl | None = None
    direct_url: DatabaseUrl | None = None
    replicas: tuple[DatabaseUrl, ...] = ()
    reads: Literal["primary", "replica"] = "primary"
    fence_within: timedelta = timedelta(milliseconds=250)
    lag_within: timedelta = timedelta(seconds=30)
    provider: str | None = None
    data: Path = Path(".ferrule", "default")
    database: str | None = None
    description: str = ""
    schemas: tuple[str, ...] = ()
    models: Path = Path("models")
    migrations: Path = Path("migrations")
    backend: str | None = None
    pool: PoolOptions = field(default_factory=PoolOptions)
    log: LogOptions = field(default_factory=LogOptions)
