"""The relations of a model's class body. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ferrule_codegen.imports import Imports
from ferrule_codegen.quoting import python_string
from ferrule_codegen.relations import Inverse, Reference, Through
from ferrule_codegen.render.foreign_keys import attributes, foreign_key_keywords
from ferrule_codegen.render.plan import ModelPlan
from ferrule_codegen.render.source import STEP, Group, assign, call, keyword, strings
from ferrule_core.catalog import QualifiedName

Models = Mapping[QualifiedName, ModelPlan]


def render_relations(plan: ModelPlan, models: Models, imports: Imports) -> Iterator[str]:
    """One line of source, or several, for each relation: own foreign keys first."""
    for reference in plan.relations.references:
        yield _reference(plan, reference, models, imports)
    for inverse in plan.relations.inverses:
        yield _inverse(inverse, models, imports)
    for through in plan.relations.throughs:
        yield _through(plan, through, models, imports)


def _reference(plan: ModelPlan, reference: Reference, models: Models, imports: Imports) -> str:
    target = models[reference.target]
    said = _model(target, imports) + (" | None" if reference.nullable else "")
    head = f"{reference.attribute}: {imports.use('ferrule', 'ForeignKey')}[{said}]"
    arguments = [
        *attributes(plan, reference.constraint.columns),
        *foreign_key_keywords(plan, target, reference.constraint),
    ]
    return assign(head, call(imports.use("ferrule", "foreign_key"), arguments), indent=STEP)


def _inverse(inverse: Inverse, models: Models, imports: Imports) -> str:
    source = models[inverse.source]
    one = inverse.reference.unique
    kind = imports.use("ferrule", "InverseOneToOne" if one else "InverseForeignKey")
    specifier = imports.use("ferrule", "inverse_one_to_one" if one else "inverse_foreign_key")
    head = f"{inverse.attribute}: {kind}[{_model(source, imports)}]"
    via = python_string(f"{source.class_name}.{inverse.reference.attribute}")
    return assign(head, call(specifier, [via]), indent=STEP)


def _through(plan: ModelPlan, through: Through, models: Models, imports: Imports) -> str:
    said = _model(models[through.target], imports)
    head = f"{through.attribute}: {imports.use('ferrule', 'ManyToMany')}[{said}]"
    arguments: list[str | Group] = [f"through={python_string(models[through.junction].class_name)}"]
    if through.ambiguous:
        near, far = _paired(plan, through.near), _paired(models[through.target], through.far)
        arguments.append(keyword("columns", strings(near)))
        arguments.append(keyword("target_columns", strings(far)))
    return assign(head, call(imports.use("ferrule", "many_to_many"), arguments), indent=STEP)


def _model(plan: ModelPlan, imports: Imports) -> str:
    return imports.use_class(f"..{plan.module}", plan.class_name)


def _paired(target: ModelPlan, reference: Reference) -> list[str]:
    """The junction's columns for the key of the target, in the order in which its class has it."""
    key = reference.constraint
    own = dict(zip(key.target_columns, key.columns, strict=True))
    return [own[c.name] for c in target.relation.columns if c in target.key_columns]
