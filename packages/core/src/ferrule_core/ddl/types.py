"""Types that schemas define."""

from __future__ import annotations

from collections.abc import Iterator

from ferrule_core.catalog.names import quote_identifier
from ferrule_core.catalog.objects import Composite, Domain, Enum
from ferrule_core.ddl.clauses import collate, comment_on
from ferrule_core.ddl.constraints import write_check
from ferrule_core.sql.literals import quote_literal


def create_enum(enum: Enum) -> Iterator[str]:
    """The statements that make an enumerated type."""
    labels = ", ".join(map(quote_literal, enum.labels))
    yield f"CREATE TYPE {enum.name.sql} AS ENUM ({labels})"
    yield from comment_on("TYPE", enum.name.sql, enum.comment)


def create_composite(composite: Composite) -> Iterator[str]:
    """The statements that make a composite type."""
    name = composite.name.sql
    attributes = ", ".join(
        f"{quote_identifier(one.name)} {one.type.sql}{collate(one.collation)}"
        for one in composite.attributes
    )
    yield f"CREATE TYPE {name} AS ({attributes})"
    yield from comment_on("TYPE", name, composite.comment)
    for one in composite.attributes:
        yield from comment_on("COLUMN", f"{name}.{quote_identifier(one.name)}", one.comment)


def create_domain(domain: Domain) -> Iterator[str]:
    """The statements that make a domain; a check that is not valid yet is added behind it."""
    name = domain.name.sql
    parts = [f"CREATE DOMAIN {name} AS {domain.type.sql}{collate(domain.collation)}"]
    if domain.default is not None:
        parts.append(f"DEFAULT {domain.default}")
    if domain.not_null is not None:
        parts.append(f"CONSTRAINT {quote_identifier(domain.not_null.name)} NOT NULL")
    elif not domain.nullable:
        parts.append("NOT NULL")
    parts += [write_check(check) for check in domain.checks if check.validated]
    yield " ".join(parts)
    for check in domain.checks:
        if not check.validated:
            yield f"ALTER DOMAIN {name} ADD {write_check(check)}"
        yield from comment_on("CONSTRAINT", _on_domain(check.name, name), check.comment)
    if domain.not_null is not None:
        named = _on_domain(domain.not_null.name, name)
        yield from comment_on("CONSTRAINT", named, domain.not_null.comment)
    yield from comment_on("DOMAIN", name, domain.comment)


def _on_domain(constraint: str, domain: str) -> str:
    """A domain's constraint, as ``COMMENT ON`` wants it."""
    return f"{quote_identifier(constraint)} ON DOMAIN {domain}"
