"""Which database, and which of its servers, a statement is meant for.

``using("replica")`` says it for a block, ``Book.filter(...).using("replica")`` for one query, and
``database="replica"`` for a model. A name is that of an open database, a role of the default one
(``primary``, ``replica``), or both: ``reports.replica``.
"""

from __future__ import annotations

from contextvars import ContextVar, Token
from types import TracebackType

from ferrule_core.database.registry import route_default_by
from ferrule_core.query.roles import Role, role_of

_role: ContextVar[Role | None] = ContextVar("ferrule_role", default=None)
_database: ContextVar[str | None] = ContextVar("ferrule_database", default=None)


def current_role() -> Role | None:
    """What the innermost ``using`` block says of roles."""
    return _role.get()


class using:  # noqa: N801 - it is called like a function
    """A block in which statements go to another database, or to another of its servers.

    ``with using("replica"):`` sends reads to a replica, ``with using("primary"):`` none;
    ``with using("reports"):`` sends what has no database of its own to the one of that name. Writes
    always go to the primary, and a transaction stays where it was begun.

    Where a database has no replicas, its primary answers. A task that is started in the block
    inherits it.
    """

    __slots__ = ("_name", "_role", "_tokens")

    def __init__(self, name: str, /) -> None:
        self._name: str | None
        self._role: Role | None
        self._name, self._role = role_of(name)
        self._tokens: list[tuple[Token[Role | None] | None, Token[str | None] | None]] = []
        if self._name is not None:
            route_default_by(_database.get)

    def __enter__(self) -> None:
        role = None if self._role is None else _role.set(self._role)
        name = None if self._name is None else _database.set(self._name)
        self._tokens.append((role, name))

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        role, name = self._tokens.pop()
        if role is not None:
            _role.reset(role)
        if name is not None:
            _database.reset(name)
