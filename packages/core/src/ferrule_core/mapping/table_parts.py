"""The keys, constraints and indexes of one table, as parts of a catalog."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Protocol, TypeVar

from ferrule_core.catalog.constraints import (
    Check,
    Exclusion,
    ExclusionElement,
    ForeignKey,
    NotNull,
    PrimaryKey,
    Unique,
)
from ferrule_core.catalog.indexes import Index, IndexElement
from ferrule_core.catalog.names import QualifiedName, default_name
from ferrule_core.errors import ModelError, nearest
from ferrule_core.mapping.constraints import (
    CheckConstraint,
    ExclusionConstraint,
    NotNullConstraint,
    PrimaryKeyConstraint,
    ReferenceConstraint,
    TableConstraint,
    UniqueConstraint,
)
from ferrule_core.mapping.declared_types import qualified
from ferrule_core.mapping.default_names import (
    NamesInUse,
    columns_named_in,
    default_index_columns,
)
from ferrule_core.mapping.indexes import Element, TableIndex
from ferrule_core.mapping.relations import ForeignKeyOptions

if TYPE_CHECKING:
    from ferrule_core.mapping.links import Link
    from ferrule_core.mapping.model_table import ModelTable


class _Named(Protocol):
    @property
    def name(self) -> str: ...


_WITHOUT_INDEX = (CheckConstraint, NotNullConstraint, ReferenceConstraint)

N = TypeVar("N", bound=_Named)
C = TypeVar("C", bound=TableConstraint)


class TableParts:
    """Makes the parts of one table; what has no name gets one that is free."""

    def __init__(self, table: ModelTable, name: QualifiedName, names: NamesInUse) -> None:
        """Make parts of a table.

        Args:
            table: The model's table.
            name: Its whole name.
            names: Those of the catalog that are taken.
        """
        self._table = table
        self._name = name
        self._names = names

    def take_names(self) -> None:
        """Let nobody else have the names that the class says."""
        for constraint in self._table.constraints:
            if constraint.name is not None:
                self._names.take_constraint(self._name, constraint.name)
                if not isinstance(constraint, _WITHOUT_INDEX):
                    self._take(constraint.name)
        for options in self._foreign_keys().values():
            if options.name is not None:
                self._names.take_constraint(self._name, options.name)
        for one in self._table.indexes:
            if one.name is not None:
                self._take(one.name)

    def _take(self, name: str) -> None:
        self._names.take_relation(QualifiedName(self._name.schema, name))

    def primary_key(self) -> PrimaryKey | None:
        """The primary key; ``None`` where there is none."""
        said = next(self._of_kind(PrimaryKeyConstraint), None)
        if not self._table.primary_key:
            return None
        if said is None:
            said = PrimaryKeyConstraint(columns=tuple(c.attribute for c in self._table.primary_key))
        return PrimaryKey(
            name=said.name or self._names.of_index(self._name, (), "pkey"),
            columns=self._columns(said.columns),
            include=self._columns(said.include),
            deferrable=said.deferrable,
            initially_deferred=said.initially_deferred,
            without_overlaps=said.without_overlaps,
            comment=said.comment,
        )

    def uniques(self) -> tuple[Unique, ...]:
        """Unique constraints: of single columns, and those that are listed."""
        at_columns = [
            UniqueConstraint(columns=(column.attribute,))
            for column in self._table.columns.values()
            if column.options.unique
        ]
        return _sorted(map(self._unique, [*at_columns, *self._of_kind(UniqueConstraint)]))

    def _unique(self, said: UniqueConstraint) -> Unique:
        columns, include = self._columns(said.columns), self._columns(said.include)
        return Unique(
            name=said.name or self._names.of_index(self._name, [*columns, *include], "key"),
            columns=columns,
            include=include,
            nulls_not_distinct=said.nulls_not_distinct,
            deferrable=said.deferrable,
            initially_deferred=said.initially_deferred,
            without_overlaps=said.without_overlaps,
            comment=said.comment,
        )

    def checks(self) -> tuple[Check, ...]:
        """Conditions: of single columns, and those that are listed."""
        at_columns = [
            Check(
                name=self._names.of_constraint(self._name, [column.name], "check"),
                expression=column.options.check,
            )
            for column in self._table.columns.values()
            if column.options.check is not None
        ]
        return _sorted([*at_columns, *map(self._check, self._of_kind(CheckConstraint))])

    def _check(self, said: CheckConstraint) -> Check:
        return Check(
            name=said.name
            or self._names.of_constraint(
                self._name, check_columns(said.sql, list(self._table.by_name)), "check"
            ),
            expression=said.sql,
            no_inherit=said.no_inherit,
            validated=said.validated,
            enforced=said.enforced,
            comment=said.comment,
        )

    def not_nulls(self) -> tuple[NotNull, ...]:
        """Those that say more than that a column is not nullable."""
        found: list[NotNull] = []
        for said in self._of_kind(NotNullConstraint):
            (column,) = self._columns([said.column])
            usual = default_name(self._name.name, column, "not_null")
            constraint = NotNull(
                name=said.name or usual,
                column=column,
                no_inherit=said.no_inherit,
                validated=said.validated,
                comment=said.comment,
            )
            if constraint != NotNull(name=usual, column=column):
                found.append(constraint)
        return _sorted(found)

    def never_null(self) -> frozenset[str]:
        """Names of the columns of which the class lists that they are not null."""
        said = [constraint.column for constraint in self._of_kind(NotNullConstraint)]
        return frozenset(self._columns(said))

    def foreign_keys(self, schema: str) -> tuple[ForeignKey, ...]:
        """Foreign keys that are constraints.

        Args:
            schema: Where a table lies whose model does not say it.
        """
        own = [
            self._of_relation(self._table.link(attribute), options, schema)
            for attribute, options in self._foreign_keys().items()
        ]
        further = [
            self._foreign_key(
                one.options,
                QualifiedName(one.schema or self._name.schema, one.table),
                one.options.references,
            )
            for one in self._of_kind(ReferenceConstraint)
        ]
        return _sorted([*own, *further])

    def _of_relation(self, link: Link, said: ForeignKeyOptions, schema: str) -> ForeignKey:
        target = link.target
        if not link.remote:
            raise ModelError(
                f"{self._table.model_name}.{link.attribute} refers to {target.model_name}, "
                "which has no key",
                hint="name the columns that it refers to: foreign_key(..., references=[...])",
            )
        whole_name = QualifiedName(target.schema or schema, target.name)
        return self._foreign_key(said, whole_name, tuple(column.name for column in link.remote))

    def _foreign_key(
        self, said: ForeignKeyOptions, target: QualifiedName, target_columns: tuple[str, ...]
    ) -> ForeignKey:
        columns = self._columns(said.columns)
        return ForeignKey(
            name=said.name or self._names.of_constraint(self._name, columns, "fkey"),
            columns=columns,
            target=target,
            target_columns=target_columns,
            on_update=said.on_update,
            on_delete=said.on_delete,
            on_delete_columns=self._columns(said.on_delete_columns),
            match=said.match,
            deferrable=said.deferrable,
            initially_deferred=said.initially_deferred,
            validated=said.validated,
            enforced=said.enforced,
            period=said.period,
            comment=said.comment,
        )

    def exclusions(self) -> tuple[Exclusion, ...]:
        """What no two rows may have in common."""
        return _sorted(map(self._exclusion, self._of_kind(ExclusionConstraint)))

    def _exclusion(self, said: ExclusionConstraint) -> Exclusion:
        elements = tuple(
            ExclusionElement(element=self._element(what), operator=operator)
            for what, operator in said.elements
        )
        include = self._columns(said.include)
        about = index_columns([one.element for one in elements], include)
        return Exclusion(
            name=said.name or self._names.of_index(self._name, about, "excl"),
            elements=elements,
            method=said.method,
            predicate=said.where,
            include=include,
            deferrable=said.deferrable,
            initially_deferred=said.initially_deferred,
            comment=said.comment,
        )

    def indexes(self) -> tuple[Index, ...]:
        """Indexes: of single columns, and those that are listed."""
        at_columns = [
            TableIndex(elements=(Element(text=column.attribute),))
            for column in self._table.columns.values()
            if column.options.index
        ]
        return _sorted(map(self._index, [*at_columns, *self._table.indexes]))

    def _index(self, said: TableIndex) -> Index:
        elements = tuple(map(self._element, said.elements))
        include = self._columns(said.include)
        return Index(
            name=said.name
            or self._names.of_index(self._name, index_columns(elements, include), "idx"),
            elements=elements,
            method=said.method,
            unique=said.unique,
            nulls_not_distinct=said.nulls_not_distinct,
            include=include,
            predicate=said.where,
            parameters=said.parameters,
            comment=said.comment,
        )

    def _element(self, said: Element) -> IndexElement:
        expression = said.text.startswith("(")
        return IndexElement(
            column=None if expression else self._columns([said.text])[0],
            expression=f"({said.text})" if expression else None,
            collation=qualified(said.collation),
            operator_class=qualified(said.operator_class),
            operator_class_parameters=said.operator_class_parameters,
            descending=said.descending,
            nulls_first=_nulls_first(said),
        )

    def _foreign_keys(self) -> dict[str, ForeignKeyOptions]:
        return {
            attribute: relation.options
            for attribute, relation in self._table.relations.items()
            if isinstance(relation.options, ForeignKeyOptions) and relation.options.constraint
        }

    def _of_kind(self, kind: type[C]) -> Iterator[C]:
        return (one for one in self._table.constraints if isinstance(one, kind))

    def _columns(self, attributes: Sequence[str]) -> tuple[str, ...]:
        """Names of columns by their attributes.

        Raises:
            ModelError: The model has no such column.
        """
        known = self._table.columns
        for attribute in attributes:
            if attribute not in known:
                raise ModelError(
                    f"a constraint or index of {self._table.model_name} names "
                    f'"{attribute}", which is no column',
                    hint=nearest(attribute, known)
                    or "columns are named by their attributes; "
                    'an expression stands in parentheses: "(lower(title))"',
                )
        return tuple(known[attribute].name for attribute in attributes)


def check_columns(sql: str, columns: Sequence[str]) -> tuple[str, ...]:
    """What a condition adds to the name of its constraint: its column, where it is about one."""
    named = columns_named_in(sql, columns)
    return named if len(named) == 1 else ()


def index_columns(elements: Sequence[IndexElement], include: Sequence[str]) -> tuple[str, ...]:
    """What the columns of an index add to its name."""
    return default_index_columns([(one.column, one.expression) for one in elements], include)


def _nulls_first(said: Element) -> bool | None:
    """Where NULLs stand, if that is not the default of the direction."""
    if said.nulls is None or (said.nulls == "first") == said.descending:
        return None
    return said.nulls == "first"


def _sorted(parts: Iterable[N]) -> tuple[N, ...]:
    return tuple(sorted(parts, key=lambda part: part.name))
