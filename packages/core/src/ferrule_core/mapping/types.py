# ruff: noqa: N802 - users read these as names of types
"""The types of PostgreSQL, as models spell them where the annotation alone does not say which.

``price: Column[Decimal] = column(type=types.Numeric(10, 2))``
"""

from __future__ import annotations

from dataclasses import replace

from ferrule_core.catalog.types import PG_CATALOG, TypeRef
from ferrule_core.mapping.kinds.refs import AttributeName, CompositeRef, TextRef
from ferrule_core.mapping.user_types import domain

Domain = domain
"""``domain`` again, for those who look for it among the types."""


def Named(name: str, *arguments: int | str, schema: str = PG_CATALOG) -> TypeRef:
    """Any type by its name in ``pg_type``: ``Named("inet")``."""
    return TypeRef(schema, name, arguments)


def AsText(name: str, *arguments: int | str, schema: str = "public") -> TypeRef:
    """A type that Ferrule does not know: values are the server's text, both ways."""
    return TextRef(schema, name, arguments)


def Attribute(name: str) -> AttributeName:
    """The name of an attribute of a composite type, where its field cannot be called so."""
    return AttributeName(name)


def Composite(name: str, *, schema: str = "public") -> TypeRef:
    """A composite type, for a dataclass whose fields are its attributes, in their order."""
    return CompositeRef(schema, name)


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


def Citext(*, schema: str = "public") -> TypeRef:
    """``citext``: text whose case does not count in comparisons."""
    return Named("citext", schema=schema)


def Hstore(*, schema: str = "public") -> TypeRef:
    """``hstore``: for ``dict[str, str | None]``."""
    return Named("hstore", schema=schema)


def Ltree(*, schema: str = "public") -> TypeRef:
    """``ltree``: a path of labels, as text."""
    return Named("ltree", schema=schema)


def Cidr() -> TypeRef:
    """``cidr``: a network."""
    return Named("cidr")


def Inet() -> TypeRef:
    """``inet``: an address, or one within its network."""
    return Named("inet")


def InternalChar() -> TypeRef:
    """``"char"``: one byte."""
    return Named("char")


def Int4Range() -> TypeRef:
    """``int4range``."""
    return Named("int4range")


def Int8Range() -> TypeRef:
    """``int8range``: what ``Range[int]`` means where nothing else is said."""
    return Named("int8range")


def NumRange() -> TypeRef:
    """``numrange``."""
    return Named("numrange")


def TsRange() -> TypeRef:
    """``tsrange``: of moments without a zone."""
    return Named("tsrange")


def TsTzRange() -> TypeRef:
    """``tstzrange``: what ``Range[datetime]`` means where nothing else is said."""
    return Named("tstzrange")


def DateRange() -> TypeRef:
    """``daterange``."""
    return Named("daterange")


def Int4Multirange() -> TypeRef:
    """``int4multirange``."""
    return Named("int4multirange")


def Int8Multirange() -> TypeRef:
    """``int8multirange``."""
    return Named("int8multirange")


def NumMultirange() -> TypeRef:
    """``nummultirange``."""
    return Named("nummultirange")


def TsMultirange() -> TypeRef:
    """``tsmultirange``."""
    return Named("tsmultirange")


def TsTzMultirange() -> TypeRef:
    """``tstzmultirange``."""
    return Named("tstzmultirange")


def DateMultirange() -> TypeRef:
    """``datemultirange``."""
    return Named("datemultirange")


def MacAddr() -> TypeRef:
    """``macaddr``: a hardware address, as text."""
    return Named("macaddr")


def MacAddr8() -> TypeRef:
    """``macaddr8``: one of 8 bytes."""
    return Named("macaddr8")


def Money() -> TypeRef:
    """``money``."""
    return Named("money")


def Name() -> TypeRef:
    """``name``: text of at most 63 bytes."""
    return Named("name")


def Oid() -> TypeRef:
    """``oid``."""
    return Named("oid")


def PgLsn() -> TypeRef:
    """``pg_lsn``: a position of the log, as a number."""
    return Named("pg_lsn")


def TsQuery() -> TypeRef:
    """``tsquery``, as text."""
    return Named("tsquery")


def TsVector() -> TypeRef:
    """``tsvector``, as text."""
    return Named("tsvector")


def Xid8() -> TypeRef:
    """``xid8``."""
    return Named("xid8")


def Xml() -> TypeRef:
    """``xml``, as text."""
    return Named("xml")
