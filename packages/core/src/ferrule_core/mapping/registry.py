"""Which model a name means. Other modules' models are found by name when first needed."""

from __future__ import annotations

import sys
import weakref
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ferrule_core.errors import ModelError, nearest

if TYPE_CHECKING:
    from ferrule_core.mapping.model_table import ModelTable


class Registry:
    """The models that were defined in this process and are still alive."""

    def __init__(self) -> None:
        self._tables: dict[str, list[weakref.ref[ModelTable]]] = {}

    def add(self, table: ModelTable) -> None:
        """Make a model known by the name of its class."""
        known = self._tables.setdefault(table.model_name, [])
        known[:] = [entry for entry in known if entry() is not None]
        known.append(weakref.ref(table))

    def find(self, name: str, near: ModelTable) -> ModelTable:
        """The model called ``name``, as seen from ``near``: the one that is closest to it.

        A class in the same function comes before one in the same module, that before one in the
        same package, and so on; of a model and a class that extends it, the latter is meant. The
        packages around ``near`` are asked first, since they may import their models on demand.

        Raises:
            ModelError: No model has the name, or several that are equally close.
        """
        found = self.find_if_known(name, near)
        if found is None:
            known = [other for other in self._tables if any(self._alive(other))]
            raise ModelError(
                f'{near.model_name} refers to "{name}", and no model of that name is known',
                hint=nearest(name.rpartition(".")[2], known) or "import the module that defines it",
            )
        return found

    def find_if_known(self, name: str, near: ModelTable) -> ModelTable | None:
        """The same; ``None`` where no model has the name.

        Raises:
            ModelError: Several have it that are equally close.
        """
        module, _, wanted = name.rpartition(".")
        _load_around(near, wanted)
        candidates = [
            table
            for table in self._alive(wanted)
            if not module or table.module == module or table.module.endswith(f".{module}")
        ]
        return self._closest(name, candidates, near) if candidates else None

    def find_table(self, schema: str | None, name: str) -> ModelTable | None:
        """The model of a table; ``None`` where it has none."""
        found = [
            table
            for known in list(self._tables)
            for table in self._alive(known)
            if table.name == name and table.schema == schema and not table.extensions
        ]
        return found[-1] if found else None

    def _closest(self, name: str, candidates: list[ModelTable], near: ModelTable) -> ModelTable:
        best = max(_closeness(table, near) for table in candidates)
        closest = [table for table in candidates if _closeness(table, near) == best]
        latest = {(table.module, table.qualified_name): table for table in closest}
        left = [table for table in latest.values() if not _extended_by_another(table, latest)]
        if len(left) > 1:
            places = " and ".join(f'"{table.module}.{table.qualified_name}"' for table in left)
            raise ModelError(
                f'{near.model_name} refers to "{name}", which could be {places}',
                hint="name the module too, or give one of the classes another name",
            )
        return left[0]

    def _alive(self, name: str) -> Iterator[ModelTable]:
        for entry in self._tables.get(name, ()):
            table = entry()
            if table is not None:
                yield table


def _load_around(near: ModelTable, name: str) -> None:
    """Let the packages that ``near`` is in import a model of that name."""
    package = near.module
    while package := package.rpartition(".")[0]:
        if hasattr(sys.modules.get(package), name):
            return


def _closeness(table: ModelTable, near: ModelTable) -> tuple[bool, int, int]:
    scope, near_scope = _scope(table), _scope(near)
    if table.module != near.module:
        modules = _shared_start(table.module.split("."), near.module.split("."))
        return "<locals>" not in scope, modules, 0
    visible = near_scope[: len(scope)] == scope
    return visible, table.module.count(".") + 2, _shared_start(scope, near_scope)


def _scope(table: ModelTable) -> list[str]:
    return table.qualified_name.split(".")[:-1]


def _shared_start(left: list[str], right: list[str]) -> int:
    shared = 0
    for one, other in zip(left, right, strict=False):
        if one != other:
            break
        shared += 1
    return shared


def _extended_by_another(table: ModelTable, others: dict[tuple[str, str], ModelTable]) -> bool:
    return any(
        other is not table and issubclass(other.model, table.model) for other in others.values()
    )


REGISTRY = Registry()
