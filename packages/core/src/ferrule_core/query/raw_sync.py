"""SQL of the caller's, run without an event loop."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar, overload

from ferrule_core.query.blocking import run_sync

if TYPE_CHECKING:
    from ferrule_core.query.raw import Sql

R = TypeVar("R")


class SyncSql:
    """What ``sql(...).sync`` is."""

    __slots__ = ("_sql",)

    def __init__(self, sql: Sql[Any]) -> None:
        self._sql = sql

    @overload
    def all(self, /) -> list[dict[str, Any]]: ...
    @overload
    def all(self, into: type[R], /, *, keep_extra: bool = False) -> list[R]: ...
    def all(self, into: Any = dict, /, *, keep_extra: bool = False) -> list[Any]:
        """All rows; see ``Sql.all``."""
        return run_sync(self._sql.all(into, keep_extra=keep_extra))

    @overload
    def first(self, /) -> dict[str, Any] | None: ...
    @overload
    def first(self, into: type[R], /, *, keep_extra: bool = False) -> R | None: ...
    def first(self, into: Any = dict, /, *, keep_extra: bool = False) -> Any | None:
        """The first row; see ``Sql.first``."""
        return run_sync(self._sql.first(into, keep_extra=keep_extra))

    @overload
    def get(self, /) -> dict[str, Any]: ...
    @overload
    def get(self, into: type[R], /, *, keep_extra: bool = False) -> R: ...
    def get(self, into: Any = dict, /, *, keep_extra: bool = False) -> Any:
        """The only row; see ``Sql.get``."""
        return run_sync(self._sql.get(into, keep_extra=keep_extra))

    def execute(self) -> int:
        """Run it, and say how many rows it touched."""
        return run_sync(self._sql.execute())
