"""Functions, procedures and aggregates."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

from ferrule_core.catalog import Aggregate, Argument, QualifiedName, Routine
from ferrule_introspect.assemble.comments import Comments
from ferrule_introspect.assemble.options import split_option
from ferrule_introspect.assemble.types import TypeNames
from ferrule_introspect.rows import AggregateRow, RoutineRow

_KINDS: dict[str, Literal["function", "window", "procedure"]] = {
    "f": "function",
    "w": "window",
    "p": "procedure",
}
_MODES: dict[str, Literal["in", "out", "inout", "variadic", "table"]] = {
    "i": "in",
    "o": "out",
    "b": "inout",
    "v": "variadic",
    "t": "table",
}
_VOLATILITIES: dict[str, Literal["volatile", "stable", "immutable"]] = {
    "v": "volatile",
    "s": "stable",
    "i": "immutable",
}


def assemble_routines(
    rows: Iterable[RoutineRow], types: TypeNames, comments: Comments
) -> tuple[Routine, ...]:
    """Functions and procedures."""
    return tuple(
        Routine(
            name=QualifiedName(row.schema, row.name),
            kind=_KINDS[row.kind],
            arguments=tuple(_arguments(row, types)),
            returns=None if row.kind == "p" else types.reference(row.returns),
            returns_set=row.returns_set,
            language=row.language,
            volatility=_VOLATILITIES[row.volatility],
            definition=row.definition.strip(),
            comment=comments.on("pg_proc", row.oid),
        )
        for row in rows
    )


def _arguments(row: RoutineRow, types: TypeNames) -> Iterator[Argument]:
    """The arguments; names, modes and defaults are given only where there are any."""
    count = len(row.argument_types)
    names = row.names or [""] * count
    modes = row.modes or ["i"] * count
    defaults = row.defaults or [None] * count
    for name, type_, mode, default in zip(names, row.argument_types, modes, defaults, strict=False):
        yield Argument(
            name=name or None, type=types.reference(type_), mode=_MODES[mode], default=default
        )


def assemble_aggregates(rows: Iterable[AggregateRow], comments: Comments) -> tuple[Aggregate, ...]:
    """Aggregates, their options in the order of the manual."""
    return tuple(
        Aggregate(
            name=QualifiedName(row.schema, row.name),
            arguments=row.arguments,
            identity=row.signature,
            options=tuple(map(split_option, row.options)),
            comment=comments.on("pg_proc", row.oid),
        )
        for row in rows
    )
