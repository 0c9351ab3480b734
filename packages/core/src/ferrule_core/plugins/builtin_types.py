"""The Python side of the types that come with PostgreSQL, and of its usual extensions. Pure data.

The annotation is what a row really holds, seen on asyncpg 0.32 with PostgreSQL 15, and what may be
written. It is never a class of a driver.
"""

from __future__ import annotations

from collections.abc import Iterator

from ferrule_core.plugins.contracts import TypeMapping

_INTEGERS = "cid int2 int4 int8 oid pg_lsn xid xid8"

_TEXTS = """
aclitem bpchar citext jsonpath lquery ltree ltxtquery macaddr macaddr8 name refcursor
regclass regcollation regconfig regdictionary regnamespace regoper regoperator regproc regprocedure
regrole regtype text tsquery tsvector varchar xml
"""

_BUILTIN: dict[str, str] = {
    "bool": "bool",
    "bytea": "bytes",
    "char": "bytes",
    "float4": "float",
    "float8": "float",
    "hstore": "dict[str, str | None]",
    "tid": "tuple[int, int]",
}

_IMPORTED: dict[str, tuple[str, str]] = {
    "bit": ("ferrule", "Bits"),
    "box": ("ferrule.geometry", "Box"),
    "cidr": ("ipaddress", "IPv4Network | IPv6Network"),
    "circle": ("ferrule.geometry", "Circle"),
    "date": ("datetime", "date"),
    "inet": ("ipaddress", "IPv4Address | IPv6Address"),
    "interval": ("datetime", "timedelta"),
    "json": ("ferrule", "JsonValue"),
    "jsonb": ("ferrule", "JsonValue"),
    "line": ("ferrule.geometry", "Line"),
    "lseg": ("ferrule.geometry", "LineSegment"),
    "money": ("decimal", "Decimal"),
    "numeric": ("decimal", "Decimal"),
    "path": ("ferrule.geometry", "Path"),
    "point": ("ferrule.geometry", "Point"),
    "polygon": ("ferrule.geometry", "Polygon"),
    "time": ("datetime", "time"),
    "timestamp": ("datetime", "datetime"),
    "timestamptz": ("datetime", "datetime"),
    "timetz": ("datetime", "time"),
    "uuid": ("uuid", "UUID"),
    "varbit": ("ferrule", "Bits"),
}

_SUBTYPES: dict[str, tuple[str, str | None]] = {
    "int4": ("int", None),
    "int8": ("int", None),
    "num": ("Decimal", "decimal"),
    "ts": ("datetime", "datetime"),
    "tstz": ("datetime", "datetime"),
    "date": ("date", "datetime"),
}
"""What ranges are made of, and where it is imported from."""

_CONSTRUCTORS: dict[str, str] = {
    "bpchar": "Char",
    "numeric": "Numeric",
    "varchar": "Varchar",
}


def builtin_types() -> Iterator[TypeMapping]:
    """Every mapping that core hands out."""
    spelt: dict[str, tuple[str | None, str]] = {
        **dict.fromkeys(_INTEGERS.split(), (None, "int")),
        **dict.fromkeys(_TEXTS.split(), (None, "str")),
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
    for name, (subtype, module) in _SUBTYPES.items():
        for kind, form in (("range", "Range"), ("multirange", "Multirange")):
            yield TypeMapping(
                name=f"{name}{kind}",
                annotation=f"{form}[{subtype}]",
                import_from="ferrule",
                further=() if module is None else ((subtype, module),),
            )
