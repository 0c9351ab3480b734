"""The models of the warehouse."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import Enum

from ferrule_core.mapping.columns import (
    Column,
    column,
    generated,
    identity,
    server_default,
    version_column,
)
from ferrule_core.mapping.json_values import JsonValue
from ferrule_core.mapping.relations import ForeignKey, ManyToMany, foreign_key, many_to_many
from ferrule_core.model.model import Model


class State(Enum):
    NEW = "new"
    SOLD = "sold"
    LOST = "lost"


class Supplier(Model, table="supplier"):
    id: Column[int] = identity()
    name: Column[str]
    discount: Column[int] = server_default("0")
    parent_id: Column[int | None] = column(default=None)
    parent: ForeignKey[Supplier | None] = foreign_key("parent_id")


class Item(Model, table="item"):
    id: Column[int] = identity()
    code: Column[str]
    title: Column[str] = server_default("''")
    price: Column[Decimal] = server_default("1")
    stock: Column[int] = server_default("0")
    state: Column[State] = server_default("'new'")
    labels: Column[list[str]] = server_default("'{}'")
    meta: Column[JsonValue] = column(default=None)
    worth: Column[Decimal] = generated("price * stock")
    shelf: Column[str | None] = column(default=None)
    retired: Column[bool] = server_default("false")
    supplier_id: Column[int]
    maker_id: Column[int | None] = column(default=None)
    supplier: ForeignKey[Supplier] = foreign_key("supplier_id")
    maker: ForeignKey[Supplier | None] = foreign_key("maker_id")
    marks: ManyToMany[Mark] = many_to_many(through="item_mark")


class Page(Model, table="page"):
    id: Column[int] = identity(always=True)
    title: Column[str]
    body: Column[str] = column(default="")
    meta: Column[JsonValue] = column(default=None)
    hits: Column[int] = column(default=0)
    created_at: Column[datetime] = column(auto_now_add=True)
    changed_at: Column[datetime] = column(auto_now=True)
    changed_on: Column[date] = column(auto_now=True)
    version: Column[int] = version_column()


class Cell(Model, table="cell"):
    row: Column[str] = column(primary_key=True)
    column_: Column[int] = column(name="column", primary_key=True)
    value: Column[int] = column(default=0)
    note: Column[JsonValue] = column(default=None)
    marks: ManyToMany[Mark] = many_to_many(through="cell_mark", columns=["row", "column"])


class Mark(Model, table="mark"):
    id: Column[int] = identity(always=True)
    label: Column[str]


class ItemMark(Model, table="item_mark"):
    item_id: Column[int] = column(primary_key=True)
    mark_id: Column[int] = column(primary_key=True)
    weight: Column[int] = server_default("1")
    state: Column[State] = server_default("'new'")
    item: ForeignKey[Item] = foreign_key("item_id")
    mark: ForeignKey[Mark] = foreign_key("mark_id")


class Part(Model, table="part"):
    region: Column[str] = column(primary_key=True)
    number: Column[int] = column(primary_key=True)
    value: Column[int]
