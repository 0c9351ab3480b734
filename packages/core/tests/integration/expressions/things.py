"""The models of these tests, and the rows that most of them ask."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from ferrule_core.mapping import types
from ferrule_core.mapping.columns import Column, column
from ferrule_core.mapping.json_values import JsonValue
from ferrule_core.mapping.relations import (
    ForeignKey,
    InverseForeignKey,
    foreign_key,
    inverse_foreign_key,
)
from ferrule_core.model.model import Model


@dataclass
class City:
    name: str
    founded: int | None = None


@dataclass
class Profile:
    city: City
    tags: list[str]
    nick: str | None = None


class Thing(Model, table="thing"):
    id: Column[int] = column(primary_key=True)
    name: Column[str | None] = column(default=None)
    number: Column[int | None] = column(default=None, type=types.Integer())
    price: Column[Decimal | None] = column(default=None)
    weight: Column[float | None] = column(default=None)
    day: Column[date | None] = column(default=None)
    moment: Column[datetime | None] = column(default=None)
    clock: Column[time | None] = column(default=None)
    numbers: Column[list[int] | None] = column(default=None)
    words: Column[list[str] | None] = column(default=None)
    document: Column[dict[str, Any] | None] = column(default=None)
    plain: Column[JsonValue] = column(default=None, type=types.Json())
    profile: Column[Profile | None] = column(default=None, type=types.Jsonb())
    span: Column[object] = column(default=None, type=types.Named("int4range"))
    days: Column[object] = column(default=None, type=types.Named("daterange"))
    address: Column[object] = column(default=None, type=types.Named("inet"))
    vector: Column[str | None] = column(default=None, type=types.Named("tsvector"))
    truth: Column[bool | None] = column(default=None)
    parent_id: Column[int | None] = column(default=None)
    parent: ForeignKey[Thing | None] = foreign_key("parent_id")
    labels: InverseForeignKey[Label] = inverse_foreign_key("Label.thing")


class Label(Model, table="label"):
    id: Column[int] = column(primary_key=True)
    thing_id: Column[int]
    text: Column[str]
    thing: ForeignKey[Thing] = foreign_key("thing_id")


ROWS = r"""
INSERT INTO thing (id, name, number, price, weight, day, moment, clock, numbers, words, document,
    plain, profile, span, days, address, vector, truth, parent_id)
VALUES
(1, 'Dune', 5, 9.90, 0.5, '2024-12-30', '2024-12-30T23:59:59.75Z', '23:59:59.75', '{1,2,3}',
    '{sand,worm}',
    '{"a": {"b": 5, "list": [1, "x", null]}, "text": "10", "flag": true, "none": null, "k%": 1}',
    '{"a": 1}', '{"city": {"name": "Arrakeen", "founded": 10191}, "tags": ["hot", "dry"]}',
    '[1,5)', '[2024-01-01,2024-02-01)', '10.0.0.7', to_tsvector('english', 'sand worms of Dune'),
    true, NULL),
(2, '100% \_x', -7, 12, 1.5, '2024-02-29', '2024-02-29T00:00:00Z', '00:00', '{}', '{}',
    '{"a": {"b": "5"}, "text": "x", "flag": false}', '[1, 2]',
    '{"city": {"name": "Rome", "founded": null}, "tags": [], "nick": "the first"}',
    '[5,9)', '[2024-02-01,)', '10.0.0.0/24', to_tsvector('english', 'a city'), false, 1),
(3, '', 0, 0, 0, '1999-01-01', '1999-01-01T12:00:00Z', '12:00', '{3}', '{"worm"}',
    '{"a": {"b": 5.0}, "": 1}', '"text"', NULL, 'empty', 'empty', '192.168.1.1', '', NULL, 1),
(4, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
    NULL, NULL, 2);
INSERT INTO label VALUES (1, 1, 'red'), (2, 1, 'blue'), (3, 2, 'red');
"""
