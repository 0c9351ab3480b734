"""The tables of ``ferrule.toml``, as pydantic checks them. Import this only to read the file."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    SecretStr,
    StringConstraints,
    Tag,
    model_validator,
)

from ferrule_core.settings.log_options import LogOptions
from ferrule_core.settings.profiles import Pooler, PoolOptions, Profile

_DEFAULTS = PoolOptions()
_PROFILE = Profile(name="default")
_LOG = LogOptions()

Positive = Annotated[timedelta, Field(gt=timedelta(0))]


class Table(BaseModel):
    """What all tables share: unknown keys are refused, values are never quoted in errors."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        use_attribute_docstrings=True,
        hide_input_in_errors=True,
    )


class CommandTable(Table):
    """``{ command = [...] }``: a secret that a program prints."""

    command: str | tuple[str, ...] = Field(min_length=1, repr=False)
    """Program and arguments; no shell is between."""

    within: Positive = timedelta(seconds=10)
    """How long it may take."""


def _kind(value: object) -> str:
    return "<command>" if isinstance(value, dict | CommandTable) else "<text>"


Secret = Annotated[
    Annotated[SecretStr, Tag("<text>")] | Annotated[CommandTable, Tag("<command>")],
    Discriminator(_kind),
]
"""Text, or what a program prints."""


class PoolTable(Table):
    """``[profiles.<name>.pool]``. Times are seconds, or text such as ``"PT1M"``."""

    min_size: Annotated[int, Field(ge=0)] = _DEFAULTS.min_size
    """Connections that are opened at the start."""

    max_size: Annotated[int, Field(ge=1)] = _DEFAULTS.max_size
    """Connections that are open at once, at most."""

    acquire_within: Positive = _DEFAULTS.acquire_within
    """How long a task waits for a free connection."""

    connect_within: Positive = _DEFAULTS.connect_within
    """How long making one connection may take."""

    statement_within: Positive | None = _DEFAULTS.statement_within
    """How long one statement may take; no limit where it is left out."""

    lock_within: Positive | None = _DEFAULTS.lock_within
    """How long one statement may wait for a lock; no limit where it is left out."""

    idle_in_transaction_within: Positive | None = _DEFAULTS.idle_in_transaction_within
    """How long an open transaction may do nothing before the server ends its connection."""

    close_within: Positive = _DEFAULTS.close_within
    """How long closing waits for connections that are in use."""

    recycle_after: Positive | None = _DEFAULTS.recycle_after
    """The age at which a connection is replaced, up to a tenth earlier."""

    idle_within: Positive | None = _DEFAULTS.idle_within
    """How long a connection above min_size may be idle before it is closed."""

    check_after: Positive | None = _DEFAULTS.check_after
    """A connection that was idle for longer is asked for a sign of life before it is used."""

    statement_cache: bool | None = _DEFAULTS.statement_cache
    """Whether statements stay prepared; left out, they do, except behind a pooler in transaction
    mode. True there needs one that keeps prepared statements: PgBouncer from 1.21 on."""

    pooler: Pooler = _DEFAULTS.pooler
    """What stands before the server: none, a pooler in mode session or transaction, or auto."""

    @model_validator(mode="after")
    def _check_sizes(self) -> PoolTable:
        if self.min_size > self.max_size:
            raise ValueError("min_size is greater than max_size")
        return self


class LogTable(Table):
    """``[profiles.<name>.log]``. Times are seconds, or text such as ``"PT0.5S"``."""

    statements: bool = _LOG.statements
    """Whether every statement is logged, at level INFO of the logger ferrule.sql."""

    show_parameters: bool = _LOG.show_parameters
    """Whether values are shown. Unsafe: passwords and people's data are among them."""

    slow_after: Annotated[timedelta, Field(ge=timedelta(0))] | None = _LOG.slow_after
    """Statements that take at least so long are logged at level WARNING."""

    explain: bool = _LOG.explain
    """Whether the plan of a slow SELECT is logged too."""

    explain_every: Annotated[timedelta, Field(ge=timedelta(0))] = _LOG.explain_every
    """How often the plan of one text is asked for, at most."""

    repeated_loads_after: Annotated[int, Field(ge=1)] | None = _LOG.repeated_loads_after
    """Lines from which a task reads more rows than this one by one are logged."""

    counters: bool = _LOG.counters
    """Whether statements, failures, rows and times are counted."""

    keep_slowest: Annotated[int, Field(ge=0)] = _LOG.keep_slowest
    """Of how many texts the slowest run is kept, where counting is on."""


class ProfileTable(Table):
    """``[profiles.<name>]``: one database that the project works with."""

    url: Secret | None = None
    """Where the database is: ``postgresql://...`` or ``host=... dbname=...``; ``${VARIABLE}`` in it
    is filled in from the environment."""

    password: Secret | None = None
    """The password, where it is not in ``url``."""

    direct_url: Secret | None = None
    """The same database around the pooler: for what needs a session, where ``url`` leads through
    a pooler in transaction mode."""

    replicas: tuple[Secret, ...] = ()
    """URLs of servers that replicate it, which reads may be sent to."""

    reads: Literal["primary", "replica"] = _PROFILE.reads
    """Where reads go that do not say it themselves by ``using``."""

    fence_within: Positive = _PROFILE.fence_within
    """How long a read waits for a replica to show what was just written; then the primary is
    asked."""

    lag_within: Positive = _PROFILE.lag_within
    """A replica that is further behind is left out."""

    provider: str | None = None
    """A server that Ferrule starts instead: ``"embedded"``."""

    data: str | None = None
    """Folder of the provider's data; ``.ferrule/<name>`` where it is left out."""

    database: str | None = Field(default=None, min_length=1)
    """Name of the database on the provider's server; it is created where it is missing."""

    description: str = ""
    """What the profile is for, shown in lists."""

    schemas: tuple[str, ...] = ()
    """Schemas to pull; all but the server's own where it is left out."""

    models: str = "models"
    """Folder that generated code is written to."""

    migrations: str = "migrations"
    """Folder of migrations."""

    backend: str | None = None
    """Which installed backend to use, where several serve the URL."""

    pool: PoolTable = PoolTable()
    """How connections are made and kept."""

    log: LogTable = LogTable()
    """What is logged and counted of its statements."""

    @model_validator(mode="after")
    def _check_place(self) -> ProfileTable:
        if (self.url is None) == (self.provider is None):
            raise ValueError("exactly one of url and provider must be given")
        for key in ("password", "direct_url", "replicas"):
            if self.url is None and getattr(self, key):
                raise ValueError(f"{key} belongs to a url, and there is none")
        if self.provider is None and self.database is not None:
            raise ValueError("database belongs to a provider; a url names its own")
        return self


class FileTable(Table):
    """The top of ``ferrule.toml``; tables of plugins stand beside it."""

    default: str | None = None
    """Name of the profile that is used where none is asked for."""

    env_prefix: Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_]*$")] | None = None
    """What the project's own variables begin with: ``"MC"`` for ``MC_DB_URL`` and its kin."""

    profiles: dict[str, ProfileTable] = Field(default_factory=dict)
    """Databases by name."""
