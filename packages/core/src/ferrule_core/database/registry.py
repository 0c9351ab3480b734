"""Which databases are open in this process, by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ferrule_core.errors import ConfigurationError, nearest
from ferrule_core.query.roles import role_of

if TYPE_CHECKING:
    from ferrule_core.database.database import Database
    from ferrule_core.database.transactions.transacting import Transacting

DEFAULT_NAME = "default"

_databases: dict[str, Database] = {}

_default_of_block: Callable[[], str | None] | None = None


def register(database: Database) -> None:
    """Make an open database known.

    Raises:
        ConfigurationError: Another open database has the name.
    """
    if _databases.setdefault(database.name, database) is not database:
        raise ConfigurationError(
            f'a database "{database.name}" is open already',
            hint='close it first, or give this one another name: connect(..., name="reports")',
        )


def unregister(database: Database) -> None:
    """Forget a database, where it is known."""
    if _databases.get(database.name) is database:
        del _databases[database.name]


def open_databases() -> list[Database]:
    """All that are open, in the order in which they were opened."""
    return list(_databases.values())


def route_default_by(default: Callable[[], str | None]) -> None:
    """Say who knows which database is the default one here; until then nobody is asked."""
    global _default_of_block  # noqa: PLW0603 - blocks that are never used cost nothing
    _default_of_block = default


def database_named(name: str | None) -> Database:
    """The open database of that name; the default one without a name.

    Raises:
        ConfigurationError: No such database is open.
    """
    if _default_of_block is not None and name is None:
        name = _default_of_block()
    try:
        return _databases[name or DEFAULT_NAME]
    except KeyError:
        pass
    if not _databases:
        raise ConfigurationError(
            "no database is connected",
            hint="use `async with connect(...)` around the query",
        )
    known = ", ".join(f'"{other}"' for other in _databases)
    raise ConfigurationError(
        f'no database "{name or DEFAULT_NAME}" is connected; there are: {known}',
        hint=nearest(name or DEFAULT_NAME, _databases),
    )


def route_named(name: str | None) -> Transacting:
    """The open database of that name, or its servers of that role.

    Raises:
        ConfigurationError: No such database is open.
    """
    if name is None and _default_of_block is not None:
        name = _default_of_block()
    try:
        return _databases[name or DEFAULT_NAME]
    except KeyError:
        pass
    database, role = role_of(name or DEFAULT_NAME)
    found = database_named(database)
    return found if role is None else found.with_role(role)
