"""Who looks at what is sent to a database, and changes nothing of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, Protocol, TypeAlias

from ferrule_core.deferred import dataclass
from ferrule_core.plugins.contracts.backend import DatabaseUrl
from ferrule_core.sql.compiled import CompiledBatch, CompiledQuery
from ferrule_core.sql.values import Value, value

OperationKind: TypeAlias = Literal["statement", "batch", "stream", "control", "copy"]
"""``control`` is BEGIN, COMMIT, ROLLBACK, and what is done with savepoints."""


@value
class Operation(Value):
    """Something that is about to be sent to the server.

    Attributes:
        text: SQL without any value: literals are ``?`` here, for the caller may have written them.
        command: ``SELECT``, ``COMMIT``, ...; ``None`` where the first word is no known command.
        tables: Tables that a compiled statement names, the main one first: ``shop.book``. Empty
            for text that the caller wrote.
        size: How many rows of parameters a batch has; 1 for all else.
        query: What is sent, with its parameters, which are nobody's business but the server's:
            show them only to a user who asked for it.
    """

    kind: OperationKind
    text: str
    command: str | None
    tables: tuple[str, ...] = ()
    size: int = 1
    query: CompiledQuery | CompiledBatch | None = None

    def __repr__(self) -> str:
        return f"<Operation {self.kind}: {self.text}>"


@value
class Outcome(Value):
    """How an operation ended.

    Attributes:
        seconds: From the call to the end. What the caller did between two chunks of a stream is
            not in it.
        waited: The part of ``seconds`` before there was a connection; always 0 for streams.
        rows: Rows that came back, or were touched; ``None`` where there was no answer.
        in_transaction: Whether it ran in a transaction of the caller.
        error: What ended it; ``None`` also for a stream that was left before its end.
    """

    seconds: float
    waited: float = 0.0
    rows: int | None = None
    in_transaction: bool = False
    error: BaseException | None = None


End: TypeAlias = Callable[[Outcome], None]
"""Is called when an operation has ended, in the task and context that began it."""

Begin: TypeAlias = Callable[[Operation], End | None]
"""Is called when an operation begins; gives what to call at its end, or ``None``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ObservedDatabase:
    """Which database is looked at.

    Attributes:
        name: How models and ``transaction(...)`` name it.
        url: Where it is, without passwords and options.
    """

    name: str
    url: DatabaseUrl


class Observer(Protocol):
    """Looks at operations. Only databases that are watched pay for it.

    Observers stand inside of all middleware: they see what is really sent, as often as it is sent,
    and nothing that a cache answers. They are called in order of name when an operation begins,
    and in the opposite order when it ends. They must be quick, and must not wait: the statement
    does. An observer that raises does not disturb the statement: the error is logged, with its
    traceback, by ``ferrule.observers``.
    """

    @property
    def name(self) -> str:
        """Distinct among its kind."""
        ...

    def watch(self, database: ObservedDatabase, /) -> Begin | None:
        """Called when a database is opened; ``None`` where nothing of it is to be observed."""
        ...
