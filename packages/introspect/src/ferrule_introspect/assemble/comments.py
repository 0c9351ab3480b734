"""Comments by the object that they are on."""

from __future__ import annotations

from collections.abc import Iterable

from ferrule_introspect.rows import CommentRow


class Comments:
    """Finds the comment on an object of a system catalog, or on one of its columns."""

    def __init__(self, comments: Iterable[CommentRow]) -> None:
        self._texts = {(row.catalog, row.oid, row.number): row.comment for row in comments}

    def on(self, catalog: str, oid: int, number: int = 0) -> str | None:
        """The comment, or ``None``."""
        return self._texts.get((catalog, oid, number))
