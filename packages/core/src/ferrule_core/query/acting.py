"""Who writes: the actor that columns with ``auto_actor`` get."""

from __future__ import annotations

from contextvars import ContextVar, Token
from types import TracebackType

_actor: ContextVar[object] = ContextVar("ferrule_actor", default=None)


class acting_as:  # noqa: N801 - it is called like a function
    """A block whose writes are those of an actor, such as the user of a request.

    ``with acting_as(user.id):`` lets ``created_by`` and ``updated_by`` of ``Audited`` models be
    that key; ``acting_as(None)`` is nobody. A task that is started in the block inherits it.
    """

    __slots__ = ("_key", "_tokens")

    def __init__(self, key: object, /) -> None:
        self._key = key
        self._tokens: list[Token[object]] = []

    def __enter__(self) -> None:
        self._tokens.append(_actor.set(self._key))

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        _actor.reset(self._tokens.pop())


def current_actor() -> object:
    """The key that the innermost ``acting_as`` block was given; ``None`` outside of any."""
    return _actor.get()
