"""Foreign keys as constraints: what a class says of them beside where they lead. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from ferrule_codegen.quoting import python_string
from ferrule_codegen.render.calls import Call, Keyword, call_of
from ferrule_codegen.render.constraints import usual_name
from ferrule_codegen.render.plan import ModelPlan
from ferrule_codegen.render.source import Group, keyword, strings
from ferrule_core.catalog import ForeignKey, Table


def foreign_key_keywords(
    plan: ModelPlan, target: ModelPlan, key: ForeignKey
) -> Iterator[str | Group]:
    """What ``foreign_key`` says of a key behind its columns."""
    in_table_order = [c.name for c in target.relation.columns if c in target.key_columns]
    if list(key.target_columns) != in_table_order:
        referred = strings(target.attributes[column] for column in key.target_columns)
        yield keyword("references", referred)
    if key.name != usual_name(plan.name.name, key.columns, "fkey"):
        yield f"name={python_string(key.name)}"
    yield from _actions(plan, key)
    yield from _options(key)


def keys_without_relation(plan: ModelPlan) -> Iterator[Call]:
    """Keys that lead out of the catalog, or where another one of the same columns leads."""
    related = [reference.constraint for reference in plan.relations.references]
    if isinstance(plan.relation, Table):
        for key in plan.relation.foreign_keys:
            if key not in related:
                yield _reference(plan, key)


def _reference(plan: ModelPlan, key: ForeignKey) -> Call:
    keywords: list[Keyword] = [
        ("table", python_string(key.target.name)),
        ("target_columns", strings(key.target_columns)),
    ]
    if key.target.schema != plan.name.schema:
        keywords.append(("schema", python_string(key.target.schema)))
    if key.name != usual_name(plan.name.name, key.columns, "fkey"):
        keywords.append(("name", python_string(key.name)))
    said = call_of("references", attributes(plan, key.columns), keywords)
    return Call(said.function, (*said.arguments, *_actions(plan, key), *_options(key)))


def _actions(plan: ModelPlan, key: ForeignKey) -> Iterator[str | Group]:
    if key.on_delete != "no action":
        yield f"on_delete={python_string(key.on_delete)}"
    if key.on_delete_columns:
        touched = strings(plan.attributes[column] for column in key.on_delete_columns)
        yield keyword("on_delete_columns", touched)
    if key.on_update != "no action":
        yield f"on_update={python_string(key.on_update)}"


def _options(key: ForeignKey) -> Iterator[str]:
    if key.match != "simple":
        yield f"match={python_string(key.match)}"
    if key.deferrable:
        yield "deferrable=True"
    if key.initially_deferred:
        yield "initially_deferred=True"
    if not key.enforced:
        yield "enforced=False"
    elif not key.validated:
        yield "validated=False"
    if key.period:
        yield "period=True"
    if key.comment is not None:
        yield f"comment={python_string(key.comment)}"


def attributes(plan: ModelPlan, columns: tuple[str, ...]) -> list[str]:
    """The attributes of columns, as source."""
    return [python_string(plan.attributes[column]) for column in columns]
