"""Sequences: of their own, owned by a column, or behind an identity column."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ferrule_core.catalog import (
    Identity,
    QualifiedName,
    Sequence,
    SequenceOptions,
    SequenceOwner,
    TypeRef,
    default_name,
)
from ferrule_introspect.assemble.comments import Comments
from ferrule_introspect.assemble.types import TypeNames
from ferrule_introspect.rows import ColumnRow, RelationRow, SequenceRow

_BITS = {"int2": 16, "int4": 32, "int8": 64}


def identity_sequences(rows: Iterable[SequenceRow]) -> dict[tuple[int, int], SequenceRow]:
    """Sequences of identity columns, by OID of the table and number of the column."""
    return {
        (row.owner, row.owner_number): row
        for row in rows
        if row.ownership == "i" and row.owner is not None and row.owner_number is not None
    }


def assemble_identity(
    column: ColumnRow,
    table: RelationRow,
    sequence: SequenceRow,
    types: TypeNames,
    comments: Comments,
) -> Identity:
    """How an identity column counts.

    Options are told from the defaults of the column's type, because that is the type which the
    sequence gets when the column is made again.
    """
    usual = QualifiedName(table.schema, default_name(table.name, column.name, "seq"))
    name = QualifiedName(sequence.schema, sequence.name)
    return Identity(
        always=column.identity == "a",
        options=_options(sequence, types.reference(column.type)),
        sequence=None if name == usual else name,
        unlogged=None if sequence.unlogged == table.unlogged else sequence.unlogged,
        comment=comments.on("pg_class", sequence.oid),
    )


def assemble_sequences(
    rows: Iterable[SequenceRow],
    relations: Mapping[int, RelationRow],
    names: Mapping[int, Mapping[int, str]],
    types: TypeNames,
    comments: Comments,
) -> tuple[Sequence, ...]:
    """Sequences that are no part of an identity column."""
    return tuple(
        Sequence(
            name=QualifiedName(row.schema, row.name),
            type=types.reference(row.type),
            options=_options(row, types.reference(row.type)),
            owner=_owner(row, relations, names),
            unlogged=row.unlogged,
            comment=comments.on("pg_class", row.oid),
        )
        for row in rows
        if row.ownership != "i"
    )


def _owner(
    row: SequenceRow,
    relations: Mapping[int, RelationRow],
    names: Mapping[int, Mapping[int, str]],
) -> SequenceOwner | None:
    if row.owner is None or row.owner_number is None:
        return None
    table = relations[row.owner]
    return SequenceOwner(
        table=QualifiedName(table.schema, table.name), column=names[row.owner][row.owner_number]
    )


def _options(row: SequenceRow, type_: TypeRef) -> SequenceOptions:
    largest = 2 ** (_BITS.get(type_.name, 64) - 1) - 1
    usual_minimum, usual_maximum = (1, largest) if row.increment > 0 else (-largest - 1, -1)
    usual_start = row.minimum if row.increment > 0 else row.maximum
    return SequenceOptions(
        start=None if row.start == usual_start else row.start,
        increment=row.increment,
        minimum=None if row.minimum == usual_minimum else row.minimum,
        maximum=None if row.maximum == usual_maximum else row.maximum,
        cache=row.cache,
        cycle=row.cycle,
    )
