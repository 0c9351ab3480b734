"""The module of stored functions and procedures. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

from ferrule_codegen.annotations import PythonType
from ferrule_codegen.imports import Imports, export_order
from ferrule_codegen.quoting import python_docstring, python_string
from ferrule_codegen.render.arguments import further
from ferrule_codegen.render.plan import PackagePlan
from ferrule_codegen.render.source import STEP, Group, annotate, assign, call, lay_out, strings
from ferrule_codegen.render.templates import fill
from ferrule_codegen.routines.planning import FunctionPlan
from ferrule_codegen.routines.reading import Field, Given, Overload, Taken
from ferrule_core.catalog import Argument, TypeRef
from ferrule_core.plugins.contracts import GeneratedFile

MODULE = "functions"

_MODES: Mapping[str, str] = {"in": "i", "out": "o", "inout": "b", "variadic": "v"}


def render_functions(package: PackagePlan) -> Iterator[GeneratedFile]:
    """The module, where there is anything to call."""
    if package.functions:
        yield GeneratedFile(
            path=PurePosixPath(f"{MODULE}.py"), text=_FunctionsModule(package).text()
        )


class _FunctionsModule:
    """Spells functions as the module imports their types."""

    def __init__(self, package: PackagePlan) -> None:
        self._package = package
        overloads = [one for plan in package.functions for one in plan.overloads]
        self._rows = [one for one in overloads if one.given.row]
        fields = {field.name for one in self._rows for field in one.given.fields}
        names = {plan.name for plan in package.functions}
        rows = {one.given.row for one in self._rows}
        self._imports = Imports({*fields, *names, *rows}, package.class_names)
        self._names = sorted({*names, *rows}, key=export_order)

    def text(self) -> str:
        """The whole file."""
        use, functions = self._imports.use, self._package.functions
        use("typing", "TYPE_CHECKING")
        rows = [self._row(one) for one in self._rows]
        return fill(
            "functions.py.j2",
            names=assign("__all__", strings(self._names)),
            rows=rows,
            dataclass=use("dataclasses", "dataclass") if rows else "",
            overload=self._overload(),
            signatures=[one for plan in functions for one in self._signatures(plan)],
            assigned=[self._assigned(plan) for plan in functions],
            imports=self._imports.render(),
        )

    def _overload(self) -> str:
        overloaded = any(len(plan.told_apart) > 1 for plan in self._package.functions)
        return self._imports.use("typing", "overload", checkers_only=True) if overloaded else ""

    def _row(self, one: Overload) -> dict[str, object]:
        about = f"A row of {one.routine.name}."
        return {
            "name": one.given.row,
            "about": python_docstring(about, indent=STEP),
            "fields": [
                annotate(field.name, self._field(field, checkers_only=False), indent=STEP)
                for field in one.given.fields
            ],
        }

    def _signatures(self, plan: FunctionPlan) -> Iterator[dict[str, object]]:
        overloads = plan.told_apart
        for one in overloads:
            about = one.routine.comment or f"Call {one.routine.name}."
            yield {
                "overload": len(overloads) > 1,
                "head": self._head(plan.name, one, strict=len(overloads) > 1),
                "about": python_docstring(about, indent=2 * STEP),
            }
        if len(overloads) > 1:
            yield {"overload": False, "head": self._any_head(plan.name), "about": ""}

    def _any_head(self, name: str) -> str:
        """What checkers want behind overloads."""
        anything = self._imports.use("builtins", "object")
        call_type = self._imports.use("ferrule", "RoutineCall", checkers_only=True)
        parameters = (f"*values: {anything}", f"**named: {anything}")
        end = f") -> {call_type}[{anything}]:"
        return lay_out(Group(f"def {name}(", parameters, end), indent=STEP)

    def _head(self, name: str, one: Overload, *, strict: bool) -> str:
        result = self._result(one.given)
        call_type = self._imports.use("ferrule", "RoutineCall", checkers_only=True)
        parameters = [self._parameter(taken, strict=strict) for taken in one.taken]
        unnamed = [n for n, taken in enumerate(one.taken, 1) if not taken.argument.name]
        if unnamed and not one.taken[-1].variadic:
            parameters.insert(unnamed[-1], "/")
        elif unnamed and len(unnamed) > 1:
            parameters.insert(len(parameters) - 1, "/")
        head = Group(f"def {name}(", tuple(parameters), f") -> {call_type}[{result}]:")
        return lay_out(head, indent=STEP)

    def _parameter(self, taken: Taken, *, strict: bool) -> str:
        said = self._taken(taken)
        if taken.variadic:
            return f"*{taken.name}: {said}"
        if not strict or taken.optional:
            said = f"{said} | None" if said != self._imports.use("builtins", "object") else said
        return f"{taken.name}: {said}{' = ...' if taken.optional else ''}"

    def _taken(self, taken: Taken) -> str:
        dimensions = taken.argument.type.dimensions - taken.variadic
        if taken.model is None:
            element = taken.type.element if taken.variadic else taken.type
            return self._spelt(element or taken.type, checkers_only=True)
        model = self._package.models[taken.model]
        said = self._imports.use(f".{model.module}", model.class_name, checkers_only=True)
        for _ in range(dimensions):
            said = f"{self._imports.use('builtins', 'list')}[{said}]"
        return said

    def _result(self, given: Given) -> str:
        single = self._single(given, checkers_only=True)
        if single is None:
            return "None"
        if given.many:
            return f"{self._imports.use('builtins', 'list')}[{single}]"
        return f"{single} | None" if given.model is not None else single

    def _single(self, given: Given, *, checkers_only: bool) -> str | None:
        if given.model is not None:
            model = self._package.models[given.model]
            use = self._imports.use
            return use(f".{model.module}", model.class_name, checkers_only=checkers_only)
        if given.value is not None:
            return self._field(given.value, checkers_only=checkers_only)
        return given.row or None

    def _field(self, field: Field, *, checkers_only: bool) -> str:
        said = self._spelt(field.type, checkers_only=checkers_only)
        return said if not field.nullable or field.type.text == "object" else f"{said} | None"

    def _spelt(self, value: PythonType, *, checkers_only: bool) -> str:
        modules = further(value.imports, ".")
        return self._imports.spell(value.text, modules, checkers_only=checkers_only)

    def _assigned(self, plan: FunctionPlan) -> str:
        name = plan.overloads[0].routine.name
        said = [python_string(name.schema), python_string(name.name)]
        signatures = [self._signature(one) for one in plan.overloads]
        function = self._imports.use("ferrule", "StoredRoutine")
        return assign(plan.name, call(function, [*said, *signatures]), indent=STEP)

    def _signature(self, one: Overload) -> Group:
        items: list[str | Group] = []
        called = {id(taken.argument): taken for taken in one.taken}
        procedure = one.routine.kind == "procedure"
        parameters = tuple(
            self._stored(argument, called.get(id(argument)))
            for argument in one.routine.arguments
            if id(argument) in called or procedure
        )
        if parameters:
            items.append(Group("parameters=(", parameters))
        gives = self._single(one.given, checkers_only=False)
        if gives is not None:
            items.append(f"gives={gives}")
        if one.given.many:
            items.append("many=True")
        if procedure:
            items.append("procedure=True")
        return call(self._imports.use("ferrule", "RoutineSignature"), items)

    def _stored(self, argument: Argument, taken: Taken | None) -> Group:
        items = [f"type={python_string(_sql_type(argument.type))}"]
        if argument.name:
            items.insert(0, f"name={python_string(argument.name)}")
        if argument.mode != "in":
            items.append(f"mode={python_string(_MODES[argument.mode])}")
        if taken is not None and taken.optional:
            items.append("optional=True")
        if taken is not None and taken.name != argument.name and argument.name:
            items.append(f"called={python_string(taken.name)}")
        return call(self._imports.use("ferrule", "RoutineParameter"), items)


def _sql_type(ref: TypeRef) -> str:
    """The type for a cast: with its schema, unless it is built in."""
    return str(ref) if ref.builtin else ref.sql
