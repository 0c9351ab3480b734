"""The files of the package as a whole: what it exports. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

from ferrule_codegen.annotations import COMPOSITE_MODULE, ENUM_MODULE
from ferrule_codegen.imports import Imports, export_order
from ferrule_codegen.quoting import python_docstring, python_string
from ferrule_codegen.render.composites import render_composites
from ferrule_codegen.render.folders import GENERATED, MANAGERS, TYPING
from ferrule_codegen.render.plan import PackagePlan
from ferrule_codegen.render.source import STEP, Group, assign, call, strings
from ferrule_codegen.render.templates import fill
from ferrule_core.plugins.contracts import GeneratedFile

ENUMS = f"{GENERATED}.{ENUM_MODULE}"
COMPOSITES = f"{GENERATED}.{COMPOSITE_MODULE}"


def render_package(package: PackagePlan) -> Iterator[GeneratedFile]:
    """The package's ``__init__`` files."""
    yield GeneratedFile(path=PurePosixPath("__init__.py"), text=_exports(package))
    yield _empty(GENERATED, "What a pull writes again.")
    yield _empty(GENERATED / TYPING, "What methods of models take.")
    yield _empty(GENERATED / MANAGERS, "What the managers extend.")
    yield GeneratedFile(path=PurePosixPath(MANAGERS) / "__init__.py", text=_managers(package))
    if package.catalog.composites:
        yield render_composites(package)


def _exports(package: PackagePlan) -> str:
    modules = {plan.class_name: plan.module for plan in package.models.values()}
    enums = {package.names.classes[enum.name]: ENUMS for enum in package.catalog.enums}
    composites = {package.names.classes[one.name]: COMPOSITES for one in package.catalog.composites}
    schemas = sorted({name.schema for name in package.names.classes})
    noun = "schema" if len(schemas) == 1 else "schemas"
    return _lazy_package(
        f"Models of the {noun} {', '.join(schemas)}.", modules | enums | composites
    )


def _managers(package: PackagePlan) -> str:
    modules = {f"{plan.class_name}Manager": plan.module for plan in package.models.values()}
    return _lazy_package("Managers of the models.", modules)


def _lazy_package(about: str, modules: Mapping[str, str]) -> str:
    """A package whose names checkers see at once, and programs when they first use them."""
    imports = Imports()
    for name, module in modules.items():
        imports.use(f".{module}", name, checkers_only=True)
    names = sorted(modules, key=export_order)
    lazy = ""
    if names:
        imports.use("typing", "TYPE_CHECKING")
        function = imports.use("ferrule", "lazy_exports")
        pairs = [f"{python_string(name)}: {python_string(modules[name])}" for name in names]
        arguments = ("__name__", Group("{", tuple(pairs), "}"))
        lazy = assign("__getattr__", call(function, arguments), indent=STEP)
    return fill(
        "package.py.j2",
        about=python_docstring(about, indent=0),
        imports=imports.render(),
        names=assign("__all__", strings(names)),
        lazy=lazy,
    )


def _empty(folder: PurePosixPath, about: str) -> GeneratedFile:
    text = fill("empty.py.j2", about=python_docstring(about, indent=0))
    return GeneratedFile(path=folder / "__init__.py", text=text)
