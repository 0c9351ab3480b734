"""Signals: functions that are called before, around and after rows of a model are written.

::

    @pre_delete(Book)
    async def keep_lent_books(book: Book) -> None:
        if await Loan.filter(Loan.book_id == book.id).exists():
            raise BookIsLent(book)

A handler of a model is one of the models that inherit from it, too. It may be asynchronous. What it
raises goes to the caller of the write, and nothing is written.
"""

from __future__ import annotations

import inspect
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeAlias, TypeVar

from ferrule_core.deferred import dataclass
from ferrule_core.errors import ModelError
from ferrule_core.mapping.mapped import Mapped
from ferrule_core.mapping.model_table import ModelTable
from ferrule_core.mapping.watch import watch_again

if TYPE_CHECKING:
    from ferrule_core.mapping.watch import Action, Phase
    from ferrule_core.query.query import Query

M = TypeVar("M", bound=Mapped)
T = TypeVar("T")
R = TypeVar("R")
G = TypeVar("G", bound=AsyncIterator[None] | Iterator[None])

BulkVerb: TypeAlias = Literal[
    "bulk_create",
    "bulk_update",
    "bulk_delete",
    "bulk_upsert",
    "update",
    "delete",
    "purge",
    "restore",
    "insert_from",
    "merge",
]
LinkVerb: TypeAlias = Literal["add", "remove", "set", "clear"]


@dataclass(slots=True)
class BulkWrite(Generic[M]):
    """One call that writes many rows of a model.

    Attributes:
        verb: The method that was called.
        model: Whose rows.
        rows: The instances, where the call was given some.
        query: The rows, where a query says which.
        columns: What ``update`` gives new values, by attribute.
        count: How many rows were written; ``None`` before they are.
    """

    verb: BulkVerb
    model: type[M]
    rows: Sequence[M] = ()
    query: Query[M] | None = None
    columns: tuple[str, ...] = ()
    count: int | None = None


@dataclass(slots=True)
class LinkWrite(Generic[M]):
    """One change of what a many-to-many relation connects with an instance.

    Attributes:
        verb: The method of ``instance.linked(...)`` that was called.
        instance: Whose relation.
        relation: Its attribute.
        rows: What was given: instances of the other model, or their keys.
        added: How many were connected; ``None`` before.
        removed: How many were disconnected; ``None`` before.
    """

    verb: LinkVerb
    instance: M
    relation: str
    rows: Sequence[object] = ()
    added: int | None = None
    removed: int | None = None


class Signal(Generic[T]):
    """One moment of the writes of a model: a decorator for handlers, which are given a ``T``."""

    __slots__ = ("_action", "_model", "_phase")

    def __init__(self, model: type[Mapped], phase: Phase, action: Action) -> None:
        if not isinstance(getattr(model, "__table__", None), ModelTable):
            raise ModelError(
                f"a signal is of a model, not of {model!r}", hint="write @pre_save(Book)"
            )
        self._model = model
        self._phase: Phase = phase
        self._action: Action = action

    def __call__(self, handler: Callable[[T], R], /) -> Callable[[T], R]:
        """Call the function from now on, with what is written.

        Raises:
            ModelError: It is called already.
        """
        self._add(handler)
        return handler

    def remove(self, handler: Callable[[T], Any], /) -> None:
        """Call the function no longer.

        Raises:
            ModelError: It was not registered for this signal of this model.
        """
        entry = (self._phase, self._action, handler)
        handlers = self._model.__table__.handlers
        if entry not in handlers:
            raise ModelError(
                f"{_name(handler)} is no handler of {self}",
                hint="remove it from the model that it was registered for",
            )
        handlers.remove(entry)
        watch_again(self._model.__table__)

    def __repr__(self) -> str:
        return f"{self._phase}_{self._action} of {self._model.__name__}"

    def _add(self, handler: Callable[[T], Any]) -> None:
        entry = (self._phase, self._action, handler)
        handlers = self._model.__table__.handlers
        if entry in handlers:
            raise ModelError(f"{_name(handler)} is a handler of {self} already")
        handlers.append(entry)
        watch_again(self._model.__table__)


class AroundSignal(Generic[T]):
    """A decorator for handlers that are begun before a write, and go on after it: generators."""

    __slots__ = ("_signal",)

    def __init__(self, model: type[Mapped], action: Action) -> None:
        self._signal: Signal[T] = Signal(model, "around", action)

    def __call__(self, handler: Callable[[T], G], /) -> Callable[[T], G]:
        """Run the generator around each write from now on; at its ``yield`` the rows are written.

        Raises:
            ModelError: It is no generator function, or is called already.
        """
        if not _has_yield(handler):
            raise ModelError(
                f"{_name(handler)} has no yield, at which the row would be written",
                hint="write a generator with one `yield`, `async def` or `def`",
            )
        return self._signal(handler)

    def remove(self, handler: Callable[[T], Any], /) -> None:
        """Run the generator no longer; see ``Signal.remove``."""
        self._signal.remove(handler)

    def __repr__(self) -> str:
        return repr(self._signal)


def _has_yield(handler: Callable[..., Any]) -> bool:
    return inspect.isasyncgenfunction(handler) or inspect.isgeneratorfunction(handler)


def _name(handler: Callable[..., Any]) -> str:
    return str(getattr(handler, "__qualname__", repr(handler)))


def pre_create(model: type[M], /) -> Signal[M]:
    """Before a new row is inserted."""
    return Signal(model, "pre", "create")


def post_create(model: type[M], /, *, on_commit: bool = False) -> Signal[M]:
    """After a new row was inserted, or after that was committed."""
    return Signal(model, _after(on_commit), "create")


def around_create(model: type[M], /) -> AroundSignal[M]:
    """Around the insert of a new row."""
    return AroundSignal(model, "create")


def pre_update(model: type[M], /) -> Signal[M]:
    """Before a row that is in the table is written."""
    return Signal(model, "pre", "update")


def post_update(model: type[M], /, *, on_commit: bool = False) -> Signal[M]:
    """After a row that is in the table was written, or after that was committed."""
    return Signal(model, _after(on_commit), "update")


def around_update(model: type[M], /) -> AroundSignal[M]:
    """Around the update of a row."""
    return AroundSignal(model, "update")


def pre_save(model: type[M], /) -> Signal[M]:
    """Before a row is inserted or updated."""
    return Signal(model, "pre", "save")


def post_save(model: type[M], /, *, on_commit: bool = False) -> Signal[M]:
    """After a row was inserted or updated, or after that was committed."""
    return Signal(model, _after(on_commit), "save")


def around_save(model: type[M], /) -> AroundSignal[M]:
    """Around the insert or the update of a row."""
    return AroundSignal(model, "save")


def pre_delete(model: type[M], /) -> Signal[M]:
    """Before a row is deleted, or marked as deleted."""
    return Signal(model, "pre", "delete")


def post_delete(model: type[M], /, *, on_commit: bool = False) -> Signal[M]:
    """After a row was deleted, or marked as deleted, or after that was committed."""
    return Signal(model, _after(on_commit), "delete")


def around_delete(model: type[M], /) -> AroundSignal[M]:
    """Around the deletion of a row."""
    return AroundSignal(model, "delete")


def pre_bulk(model: type[M], /) -> Signal[BulkWrite[M]]:
    """Before one call writes many rows."""
    return Signal(model, "pre", "bulk")


def post_bulk(model: type[M], /, *, on_commit: bool = False) -> Signal[BulkWrite[M]]:
    """After one call wrote many rows, or after that was committed."""
    return Signal(model, _after(on_commit), "bulk")


def around_bulk(model: type[M], /) -> AroundSignal[BulkWrite[M]]:
    """Around one call that writes many rows."""
    return AroundSignal(model, "bulk")


def pre_links(model: type[M], /) -> Signal[LinkWrite[M]]:
    """Before a many-to-many relation of a row is changed."""
    return Signal(model, "pre", "links")


def post_links(model: type[M], /, *, on_commit: bool = False) -> Signal[LinkWrite[M]]:
    """After a many-to-many relation of a row was changed, or after that was committed."""
    return Signal(model, _after(on_commit), "links")


def around_links(model: type[M], /) -> AroundSignal[LinkWrite[M]]:
    """Around a change of a many-to-many relation of a row."""
    return AroundSignal(model, "links")


def _after(on_commit: bool) -> Phase:
    return "committed" if on_commit else "post"
