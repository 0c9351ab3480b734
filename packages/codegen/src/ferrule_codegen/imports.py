"""The imports of one generated module, under names that nothing in it hides. Pure."""

from __future__ import annotations

import builtins
import re
from collections.abc import Collection, Iterable, Mapping
from itertools import count

_IDENTIFIER = re.compile(r"[^\W\d]\w*")

MAX_WIDTH = 88
"""Width that the formatter keeps by default; what fits is one line at any greater width too."""


class Imports:
    """Collects what a module imports, and gives each name a spelling that is free in it.

    A table may have a column called ``date`` or ``str``: in the body of its class that name is the
    column. There the type is imported under another name. Of two things that are called ``Order``,
    ferrule's and the user's table, the table keeps its name.
    """

    def __init__(self, hidden: Collection[str] = (), classes: Collection[str] = ()) -> None:
        """Start with nothing imported.

        Args:
            hidden: Names that the module's own text gives another meaning.
            classes: Names of the package's own classes, which nothing else gets.
        """
        self._hidden = frozenset(hidden)
        self._classes = frozenset(classes)
        self._names: dict[tuple[str, str], str] = {}
        self._for_checkers: dict[tuple[str, str], str] = {}
        self._spelt: set[str] = set(hidden)

    def use(self, module: str, name: str, *, checkers_only: bool = False) -> str:
        """The spelling of ``name`` from ``module`` here.

        Args:
            module: ``datetime``, or relative to the generated file: ``..author``. ``builtins`` are
                imported only where their name is hidden.
            name: What the module calls it.
            checkers_only: Whether only annotations need it, so that no import happens at run time.
        """
        if module == "builtins" and name not in self._hidden:
            return name
        key = (module, name)
        known = self._names.get(key) or self._for_checkers.get(key)
        spelling = known or self._free(module, name)
        self._spelt.add(spelling)
        if not checkers_only:
            self._names[key] = spelling
            self._for_checkers.pop(key, None)
        elif key not in self._names:
            self._for_checkers[key] = spelling
        return spelling

    def spell(self, text: str, modules: Mapping[str, str], *, checkers_only: bool = False) -> str:
        """The type expression ``text`` with each of its names as it is spelt here."""

        def spelling(match: re.Match[str]) -> str:
            name = match.group()
            if name in modules:
                return self.use(modules[name], name, checkers_only=checkers_only)
            return self.use("builtins", name) if hasattr(builtins, name) else name

        return _IDENTIFIER.sub(spelling, text)

    def use_class(self, module: str, name: str) -> str:
        """The spelling of a model's class, for checkers only; relations are found by its own name.

        So it is never imported under another one: where the name is hidden, its module stands
        before it.
        """
        if name not in self._hidden:
            return self.use(module, name, checkers_only=True)
        parent, _, last = module.rpartition(".")
        return f"{self.use(parent + '.', last, checkers_only=True)}.{name}"

    def render(self) -> str:
        """The import statements in the order of isort; what only checkers need stands apart."""
        if not self._for_checkers:
            return _statements(self._names, indent=0)
        names = {**self._names, ("typing", "TYPE_CHECKING"): "TYPE_CHECKING"}
        block = _statements(self._for_checkers, indent=4)
        return f"{_statements(names, indent=0)}\n\nif TYPE_CHECKING:\n{block}"

    def _free(self, module: str, name: str) -> str:
        taken = self._spelt if module.startswith(".") else self._spelt | self._classes
        if name not in taken:
            return name
        plain = f"ferrule_{name}" if module == "ferrule" else f"{name}_type"
        candidates = (plain if n == 1 else f"{plain}_{n}" for n in count(1))
        return next(candidate for candidate in candidates if candidate not in taken)


def _statements(names: Mapping[tuple[str, str], str], *, indent: int) -> str:
    """``from`` imports in their groups: standard library, third party, relative ones."""
    modules: dict[str, list[str]] = {}
    for (module, name), spelling in names.items():
        shown = name if name == spelling else f"{name} as {spelling}"
        modules.setdefault(module, []).append(shown)
    groups: dict[int, list[str]] = {}
    for module in sorted(modules, key=_module_order):
        statement = _from_import(module, modules[module], indent=indent)
        groups.setdefault(_group(module), []).append(statement)
    return "\n\n".join("\n".join(groups[group]) for group in sorted(groups))


def _group(module: str) -> int:
    if module.startswith("."):
        return 2
    return 1 if module == "ferrule" or module.startswith("ferrule.") else 0


def _module_order(module: str) -> tuple[int, int, list[str | int]]:
    dots = len(module) - len(module.lstrip("."))
    return _group(module), -dots, _natural(module)


def _from_import(module: str, names: Iterable[str], *, indent: int) -> str:
    ordered = sorted(names, key=_member_order)
    pad = " " * indent
    line = f"{pad}from {module} import {', '.join(ordered)}"
    if len(line) <= MAX_WIDTH:
        return line
    inner = "".join(f"{pad}    {name},\n" for name in ordered)
    return f"{pad}from {module} import (\n{inner}{pad})"


def export_order(name: str) -> tuple[int, list[str | int]]:
    """The order of ``__all__``: constants, classes, the rest; numbers by value."""
    return _kind(name), _natural(name)


def _member_order(shown: str) -> tuple[int, list[str | int], str]:
    """The order of what a statement imports: the same, without regard to case."""
    name = shown.partition(" ")[0]
    return _kind(name), _natural(name.lower()), name


def _kind(name: str) -> int:
    if name.isupper() and len(name.encode()) > 1:
        return 0
    return 1 if name[:1].isupper() else 2


def _natural(name: str) -> list[str | int]:
    """Numbers by their value: ``Item2`` before ``Item10``."""
    parts = re.split(r"(\d+)", name)
    return [int(part) if part.isdecimal() else part for part in parts]
