"""Constraints of tables and domains."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import field

from ferrule_core.catalog import (
    Check,
    DomainNotNull,
    Exclusion,
    ExclusionElement,
    ForeignKey,
    NotNull,
    PrimaryKey,
    QualifiedName,
    ReferentialAction,
    Unique,
    default_name,
)
from ferrule_core.deferred import dataclass
from ferrule_introspect.assemble.comments import Comments
from ferrule_introspect.assemble.indexes import read_elements
from ferrule_introspect.assemble.options import read_options
from ferrule_introspect.assemble.order import sorted_by_name
from ferrule_introspect.rows import (
    ConstraintRow,
    DomainRow,
    IndexElementRow,
    IndexRow,
    RelationRow,
)

_ACTIONS: dict[str, ReferentialAction] = {
    "a": "no action",
    "r": "restrict",
    "c": "cascade",
    "n": "set null",
    "d": "set default",
}
_PLAIN = (False, True, True, None)
"""``no_inherit``, ``validated``, ``local`` and comment of a mere ``NOT NULL``."""


@dataclass(slots=True)
class TableConstraints:
    """The constraints of one table by kind."""

    primary_key: PrimaryKey | None = None
    uniques: list[Unique] = field(default_factory=list[Unique])
    foreign_keys: list[ForeignKey] = field(default_factory=list[ForeignKey])
    checks: list[Check] = field(default_factory=list[Check])
    not_nulls: list[NotNull] = field(default_factory=list[NotNull])
    exclusions: list[Exclusion] = field(default_factory=list[Exclusion])


class ConstraintAssembler:
    """Makes constraints of rows; keeps what all of them need."""

    def __init__(
        self,
        relations: Mapping[int, RelationRow],
        names: Mapping[int, Mapping[int, str]],
        indexes: Iterable[IndexRow],
        keys: Mapping[int, Collection[IndexElementRow]],
        comments: Comments,
    ) -> None:
        self._relations = relations
        self._names = names
        self._indexes = {index.oid: index for index in indexes}
        self._keys = keys
        self._comments = comments

    def by_table(self, rows: Iterable[ConstraintRow]) -> dict[int, TableConstraints]:
        """Constraints by OID of their table."""
        found = {oid: TableConstraints() for oid in self._relations}
        for row in rows:
            if row.relation in found:
                self._add(found[row.relation], row)
        return found

    def _add(self, constraints: TableConstraints, row: ConstraintRow) -> None:
        match row.kind:
            case "p":
                constraints.primary_key = self._primary_key(row)
            case "u":
                constraints.uniques.append(self._unique(row))
            case "x":
                constraints.exclusions.append(self._exclusion(row))
            case "f":
                constraints.foreign_keys.append(self._foreign_key(row))
            case "c":
                constraints.checks.append(assemble_check(row, self._comments))
            case "n":
                constraints.not_nulls.extend(self._not_null(row))
            case _:
                raise AssertionError(f"constraints.sql gave a constraint of kind {row.kind!r}")

    def _columns(self, row: ConstraintRow) -> tuple[str, ...]:
        names = self._names[row.relation]
        return tuple(names[number] for number in row.columns or ())

    def _include(self, row: ConstraintRow) -> tuple[str, ...]:
        index, names = self._indexes[row.index_oid], self._names[row.relation]
        return tuple(names[number] for number in index.columns[index.key_count :])

    def _comment(self, row: ConstraintRow) -> str | None:
        return self._comments.on("pg_constraint", row.oid)

    def _primary_key(self, row: ConstraintRow) -> PrimaryKey:
        index = self._indexes[row.index_oid]
        return PrimaryKey(
            name=row.name,
            columns=self._columns(row),
            include=self._include(row),
            deferrable=row.deferrable,
            initially_deferred=row.initially_deferred,
            without_overlaps=row.period,
            parameters=read_options(index.parameters),
            tablespace=index.tablespace,
            part_of=index.part_of,
            comment=self._comment(row),
            index_comment=self._comments.on("pg_class", row.index_oid),
        )

    def _unique(self, row: ConstraintRow) -> Unique:
        index = self._indexes[row.index_oid]
        return Unique(
            name=row.name,
            columns=self._columns(row),
            include=self._include(row),
            nulls_not_distinct=index.nulls_not_distinct,
            deferrable=row.deferrable,
            initially_deferred=row.initially_deferred,
            without_overlaps=row.period,
            parameters=read_options(index.parameters),
            tablespace=index.tablespace,
            part_of=index.part_of,
            comment=self._comment(row),
            index_comment=self._comments.on("pg_class", row.index_oid),
        )

    def _exclusion(self, row: ConstraintRow) -> Exclusion:
        index = self._indexes[row.index_oid]
        elements = read_elements(index, self._keys[index.oid], self._names[row.relation])
        return Exclusion(
            name=row.name,
            elements=tuple(
                ExclusionElement(element=element, operator=operator)
                for element, operator in zip(elements, row.operators or (), strict=True)
            ),
            method=index.method,
            predicate=index.predicate,
            include=self._include(row),
            deferrable=row.deferrable,
            initially_deferred=row.initially_deferred,
            parameters=read_options(index.parameters),
            tablespace=index.tablespace,
            part_of=index.part_of,
            comment=self._comment(row),
            index_comment=self._comments.on("pg_class", row.index_oid),
        )

    def _foreign_key(self, row: ConstraintRow) -> ForeignKey:
        names = self._names[row.relation]
        return ForeignKey(
            name=row.name,
            columns=self._columns(row),
            target=QualifiedName(row.target_schema or "", row.target_name or ""),
            target_columns=tuple(row.target_columns or ()),
            on_update=_ACTIONS[row.on_update],
            on_delete=_ACTIONS[row.on_delete],
            on_delete_columns=tuple(names[number] for number in row.on_delete_columns or ()),
            match="full" if row.match == "f" else "simple",
            deferrable=row.deferrable,
            initially_deferred=row.initially_deferred,
            validated=row.validated,
            enforced=row.enforced,
            period=row.period,
            comment=self._comment(row),
        )

    def _not_null(self, row: ConstraintRow) -> Iterable[NotNull]:
        """Only one that says more than that the column is not nullable.

        Of a table that inherits it is each: the server gives it its parent's name, or another.
        """
        (column,) = self._columns(row)
        comment = self._comment(row)
        relation = self._relations[row.relation]
        if (
            (not relation.parent_names or relation.partition_bound is not None)
            and row.name == default_name(relation.name, column, "not_null")
            and (row.no_inherit, row.validated, row.local, comment) == _PLAIN
        ):
            return ()
        said = NotNull(
            name=row.name,
            column=column,
            no_inherit=row.no_inherit,
            validated=row.validated,
            local=row.local,
            comment=comment,
        )
        return (said,)


def domain_checks(
    rows: Iterable[ConstraintRow], comments: Comments
) -> dict[int, tuple[Check, ...]]:
    """Checks by OID of their domain, sorted by name."""
    found: dict[int, list[Check]] = {}
    for row in rows:
        if row.domain and row.kind == "c":
            found.setdefault(row.domain, []).append(assemble_check(row, comments))
    return {domain: sorted_by_name(checks) for domain, checks in found.items()}


def domain_not_nulls(
    rows: Iterable[ConstraintRow], domains: Iterable[DomainRow], comments: Comments
) -> dict[int, DomainNotNull]:
    """``NOT NULL`` by OID of its domain, where it has a name or a comment of its own."""
    names = {row.oid: row.name for row in domains}
    found: dict[int, DomainNotNull] = {}
    for row in rows:
        if row.kind == "n" and row.domain in names:
            said = DomainNotNull(name=row.name, comment=comments.on("pg_constraint", row.oid))
            if said != DomainNotNull(name=default_name(names[row.domain], None, "not_null")):
                found[row.domain] = said
    return found


def assemble_check(row: ConstraintRow, comments: Comments) -> Check:
    """A check of a table or a domain."""
    return Check(
        name=row.name,
        expression=row.expression or "",
        no_inherit=row.no_inherit,
        validated=row.validated,
        enforced=row.enforced,
        local=row.local,
        comment=comments.on("pg_constraint", row.oid),
    )
