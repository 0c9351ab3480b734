"""Calls of functions of ``ferrule`` in generated source, before it is known how it imports them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeAlias

from ferrule_codegen.imports import Imports
from ferrule_codegen.quoting import python_string
from ferrule_codegen.render.source import Group, call, keyword
from ferrule_core.catalog import PG_CATALOG, QualifiedName, SequenceOptions
from ferrule_core.deferred import dataclass


@dataclass(frozen=True, slots=True)
class Call:
    """A call of a function of ``ferrule``, and its arguments as source; no name makes a tuple."""

    function: str
    arguments: tuple[Argument, ...]


Argument: TypeAlias = "str | Group | Call"
Keyword: TypeAlias = tuple[str, str | Group]


def call_of(function: str, positional: Sequence[Argument], keywords: Iterable[Keyword]) -> Call:
    """A call with arguments by position, and by name."""
    return Call(function, (*positional, *(keyword(name, value) for name, value in keywords)))


def spelt(said: Call, imports: Imports) -> Group:
    """The call as one module spells it."""
    function = imports.use("ferrule", said.function) if said.function else ""
    items = [spelt(one, imports) if isinstance(one, Call) else one for one in said.arguments]
    return call(function, items)


def mapping(pairs: Iterable[tuple[str, str]]) -> Group:
    """A dictionary of texts."""
    items = [f"{python_string(name)}: {python_string(value)}" for name, value in pairs]
    return Group("{", tuple(items), "}")


def object_name(name: QualifiedName) -> str | Group:
    """The name of one of the server's own objects; of others, schema and name."""
    if name.schema == PG_CATALOG:
        return python_string(name.name)
    return Group("(", (python_string(name.schema), python_string(name.name)), comma=False)


def sequence_options(options: SequenceOptions) -> str:
    """What differs from the defaults, as arguments of ``SequenceOptions``."""
    plain = SequenceOptions()
    names = ("start", "increment", "minimum", "maximum", "cache", "cycle")
    return ", ".join(
        f"{name}={getattr(options, name)!r}"
        for name in names
        if getattr(options, name) != getattr(plain, name)
    )
