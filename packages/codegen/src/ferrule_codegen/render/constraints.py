"""Constraints and indexes of a table, as its model says them. Pure.

What concerns one column and has the name that the server would give stands at the column; the rest
is listed in ``__constraints__`` and ``__indexes__``. What neither can say is named by
``beyond_models``: it stays in the catalog.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import field

from ferrule_codegen.quoting import python_string
from ferrule_codegen.render.plan import ModelPlan
from ferrule_codegen.render.source import Group, keyword, strings
from ferrule_core.catalog import (
    MAX_NAME_BYTES,
    Check,
    Index,
    IndexElement,
    MaterializedView,
    PrimaryKey,
    Table,
    Unique,
)
from ferrule_core.deferred import dataclass

Keyword = tuple[str, str | Group]


@dataclass(frozen=True, slots=True)
class Call:
    """A call in a class body: name of a function of ``ferrule``, and its arguments as source."""

    function: str
    arguments: tuple[str | Group, ...]


@dataclass(frozen=True, slots=True)
class TableRules:
    """What a class says of its table beside the columns, and what it says at each column."""

    unique: set[str] = field(default_factory=set[str])
    indexed: set[str] = field(default_factory=set[str])
    checks: dict[str, str] = field(default_factory=dict[str, str])
    constraints: list[Call] = field(default_factory=list[Call])
    indexes: list[Call] = field(default_factory=list[Call])


def table_rules(plan: ModelPlan) -> TableRules:
    """Sort the constraints and indexes of a table to the places where its class says them."""
    rules = TableRules()
    relation = plan.relation
    if isinstance(relation, Table):
        _add_primary_key(rules, plan, relation)
        for unique in relation.uniques:
            _add_unique(rules, plan, unique)
        for check in relation.checks:
            _add_check(rules, plan, check)
    if isinstance(relation, Table | MaterializedView):
        for index in relation.indexes:
            _add_index(rules, plan, index)
    return rules


def beyond_models(plan: ModelPlan) -> Iterator[tuple[str, str]]:
    """Kind and name of each constraint and index of which a class cannot say everything."""
    relation = plan.relation
    if isinstance(relation, Table):
        keys = [relation.primary_key] if relation.primary_key is not None else []
        yield from (("constraint", key.name) for key in keys if key.without_overlaps)
        yield from (("constraint", u.name) for u in relation.uniques if u.without_overlaps)
        yield from (
            ("constraint", check.name)
            for check in relation.checks
            if not (check.validated and check.enforced)
        )
        yield from (
            ("constraint", key.name)
            for key in relation.foreign_keys
            if key.on_delete_columns or key.period or not (key.validated and key.enforced)
        )
    if isinstance(relation, Table | MaterializedView):
        yield from (("index", index.name) for index in relation.indexes if not _is_plain(index))


def default_name(table: str, columns: Sequence[str], ending: str) -> str | None:
    """The name that the server gives; ``None`` where it would have to be shortened."""
    name = "_".join([table, *columns, ending])
    return name if len(name.encode("utf-8", "surrogatepass")) <= MAX_NAME_BYTES else None


def _add_primary_key(rules: TableRules, plan: ModelPlan, table: Table) -> None:
    key = table.primary_key
    if key is None:
        return
    in_table_order = tuple(c.name for c in table.columns if c.name in key.columns)
    keywords = _key_keywords(key, plan, default_name(table.name.name, (), "pkey"))
    if keywords or in_table_order != key.columns:
        rules.constraints.append(_call("primary_key", _attributes(plan, key.columns), keywords))


def _add_unique(rules: TableRules, plan: ModelPlan, unique: Unique) -> None:
    usual = default_name(plan.name.name, unique.columns, "key")
    keywords = _key_keywords(unique, plan, usual)
    if unique.nulls_not_distinct:
        keywords.append(("nulls_not_distinct", "True"))
    first = unique.columns[0]
    if len(unique.columns) == 1 and not keywords and _takes_flag(plan, first, rules.unique):
        rules.unique.add(first)
        return
    rules.constraints.append(_call("unique", _attributes(plan, unique.columns), keywords))


def _takes_flag(plan: ModelPlan, name: str, flagged: set[str]) -> bool:
    """Whether the column can say it, which ``identity()`` cannot, and has not said it yet."""
    column = next(column for column in plan.relation.columns if column.name == name)
    return column.identity is None and name not in flagged


def _key_keywords(
    key: PrimaryKey | Unique, plan: ModelPlan, usual_name: str | None
) -> list[Keyword]:
    keywords: list[Keyword] = []
    if key.name != usual_name:
        keywords.append(("name", python_string(key.name)))
    if key.include:
        keywords.append(("include", _listed(plan, key.include)))
    if key.deferrable:
        keywords.append(("deferrable", "True"))
    if key.initially_deferred:
        keywords.append(("initially_deferred", "True"))
    return keywords


def _add_check(rules: TableRules, plan: ModelPlan, check: Check) -> None:
    table = plan.name.name
    if not check.no_inherit:
        for column in plan.relation.columns:
            usual = default_name(table, (column.name,), "check")
            free = column.name not in rules.checks and column.generated is None
            if check.name == usual and free and column.identity is None:
                rules.checks[column.name] = check.expression
                return
    keywords: list[Keyword] = []
    if check.name != default_name(table, (), "check"):
        keywords.append(("name", python_string(check.name)))
    if check.no_inherit:
        keywords.append(("no_inherit", "True"))
    rules.constraints.append(_call("check", [python_string(check.expression)], keywords))


def _add_index(rules: TableRules, plan: ModelPlan, index: Index) -> None:
    columns = [element.column for element in index.elements if element.column is not None]
    only_columns = len(columns) == len(index.elements)
    usual = default_name(plan.name.name, columns, "idx") if only_columns else None
    keywords = _index_keywords(index, plan, usual)
    elements = [_element(plan, element) for element in index.elements]
    single = len(columns) == 1 and elements == [plan.attributes[columns[0]]]
    if single and not keywords and _takes_flag(plan, columns[0], rules.indexed):
        rules.indexed.add(columns[0])
        return
    rules.indexes.append(_call("index", [python_string(e) for e in elements], keywords))


def _index_keywords(index: Index, plan: ModelPlan, usual_name: str | None) -> list[Keyword]:
    keywords: list[Keyword] = []
    if index.name != usual_name:
        keywords.append(("name", python_string(index.name)))
    if index.method != "btree":
        keywords.append(("method", python_string(index.method)))
    if index.unique:
        keywords.append(("unique", "True"))
    if index.predicate is not None:
        keywords.append(("where", python_string(index.predicate)))
    if index.include:
        keywords.append(("include", _listed(plan, index.include)))
    if index.nulls_not_distinct:
        keywords.append(("nulls_not_distinct", "True"))
    return keywords


def _element(plan: ModelPlan, element: IndexElement) -> str:
    if element.column is None:
        return f"({element.expression})"
    attribute = plan.attributes[element.column]
    return f"-{attribute}" if element.descending else attribute


def _is_plain(index: Index) -> bool:
    return index.valid and not index.parameters and all(_plain(e) for e in index.elements)


def _plain(element: IndexElement) -> bool:
    special = (
        element.collation is not None
        or element.operator_class is not None
        or element.operator_class_parameters
        or element.nulls_first is not None
    )
    return not special and not (element.descending and element.column is None)


def _call(function: str, positional: Sequence[str], keywords: Sequence[Keyword]) -> Call:
    named = (keyword(name, value) for name, value in keywords)
    return Call(function, (*positional, *named))


def _attributes(plan: ModelPlan, columns: Sequence[str]) -> list[str]:
    return [python_string(plan.attributes[column]) for column in columns]


def _listed(plan: ModelPlan, columns: Sequence[str]) -> Group:
    return strings(plan.attributes[column] for column in columns)
