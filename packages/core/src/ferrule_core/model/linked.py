"""The rows at the other end of a many-to-many relation, as something to write."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeAlias, TypeVar
from uuid import UUID

from ferrule_core.errors import ModelError
from ferrule_core.mapping.mapped import Mapped
from ferrule_core.model import junctions
from ferrule_core.query.blocking import run_sync

if TYPE_CHECKING:
    from ferrule_core.mapping.paths import Path

R = TypeVar("R", bound=Mapped)

Key: TypeAlias = int | str | UUID | tuple[Any, ...]
"""A key of the other model; of several columns, a tuple."""


class LinkChanges(NamedTuple):
    """How many rows were connected, and how many disconnected."""

    added: int
    removed: int


class Linked(Generic[R]):
    """What connects an instance with the rows of a many-to-many relation.

    Rows are named by instances of the other model, or by their keys: a value, or a tuple where the
    key has several columns. After a change the relation is no longer loaded on the instance.
    """

    __slots__ = ("_instance", "_link")

    def __init__(self, instance: Mapped, path: Path) -> None:
        table = type(instance).__table__
        if path.parent is not table.path or path.link is None:
            raise ModelError(f'"{path}" is no relation of {table.model_name}')
        self._instance = instance
        self._link = path.link
        junctions.junction_of(path.link)

    @property
    def sync(self) -> SyncLinked[R]:
        """The same without ``await``."""
        return SyncLinked(self)

    async def add(self, /, *rows: R | Key, **extra: Any) -> int:  # noqa: ANN401
        """Connect rows; those that are connected already stay as they are.

        Args:
            *rows: Instances, or keys.
            **extra: What else the row of the junction gets: ``weight=2``.

        Returns:
            How many were not connected before.

        Raises:
            UnknownColumn: The junction's model has no such column.
            ForeignKeyViolation: A key is no row's.
        """
        return await junctions.add(self._link, self._instance, rows, extra)

    async def remove(self, /, *rows: R | Key) -> int:
        """Disconnect rows, and say how many were connected."""
        return await junctions.remove(self._link, self._instance, rows)

    async def set(self, rows: Iterable[R | Key], /, **extra: Any) -> LinkChanges:  # noqa: ANN401
        """Let these rows be connected and no others: all of it, or nothing.

        Rows that are connected already stay as they are.

        Args:
            rows: Instances, or keys.
            **extra: What else new rows of the junction get.
        """
        return LinkChanges(*await junctions.replace(self._link, self._instance, list(rows), extra))

    async def clear(self) -> int:
        """Disconnect all rows, and say how many there were."""
        return await junctions.clear(self._link, self._instance)


class SyncLinked(Generic[R]):
    """What ``linked(...).sync`` is: the same without ``await``."""

    __slots__ = ("_linked",)

    def __init__(self, linked: Linked[R]) -> None:
        self._linked = linked

    def add(self, /, *rows: R | Key, **extra: Any) -> int:  # noqa: ANN401
        """Connect rows; see ``Linked.add``."""
        return run_sync(self._linked.add(*rows, **extra))

    def remove(self, /, *rows: R | Key) -> int:
        """Disconnect rows; see ``Linked.remove``."""
        return run_sync(self._linked.remove(*rows))

    def set(self, rows: Iterable[R | Key], /, **extra: Any) -> LinkChanges:  # noqa: ANN401
        """Let these rows be connected and no others; see ``Linked.set``."""
        return run_sync(self._linked.set(rows, **extra))

    def clear(self) -> int:
        """Disconnect all rows; see ``Linked.clear``."""
        return run_sync(self._linked.clear())
