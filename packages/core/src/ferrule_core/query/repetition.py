"""Finding lines of a program that read rows one by one: one statement for each key, in a loop.

What counts is a statement that reads by one key (``Book.get(id=key)``, ``author.fetch(...)``,
``Book.filter(author_id=key).all()``), sent again and again by one task from one line, each time
with another key. Statements that read by many keys, lock rows or write do not count, nor does
asking for the same key again.
"""

from __future__ import annotations

import sys
from contextvars import ContextVar
from dataclasses import dataclass, field
from time import monotonic
from types import FrameType
from typing import TYPE_CHECKING, TypeAlias, cast
from weakref import WeakKeyDictionary

from ferrule_core.sql.compiled import CompiledQuery
from ferrule_core.sql.nodes import (
    AnyOf,
    BinaryOp,
    BoolOp,
    ColumnRef,
    FunctionRef,
    Param,
    RowValue,
    Select,
)
from ferrule_core.sql.operators import Connective, Operator
from ferrule_core.sql.shapes import shape_of
from ferrule_core.sql.summary import tables_of

if TYPE_CHECKING:
    import asyncio

HINT = (
    "read them all before the loop: relations by include() or prefetch_related(), rows by "
    "in_bulk(keys) or filter(id__in=keys); in concurrent tasks by loader.load(key)"
)

_OURS = frozenset({"ferrule", "ferrule_core", "ferrule_asyncpg", "ferrule_otel", "ferrule_testing"})
_BETWEEN = frozenset({"asyncio", "contextlib", "functools"})
_LOOPS = frozenset({"asyncio.events", "asyncio.base_events", "asyncio.runners", "threading"})

Line: TypeAlias = tuple[str, int]
"""A file, and a line of it."""

caller_of_sync: ContextVar[Line | None] = ContextVar("ferrule_caller", default=None)
"""The line that called ``.sync``, where somebody wants to know: the work is done elsewhere."""


@dataclass(frozen=True, slots=True)
class Repetition:
    """A line that read rows one by one too often.

    Attributes:
        file: Whose line it is.
        line: Which one, from 1.
        table: What was read.
        times: By how many keys so far.
    """

    file: str
    line: int
    table: str
    times: int

    def __str__(self) -> str:
        """For people."""
        return (
            f'line {self.line} of "{self.file}" reads "{self.table}" by one key after the other, '
            f"{self.times} in one task, each by a statement of its own"
        )


@dataclass(slots=True)
class _Count:
    """How often one task sent one statement from one line.

    Attributes:
        keys: Those that it asked for; ``None`` once that was reported.
        since: When it was sent last.
    """

    keys: set[object] | None = field(default_factory=set[object])
    last: float = 0.0


class Repetitions:
    """Counts what tasks read by one key.

    Args:
        most: By how many keys a task may read from one line.
        forget_after: Seconds after which an earlier statement has nothing to do with the next
            one; ``None`` where all that is counted belongs together.
    """

    def __init__(self, most: int, *, forget_after: float | None = None) -> None:
        self.most = most
        self._forget_after = forget_after
        self._tasks: WeakKeyDictionary[asyncio.Task[object], dict[object, _Count]] = (
            WeakKeyDictionary()
        )

    def note(self, query: CompiledQuery) -> Repetition | None:
        """Count a statement that is about to be sent; what is one too many is told once."""
        from asyncio import current_task  # models alone need no event loop

        key = key_of(query)
        task = None if key is None else current_task()
        line = None if task is None else caller()
        if task is None or line is None:
            return None
        count = self._tasks.setdefault(task, {}).setdefault((query.text, line), _Count())
        now = monotonic()
        if self._forget_after is not None and now - count.last > self._forget_after:
            count.keys = set()
        count.last = now
        if count.keys is None:
            return None
        count.keys.add(key)
        if len(count.keys) <= self.most:
            return None
        times, count.keys = len(count.keys), None
        return Repetition(*line, ", ".join(tables_of(query.origin)[:1]), times)


def key_of(query: CompiledQuery) -> object:
    """The one key that a statement reads by, or ``None``."""
    statement = query.origin
    if not isinstance(statement, Select) or statement.locking:
        return None
    params = [id(param) for param in shape_of(statement)[1]]
    wanted: list[Param] = []
    _collect(statement.where, wanted)
    if isinstance(statement.source, FunctionRef):  # some rows for each key, by a lateral join
        statement.source.shape([], wanted)
    key: list[object] = []
    for param in wanted:
        value = query.parameters[params.index(id(param))]
        if isinstance(value, list):
            elements = cast("list[object]", value)
            if len(elements) != 1:
                return None
            value = elements[0]
        key.append(value)
    return repr(key) if key else None


def _collect(node: object, wanted: list[Param]) -> None:
    """Params that columns must be equal to, for the condition to be met."""
    match node:
        case BoolOp(Connective.AND, operands):
            for operand in operands:
                _collect(operand, wanted)
        case BinaryOp(ColumnRef(), Operator.EQ, Param() as param):
            wanted.append(param)
        case AnyOf(ColumnRef() | RowValue(), Operator.EQ, array, False):
            array.shape([], wanted)  # an array is one param; keys of several columns are unnested
        case _:
            pass


def caller(frame: FrameType | None = None) -> Line | None:
    """The line of the program that this task is at; ``None`` where none of its own is.

    By the frames alone: ``inspect.stack()`` would read source files.
    """
    frame = frame or sys._getframe(1)  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
    while frame is not None:
        module: str = frame.f_globals.get("__name__", "")
        if module in _LOOPS:
            break
        if module.partition(".")[0] not in _OURS | _BETWEEN:
            return frame.f_code.co_filename, frame.f_lineno
        frame = frame.f_back
    return caller_of_sync.get()
