"""Signatures of stored functions and procedures, and which of them a call means."""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from ferrule_core.errors import QueryError, nearest

SIGNATURES = """
SELECT n.nspname AS schema, p.proname AS name, p.prokind = 'p' AS procedure, p.proretset AS many,
    p.provariadic <> 0 AS variadic, p.pronargdefaults::int AS defaults,
    coalesce(p.proargnames, '{}') AS names,
    coalesce(p.proargmodes::text[], array_fill('i'::text, ARRAY[p.pronargs::int])) AS modes,
    ARRAY(SELECT format_type(a.type, NULL) FROM unnest(coalesce(p.proallargtypes,
        p.proargtypes::oid[])) WITH ORDINALITY a(type, place) ORDER BY place) AS types,
    t.typtype::text = 'c' OR p.prorettype = 'record'::regtype AS rows,
    p.prorettype = 'void'::regtype AS nothing
FROM pg_catalog.pg_proc p
JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
JOIN pg_catalog.pg_type t ON t.oid = p.prorettype
WHERE p.proname = $1 AND p.prokind IN ('f', 'p')
    AND CASE WHEN $2::text IS NULL THEN pg_catalog.pg_function_is_visible(p.oid)
        ELSE n.nspname = $2 END
ORDER BY p.oid
"""

_KINDS: Mapping[type, tuple[str, ...]] = {
    bool: ("boolean",),
    int: ("integer", "bigint", "smallint", "numeric", "double precision", "real"),
    float: ("double precision", "real", "numeric"),
    Decimal: ("numeric",),
    str: ("text", "character varying", "name", "character"),
    bytes: ("bytea",),
    datetime: ("timestamp with time zone", "timestamp without time zone"),
    date: ("date",),
    time: ("time without time zone", "time with time zone"),
    timedelta: ("interval",),
    UUID: ("uuid",),
    dict: ("jsonb", "json"),
}
"""The types that values of a class are meant for, the likelier first."""

_BITS: Mapping[str, int] = {"smallint": 16, "integer": 32, "bigint": 64}


@dataclass(frozen=True, slots=True)
class Parameter:
    """What a function is given, or gives back.

    Attributes:
        mode: As in ``pg_proc``: ``i`` in, ``o`` out, ``b`` both, ``v`` variadic, ``t`` of a table.
        type: As the server writes it.
    """

    name: str
    mode: str
    type: str
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Signature:
    """One function or procedure of a name.

    Attributes:
        many: Whether it gives any number of rows.
        rows: Whether what it gives has columns, and is no single value.
        nothing: Whether it gives nothing.
    """

    schema: str
    name: str
    procedure: bool
    parameters: tuple[Parameter, ...]
    many: bool
    rows: bool
    nothing: bool

    @property
    def taken(self) -> list[Parameter]:
        """What the caller gives."""
        return [one for one in self.parameters if one.mode in "ibv"]

    def __str__(self) -> str:
        shown = [f"{one.name} {one.type}".strip() for one in self.taken]
        return f"{self.schema}.{self.name}({', '.join(shown)})"


def signature_of(row: Any) -> Signature:  # noqa: ANN401 - a row of ``SIGNATURES``
    """Read a row of the catalog."""
    names = [*row["names"], *[""] * (len(row["modes"]) - len(row["names"]))]
    found = [
        Parameter(name, mode, type_)
        for name, mode, type_ in zip(names, row["modes"], row["types"], strict=True)
    ]
    taken = [place for place, one in enumerate(found) if one.mode in "ibv"]
    optional = taken[len(taken) - row["defaults"] :]
    parameters = [
        Parameter(one.name, one.mode, one.type, optional=place in optional)
        for place, one in enumerate(found)
    ]
    return Signature(
        row["schema"],
        row["name"],
        row["procedure"],
        tuple(parameters),
        many=row["many"],
        rows=row["rows"],
        nothing=row["nothing"],
    )


def chosen(
    known: Sequence[Signature], values: Sequence[object], named: Mapping[str, object]
) -> Signature:
    """The signature that a call means.

    Raises:
        QueryError: None fits, or several do equally well.
    """
    fitting = [one for one in known if _misfit(one, values, named) is None]
    if not fitting:
        _refuse(known, values, named)
    ranked = sorted([(_distance(one, values, named), n) for n, one in enumerate(fitting)])
    if len(ranked) > 1 and ranked[0][0] == ranked[1][0]:
        raise QueryError(
            f'several functions "{known[0].name}" take these arguments',
            hint=f"name the arguments, or call one by sql(); there are {_all(fitting)}",
        )
    return fitting[ranked[0][1]]


def _refuse(
    known: Sequence[Signature], values: Sequence[object], named: Mapping[str, object]
) -> None:
    if len(known) == 1:
        said = _misfit(known[0], values, named)
        names = [one.name for one in known[0].taken if one.name]
        odd = next((name for name in named if name not in names), "")
        raise QueryError(
            f'"{known[0].name}" {said}', hint=nearest(odd, names) or f"it is {known[0]}"
        )
    raise QueryError(
        f'no function "{known[0].name}" takes these arguments', hint=f"there are {_all(known)}"
    )


def _all(known: Sequence[Signature]) -> str:
    return ", ".join(map(str, known))


def _misfit(one: Signature, values: Sequence[object], named: Mapping[str, object]) -> str | None:
    """Why a signature does not take these arguments."""
    taken = one.taken
    variadic = bool(taken) and taken[-1].mode == "v"
    if len(values) > len(taken) and not variadic:
        return f"takes at most {len(taken)} arguments, and got {len(values)}"
    places = {parameter.name: n for n, parameter in enumerate(taken)}
    for name in named:
        if name not in places:
            return f'has no argument "{name}"'
        if places[name] < len(values):
            return f'got its argument "{name}" twice'
    for parameter in taken[len(values) :]:
        if parameter.mode != "v" and not parameter.optional and parameter.name not in named:
            return f'needs the argument "{parameter.name or len(values) + 1}"'
    return None


def _distance(
    one: Signature, values: Sequence[object], named: Mapping[str, object]
) -> tuple[int, int]:
    """How far the types of a signature are from the values that are given."""
    taken = one.taken
    given = [(taken[min(n, len(taken) - 1)], value) for n, value in enumerate(values)]
    given += [(parameter, named[parameter.name]) for parameter in taken if parameter.name in named]
    far = sum(_far(parameter, value) for parameter, value in given)
    return far, sum(parameter.mode == "v" for parameter in taken)


def _far(parameter: Parameter, value: object) -> int:
    if isinstance(value, enum.Enum):
        value = value.value
    if value is None:
        return 0
    given = type(value)
    if isinstance(value, list) and parameter.mode != "v":
        return 0 if parameter.type.endswith("[]") else 100
    wanted = parameter.type.removesuffix("[]") if parameter.mode == "v" else parameter.type
    kinds = next((known for kind, known in _KINDS.items() if given is kind), None)
    if kinds is None:
        return 50
    if isinstance(value, int) and wanted in _BITS and value.bit_length() >= _BITS[wanted]:
        return 100
    return kinds.index(wanted) if wanted in kinds else 100
