"""``FOR UPDATE`` and its kin: which rows of a query are locked, and how firmly."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal, TypeAlias

from ferrule_core.errors import QueryError
from ferrule_core.sql.nodes import Locking, LockStrength, LockWait

if TYPE_CHECKING:
    from ferrule_core.mapping.paths import Path
    from ferrule_core.query.selection import Selection

Strength: TypeAlias = Literal["update", "no key update", "share", "key share"]

_STRENGTHS: dict[str, LockStrength] = {
    "update": LockStrength.UPDATE,
    "no key update": LockStrength.NO_KEY_UPDATE,
    "share": LockStrength.SHARE,
    "key share": LockStrength.KEY_SHARE,
}


def locked(
    selection: Selection,
    of: Sequence[Path],
    *,
    strength: Strength,
    nowait: bool,
    skip_locked: bool,
) -> Selection:
    """A selection whose rows, and those of relations to one row, are locked.

    Raises:
        QueryError: What is asked for cannot be had.
    """
    if nowait and skip_locked:
        raise QueryError("rows are either skipped or not waited for")
    if strength not in _STRENGTHS:
        known = ", ".join(f'"{name}"' for name in _STRENGTHS)
        raise QueryError(f'there is no lock "{strength}"', hint=f"there are {known}")
    if selection.origin is not None or selection.groups:
        raise QueryError(
            "only rows of a table can be locked",
            hint="lock them by their keys: Book.filter(Book.id.in_(query.column(Book.id)))",
        )
    for path in of:
        _refuse(selection, path)
    wait = LockWait.NOWAIT if nowait else LockWait.WAIT
    lock = Locking(
        strength=_STRENGTHS[strength],
        of=(selection.table.path.alias, *[path.alias for path in of]),
        wait=LockWait.SKIP_LOCKED if skip_locked else wait,
    )
    changed = selection.copy()
    changed.locking = (lock,)
    changed.locked = tuple(of)
    return changed


def _refuse(selection: Selection, path: Path) -> None:
    root = path
    step: Path | None = path
    while step is not None and step.link is not None:
        link = step.link
        if link.many:
            raise QueryError(f'"{path}" leads to many rows; lock them by a query of their own')
        if link.nullable or any(column.value_type.nullable for column in link.local):
            raise QueryError(
                f'"{path}" may lead to no row, and PostgreSQL cannot lock such a join',
                hint="lock the rows of the other model by a query of its own",
            )
        root, step = step.parent or root, step.parent
    if root.table.ref != selection.table.ref:
        raise QueryError(f'"{path}" is no relation of {selection.table.model_name}')
