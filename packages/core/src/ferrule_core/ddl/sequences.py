"""Sequences: those of their own, and those that a column owns."""

from __future__ import annotations

from collections.abc import Iterator

from ferrule_core.catalog.names import quote_identifier
from ferrule_core.catalog.objects import Sequence
from ferrule_core.ddl.clauses import comment_on, counting


def create_sequence(sequence: Sequence) -> Iterator[str]:
    """The statements that make a sequence; who owns it comes later, with the table."""
    name = sequence.name.sql
    kind = "UNLOGGED SEQUENCE" if sequence.unlogged else "SEQUENCE"
    yield " ".join([f"CREATE {kind} {name} AS {sequence.type.sql}", *counting(sequence.options)])
    yield from comment_on("SEQUENCE", name, sequence.comment)


def own_sequence(sequence: Sequence) -> Iterator[str]:
    """The statement that gives a sequence to its column, where it has one."""
    owner = sequence.owner
    if owner is not None:
        column = f"{owner.table.sql}.{quote_identifier(owner.column)}"
        yield f"ALTER SEQUENCE {sequence.name.sql} OWNED BY {column}"
