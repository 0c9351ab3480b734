"""Constraints and indexes of a table, as its model says them. Pure.

What concerns one column and has the name that the server would give stands at the column; the rest
is listed in ``__constraints__`` and ``__indexes__``. What neither can say is named by
``beyond_models``: it stays in the catalog.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import field

from ferrule_codegen.quoting import python_string
from ferrule_codegen.render.calls import (
    Argument,
    Call,
    Keyword,
    call_of,
    mapping,
    object_name,
)
from ferrule_codegen.render.plan import ModelPlan
from ferrule_codegen.render.source import Group, strings
from ferrule_core.catalog import (
    Check,
    Exclusion,
    Index,
    IndexElement,
    MaterializedView,
    NotNull,
    PrimaryKey,
    Table,
    Unique,
)
from ferrule_core.catalog.names import default_name
from ferrule_core.deferred import dataclass
from ferrule_core.mapping.table_parts import check_columns, index_columns


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
        _add_not_nulls(rules, plan, relation)
        rules.constraints.extend(_exclude(plan, one) for one in relation.exclusions)
    if isinstance(relation, Table | MaterializedView):
        for index in relation.indexes:
            _add_index(rules, plan, index)
    return rules


def beyond_models(plan: ModelPlan) -> Iterator[tuple[str, str]]:
    """Kind and name of each constraint and index of which a class cannot say everything."""
    relation = plan.relation
    if isinstance(relation, Table | MaterializedView):
        yield from (("index", index.name) for index in relation.indexes if not index.valid)


def usual_name(table: str, columns: Sequence[str], ending: str) -> str:
    """The name that the server gives to what is about these columns."""
    return default_name(table, "_".join(columns) or None, ending)


def _add_primary_key(rules: TableRules, plan: ModelPlan, table: Table) -> None:
    key = table.primary_key
    if key is None:
        return
    in_table_order = tuple(c.name for c in table.columns if c.name in key.columns)
    keywords = _key_keywords(key, plan, usual_name(table.name.name, (), "pkey"))
    if keywords or in_table_order != key.columns:
        rules.constraints.append(call_of("primary_key", _attributes(plan, key.columns), keywords))


def _add_unique(rules: TableRules, plan: ModelPlan, unique: Unique) -> None:
    usual = usual_name(plan.name.name, [*unique.columns, *unique.include], "key")
    keywords = _key_keywords(unique, plan, usual)
    first = unique.columns[0]
    if len(unique.columns) == 1 and not keywords and _takes_flag(plan, first, rules.unique):
        rules.unique.add(first)
        return
    rules.constraints.append(call_of("unique", _attributes(plan, unique.columns), keywords))


def _takes_flag(plan: ModelPlan, name: str, flagged: set[str]) -> bool:
    """Whether the column can say it, which ``identity()`` cannot, and has not said it yet."""
    column = next(column for column in plan.relation.columns if column.name == name)
    return column.identity is None and name not in flagged


def _key_keywords(key: PrimaryKey | Unique, plan: ModelPlan, usual: str) -> list[Keyword]:
    keywords: list[Keyword] = []
    if key.name != usual:
        keywords.append(("name", python_string(key.name)))
    if key.include:
        keywords.append(("include", _listed(plan, key.include)))
    if isinstance(key, Unique) and key.nulls_not_distinct:
        keywords.append(("nulls_not_distinct", "True"))
    if key.deferrable:
        keywords.append(("deferrable", "True"))
    if key.initially_deferred:
        keywords.append(("initially_deferred", "True"))
    if key.without_overlaps:
        keywords.append(("without_overlaps", "True"))
    return keywords + _comment(key.comment)


def _add_check(rules: TableRules, plan: ModelPlan, check: Check) -> None:
    table = plan.name.name
    keywords = check_keywords(check)
    for column in plan.relation.columns:
        usual = usual_name(table, (column.name,), "check")
        free = column.name not in rules.checks and column.generated is None
        if check.name == usual and free and column.identity is None and not keywords:
            rules.checks[column.name] = check.expression
            return
    about = check_columns(check.expression, [column.name for column in plan.relation.columns])
    if check.name != usual_name(table, about, "check"):
        keywords.insert(0, ("name", python_string(check.name)))
    rules.constraints.append(call_of("check", [python_string(check.expression)], keywords))


def check_keywords(check: Check) -> list[Keyword]:
    """What a check says beside its condition and its name."""
    keywords: list[Keyword] = []
    if check.no_inherit:
        keywords.append(("no_inherit", "True"))
    if not check.enforced:
        keywords.append(("enforced", "False"))
    elif not check.validated:
        keywords.append(("validated", "False"))
    return keywords + _comment(check.comment)


def _add_not_nulls(rules: TableRules, plan: ModelPlan, table: Table) -> None:
    for constraint in table.not_nulls:
        rules.constraints.append(_not_null(plan, constraint))
    listed = {constraint.column for constraint in table.not_nulls}
    for column in table.columns:
        implied = column.nullable or column in plan.key_columns or column.identity is not None
        if not implied and column.name not in listed and plan.domain_forbids_null(column):
            rules.constraints.append(call_of("not_null", _attributes(plan, [column.name]), []))


def _not_null(plan: ModelPlan, constraint: NotNull) -> Call:
    keywords: list[Keyword] = []
    if constraint.name != usual_name(plan.name.name, (constraint.column,), "not_null"):
        keywords.append(("name", python_string(constraint.name)))
    if constraint.no_inherit:
        keywords.append(("no_inherit", "True"))
    if not constraint.validated:
        keywords.append(("validated", "False"))
    keywords += _comment(constraint.comment)
    return call_of("not_null", _attributes(plan, [constraint.column]), keywords)


def _exclude(plan: ModelPlan, exclusion: Exclusion) -> Call:
    elements = [one.element for one in exclusion.elements]
    compared: list[Argument] = [
        call_of("", [_element(plan, one.element), python_string(one.operator)], [])
        for one in exclusion.elements
    ]
    keywords: list[Keyword] = []
    usual = usual_name(plan.name.name, index_columns(elements, exclusion.include), "excl")
    if exclusion.name != usual or any(one.column is None for one in elements):
        keywords.append(("name", python_string(exclusion.name)))
    if exclusion.method != "gist":
        keywords.append(("method", python_string(exclusion.method)))
    if exclusion.predicate is not None:
        keywords.append(("where", python_string(exclusion.predicate)))
    if exclusion.include:
        keywords.append(("include", _listed(plan, exclusion.include)))
    if exclusion.deferrable:
        keywords.append(("deferrable", "True"))
    if exclusion.initially_deferred:
        keywords.append(("initially_deferred", "True"))
    return call_of("exclude", compared, keywords + _comment(exclusion.comment))


def _add_index(rules: TableRules, plan: ModelPlan, index: Index) -> None:
    columns = [element.column for element in index.elements if element.column is not None]
    only_columns = len(columns) == len(index.elements)
    said = usual_name(plan.name.name, index_columns(index.elements, index.include), "idx")
    keywords = _index_keywords(index, plan, said if only_columns else None)
    elements = [_element(plan, element) for element in index.elements]
    single = len(columns) == 1 and elements == _attributes(plan, columns)
    if single and not keywords and _takes_flag(plan, columns[0], rules.indexed):
        rules.indexed.add(columns[0])
        return
    rules.indexes.append(call_of("index", elements, keywords))


def _index_keywords(index: Index, plan: ModelPlan, usual: str | None) -> list[Keyword]:
    keywords: list[Keyword] = []
    if index.name != usual:
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
    if index.parameters:
        keywords.append(("parameters", mapping(index.parameters)))
    return keywords + _comment(index.comment)


def _element(plan: ModelPlan, element: IndexElement) -> Argument:
    """An attribute or an expression; a call of ``element`` where there is more to say."""
    text = _text(plan, element)
    keywords: list[Keyword] = []
    if element.collation is not None:
        keywords.append(("collation", object_name(element.collation)))
    if element.operator_class is not None:
        keywords.append(("operator_class", object_name(element.operator_class)))
    if element.operator_class_parameters:
        keywords.append(("operator_class_parameters", mapping(element.operator_class_parameters)))
    if element.nulls_first is not None:
        keywords.append(("nulls", '"first"' if element.nulls_first else '"last"'))
    if not keywords:
        return python_string(f"-{text}" if element.descending else text)
    if element.descending:
        keywords.append(("descending", "True"))
    return call_of("element", [python_string(text)], keywords)


def _text(plan: ModelPlan, element: IndexElement) -> str:
    if element.column is not None:
        return plan.attributes[element.column]
    expression = element.expression or ""
    return expression if expression.startswith("(") else f"({expression})"


def _comment(comment: str | None) -> list[Keyword]:
    return [] if comment is None else [("comment", python_string(comment))]


def _attributes(plan: ModelPlan, columns: Sequence[str]) -> list[Argument]:
    return [python_string(plan.attributes[column]) for column in columns]


def _listed(plan: ModelPlan, columns: Sequence[str]) -> Group:
    return strings(plan.attributes[column] for column in columns)
