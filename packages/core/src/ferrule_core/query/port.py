"""The one way from a query down to a database, so that queries know no driver and no event loop.

A query asks ``executor_for`` for whoever runs statements now: the innermost transaction of this
task for that
database, else the model's database, else the default. ``ferrule_core.database`` installs the
answer.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Coroutine, Iterator, Sequence
from typing import Any, Protocol, TypeAlias

from ferrule_core.errors import ConfigurationError
from ferrule_core.sql.compiled import CompiledBatch, CompiledQuery


class Row(Protocol):
    """A row as the driver made it, read by position or by name. A model keeps it as snapshot."""

    def __getitem__(self, key: int | str, /) -> Any: ...
    def __iter__(self) -> Iterator[Any]: ...
    def __len__(self) -> int: ...
    def keys(self) -> Iterator[str]:
        """Names of the columns, in order."""
        ...


class Executor(Protocol):
    """Runs compiled statements: a database, or a transaction of it."""

    def fetch(self, query: CompiledQuery, /) -> Coroutine[Any, Any, Sequence[Row]]:
        """All rows of one statement."""
        ...

    def fetch_first(self, query: CompiledQuery, /) -> Coroutine[Any, Any, Row | None]:
        """The first row, or ``None``. The statement should say ``LIMIT`` where it may give more."""
        ...

    def execute(self, query: CompiledQuery, /) -> Coroutine[Any, Any, int]:
        """The number of rows that the statement touched."""
        ...

    def fetch_batch(self, batch: CompiledBatch, /) -> Coroutine[Any, Any, Sequence[Row]]:
        """The rows that ``RETURNING`` gives, in the order of the batch; all or none is done."""
        ...

    def stream(self, query: CompiledQuery, /, *, chunk_rows: int) -> AsyncGenerator[Sequence[Row]]:
        """The rows in chunks, by a server-side cursor, in constant memory."""
        ...


Resolve: TypeAlias = Callable[[str | None], Executor]

_resolve: Resolve | None = None
_installed: Resolve | None = None
_wrap: Callable[[Resolve], Resolve] | None = None


def install_resolver(resolve: Resolve) -> None:
    """Say who finds the database in use; ``None`` asks for the default one."""
    global _installed  # noqa: PLW0603 - one process, one answer: the module is the port
    _installed = resolve
    interpose(_wrap)


def interpose(wrap: Callable[[Resolve], Resolve] | None) -> None:
    """Put somebody between queries and whoever finds the database; ``None`` for nobody.

    So that those who look at queries cost nothing while nobody does.
    """
    global _resolve, _wrap  # noqa: PLW0603 - as above
    _wrap = wrap
    if _installed is not None:
        _resolve = _installed if wrap is None else wrap(_installed)


def executor_for(database: str | None) -> Executor:
    """Who runs statements for the named database in this task, now.

    Raises:
        ConfigurationError: No database is connected.
    """
    if _resolve is None:
        raise ConfigurationError(
            "no database is connected",
            hint="use `async with ferrule.connect(...)` around the query",
        )
    return _resolve(database)
