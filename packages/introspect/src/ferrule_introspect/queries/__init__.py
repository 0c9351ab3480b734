"""The SQL that reads ``pg_catalog``: one statement per file, each runs in psql as it stands.

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
