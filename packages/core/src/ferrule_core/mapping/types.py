# ruff: noqa: N802 - users read these as names of types
"""The types of PostgreSQL, as models spell them where the annotation alone does not say which.

``price: Column[Decimal] = column(type=types.Numeric(10, 2))``
"""

from __future__ import annotations

from dataclasses import replace

from ferrule_core.catalog.types import PG_CATALOG, TypeRef


def Named(name: str, *arguments: int | str, schema: str = PG_CATALOG) -> TypeRef:
    """Any type by its name in ``pg_type``: ``Named("inet")``."""
    return TypeRef(schema, name, arguments)


def Array(element: TypeRef, dimensions: int = 1) -> TypeRef:
    """An array; PostgreSQL keeps the number of dimensions as a comment only."""
    return replace(element, dimensions=element.dimensions + dimensions)


def Bit(length: int = 1) -> TypeRef:
    """``bit(n)``."""
    return Named("bit", length)


def Char(length: int = 1) -> TypeRef:
    """``char(n)``: padded with blanks."""
    return Named("bpchar", length)


def Date() -> TypeRef:
    """``date``."""
    return Named("date")


def BigInt() -> TypeRef:
    """``bigint``, 8 bytes: what ``int`` means where nothing else is said."""
    return Named("int8")


def Boolean() -> TypeRef:
    """``boolean``."""
    return Named("bool")


def Bytea() -> TypeRef:
    """``bytea``."""
    return Named("bytea")


def Double() -> TypeRef:
    """``double precision``."""
    return Named("float8")


def Integer() -> TypeRef:
    """``integer``, 4 bytes."""
    return Named("int4")


def Interval(*arguments: int | str) -> TypeRef:
    """``interval``, with fields and precision: ``Interval("day to second", 3)``."""
    return Named("interval", *arguments)


def Json() -> TypeRef:
    """``json``: kept as the text that was given."""
    return Named("json")


def Jsonb() -> TypeRef:
    """``jsonb``."""
    return Named("jsonb")


def Numeric(*arguments: int) -> TypeRef:
    """``numeric``, with precision and scale: ``Numeric(10, 2)``."""
    return Named("numeric", *arguments)


def Real() -> TypeRef:
    """``real``: single precision."""
    return Named("float4")


def SmallInt() -> TypeRef:
    """``smallint``, 2 bytes."""
    return Named("int2")


def Text() -> TypeRef:
    """``text``."""
    return Named("text")


def Time(*precision: int) -> TypeRef:
    """``time without time zone``."""
    return Named("time", *precision)


def TimeTz(*precision: int) -> TypeRef:
    """``time with time zone``."""
    return Named("timetz", *precision)


def Timestamp(*precision: int) -> TypeRef:
    """``timestamp without time zone``."""
    return Named("timestamp", *precision)


def TimestampTz(*precision: int) -> TypeRef:
    """``timestamp with time zone``: what ``datetime`` means where nothing else is said."""
    return Named("timestamptz", *precision)


def Uuid() -> TypeRef:
    """``uuid``."""
    return Named("uuid")


def VarBit(*length: int) -> TypeRef:
    """``bit varying``."""
    return Named("varbit", *length)


def Varchar(*length: int) -> TypeRef:
    """``varchar(n)``."""
    return Named("varchar", *length)
