"""The columns of a model's class body. Pure."""

from __future__ import annotations

from ferrule_codegen.imports import Imports
from ferrule_codegen.quoting import python_docstring, python_string
from ferrule_codegen.render.calls import object_name, sequence_options
from ferrule_codegen.render.constraints import TableRules
from ferrule_codegen.render.plan import ModelPlan
from ferrule_codegen.render.source import STEP, Group, assign, call, keyword
from ferrule_codegen.render.sql_types import type_argument
from ferrule_core.catalog import Column, SequenceOptions


def render_column(plan: ModelPlan, column: Column, rules: TableRules, imports: Imports) -> str:
    """One column: annotation, what the annotation does not say, and its comment as a docstring."""
    attribute = plan.attributes[column.name]
    head = f"{attribute}: {imports.use('ferrule', 'Column')}[{annotation(plan, column, imports)}]"
    function, arguments = _specifier(plan, column, rules, imports)
    if arguments or function != "column":
        head = assign(head, call(imports.use("ferrule", function), arguments), indent=STEP)
    comment = python_docstring(column.comment or "", indent=STEP)
    return f"{head}\n{' ' * STEP}{comment}" if comment else head


def annotation(plan: ModelPlan, column: Column, imports: Imports) -> str:
    """What stands in ``Column[...]``."""
    value = plan.value_type(column)
    text = imports.spell(value.text, value.imports)
    return f"{text} | None" if plan.is_nullable(column) else text


def _specifier(
    plan: ModelPlan, column: Column, rules: TableRules, imports: Imports
) -> tuple[str, list[str | Group]]:
    function, said_first = _kind(plan, column)
    arguments: list[str | Group] = [*said_first]
    if plan.attributes[column.name] != column.name:
        arguments.append(f"name={python_string(column.name)}")
    types = imports.use("ferrule", "types") if type_argument(column.type, "") is not None else ""
    said = type_argument(column.type, types, plan.types)
    if said is not None:
        arguments.append(f"type={said}")
    arguments.extend(_flags(plan, column, rules))
    if column.identity is not None and column.identity.options != SequenceOptions():
        options = imports.use("ferrule", "SequenceOptions")
        arguments.append(f"options={options}({sequence_options(column.identity.options)})")
    if column.identity is not None and column.identity.sequence is not None:
        arguments.append(f"sequence={python_string(column.identity.sequence.name)}")
    if column.collation is not None:
        arguments.append(keyword("collation", object_name(column.collation)))
    if column.comment is not None:
        arguments.append(f"comment={python_string(column.comment)}")
    return function, arguments


def _kind(plan: ModelPlan, column: Column) -> tuple[str, list[str]]:
    """Which function says where the values come from, and what it needs for that."""
    if column.identity is not None:
        return "identity", ["always=True"] if column.identity.always else []
    if column.generated is not None:
        arguments = [python_string(column.generated.expression)]
        if column.generated.storage != "stored":
            arguments.append(f"storage={python_string(column.generated.storage)}")
        return "generated", arguments
    if column.default is not None:
        return "server_default", [python_string(column.default)]
    if plan.is_nullable(column) and not plan.read_only:
        return "column", ["default=None"]
    return "column", []


def _flags(plan: ModelPlan, column: Column, rules: TableRules) -> list[str]:
    in_key = column in plan.key_columns
    if column.identity is not None:
        return [] if in_key else ["primary_key=False"]
    flags: list[str] = []
    if in_key:
        flags.append("primary_key=True")
    if column.name in rules.unique:
        flags.append("unique=True")
    if column.name in rules.indexed:
        flags.append("index=True")
    if column.name in rules.checks:
        flags.append(f"check={python_string(rules.checks[column.name])}")
    return flags
