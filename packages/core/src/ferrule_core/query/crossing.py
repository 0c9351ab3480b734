"""Relations whose two ends are in different databases: a second query loads them, no join can."""

from __future__ import annotations

from ferrule_core.errors import QueryError
from ferrule_core.mapping.paths import Path
from ferrule_core.query.roles import same_database


def refuse_crossing(path: Path) -> None:
    """Refuse a join along a relation that leads to another database.

    Raises:
        QueryError: It does.
    """
    link = path.link
    if link is None or same_database(link.owner.database, link.target.database):
        return
    near, far = link.owner, link.target
    raise QueryError(
        f'"{path}" cannot be joined: {near.model_name} is in {_shown(near.database)}, '
        f"{far.model_name} in {_shown(far.database)}, and no statement reaches both",
        hint="load it by include(), or fetch the keys first and filter by these",
    )


def _shown(database: str | None) -> str:
    return "the default database" if database is None else f'database "{database}"'
