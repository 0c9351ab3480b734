"""A catalog in a few lines per object, for people. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from ferrule_core.catalog import (
    Aggregate,
    Catalog,
    Collation,
    Column,
    Domain,
    ForeignKey,
    ForeignTable,
    Index,
    MaterializedView,
    QualifiedName,
    Relation,
    Routine,
    Table,
    Verbatim,
    quote_identifier,
    shown_name,
)
from ferrule_core.plugins.contracts import Unmodelled
from ferrule_introspect.belongings import (
    access_lines,
    exclusion_line,
    guard_lines,
    place_lines,
)
from ferrule_introspect.rows import SizeRow

Branches = dict[str, Sequence[str]]

SUMMARY_COLUMNS = ("name", "kind", "columns", "key", "foreign keys", "indexes", "comment")
SIZE_COLUMNS = ("name", "kind", "columns", "key", "rows, about", "size", "comment")
_LONGEST_TEXT = 60
_LONGEST_LINE = 110
_NAMES_SHOWN = 3
_KILO = 1024


class _Entry(NamedTuple):
    """An object of a schema, and what it is made of."""

    schema: str
    name: str
    kind: str
    comment: str | None
    leaves: Iterable[str]


def outline_schemas(
    catalog: Catalog, sizes: Mapping[QualifiedName, SizeRow] | None = None
) -> dict[str, Branches]:
    """Each schema as a tree: objects, and under them what they are made of.

    A sequence that a column owns is said at the column, as ``serial``.
    """
    schemas: dict[str, Branches] = {schema.name: {} for schema in catalog.schemas}
    for entry in (*_relations(catalog, sizes or {}), *_types(catalog), *_others(catalog)):
        note = f": {_short(entry.comment)}" if entry.comment else ""
        label = f"{entry.name} ({entry.kind}){note}"
        schemas.setdefault(entry.schema, {})[label] = tuple(entry.leaves)
    return schemas


def _relations(catalog: Catalog, sizes: Mapping[QualifiedName, SizeRow]) -> Iterator[_Entry]:
    owners = [sequence.owner for sequence in catalog.sequences if sequence.owner is not None]
    serial = {(owner.table, owner.column) for owner in owners}
    for relation in sorted(catalog.relations.values(), key=attrgetter("name")):
        size = sizes.get(relation.name)
        kind = _kind(relation) if size is None else f"{_kind(relation)}, {_said_size(size)}"
        lines = (*_relation_lines(relation, serial), *guard_lines(relation, catalog))
        yield _entry(relation.name, kind, relation.comment, map(_short_line, lines))
    for foreign in catalog.foreign_tables:
        kind = f"foreign table, server {shown_name(foreign.server)}"
        lines = (*_foreign_lines(foreign), *guard_lines(foreign, catalog))
        yield _entry(foreign.name, kind, foreign.comment, map(_short_line, lines))


def _types(catalog: Catalog) -> Iterator[_Entry]:
    for enum in catalog.enums:
        yield _entry(enum.name, "enum", enum.comment, [", ".join(map(repr, enum.labels))])
    for domain in catalog.domains:
        yield _entry(domain.name, "domain", domain.comment, _domain_lines(domain))
    for composite in catalog.composites:
        parts = [f"{shown_name(part.name)}  {part.type}" for part in composite.attributes]
        yield _entry(composite.name, "composite type", composite.comment, parts)
    for one in catalog.ranges:
        yield _entry(one.name, "range type", one.comment, [f"of {one.subtype}"])


def _others(catalog: Catalog) -> Iterator[_Entry]:
    for sequence in catalog.sequences:
        if sequence.owner is None:
            yield _entry(sequence.name, "sequence", sequence.comment, [str(sequence.type)])
    yield from _calls(catalog)
    for collation in catalog.collations:
        line = _collation_line(collation)
        yield _entry(collation.name, "collation", collation.comment, [line])
    for verbatim in catalog.verbatims:
        if verbatim.schema is not None:
            name, kind = _within(verbatim), verbatim.kind
            yield _Entry(verbatim.schema, name, kind, verbatim.comment, ())


def _calls(catalog: Catalog) -> Iterator[_Entry]:
    """Routines and aggregates; those that share a name are told apart by their arguments."""
    routines: list[Routine | Aggregate] = [*catalog.routines, *catalog.aggregates]
    number = Counter(routine.name for routine in routines)
    for routine in routines:
        told_apart = routine.signature if number[routine.name] > 1 else ""
        name = shown_name(routine.name.name) + told_apart
        if isinstance(routine, Routine):
            kind, line = str(routine.kind), _call(routine)
        else:
            kind, line = "aggregate", routine.signature
        yield _Entry(routine.name.schema, name, kind, routine.comment, [line])


def _entry(name: QualifiedName, kind: str, comment: str | None, leaves: Iterable[str]) -> _Entry:
    return _Entry(name.schema, shown_name(name.name), kind, comment, leaves)


def outline_database(catalog: Catalog) -> Branches:
    """What belongs to no schema: extensions, languages, publications and their like."""
    branches: Branches = {}
    for extension in catalog.extensions:
        where = [] if extension.schema is None else [f"in {shown_name(extension.schema)}"]
        branches[f"{shown_name(extension.name)} (extension)"] = where
    for verbatim in catalog.verbatims:
        if verbatim.schema is None:
            note = f": {_short(verbatim.comment)}" if verbatim.comment else ""
            branches[f"{verbatim.name} ({verbatim.kind}){note}"] = ()
    branches.update(access_lines(catalog))
    return branches


def summarise(catalog: Catalog) -> list[tuple[object, ...]]:
    """One row for each relation, under ``SUMMARY_COLUMNS``."""
    relations: list[Relation | ForeignTable] = [
        *catalog.relations.values(),
        *catalog.foreign_tables,
    ]
    return [
        (
            str(relation.name),
            _kind(relation),
            len(relation.columns),
            _key(relation),
            len(relation.foreign_keys) if isinstance(relation, Table) else 0,
            len(relation.indexes) if isinstance(relation, Table | MaterializedView) else 0,
            _short(relation.comment or ""),
        )
        for relation in sorted(relations, key=attrgetter("name"))
    ]


def with_sizes(
    rows: Iterable[tuple[object, ...]], sizes: Mapping[QualifiedName, SizeRow]
) -> list[tuple[object, ...]]:
    """The rows of ``summarise``, under ``SIZE_COLUMNS``."""
    said = {str(name): size for name, size in sizes.items()}
    return [
        (name, kind, columns, key, *_cells(said.get(str(name))), comment)
        for name, kind, columns, key, _, _, comment in rows
    ]


def _cells(size: SizeRow | None) -> tuple[int | None, str | None]:
    return (None, None) if size is None else (size.rows, said_bytes(size.bytes))


def _said_size(size: SizeRow) -> str:
    rows = "" if size.rows is None else f"about {size.rows:,} rows, "
    return rows + said_bytes(size.bytes)


def said_bytes(number: int) -> str:
    """A size for people: ``8 kB``, ``1.2 GB``."""
    amount, unit = float(number), "bytes"
    for larger in ("kB", "MB", "GB", "TB"):
        if amount < _KILO:
            break
        amount, unit = amount / _KILO, larger
    whole = unit in ("bytes", "kB") or amount >= _KILO / 10
    return f"{amount:.0f} {unit}" if whole else f"{amount:.1f} {unit}"


def summarise_unmodelled(unmodelled: Iterable[Unmodelled]) -> list[tuple[str, int, str]]:
    """One row for each kind: how many there are, and the first names."""
    rows: list[tuple[str, int, str]] = []
    for kind, group in groupby(sorted(unmodelled), key=attrgetter("kind")):
        names = [_short(each.name) for each in group]
        more = ["..."] if len(names) > _NAMES_SHOWN else []
        rows.append((kind, len(names), ", ".join(names[:_NAMES_SHOWN] + more)))
    return rows


def _call(routine: Routine) -> str:
    """How it is called, and what it gives."""
    arguments = [
        f"{argument.name or ''} {argument.type}".strip()
        for argument in routine.arguments
        if argument.mode not in ("out", "table")
    ]
    given = "" if routine.returns is None else f" -> {routine.returns}"
    return f"({', '.join(arguments)}){given}"


def _kind(relation: Relation | ForeignTable) -> str:
    if isinstance(relation, ForeignTable):
        return "foreign table"
    if isinstance(relation, Table):
        return "table"
    return "materialized view" if isinstance(relation, MaterializedView) else "view"


def _key(relation: Relation | ForeignTable) -> str:
    key = relation.primary_key if isinstance(relation, Table) else None
    return ", ".join(key.columns) if key else ""


def _relation_lines(
    relation: Relation, serial: Container[tuple[QualifiedName, str]]
) -> Iterator[str]:
    marks = {
        column.name: list(_marks(column, serial=(relation.name, column.name) in serial))
        for column in relation.columns
    }
    if isinstance(relation, Table):
        for name, mark in _key_marks(relation):
            marks[name].insert(0, mark)
    if isinstance(relation, Table):
        yield from place_lines(relation)
    yield from _column_lines(relation.columns, marks)
    if isinstance(relation, Table):
        yield from _constraint_lines(relation)
    if isinstance(relation, Table | MaterializedView):
        yield from map(_index_line, relation.indexes)


def _column_lines(columns: Sequence[Column], marks: Mapping[str, Sequence[str]]) -> Iterator[str]:
    names = [shown_name(column.name) for column in columns]
    types = [str(column.type) for column in columns]
    wide, wider = max(map(len, names), default=0), max(map(len, types), default=0)
    for column, name, type_ in zip(columns, names, types, strict=True):
        yield f"{name:{wide}}  {type_:{wider}}  {', '.join(marks[column.name])}".rstrip()


def _marks(column: Column, *, serial: bool = False) -> Iterator[str]:
    if column.nullable:
        yield "null"
    if column.identity is not None:
        yield "identity"
    if column.generated is not None:
        yield f"generated {_short(column.generated.expression)}"
    if serial and (column.default or "").startswith("nextval("):
        yield "serial"
    elif column.default is not None:
        yield f"default {_short(column.default)}"


def _key_marks(table: Table) -> Iterator[tuple[str, str]]:
    """Marks for the columns that are in keys; constraints of one column are said there."""
    for foreign_key in table.foreign_keys:
        if len(foreign_key.columns) == 1:
            yield foreign_key.columns[0], _target(table, foreign_key)
    for unique in table.uniques:
        if len(unique.columns) == 1:
            yield unique.columns[0], "unique"
    for column in table.primary_key.columns if table.primary_key else ():
        yield column, "key"


def _constraint_lines(table: Table) -> Iterator[str]:
    for unique in table.uniques:
        if len(unique.columns) > 1:
            yield f"unique ({_listed(unique.columns)})"
    for foreign_key in table.foreign_keys:
        if len(foreign_key.columns) > 1:
            yield f"({_listed(foreign_key.columns)}) {_target(table, foreign_key)}"
    for check in table.checks:
        yield f"check {_short(check.expression)}"
    yield from map(exclusion_line, table.exclusions)


def _target(table: Table, foreign_key: ForeignKey) -> str:
    target = foreign_key.target
    near = target.schema == table.name.schema
    name = shown_name(target.name) if near else str(target)
    return f"-> {name} ({_listed(foreign_key.target_columns)})"


def _index_line(index: Index) -> str:
    keys = [shown_name(e.column) if e.column else e.expression or "" for e in index.elements]
    unique = "unique " if index.unique else ""
    method = "" if index.method == "btree" else f"{index.method} "
    where = f" where {_short(index.predicate)}" if index.predicate else ""
    invalid = "" if index.valid else ", not valid"
    return f"{unique}index {shown_name(index.name)}: {method}({', '.join(keys)}){where}{invalid}"


def _within(verbatim: Verbatim) -> str:
    """How it is called in its schema: an operator with its types."""
    for schema in (shown_name(verbatim.schema or ""), quote_identifier(verbatim.schema or " ")):
        if verbatim.name.startswith(f"{schema}."):
            return verbatim.name[len(schema) + 1 :]
    return verbatim.name


def _collation_line(collation: Collation) -> str:
    locale = collation.locale or f"{collation.lc_collate}, {collation.lc_ctype}"
    loose = "" if collation.deterministic else ", not deterministic"
    return f"{collation.provider} {locale}{loose}"


def _foreign_lines(table: ForeignTable) -> Iterator[str]:
    yield from place_lines(table)
    yield from _column_lines(table.columns, {one.name: [*_marks(one)] for one in table.columns})
    yield from (f"check {_short(check.expression)}" for check in table.checks)


def _domain_lines(domain: Domain) -> Iterator[str]:
    default = f", default {_short(domain.default)}" if domain.default else ""
    yield f"{domain.type}{', null' if domain.nullable else ''}{default}"
    for check in domain.checks:
        yield f"check {_short(check.expression)}"


def _listed(columns: Iterable[str]) -> str:
    return ", ".join(map(shown_name, columns))


def _short_line(line: str) -> str:
    """A line that fits a wide terminal; its parts are short already, but for conditions."""
    return line if len(line) <= _LONGEST_LINE else line[: _LONGEST_LINE - 3] + "..."


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST_TEXT else line[: _LONGEST_TEXT - 3] + "..."
