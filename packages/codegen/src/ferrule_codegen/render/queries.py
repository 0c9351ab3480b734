"""The module of statements that stand in files. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from ferrule_codegen.imports import Imports, export_order
from ferrule_codegen.quoting import python_docstring, python_string
from ferrule_codegen.render.arguments import further
from ferrule_codegen.render.plan import PackagePlan
from ferrule_codegen.render.source import STEP, Group, annotate, assign, call, lay_out, strings
from ferrule_codegen.render.templates import fill
from ferrule_codegen.statements.planning import StatementPlan, StatementValue
from ferrule_core.plugins.contracts import GeneratedFile

MODULE = "queries"


def render_queries(package: PackagePlan) -> Iterator[GeneratedFile]:
    """The module, where there are files."""
    if package.statements:
        yield GeneratedFile(path=PurePosixPath(f"{MODULE}.py"), text=_QueriesModule(package).text())


class _QueriesModule:
    """Spells functions as the module imports their types."""

    def __init__(self, package: PackagePlan) -> None:
        self._package = package
        plans = package.statements
        functions = {plan.name for plan in plans}
        rows = {plan.row for plan in plans if plan.row}
        values = {one.name for plan in plans for one in (*plan.parameters, *plan.columns)}
        self._imports = Imports({*functions, *rows, *values}, package.class_names)
        self._names = sorted({*functions, *rows}, key=export_order)

    def text(self) -> str:
        """The whole file."""
        plans = self._package.statements
        rows = [self._row(plan) for plan in plans if plan.row]
        return fill(
            "queries.py.j2",
            names=assign("__all__", strings(self._names)),
            rows=rows,
            dataclass=self._imports.use("dataclasses", "dataclass") if rows else "",
            functions=[self._function(plan) for plan in plans],
            texts=[_text(plan) for plan in plans],
            imports=self._imports.render(),
        )

    def _row(self, plan: StatementPlan) -> dict[str, object]:
        return {
            "name": plan.row,
            "about": python_docstring(f"A row of {plan.query.place}.", indent=STEP),
            "fields": [annotate(one.name, self._said(one), indent=STEP) for one in plan.columns],
        }

    def _function(self, plan: StatementPlan) -> dict[str, str]:
        single = self._single(plan)
        kind = "TypedStatement" if single is None else "TypedSql"
        function = self._imports.use("ferrule", kind)
        returns = function if single is None else f"{function}[{single}]"
        parameters = [f"{one.name}: {self._said(one)}" for one in plan.parameters]
        head = Group(
            f"def {plan.name}(", ("*", *parameters) if parameters else (), f") -> {returns}:"
        )
        values = tuple(f"{python_string(one.told)}: {one.name}" for one in plan.parameters)
        arguments: list[str | Group] = [
            python_string(plan.query.place),
            _constant(plan),
            Group("{", values, "}"),
        ]
        if single is not None:
            arguments.append(single)
        return {
            "head": lay_out(head),
            "about": python_docstring(
                plan.query.comment or f"Run {plan.query.place}.", indent=STEP
            ),
            "body": lay_out(call(function, arguments), indent=STEP, before="return "),
        }

    def _single(self, plan: StatementPlan) -> str | None:
        if plan.model is not None:
            model = self._package.models[plan.model]
            return self._imports.use(f".{model.module}", model.class_name)
        if plan.row:
            return plan.row
        return self._said(plan.columns[0]) if plan.columns else None

    def _said(self, one: StatementValue) -> str:
        said = self._imports.spell(one.type.text, further(one.type.imports, "."))
        return f"{said} | None" if one.nullable and one.type.text != "object" else said


def _constant(plan: StatementPlan) -> str:
    return f"_{plan.name.upper()}"


def _text(plan: StatementPlan) -> str:
    lines = [f"    {python_string(line)}\n" for line in plan.query.text.splitlines(keepends=True)]
    return f"{_constant(plan)} = (\n{''.join(lines)})"
