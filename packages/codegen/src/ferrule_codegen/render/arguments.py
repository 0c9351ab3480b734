"""The parameters that queries, models and managers of one model share, as types. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from ferrule_codegen.imports import Imports
from ferrule_codegen.render.plan import ModelPlan
from ferrule_core.catalog import Column


class Arguments:
    """Spells the types of one model's arguments as one module imports them.

    Attributes:
        model: The class of the model.
        itself: ``Self``.
    """

    def __init__(self, plan: ModelPlan, imports: Imports, *, typing: str, models: str) -> None:
        """Start with nothing imported.

        Args:
            plan: The model.
            imports: Those of the module; what is used here only checkers need.
            typing: The module, as seen from there, that has the typed dictionaries; empty for that
                module itself.
            models: Dots that lead from there to the package.
        """
        self._plan = plan
        self._imports = imports
        self._typing = typing
        self._models = models

    @property
    def model(self) -> str:
        """The class of the model."""
        return self._imports.use_class(f"{self._models}{self._plan.module}", self._plan.class_name)

    @property
    def itself(self) -> str:
        """``Self``."""
        return self.use("typing", "Self")

    def use(self, module: str, name: str) -> str:
        """A name that only checkers need."""
        return self._imports.use(module, name, checkers_only=True)

    def own(self, ending: str) -> str:
        """What is made for the model: ``AuthorLookups``."""
        name = f"{self._plan.class_name}{ending}"
        return self.use(self._typing, name) if self._typing else name

    def unpacked(self, ending: str) -> str:
        """Keywords of a typed dictionary."""
        return f"{self.use('typing', 'Unpack')}[{self.own(ending)}]"

    def asked(self) -> list[str]:
        """What filters take."""
        condition = f"{self.use('ferrule', 'Expr')}[{self._imports.use('builtins', 'bool')}]"
        return ["/", f"*conditions: {condition}", f"**lookups: {self.unpacked('Lookups')}"]

    def expression(self) -> str:
        """Any expression."""
        return f"{self.use('ferrule', 'Expr')}[{self.use('typing', 'Any')}]"


def key_type(
    plan: ModelPlan,
    columns: tuple[Column, ...],
    imports: Imports,
    *,
    models: str,
    checkers_only: bool = False,
) -> str:
    """The type of a key: of its one column, a tuple of several, ``Never`` of none.

    Args:
        plan: The model that has the columns.
        columns: The columns of the key, in its order.
        imports: Those of the module.
        models: Dots that lead from the module to the package.
        checkers_only: Whether the module needs it only in annotations.
    """
    values: list[str] = []
    for column in columns:
        value = plan.value_type(column)
        modules = further(value.imports, models)
        values.append(imports.spell(value.text, modules, checkers_only=checkers_only))
    if not values:
        return imports.use("typing", "Never", checkers_only=checkers_only)
    if len(values) == 1:
        return values[0]
    return f"{imports.use('builtins', 'tuple')}[{', '.join(values)}]"


def further(modules: Mapping[str, str], models: str) -> dict[str, str]:
    """Where the package's own modules are, seen from a folder from which ``models`` leads to it."""
    return {
        name: f"{models}generated{module}" if module.startswith(".") else module
        for name, module in modules.items()
    }
