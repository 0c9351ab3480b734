"""How many objects of each kind are modelled, kept verbatim, or only reported. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, cast

from ferrule_core.catalog import Routine
from ferrule_core.plugins.contracts import SchemaReading

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

COUNT_COLUMNS = ("kind", "modelled", "verbatim", "reported")
_ODD_PLURALS = {
    "indexes": "index",
    "policies": "policy",
    "privileges": "privileges",
    "default_privileges": "default privileges",
}
_NO_OBJECTS = frozenset({"verbatims", "attributes", "elements", "arguments", "granted", "revoked"})
"""Counted elsewhere, or described by what they belong to."""


def count_objects(reading: SchemaReading) -> list[tuple[str, int, int, int]]:
    """One row for each kind that the database has, under ``COUNT_COLUMNS``.

    What is only not readable is not counted as reported: the catalog describes it.
    """
    modelled = Counter(_kinds(reading.catalog))
    verbatim = Counter[str](one.kind for one in reading.catalog.verbatims)
    reported = Counter(one.kind for one in reading.unmodelled if one.reason == "unmodelled")
    return [
        (kind, modelled[kind], verbatim[kind], reported[kind])
        for kind in sorted({*modelled, *verbatim, *reported})
    ]


def _kinds(whole: DataclassInstance) -> Iterator[str]:
    """The kind of each object in a catalog, and of each part that has a name of its own.

    A new field of the catalog, or of a table, is counted without a word of it here.
    """
    for field in fields(whole):
        value: object = getattr(whole, field.name)
        if field.name in _NO_OBJECTS:
            continue
        if field.name == "primary_key" and value is not None:
            yield "primary key"
        if isinstance(value, tuple):
            for part in cast("tuple[object, ...]", value):
                if is_dataclass(part) and not isinstance(part, type):
                    yield part.kind if isinstance(part, Routine) else _singular(field.name)
                    yield from _kinds(part)


def _singular(name: str) -> str:
    return _ODD_PLURALS.get(name) or name.removesuffix("s").replace("_", " ")
