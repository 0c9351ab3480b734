"""The way from statements that write to those who watch the model: ``ferrule_core.model`` has them.

Asked only where ``table.watch`` is there.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from ferrule_core.mapping.expressions import Assignment
    from ferrule_core.mapping.mapped import Mapped
    from ferrule_core.mapping.model_columns import ModelColumn
    from ferrule_core.mapping.model_table import ModelTable
    from ferrule_core.mapping.operands import Operand
    from ferrule_core.query.selection import Selection

R = TypeVar("R")

Run = Callable[[], Awaitable[R]]
"""Sends the statement."""

Answer = Callable[[Sequence["Mapped"]], Awaitable[R]]
"""Makes of rows that were written one by one what the statement would have given."""


class Watcher(Protocol):
    """Lets those who watch a model take part in what one statement writes.

    Whoever watches single rows is shown them: they are loaded, locked, and written as instances.
    """

    async def update(
        self,
        selection: Selection,
        assigned: tuple[Sequence[Assignment], Mapping[str, object]],
        run: Run[R],
        answer: Answer[R],
    ) -> R:
        """Change the rows of a query."""
        ...

    async def delete(
        self, selection: Selection, run: Run[R], answer: Answer[R], *, for_good: bool = False
    ) -> R:
        """Delete the rows of a query, or mark them."""
        ...

    async def restore(self, selection: Selection, run: Run[int]) -> int:
        """Take the mark off the rows of a query."""
        ...

    async def insert_from(
        self,
        table: ModelTable,
        selection: Selection,
        found: Mapping[ModelColumn, Operand],
        run: Run[int],
        *,
        ignore_conflicts: bool,
    ) -> int:
        """Insert a row for each of a query, whose columns get these values."""
        ...

    async def merge(self, table: ModelTable, database: str | None, run: Run[R]) -> R:
        """Merge rows of a query."""
        ...


_find: Callable[[], Watcher] | None = None


def install_watcher(find: Callable[[], Watcher]) -> None:
    """Say who tells those who watch; it is asked for only where somebody does."""
    global _find  # noqa: PLW0603 - one process, one answer: the module is the port
    _find = find


def watcher() -> Watcher:
    """Who tells those who watch."""
    if _find is None:
        raise AssertionError("only models are watched, and they bring who tells of it")
    return _find()


async def how_many(rows: Sequence[Mapped]) -> int:
    """The answer of a statement that only counts."""
    return len(rows)
