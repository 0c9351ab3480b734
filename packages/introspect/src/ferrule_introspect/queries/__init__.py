"""The SQL that reads ``pg_catalog``: one statement per file, each runs in psql as it stands.

Those in ``verbatim`` write the statements that make an object; all of them return the same columns.

Every relation, type, function and operator is spelt with its schema, so that nothing which lies
elsewhere on a search path can take its place.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files


@cache
def query_text(name: str) -> str:
    """The statement in ``<name>.sql``."""
    return files(__name__).joinpath(f"{name}.sql").read_text(encoding="utf-8")


@cache
def verbatim_text(catalogs: frozenset[str]) -> str:
    """The statements of ``verbatim`` for objects of these system catalogs, as one.

    Planning all of them takes longer than most schemas do, and most schemas need none.
    """
    wanted = (text for name in verbatim_names() if _catalog(text := query_text(name)) in catalogs)
    return "\nUNION ALL\n".join(f"({text})" for text in wanted)


def verbatim_names() -> list[str]:
    """The names of the statements in ``verbatim``."""
    found = (path.name for path in files(__name__).joinpath("verbatim").iterdir())
    return sorted(f"verbatim/{name[:-4]}" for name in found if name.endswith(".sql"))


def _catalog(text: str) -> str:
    """The system catalog whose objects a statement of ``verbatim`` is about."""
    return text.partition("'::pg_catalog.text AS catalog")[0].rpartition("'")[2]
