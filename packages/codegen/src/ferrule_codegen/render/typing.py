"""The file of a model that types what its methods take: look-ups, values, order, names. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from ferrule_codegen.annotations import PythonType
from ferrule_codegen.imports import Imports
from ferrule_codegen.quoting import python_docstring, python_string
from ferrule_codegen.render.arguments import Arguments, further
from ferrule_codegen.render.lookups import AskedColumn, Words, column_fields, relation_fields
from ferrule_codegen.render.plan import ModelPlan, PackagePlan
from ferrule_codegen.render.signatures import signature
from ferrule_codegen.render.source import STEP, Group, annotate, assign, lay_out
from ferrule_codegen.render.templates import fill
from ferrule_core.catalog import Column


def render_typing(plan: ModelPlan, package: PackagePlan) -> str:
    """Typed dictionaries, literals and the query of one model."""
    name = plan.class_name
    hidden = {*plan.all_attributes, *_own_names(name)}
    imports = Imports(hidden, package.class_names)
    imports.use("typing", "TYPE_CHECKING")
    typed = imports.use("typing", "TypedDict")
    lookups = _dictionary(f"{name}Lookups", f"What rows of {name} can be asked for by keyword.")
    lookups["fields"] = list(_lookups(plan, package, imports))
    dictionaries = [lookups]
    if not plan.read_only:
        create = _dictionary(f"{name}Create", f"Values of a new {name}.")
        create["fields"] = list(_create_fields(plan, imports))
        update = _dictionary(f"{name}Update", f"New values of a {name}.")
        update["fields"] = list(_update_fields(plan, imports))
        dictionaries += [create, update]
    said = Arguments(plan, imports, typing="", models="...")
    base = f"{said.use('ferrule', 'Query')}[{said.model}]"
    query = {
        "head": lay_out(
            Group(f"class {name}Query(", (base,), "):", comma=False),
            indent=STEP,
        ),
        "about": python_docstring(f"Rows of {name}.", indent=2 * STEP),
        "methods": list(_query_methods(plan, said, imports)),
    }
    aliases = list(_aliases(plan, imports))
    return fill(
        "typing.py.j2",
        about=python_docstring(f"What the methods of {name} take.", indent=0),
        imports=imports.render(),
        typed_dict=typed,
        dictionaries=dictionaries,
        aliases=aliases,
        query=query,
    )


def _own_names(name: str) -> Iterator[str]:
    endings = ("Lookups", "Create", "Update", "Column", "Order", "Relation", "ToOne", "Query")
    return (f"{name}{ending}" for ending in endings)


def _dictionary(name: str, about: str) -> dict[str, object]:
    return {"name": name, "about": python_docstring(about, indent=STEP)}


def _lookups(plan: ModelPlan, package: PackagePlan, imports: Imports) -> Iterator[str]:
    words = Words(imports)
    for column in plan.relation.columns:
        for keyword, kind in column_fields(_asked(plan, column, imports), words):
            yield annotate(keyword, kind, indent=STEP)
    for attribute, target, nullable in plan.relation_targets:
        other = package.models[target]
        model = imports.use_class(f"...{other.module}", other.class_name)
        lookups = _lookups_of(plan, other, imports)
        for keyword, kind in relation_fields(attribute, model, lookups, words, nullable=nullable):
            yield annotate(keyword, kind, indent=STEP)


def _asked(plan: ModelPlan, column: Column, imports: Imports) -> AskedColumn:
    value = plan.value_type(column)
    element = value.element
    return AskedColumn(
        attribute=plan.attributes[column.name],
        value=value,
        said=_spelt(value, imports),
        element=None if element is None else _spelt(element, imports),
        nullable=plan.is_nullable(column),
    )


def _lookups_of(plan: ModelPlan, other: ModelPlan, imports: Imports) -> str:
    name = f"{other.class_name}Lookups"
    if other is plan:
        return name
    return imports.use(f".{other.module}", name, checkers_only=True)


def _create_fields(plan: ModelPlan, imports: Imports) -> Iterator[str]:
    for column in plan.writable_columns:
        said = _value(plan, column, imports)
        if plan.is_required(column):
            said = f"{imports.use('typing', 'Required')}[{said}]"
        yield annotate(plan.attributes[column.name], said, indent=STEP)


def _update_fields(plan: ModelPlan, imports: Imports) -> Iterator[str]:
    for column in plan.writable_columns:
        attribute = plan.attributes[column.name]
        yield annotate(attribute, _value(plan, column, imports), indent=STEP)


def _value(plan: ModelPlan, column: Column, imports: Imports) -> str:
    said = _spelt(plan.value_type(column), imports)
    return f"{said} | None" if plan.is_nullable(column) else said


def _spelt(value: PythonType, imports: Imports) -> str:
    return imports.spell(value.text, further(value.imports, "..."))


def _aliases(plan: ModelPlan, imports: Imports) -> Iterator[str]:
    name = plan.class_name
    columns = list(plan.attributes.values())
    orders = [sign + column for column in columns for sign in ("", "-")]
    relations = [attribute for attribute, _, _ in plan.relation_targets]
    to_one = [attribute for attribute in relations if attribute in plan.to_one]
    yield _literal(f"{name}Column", columns, imports)
    yield _literal(f"{name}Order", orders, imports)
    yield _literal(f"{name}Relation", relations, imports)
    yield _literal(f"{name}ToOne", to_one, imports)


def _literal(name: str, texts: list[str], imports: Imports) -> str:
    annotated = f"{name}: {imports.use('typing', 'TypeAlias')}"
    if not texts:
        return f"{annotated} = {imports.use('typing', 'Never')}"
    items = tuple(python_string(text) for text in texts)
    opening = f"{imports.use('typing', 'Literal')}["
    return assign(annotated, Group(opening, items, "]", comma=len(items) > 1))


def _query_methods(plan: ModelPlan, said: Arguments, imports: Imports) -> Iterator[str]:
    itself, model, any_expression = said.itself, said.model, said.expression()
    asked = ["self", *said.asked()]
    columns = ["self", f"*columns: {any_expression} | {said.own('Column')}"]
    orders = f"*orders: {said.use('ferrule', 'Order')} | {any_expression} | {said.own('Order')}"
    method = partial(signature, indent=2 * STEP)
    yield method("filter", asked, itself)
    yield method("exclude", asked, itself)
    yield method("order_by", ["self", orders], itself)
    yield method("select_related", ["self", f"*relations: {said.own('ToOne')}"], itself)
    yield method("prefetch_related", ["self", f"*relations: {said.own('Relation')}"], itself)
    yield method("only", columns, itself)
    yield method("defer", columns, itself)
    yield method("get", asked, model, awaited=True)
    yield method("get_or_none", asked, f"{model} | None", awaited=True)
    if not plan.read_only:
        assignments = f"*assignments: {said.use('ferrule', 'Assignment')}"
        values = ["self", "/", assignments, f"**values: {said.unpacked('Update')}"]
        yield method("update", values, imports.use("builtins", "int"), awaited=True)
