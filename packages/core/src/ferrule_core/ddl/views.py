"""Views and materialized views."""

from __future__ import annotations

from collections.abc import Iterator

from ferrule_core.catalog.names import quote_identifier
from ferrule_core.catalog.objects import MaterializedView, View
from ferrule_core.ddl.clauses import collate, comment_on, parameters
from ferrule_core.ddl.columns import set_columns
from ferrule_core.ddl.indexes import comment_on_index, create_index


def create_view(view: View, *, replace: bool = False) -> Iterator[str]:
    """The statement that makes a view, or puts it in the place of its stand-in."""
    verb = "CREATE OR REPLACE VIEW" if replace else "CREATE VIEW"
    yield f"{verb} {view.name.sql}{parameters(view.options)} AS\n{view.definition}"


def create_stand_in(view: View) -> Iterator[str]:
    """A view of the same columns that needs no other, for views that need each other."""
    columns = ", ".join(
        f"NULL::{column.type.sql}{collate(column.collation)} AS {quote_identifier(column.name)}"
        for column in view.columns
    )
    yield f"CREATE VIEW {view.name.sql} AS\nSELECT {columns}"


def complete_view(view: View) -> Iterator[str]:
    """Defaults of its columns, and comments."""
    for column in view.columns:
        if column.default is not None:
            yield (
                f"ALTER VIEW {view.name.sql} ALTER COLUMN {quote_identifier(column.name)} "
                f"SET DEFAULT {column.default}"
            )
    yield from comment_on("VIEW", view.name.sql, view.comment)
    yield from _comment_on_columns(view)


def create_materialized_view(view: MaterializedView) -> Iterator[str]:
    """The statement that makes a materialized view, without rows."""
    head = f"CREATE MATERIALIZED VIEW {view.name.sql}"
    if view.access_method is not None:
        head += f" USING {quote_identifier(view.access_method)}"
    head += parameters(view.options)
    if view.tablespace is not None:
        head += f" TABLESPACE {quote_identifier(view.tablespace)}"
    yield f"{head} AS\n{view.definition}\nWITH NO DATA"


def complete_materialized_view(view: MaterializedView) -> Iterator[str]:
    """Its indexes, and comments."""
    for index in view.indexes:
        yield from create_index(index, view.name)
        yield from comment_on_index(view.name, index.name, index.comment)
    yield from set_columns("MATERIALIZED VIEW", view.name, view.columns)
    yield from comment_on("MATERIALIZED VIEW", view.name.sql, view.comment)
    yield from _comment_on_columns(view)


def _comment_on_columns(view: View | MaterializedView) -> Iterator[str]:
    for column in view.columns:
        name = f"{view.name.sql}.{quote_identifier(column.name)}"
        yield from comment_on("COLUMN", name, column.comment)
