"""Packages of many models, of which a program imports those that it uses."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from importlib import import_module


def lazy_exports(package: str, modules: Mapping[str, str]) -> Callable[[str], object]:
    """Make the ``__getattr__`` of a package whose names are imported when they are first used.

    Relations find the models that they lead to through it, too.

    Args:
        package: Name of the package: its ``__name__``.
        modules: The module of each name, relative to the package: ``{"Author": "author"}``.
    """

    def load(name: str) -> object:
        module = modules.get(name)
        if module is None:
            raise AttributeError(f"module {package!r} has no attribute {name!r}", name=name)
        value: object = getattr(import_module(f"{package}.{module}"), name)
        setattr(sys.modules[package], name, value)
        return value

    return load
