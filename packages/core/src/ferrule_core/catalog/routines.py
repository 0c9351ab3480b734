"""Functions, procedures and aggregates."""

from __future__ import annotations

from typing import Literal

from ferrule_core.catalog.names import QualifiedName
from ferrule_core.catalog.types import TypeRef
from ferrule_core.deferred import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Argument:
    """An argument of a routine; a column of ``RETURNS TABLE`` is one of mode ``table``.

    ``default`` is the expression as the server prints it.
    """

    name: str | None = None
    type: TypeRef
    mode: Literal["in", "out", "inout", "variadic", "table"] = "in"
    default: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Routine:
    """A function, a window function or a procedure. Names may be overloaded.

    Attributes:
        definition: ``CREATE OR REPLACE ...`` in full, as the server prints it, without a final
            semicolon. The other attributes say parts of it again, for those who call it.
        returns: The type of its result; ``None`` for a procedure.
        returns_set: Whether it gives any number of rows.
    """

    name: QualifiedName
    kind: Literal["function", "window", "procedure"] = "function"
    arguments: tuple[Argument, ...] = ()
    returns: TypeRef | None = None
    returns_set: bool = False
    language: str = "sql"
    volatility: Literal["volatile", "stable", "immutable"] = "volatile"
    definition: str
    comment: str | None = None

    @property
    def told_apart_by(self) -> tuple[tuple[str, str, str, str, int], ...]:
        """What it differs in from others of its name: the types of its input.

        Of a procedure it is the types of its output too.
        """
        return tuple(
            (
                one.mode,
                one.type.schema,
                one.type.name,
                repr(one.type.arguments),
                one.type.dimensions,
            )
            for one in self._told_by()
        )

    @property
    def signature(self) -> str:
        """The same for people: ``(integer, text)``."""
        parts = [
            f"OUT {argument.type}" if argument.mode == "out" else str(argument.type)
            for argument in self._told_by()
        ]
        return f"({', '.join(parts)})"

    @property
    def sql(self) -> str:
        """Name and signature, for the server."""
        parts = [
            f"OUT {argument.type.sql}" if argument.mode == "out" else argument.type.sql
            for argument in self._told_by()
        ]
        return f"{self.name.sql}({', '.join(parts)})"

    def __str__(self) -> str:
        """Name and signature, for people."""
        return f"{self.name}{self.signature}"

    def _told_by(self) -> list[Argument]:
        unimportant = ("table",) if self.kind == "procedure" else ("out", "table")
        return [argument for argument in self.arguments if argument.mode not in unimportant]


@dataclass(frozen=True, slots=True, kw_only=True)
class Aggregate:
    """An aggregate function.

    Attributes:
        arguments: As the server prints them, with names, defaults and ``ORDER BY``.
        identity: The same, with nothing that does not tell it from others of its name.
        options: What ``CREATE AGGREGATE`` says in its second parentheses, each by its name; those
            without a value have an empty one.
    """

    name: QualifiedName
    arguments: str
    identity: str
    options: tuple[tuple[str, str], ...]
    comment: str | None = None

    @property
    def told_apart_by(self) -> tuple[str]:
        """What it differs in from others of its name."""
        return (self.identity,)

    @property
    def signature(self) -> str:
        """The same as SQL in parentheses; ``*`` for no arguments."""
        return f"({self.identity or '*'})"

    @property
    def sql(self) -> str:
        """Name and signature, for the server."""
        return f"{self.name.sql}{self.signature}"

    def __str__(self) -> str:
        """Name and signature, for people."""
        return f"{self.name}{self.signature}"
