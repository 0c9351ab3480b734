"""Indexes that no constraint owns, and what exclusion constraints compare."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping

from ferrule_core.catalog import Index, IndexElement, QualifiedName
from ferrule_introspect.assemble.comments import Comments
from ferrule_introspect.assemble.options import read_options
from ferrule_introspect.assemble.order import sorted_by_name
from ferrule_introspect.rows import IndexElementRow, IndexRow, RelationRow


def assemble_indexes(
    rows: Iterable[IndexRow],
    keys: Mapping[int, Collection[IndexElementRow]],
    relations: Mapping[int, RelationRow],
    names: Mapping[int, Mapping[int, str]],
    comments: Comments,
) -> dict[int, tuple[Index, ...]]:
    """Indexes by the OID of their relation, sorted by name."""
    found: dict[int, list[Index]] = {}
    for row in rows:
        if row.constraint_oid is None and row.relation in relations:
            index = _index(row, keys[row.oid], names[row.relation], comments)
            found.setdefault(row.relation, []).append(index)
    return {relation: sorted_by_name(indexes) for relation, indexes in found.items()}


def keys_by_index(elements: Iterable[IndexElementRow]) -> dict[int, list[IndexElementRow]]:
    """The keys of each index, in order."""
    keys: dict[int, list[IndexElementRow]] = {}
    for element in elements:
        keys.setdefault(element.index_oid, []).append(element)
    return keys


def _index(
    row: IndexRow,
    keys: Collection[IndexElementRow],
    names: Mapping[int, str],
    comments: Comments,
) -> Index:
    return Index(
        name=row.name,
        elements=tuple(read_elements(row, keys, names)),
        method=row.method,
        unique=row.is_unique,
        nulls_not_distinct=row.nulls_not_distinct,
        include=tuple(names[number] for number in row.columns[row.key_count :]),
        predicate=row.predicate,
        parameters=read_options(row.parameters),
        tablespace=row.tablespace,
        statistics_targets=tuple(
            (key.number, key.statistics_target) for key in keys if key.statistics_target is not None
        ),
        part_of=row.part_of,
        valid=row.valid,
        comment=comments.on("pg_class", row.oid),
    )


def read_elements(
    row: IndexRow, keys: Iterable[IndexElementRow], names: Mapping[int, str]
) -> Iterable[IndexElement]:
    """Read collation and operator class where the server printed them.

    It prints what is not the default for the key. To know that for an expression one needs the
    expression's type, which no function of the server tells; so its own text is followed, with
    every piece known beforehand.
    """
    tail = row.tail or ""
    for key, number in zip(keys, row.columns, strict=False):
        tail = tail.removeprefix(key.key)
        tail, collated = _take(tail, f" COLLATE {key.collation}")
        tail, classed = _take(tail, f" {key.operator_class}")
        tail = _skip_to_next(tail)
        yield IndexElement(
            column=names[number] if number else None,
            expression=None if number else key.key,
            collation=(
                QualifiedName(key.collation_schema, key.collation_name)
                if collated and key.collation_schema and key.collation_name
                else None
            ),
            operator_class=(
                QualifiedName(key.operator_class_schema, key.operator_class_name)
                if classed
                else None
            ),
            operator_class_parameters=read_options(key.operator_class_parameters),
            descending=key.descending,
            nulls_first=None if key.nulls_first == key.descending else key.nulls_first,
        )


_REST = re.compile(
    r"( \(([^')]|'([^']|'')*')*\))?"  # parameters of the operator class
    r"( DESC)?( NULLS (FIRST|LAST))?(, )?"
)


def _take(text: str, prefix: str) -> tuple[str, bool]:
    taken = text.startswith(prefix)
    return text.removeprefix(prefix), taken


def _skip_to_next(tail: str) -> str:
    rest = _REST.match(tail)
    return tail[rest.end() :] if rest else tail
