"""The files of one model's manager: its base, which a pull writes again, and the user's. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import PurePosixPath
from typing import TypeAlias

from ferrule_codegen.imports import Imports
from ferrule_codegen.quoting import python_docstring, python_string
from ferrule_codegen.relations import Through
from ferrule_codegen.render.arguments import Arguments, key_type
from ferrule_codegen.render.folders import GENERATED, MANAGERS, TYPING
from ferrule_codegen.render.plan import ModelPlan, PackagePlan
from ferrule_codegen.render.signatures import signature
from ferrule_codegen.render.source import STEP, Group, lay_out
from ferrule_codegen.render.templates import fill
from ferrule_core.plugins.contracts import GeneratedFile

_Named: TypeAlias = tuple[str, str]
"""The name of a method, and its text."""


def render_manager(plan: ModelPlan, package: PackagePlan) -> Iterator[GeneratedFile]:
    """The base of a manager and the user's class on it."""
    yield GeneratedFile(path=GENERATED / MANAGERS / f"{plan.module}.py", text=_base(plan, package))
    imports = Imports()
    name = f"{plan.class_name}Manager"
    base = imports.use(f"..{GENERATED}.{MANAGERS}.{plan.module}", f"{name}Base")
    yield GeneratedFile(
        path=PurePosixPath(MANAGERS) / f"{plan.module}.py",
        text=fill(
            "user_model.py.j2",
            about=python_docstring(
                "Yours: a pull creates this file and never changes it.", indent=0
            ),
            imports=imports.render(),
            head=lay_out(Group(f"class {name}(", (base,), "):", comma=False)),
        ),
        layer="user",
    )


def _base(plan: ModelPlan, package: PackagePlan) -> str:
    name, sync = f"{plan.class_name}ManagerBase", f"{plan.class_name}ManagerSync"
    imports = Imports(hidden={name, sync}, classes=package.class_names)
    imports.use("typing", "TYPE_CHECKING")
    model = imports.use(f"...{plan.module}", plan.class_name)
    said = Arguments(plan, imports, typing=f"..{TYPING}.{plan.module}", models="...")
    base = _base_class(plan, model, imports)
    verb = "Reads" if plan.read_only else "Reads and writes"
    methods = [
        *_fetchers(plan, package, imports, said),
        *(
            m
            for through in plan.relations.throughs
            for m in _junction(through, package, imports, said)
        ),
    ]
    typed = list(_reading(said, imports))
    if not plan.read_only:
        typed += _writing(plan, said, imports)
    query = signature("query", ["self"], said.own("Query"), indent=2 * STEP, overrides=False)
    twin_base = _twin_class(plan, model, imports)
    twins = [f"{own} = {imports.use('ferrule', 'twin')}({name}.{own})" for own, _ in methods]
    return fill(
        "manager.py.j2",
        about=python_docstring(f"The manager of {plan.class_name}.", indent=0),
        imports=imports.render(),
        head=lay_out(Group(f"class {name}(", (base,), "):", comma=False)),
        purpose=python_docstring(f"{verb} the rows of {plan.name}.", indent=STEP),
        model=model,
        methods=[text for _, text in methods],
        query=query,
        typed=[text for _, text in typed],
        sync_head=lay_out(Group(f"class {sync}(", (twin_base,), "):", comma=False)),
        sync=sync,
        twins=twins,
        # Spelled out: a checker takes minutes to carry long keywords through ``twin``.
        sync_typed=[text.removeprefix("async ") for _, text in typed],
    )


def _base_class(plan: ModelPlan, model: str, imports: Imports) -> str:
    if plan.read_only:
        return f"{imports.use('ferrule', 'ViewManager')}[{model}]"
    key = key_type(plan, plan.key_columns, imports, models="...")
    return f"{imports.use('ferrule', 'Manager')}[{model}, {key}]"


def _twin_class(plan: ModelPlan, model: str, imports: Imports) -> str:
    if plan.read_only:
        return f"{imports.use('ferrule', 'SyncViewManager')}[{model}]"
    key = key_type(plan, plan.key_columns, imports, models="...")
    return f"{imports.use('ferrule', 'SyncManager')}[{model}, {key}]"


def _fetchers(
    plan: ModelPlan, package: PackagePlan, imports: Imports, said: Arguments
) -> Iterator[_Named]:
    for attribute, target, nullable in plan.relation_targets:
        other = package.models[target]
        model = imports.use_class(f"...{other.module}", other.class_name)
        if attribute in plan.to_one:
            returns = f"{model} | None" if nullable else model
        else:
            returns = f"{said.use('collections.abc', 'Sequence')}[{model}]"
        name = f"fetch_{attribute}"
        head = _head(name, [f"row: {said.model}", "/"], returns)
        about = python_docstring(f"Load ``{attribute}`` of a row.", indent=2 * STEP)
        fetch = Group("await row.fetch(", (f"{plan.class_name}.{attribute}",), comma=False)
        body = (lay_out(fetch, indent=2 * STEP), f"return row.{attribute}")
        yield name, _method(head, about, *body)


def _junction(
    through: Through, package: PackagePlan, imports: Imports, said: Arguments
) -> Iterator[_Named]:
    name = through.attribute
    other = package.models[through.target]
    model = imports.use_class(f"...{other.module}", other.class_name)
    by_name = {column.name: column for column in other.relation.columns}
    key = tuple(by_name[column] for column in through.far.constraint.target_columns)
    rows = f"*rows: {model} | {key_type(other, key, imports, models='...', checkers_only=True)}"
    row, text, integer = f"row: {said.model}", python_string(name), imports.use("builtins", "int")
    one = through.far.attribute
    if _can_insert(through, package):
        yield (
            f"add_{name}",
            _method(
                _head(f"add_{name}", [row, "/", rows], integer),
                python_docstring(
                    f"Connect ``{name}``, given as rows or keys; how many are new.", indent=8
                ),
                _call("_add", "row", text, "rows"),
            ),
        )
    yield (
        f"remove_{name}",
        _method(
            _head(f"remove_{name}", [row, "/", rows], integer),
            python_docstring(
                f"Disconnect ``{name}``, given as rows or keys; how many were there.", indent=8
            ),
            _call("_remove", "row", text, "rows"),
        ),
    )
    yield (
        f"clear_{name}",
        _method(
            _head(f"clear_{name}", [row, "/"], integer),
            python_docstring(f"Disconnect every ``{one}``; how many were there.", indent=8),
            _call("_clear", "row", text),
        ),
    )


def _can_insert(through: Through, package: PackagePlan) -> bool:
    """Whether the junction needs nothing but the two keys."""
    junction = package.models[through.junction]
    keys = {*through.near.constraint.columns, *through.far.constraint.columns}
    return not any(
        junction.is_required(column)
        for column in junction.writable_columns
        if column.name not in keys
    )


def _head(name: str, parameters: list[str], returns: str) -> str:
    start, end = f"async def {name}(", f") -> {returns}:"
    return lay_out(Group(start, ("self", *parameters), end), indent=STEP)


def _method(head: str, about: str, *body: str) -> str:
    return f"\n{' ' * (2 * STEP)}".join([head, about, *body])


def _call(method: str, *arguments: str) -> str:
    return lay_out(Group(f"return await self.{method}(", arguments), indent=2 * STEP)


def _signature(name: str, parameters: Sequence[str], returns: str, *, indent: int) -> _Named:
    return name, signature(name, parameters, returns, indent=indent, awaited=True)


def _reading(said: Arguments, imports: Imports) -> Iterator[_Named]:
    asked = ["self", *said.asked()]
    method = partial(_signature, indent=2 * STEP)
    yield method("load_item", asked, said.model)
    yield method("load_item_or_none", asked, f"{said.model} | None")
    yield method("load_items", asked, f"{imports.use('builtins', 'list')}[{said.model}]")
    yield method("exists", asked, imports.use("builtins", "bool"))
    yield method("count", asked, imports.use("builtins", "int"))


def _writing(plan: ModelPlan, said: Arguments, imports: Imports) -> Iterator[_Named]:
    model, integer = said.model, imports.use("builtins", "int")
    many = f"{imports.use('builtins', 'list')}[{model}]"
    said_key = key_type(plan, plan.key_columns, imports, models="...")
    keys = f"_keys: {said.use('collections.abc', 'Collection')}[{said_key}]"
    rows = f"rows: {said.use('collections.abc', 'Sequence')}[{said.own('Create')}]"
    values = f"**values: {said.unpacked('Update')}"
    new_values = f"**values: {said.unpacked('Create')}"
    defaults = f"_defaults: {said.own('Update')} | None = None"
    both = f"{imports.use('builtins', 'tuple')}[{model}, {imports.use('builtins', 'bool')}]"
    method = partial(_signature, indent=2 * STEP)
    yield method("create_item", ["self", "/", new_values], model)
    yield method("create_items", ["self", rows, "/"], many)
    yield method("update_item", ["self", f"_key: {said_key}", "/", values], model)
    yield method("update_items", ["self", keys, "/", values], integer)
    yield method("get_or_create", ["self", defaults, "/", values], both)
    on = f"_on: {said.use('collections.abc', 'Collection')}[{said.own('Column')}] | None = None"
    yield method("upsert_item", ["self", on, "/", new_values], both)
