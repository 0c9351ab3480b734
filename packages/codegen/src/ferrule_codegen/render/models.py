"""The files of one model: its base, which a pull writes again, and the user's own class. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import PurePosixPath

from ferrule_codegen.imports import Imports
from ferrule_codegen.quoting import python_docstring, python_lines, python_string
from ferrule_codegen.render.arguments import Arguments
from ferrule_codegen.render.calls import Call, mapping, spelt
from ferrule_codegen.render.columns import render_column
from ferrule_codegen.render.constraints import table_rules
from ferrule_codegen.render.folders import GENERATED, TYPING
from ferrule_codegen.render.foreign_keys import keys_without_relation
from ferrule_codegen.render.managers import render_manager
from ferrule_codegen.render.plan import ModelPlan, PackagePlan
from ferrule_codegen.render.relations import render_relations
from ferrule_codegen.render.signatures import class_method
from ferrule_codegen.render.source import STEP, Group, assign, lay_out
from ferrule_codegen.render.templates import fill
from ferrule_codegen.render.typing import render_typing
from ferrule_core.catalog import MaterializedView, Relation, Table
from ferrule_core.plugins.contracts import GeneratedFile


def render_model(plan: ModelPlan, package: PackagePlan) -> Iterator[GeneratedFile]:
    """The base of a model and the user's class on it."""
    yield GeneratedFile(path=GENERATED / f"{plan.module}.py", text=_base(plan, package))
    yield GeneratedFile(
        path=GENERATED / TYPING / f"{plan.module}.py", text=render_typing(plan, package)
    )
    yield from render_manager(plan, package)
    user_imports = Imports()
    base = user_imports.use(f".{GENERATED}.{plan.module}", f"{plan.class_name}Base")
    yield GeneratedFile(
        path=PurePosixPath(f"{plan.module}.py"),
        text=fill(
            "user_model.py.j2",
            about=python_docstring(
                "Yours: a pull creates this file and never changes it.", indent=0
            ),
            imports=user_imports.render(),
            head=lay_out(Group(f"class {plan.class_name}(", (base,), "):", comma=False)),
        ),
        layer="user",
    )


def _base(plan: ModelPlan, package: PackagePlan) -> str:
    hidden = {*plan.all_attributes, f"{plan.class_name}Base"}
    imports = Imports(hidden, package.class_names)
    imports.use("typing", "TYPE_CHECKING")
    rules = table_rules(plan)
    rules.constraints.extend(keys_without_relation(plan))
    head = lay_out(Group(f"class {plan.class_name}Base(", tuple(_bases(plan, imports)), "):"))
    listed = [
        *_listed("__constraints__", rules.constraints, imports),
        *_listed("__indexes__", rules.indexes, imports),
        *_query(plan.relation),
    ]
    columns = [render_column(plan, c, rules, imports) for c in plan.relation.columns]
    relations = list(render_relations(plan, package.models, imports))
    methods = list(_typed_methods(plan, imports))
    return fill(
        "model.py.j2",
        about=python_docstring(f"The {kind_of(plan)} {plan.name}.", indent=0),
        imports=imports.render(),
        head=head,
        comment=python_docstring(plan.relation.comment or "", indent=STEP),
        rules=listed,
        columns=columns,
        relations=relations,
        methods=methods,
    )


def kind_of(plan: ModelPlan) -> str:
    """What PostgreSQL's manual calls it."""
    return {"Table": "table", "View": "view", "MaterializedView": "materialized view"}[
        type(plan.relation).__name__
    ]


def _bases(plan: ModelPlan, imports: Imports) -> list[str]:
    stored = isinstance(plan.relation, MaterializedView)
    base = "MaterializedView" if stored else "View" if plan.read_only else "Model"
    return [
        imports.use("ferrule", base),
        f"table={python_string(plan.name.name)}",
        f"schema={python_string(plan.name.schema)}",
        *([f"comment={python_string(plan.relation.comment)}"] if plan.relation.comment else []),
    ]


def _listed(attribute: str, rules: Sequence[Call], imports: Imports) -> Iterator[str]:
    if not rules:
        return
    items = [spelt(rule, imports) for rule in rules]
    yield assign(attribute, Group("(", tuple(items)), indent=STEP)


def _query(relation: Relation) -> Iterator[str]:
    """What a view is of."""
    if isinstance(relation, Table):
        return
    if relation.options:
        yield assign("__view_options__", mapping(relation.options), indent=STEP)
    yield f"__definition__ = {python_lines(relation.definition)}"


def _typed_methods(plan: ModelPlan, imports: Imports) -> Iterator[str]:
    """What core's methods take of this model, for checkers only."""
    said = Arguments(plan, imports, typing=f".{TYPING}.{plan.module}", models="..")
    method = partial(class_method, indent=2 * STEP)
    yield method("filter", said.asked(), said.own("Query"))
    yield method("exclude", said.asked(), said.own("Query"))
    yield method("get", said.asked(), said.itself, awaited=True)
    yield method("get_or_none", said.asked(), f"{said.itself} | None", awaited=True)
    if not plan.read_only:
        values = ["/", f"**values: {said.unpacked('Create')}"]
        yield method("create", values, said.itself, awaited=True)
