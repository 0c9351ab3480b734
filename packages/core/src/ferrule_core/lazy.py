"""What is imported, or compiled, when it is first used: a program pays for what it needs."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import cast


def lazy_exports(
    package: str, modules: Mapping[str, str], *, source: str | None = None
) -> Callable[[str], object]:
    """Make the ``__getattr__`` of a package whose names are imported when they are first used.

    Relations find the models that they lead to through it, too.

    Args:
        package: Name of the package: its ``__name__``.
        modules: The module of each name, relative to the package: ``{"Author": "author"}``.
        source: The package that the modules lie in, where it is another.
    """
    origin = source or package

    def load(name: str) -> object:
        module = modules.get(name)
        if module is None:
            raise AttributeError(f"module {package!r} has no attribute {name!r}", name=name)
        value: object = getattr(import_module(f"{origin}.{module}"), name)
        setattr(sys.modules[package], name, value)
        return value

    return load


class _Later:
    """Stands for an object; what was asked of it once is an attribute from then on."""

    def __init__(self, shown: str, make: Callable[[], object]) -> None:
        self._shown = shown
        self._make = make

    def __getattr__(self, name: str) -> object:
        value: object = getattr(self._make(), name)
        setattr(self, name, value)
        return value

    def __repr__(self) -> str:
        return self._shown


def lazy_module(name: str) -> object:
    """A module that is imported when something of it is first used.

    For checkers it is imported under ``TYPE_CHECKING`` as well, and by the same name.

    Args:
        name: Its full name.
    """
    return _Later(f"lazy_module({name!r})", lambda: import_module(name))


def pattern(text: str, flags: int = 0) -> re.Pattern[str]:
    """A regular expression that is compiled when the first of its methods is called.

    Compiling one takes as long as importing a module. ``re.search`` and its like take strings and
    compiled patterns only, and not this one.

    Args:
        text: As for ``re.compile``; a wrong one is refused at the first use.
        flags: Those of ``re``.
    """
    later = _Later(f"pattern({text!r})", lambda: re.compile(text, flags))
    return cast("re.Pattern[str]", later)
