"""What is written down of the statements that a database runs."""

from __future__ import annotations

from datetime import timedelta

from ferrule_core.deferred import dataclass
from ferrule_core.errors import ConfigurationError


@dataclass(frozen=True, slots=True, kw_only=True)
class LogOptions:
    """What is logged and counted; nothing by default, which costs nothing.

    Attributes:
        statements: Log every statement, at level ``INFO`` of the logger ``ferrule.sql``.
        show_parameters: Show the values of parameters, and literals in SQL that the caller wrote.
            Unsafe: passwords, tokens and people's data are among them.
        slow_after: Log statements that take at least so long, at level ``WARNING``; ``None`` for
            none. Waiting for a connection does not count.
        explain: Log the plan of a slow ``SELECT`` too. It is asked for afterwards, on another
            connection, by ``EXPLAIN``, which runs nothing.
        explain_every: How often the plan of one text is asked for, at most.
        repeated_loads_after: Log a line of the program, at level ``WARNING``, from which a task
            reads more rows than this by one key each; ``None`` for none.
        counters: Count statements, failures, rows and times.
        keep_slowest: Of how many texts the slowest run is kept, where counting is on.
    """

    statements: bool = False
    show_parameters: bool = False
    slow_after: timedelta | None = None
    explain: bool = True
    explain_every: timedelta = timedelta(minutes=1)
    repeated_loads_after: int | None = None
    counters: bool = False
    keep_slowest: int = 10

    def __post_init__(self) -> None:
        """Refuse what cannot work."""
        if self.slow_after is not None and self.slow_after < timedelta(0):
            raise ConfigurationError("slow_after of a log must not be negative")
        if self.explain_every < timedelta(0):
            raise ConfigurationError("explain_every of a log must not be negative")
        if self.repeated_loads_after is not None and self.repeated_loads_after < 1:
            raise ConfigurationError("repeated_loads_after of a log must be at least 1")
        if self.keep_slowest < 0:
            raise ConfigurationError("keep_slowest of a log must not be negative")
