"""A model with a column of each type, any of which may be NULL."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from uuid import UUID

from pydantic import BaseModel
from typing_extensions import TypedDict

from ferrule_core.mapping import types
from ferrule_core.mapping.columns import Column, column
from ferrule_core.mapping.json_values import JsonNull, JsonValue
from ferrule_core.model.model import Model


class Line(BaseModel):
    label: str
    price: Decimal
    count: int = 1


class Invoice(BaseModel):
    number: int
    due: date
    lines: list[Line] = []


@dataclass
class Size:
    width: int
    height: int


class Options(TypedDict):
    dark: bool
    name: str


class Held(Model, table="held"):
    id: Column[str] = column(primary_key=True)
    boolean: Column[bool | None] = column(default=None)
    int2: Column[int | None] = column(default=None, type=types.SmallInt())
    int4: Column[int | None] = column(default=None, type=types.Integer())
    int8: Column[int | None] = column(default=None)
    oid: Column[int | None] = column(default=None, type=types.Named("oid"))
    float4: Column[float | None] = column(default=None, type=types.Real())
    float8: Column[float | None] = column(default=None)
    numeric: Column[Decimal | None] = column(default=None)
    price: Column[Decimal | None] = column(default=None, type=types.Numeric(10, 2))
    text: Column[str | None] = column(default=None)
    varchar: Column[str | None] = column(default=None, type=types.Varchar(5))
    char: Column[str | None] = column(default=None, type=types.Char(5))
    name: Column[str | None] = column(default=None, type=types.Named("name"))
    bytea: Column[bytes | None] = column(default=None)
    date: Column[date | None] = column(default=None)
    time: Column[time | None] = column(default=None)
    timetz: Column[time | None] = column(default=None, type=types.TimeTz())
    timestamp: Column[datetime | None] = column(default=None, type=types.Timestamp())
    timestamptz: Column[datetime | None] = column(default=None)
    interval: Column[timedelta | None] = column(default=None)
    uuid: Column[UUID | None] = column(default=None)
    jsonb: Column[JsonValue] = column(default=None)
    json: Column[JsonValue] = column(default=None, type=types.Json())
    inet: Column[IPv4Address | IPv6Address | None] = column(default=None, type=types.Named("inet"))
    cidr: Column[IPv4Network | IPv6Network | None] = column(default=None, type=types.Named("cidr"))
    macaddr: Column[str | None] = column(default=None, type=types.Named("macaddr"))
    int4s: Column[list[int | None] | None] = column(default=None, type=types.Array(types.Integer()))
    texts: Column[list[str | None] | None] = column(default=None)
    jsonbs: Column[list[JsonValue] | None] = column(default=None, type=types.Array(types.Jsonb()))
    byteas: Column[list[bytes] | None] = column(default=None)
    varchars: Column[list[str] | None] = column(default=None, type=types.Array(types.Varchar(3)))
    positive: Column[int | None] = column(default=None, type=types.Named("h_pos", schema="public"))
    invoice: Column[Invoice | None] = column(default=None)
    lines: Column[list[Line] | None] = column(default=None, type=types.Jsonb())
    size: Column[Size | None] = column(default=None, type=types.Json())
    options: Column[Options | None] = column(default=None)
    bill: Column[Invoice | JsonNull | None] = column(default=None)


TABLE = [
    "CREATE DOMAIN h_pos AS integer CHECK (VALUE > 0)",
    """
    CREATE TABLE held (
        id text PRIMARY KEY, "boolean" boolean, "int2" int2, "int4" int4, "int8" int8,
        "oid" oid, "float4" float4, "float8" float8, "numeric" numeric, "price" numeric(10, 2),
        "text" text, "varchar" varchar(5), "char" char(5), "name" name, "bytea" bytea,
        "date" date, "time" time, "timetz" timetz, "timestamp" timestamp,
        "timestamptz" timestamptz, "interval" interval, "uuid" uuid, "jsonb" jsonb, "json" json,
        "inet" inet, "cidr" cidr, "macaddr" macaddr, "int4s" int4[], "texts" text[],
        "jsonbs" jsonb[], "byteas" bytea[], "varchars" varchar(3)[], "positive" h_pos,
        "invoice" jsonb, "lines" jsonb, "size" json, "options" jsonb,
        "bill" jsonb
    )
    """,
]
