"""The Python side of the types that come with PostgreSQL, and of its usual extensions. Pure data.

The annotation is what a row really holds, seen on asyncpg 0.32 with PostgreSQL 15, and what may be
written. Where that would be a class of the driver (ranges, bit strings, paths), it is ``object``:
true, and to be narrowed by who uses it.
"""

from __future__ import annotations

from collections.abc import Iterator

from ferrule_core.plugins.contracts import TypeMapping

_INTEGERS = "cid int2 int4 int8 oid pg_lsn xid xid8"

_TEXTS = """
aclitem bpchar citext hstore jsonpath lquery ltree ltxtquery macaddr macaddr8 money name refcursor
regclass regcollation regconfig regdictionary regnamespace regoper regoperator regproc regprocedure
regrole regtype text tsquery tsvector varchar xml
"""

_DRIVER_CLASSES = """
bit varbit path polygon int4range int8range numrange tsrange tstzrange daterange int4multirange
int8multirange nummultirange tsmultirange tstzmultirange datemultirange
"""

_BUILTIN: dict[str, str] = {
    "bool": "bool",
    "bytea": "bytes",
    "char": "bytes",
    "float4": "float",
    "float8": "float",
    "box": "tuple[tuple[float, float], tuple[float, float]]",
    "circle": "tuple[tuple[float, float], float]",
    "line": "tuple[float, float, float]",
    "lseg": "tuple[tuple[float, float], tuple[float, float]]",
    "point": "tuple[float, float]",
    "tid": "tuple[int, int]",
}

_IMPORTED: dict[str, tuple[str, str]] = {
    "cidr": ("ipaddress", "IPv4Network | IPv6Network"),
    "date": ("datetime", "date"),
    "inet": ("ipaddress", "IPv4Address | IPv6Address"),
    "interval": ("datetime", "timedelta"),
    "json": ("ferrule", "JsonValue"),
    "jsonb": ("ferrule", "JsonValue"),
    "numeric": ("decimal", "Decimal"),
    "time": ("datetime", "time"),
    "timestamp": ("datetime", "datetime"),
    "timestamptz": ("datetime", "datetime"),
    "timetz": ("datetime", "time"),
    "uuid": ("uuid", "UUID"),
}

_CONSTRUCTORS: dict[str, str] = {
    "bpchar": "Char",
    "numeric": "Numeric",
    "varchar": "Varchar",
}


def builtin_types() -> Iterator[TypeMapping]:
    """Every mapping that core hands out, in order of name."""
    spelt: dict[str, tuple[str | None, str]] = {
        **dict.fromkeys(_INTEGERS.split(), (None, "int")),
        **dict.fromkeys(_TEXTS.split(), (None, "str")),
        **dict.fromkeys(_DRIVER_CLASSES.split(), (None, "object")),
        **{name: (None, annotation) for name, annotation in _BUILTIN.items()},
        **_IMPORTED,
    }
    for name, (module, annotation) in sorted(spelt.items()):
        yield TypeMapping(
            name=name,
            annotation=annotation,
            import_from=module,
            constructor=_CONSTRUCTORS.get(name),
        )
