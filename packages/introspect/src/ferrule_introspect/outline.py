"""A catalog in a few lines per object, for people. Pure."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence
from itertools import groupby
from operator import attrgetter

from ferrule_core.catalog import (
    Catalog,
    Column,
    Domain,
    ForeignKey,
    Index,
    MaterializedView,
    QualifiedName,
    Relation,
    Routine,
    Table,
    View,
    shown_name,
)
from ferrule_core.plugins.contracts import Unmodelled

Branches = dict[str, Sequence[str]]

SUMMARY_COLUMNS = ("name", "kind", "columns", "key", "foreign keys", "indexes", "comment")
_LONGEST_TEXT = 60
_NAMES_SHOWN = 3


def outline_schemas(catalog: Catalog) -> dict[str, Branches]:
    """Each schema as a tree: objects, and under them what they are made of.

    A sequence that a column owns is said at the column, as ``serial``.
    """
    schemas: dict[str, Branches] = {schema.name: {} for schema in catalog.schemas}
    owners = [sequence.owner for sequence in catalog.sequences if sequence.owner is not None]
    serial = {(owner.table, owner.column) for owner in owners}

    def add(name: QualifiedName, kind: str, comment: str | None, leaves: Iterable[str]) -> None:
        label = f"{shown_name(name.name)} ({kind})"
        note = f": {_short(comment)}" if comment else ""
        schemas.setdefault(name.schema, {})[label + note] = tuple(leaves)

    for relation in sorted(catalog.relations.values(), key=attrgetter("name")):
        lines = _relation_lines(relation, serial)
        add(relation.name, _kind(relation), relation.comment, lines)
    for enum in catalog.enums:
        add(enum.name, "enum", enum.comment, [", ".join(map(repr, enum.labels))])
    for domain in catalog.domains:
        add(domain.name, "domain", domain.comment, _domain_lines(domain))
    for composite in catalog.composites:
        parts = [f"{shown_name(part.name)}  {part.type}" for part in composite.attributes]
        add(composite.name, "composite type", composite.comment, parts)
    for sequence in catalog.sequences:
        if sequence.owner is None:
            add(sequence.name, "sequence", sequence.comment, [str(sequence.type)])
    for routine in catalog.routines:
        add(routine.name, routine.kind, routine.comment, [_call(routine)])
    for aggregate in catalog.aggregates:
        add(aggregate.name, "aggregate", aggregate.comment, [aggregate.signature])
    return schemas


def summarise(catalog: Catalog) -> list[tuple[object, ...]]:
    """One row for each relation, under ``SUMMARY_COLUMNS``."""
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
        for relation in sorted(catalog.relations.values(), key=attrgetter("name"))
    ]


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


def _kind(relation: Relation) -> str:
    if isinstance(relation, Table):
        return "table"
    return "materialized view" if isinstance(relation, MaterializedView) else "view"


def _key(relation: Relation) -> str:
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
    names = [shown_name(column.name) for column in relation.columns]
    types = [str(column.type) for column in relation.columns]
    wide, wider = max(map(len, names), default=0), max(map(len, types), default=0)
    for column, name, type_ in zip(relation.columns, names, types, strict=True):
        yield f"{name:{wide}}  {type_:{wider}}  {', '.join(marks[column.name])}".rstrip()
    if isinstance(relation, Table):
        yield from _constraint_lines(relation)
    if isinstance(relation, Table | MaterializedView):
        yield from map(_index_line, relation.indexes)
    if isinstance(relation, Table | View):
        yield from (f"trigger {shown_name(trigger.name)}" for trigger in relation.triggers)


def _marks(column: Column, *, serial: bool) -> Iterator[str]:
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


def _domain_lines(domain: Domain) -> Iterator[str]:
    default = f", default {_short(domain.default)}" if domain.default else ""
    yield f"{domain.type}{', null' if domain.nullable else ''}{default}"
    for check in domain.checks:
        yield f"check {_short(check.expression)}"


def _listed(columns: Iterable[str]) -> str:
    return ", ".join(map(shown_name, columns))


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST_TEXT else line[: _LONGEST_TEXT - 3] + "..."
