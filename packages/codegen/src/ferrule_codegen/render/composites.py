"""The composite types of the package, each a frozen dataclass. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from ferrule_codegen.annotations import COMPOSITE_MODULE
from ferrule_codegen.imports import Imports
from ferrule_codegen.quoting import python_docstring, python_string
from ferrule_codegen.render.folders import GENERATED
from ferrule_codegen.render.plan import PackagePlan
from ferrule_codegen.render.source import STEP, Group, annotate, lay_out
from ferrule_codegen.render.sql_types import type_argument
from ferrule_codegen.render.templates import fill
from ferrule_core.catalog import Attribute, Composite
from ferrule_core.plugins.contracts import GeneratedFile


def render_composites(package: PackagePlan) -> GeneratedFile:
    """The module that has a class for each composite type."""
    composites = package.catalog.composites
    fields = {name for one in composites for name in package.names.attributes[one.name].values()}
    imports = Imports(fields, package.class_names)
    classes = [
        {
            "head": _head(package, composite, imports),
            "comment": python_docstring(composite.comment or "", indent=STEP),
            "fields": list(_fields(package, composite, imports)) or ["pass"],
        }
        for composite in composites
    ]
    text = fill("composites.py.j2", imports=imports.render(), composites=classes)
    return GeneratedFile(path=GENERATED / f"{COMPOSITE_MODULE}.py", text=text)


def _head(package: PackagePlan, composite: Composite, imports: Imports) -> str:
    name = composite.name
    bases = (
        imports.use("ferrule", "Composite"),
        f"type={python_string(name.name)}",
        f"schema={python_string(name.schema)}",
    )
    return lay_out(Group(f"class {package.names.classes[name]}(", bases, "):"))


def _fields(package: PackagePlan, composite: Composite, imports: Imports) -> Iterator[str]:
    for attribute in composite.attributes:
        name = package.names.attributes[composite.name][attribute.name]
        yield annotate(name, _annotation(package, attribute, name, imports), indent=STEP)


def _annotation(package: PackagePlan, attribute: Attribute, name: str, imports: Imports) -> str:
    value, nullable = package.types.attribute_type(attribute)
    modules = {
        used: module
        for used, module in value.imports.items()
        if module != f".{COMPOSITE_MODULE}"  # this one
    }
    text = imports.spell(value.text, modules)
    text = f"{text} | None" if nullable else text
    said: list[str] = []
    if type_argument(attribute.type, "") is not None:
        types = imports.use("ferrule", "types")
        said.append(type_argument(attribute.type, types, package.types) or "")
    if attribute.name != name:
        types = imports.use("ferrule", "types")
        said.append(f"{types}.Attribute({python_string(attribute.name)})")
    if not said:
        return text
    return f"{imports.use('typing', 'Annotated')}[{', '.join([text, *said])}]"
