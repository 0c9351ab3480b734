"""How a column's SQL type is said in a model where its annotation does not say it. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from ferrule_codegen.annotations import TypeBook
from ferrule_codegen.quoting import python_string
from ferrule_core.catalog import TypeRef

_MEANT = "bool bytea date float8 int8 interval jsonb numeric text time timestamptz uuid"

MEANT_BY_ANNOTATION = frozenset(_MEANT.split())
"""The types that annotations mean where nothing else is said."""

CONSTRUCTORS: Mapping[str, str] = {
    "bit": "Bit",
    "bool": "Boolean",
    "bpchar": "Char",
    "bytea": "Bytea",
    "date": "Date",
    "float4": "Real",
    "float8": "Double",
    "int2": "SmallInt",
    "int4": "Integer",
    "int8": "BigInt",
    "interval": "Interval",
    "json": "Json",
    "jsonb": "Jsonb",
    "numeric": "Numeric",
    "text": "Text",
    "time": "Time",
    "timestamp": "Timestamp",
    "timestamptz": "TimestampTz",
    "timetz": "TimeTz",
    "uuid": "Uuid",
    "varbit": "VarBit",
    "varchar": "Varchar",
}
"""Functions of ``ferrule.types`` by the name in ``pg_type``."""

_WITH_LENGTH = frozenset(["bit", "bpchar"])
"""Types whose constructor has a length of its own, so that it cannot say one without."""


def type_argument(ref: TypeRef, types: str, book: TypeBook | None = None) -> str | None:
    """The expression that spells ``ref``; ``None`` where the annotation says it.

    Args:
        ref: The type, domains not resolved.
        types: What the module calls ``ferrule.types``.
        book: Knows the user's own types.
    """
    if ref.builtin and not ref.arguments and ref.name in MEANT_BY_ANNOTATION:
        return None
    return type_source(ref, types, book)


def type_source(ref: TypeRef, types: str, book: TypeBook | None = None) -> str:
    """The expression that spells ``ref``, whatever annotations mean."""
    element = _element(ref, types, None if book is None else book.constructor(ref))
    if ref.dimensions == 0:
        return element
    dimensions = "" if ref.dimensions == 1 else f", {ref.dimensions}"
    return f"{types}.Array({element}{dimensions})"


def _element(ref: TypeRef, types: str, special: str | None) -> str:
    arguments = [a if isinstance(a, int) else python_string(a) for a in ref.arguments]
    constructor = CONSTRUCTORS.get(ref.name) if ref.builtin else None
    if ref.name in _WITH_LENGTH and not arguments:
        constructor = None
    if constructor is not None:
        return f"{types}.{constructor}({', '.join(map(str, arguments))})"
    named = [python_string(ref.name), *map(str, arguments)]
    if not ref.builtin:
        named.append(f"schema={python_string(ref.schema)}")
    return f"{types}.{special or 'Named'}({', '.join(named)})"
