"""SQL statements that stand in files, called by their names: ``queries.cheap_books(most=10)``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ferrule_core.errors import QueryError, nearest
from ferrule_core.query.raw import Sql, made_sql
from ferrule_core.sql.templates import read_template


class NamedQuery:
    """A statement of a file.

    Attributes:
        name: The file's name without ``.sql``.
        parameters: What it has to be given, in the order of the alphabet.
        comment: What the file begins with, in its lines of comment.
    """

    __slots__ = ("_text", "comment", "name", "parameters")

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self._text = text
        template = read_template(text)
        if template.positional:
            raise QueryError("has places without a name", hint="write :name instead of {}")
        self.parameters = tuple(sorted(template.names))
        self.comment = "\n".join(_comment(text))

    def __call__(self, **values: object) -> Sql[Any]:
        """The statement with these values: ``await queries.cheap_books(most=10).all(Book)``.

        Raises:
            QueryError: A value is missing, or is for no place.
        """
        return made_sql(self._text, (), values)

    def __repr__(self) -> str:
        return f"<query {self.name}({', '.join(self.parameters)})>"


class NamedQueries:
    """The statements of a folder, as attributes; ``load_queries`` reads them.

    ``queries["cheap_books"]`` is the same, and ``list(queries)`` gives all names.
    """

    def __init__(self, queries: Mapping[str, NamedQuery], place: str) -> None:
        self._queries = dict(queries)
        self._place = place

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> NamedQuery: ...

    else:

        def __getattr__(self, name: str) -> NamedQuery:
            queries = vars(self).get("_queries", {})
            if name in queries:
                return queries[name]
            message = f'{vars(self).get("_place", "this")} has no query "{name}"'
            hint = nearest(name, queries)
            raise AttributeError(f"{message}; {hint}" if hint else message, name=name, obj=self)

    def __getitem__(self, name: str) -> NamedQuery:
        return self._queries[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._queries)

    def __len__(self) -> int:
        return len(self._queries)

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self._queries]


def load_queries(folder: Path | str) -> NamedQueries:
    """Read all ``*.sql`` files of a folder, each of which is one statement with ``:name`` places.

    They are read once, and what is wrong with one of them is said now and not when it is called.

    Args:
        folder: Where they are; folders in it are not looked into.

    Raises:
        QueryError: The folder has none, a name cannot be one in Python, or a file is no statement.
    """
    place = Path(folder)
    found: dict[str, NamedQuery] = {}
    for file in sorted(place.glob("*.sql")):
        if not file.stem.isidentifier() or file.stem.startswith("_"):
            raise QueryError(f'the file "{file.name}" has a name that cannot be called')
        try:
            found[file.stem] = NamedQuery(file.stem, file.read_text(encoding="utf-8"))
        except QueryError as error:
            said = f'in the file "{file.name}": {error.message}'
            raise QueryError(said, hint=error.hint) from None
    if not found:
        raise QueryError(f'the folder "{place.name}" has no file "*.sql"')
    return NamedQueries(found, f'the folder "{place.name}"')


def _comment(text: str) -> Iterator[str]:
    """The lines of comment that a text begins with."""
    for line in text.splitlines():
        if not line.startswith("--"):
            return
        yield line.removeprefix("--").strip()
