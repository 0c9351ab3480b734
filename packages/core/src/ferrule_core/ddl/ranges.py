"""Range types and collations."""

from __future__ import annotations

from collections.abc import Iterator

from ferrule_core.catalog.ranges import Collation, Range
from ferrule_core.ddl.clauses import comment_on
from ferrule_core.sql.literals import quote_literal


def create_range_shell(one: Range) -> Iterator[str]:
    """The statement that says that the type will be there, where its own function needs it."""
    if one.canonical is not None:
        yield f"CREATE TYPE {one.name.sql}"


def create_range(one: Range) -> Iterator[str]:
    """The statements that make a range type."""
    names = {
        "SUBTYPE_OPCLASS": one.operator_class,
        "COLLATION": one.collation,
        "CANONICAL": one.canonical,
        "SUBTYPE_DIFF": one.difference,
        "MULTIRANGE_TYPE_NAME": one.multirange,
    }
    parts = [f"SUBTYPE = {one.subtype.sql}"]
    parts += [f"{option} = {name.sql}" for option, name in names.items() if name is not None]
    yield f"CREATE TYPE {one.name.sql} AS RANGE ({', '.join(parts)})"
    yield from comment_on("TYPE", one.name.sql, one.comment)


def create_collation(one: Collation) -> Iterator[str]:
    """The statements that make a collation."""
    texts = {
        "LOCALE": one.locale,
        "LC_COLLATE": one.lc_collate,
        "LC_CTYPE": one.lc_ctype,
        "RULES": one.rules,
    }
    parts = [f"PROVIDER = {one.provider}"]
    parts += [f"{option} = {quote_literal(text)}" for option, text in texts.items() if text]
    if not one.deterministic:
        parts.append("DETERMINISTIC = false")
    yield f"CREATE COLLATION {one.name.sql} ({', '.join(parts)})"
    yield from comment_on("COLLATION", one.name.sql, one.comment)
