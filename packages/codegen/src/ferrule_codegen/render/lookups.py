"""The keywords that a model's columns and relations can be asked with, and their types. Pure.

They are those of ``ferrule_core.query.lookups``; a test compares the two. What spans relations by
two underscores works too, and has no type: there is no end to it. ``author={"name": ...}`` has.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ferrule_codegen.annotations import Kind, PythonType
from ferrule_codegen.imports import Imports
from ferrule_core.deferred import dataclass

Fields = Iterator[tuple[str, str]]

EQUALITY = ("exact", "ne")
MEMBERSHIP = ("in", "not_in")
ORDER = ("gt", "gte", "lt", "lte")
RANGES = ("between", "range")
TEXTS = (
    *("iexact", "contains", "icontains", "startswith", "istartswith", "endswith", "iendswith"),
    *("like", "not_like", "ilike", "not_ilike", "regex", "iregex"),
)
ARRAYS = ("contains", "contained_by", "overlap")
DATE_PARTS = ("year", "quarter", "month", "week", "day", "dow", "isodow", "doy")
TIME_PARTS = ("hour", "minute")

PARTS: Mapping[Kind, tuple[str, ...]] = {
    "date": DATE_PARTS,
    "time": TIME_PARTS,
    "timestamp": (*DATE_PARTS, *TIME_PARTS),
}
_ORDERED: frozenset[Kind] = frozenset(
    ["array", "date", "enum", "number", "other", "text", "time", "timestamp"]
)


@dataclass(frozen=True, slots=True)
class Words:
    """Spells the types that look-ups take whatever the column is, when they are needed."""

    imports: Imports

    def plain(self, name: str) -> str:
        """A builtin type."""
        return self.imports.use("builtins", name)

    def several(self, kind: str) -> str:
        """Any collection of values."""
        return f"{self.imports.use('collections.abc', 'Collection')}[{kind}]"

    def pair(self, kind: str) -> str:
        """The ends of a range."""
        return f"{self.plain('tuple')}[{kind}, {kind}]"


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedColumn:
    """A column as look-ups see it.

    Attributes:
        attribute: Name of the column in the model.
        value: Type of its values.
        said: That type, as the module spells it.
        element: Of an array, the type of what is in it, as the module spells it.
        nullable: Whether the column can be NULL, which ``None`` asks for.
    """

    attribute: str
    value: PythonType
    said: str
    element: str | None = None
    nullable: bool = False


def column_fields(column: AskedColumn, words: Words) -> Fields:
    """Keyword and type of each look-up of a column."""
    attribute, said = column.attribute, column.said
    itself = f"{said} | None" if column.nullable else said
    yield attribute, itself
    for name in EQUALITY:
        yield f"{attribute}__{name}", itself
    for name in MEMBERSHIP:
        yield f"{attribute}__{name}", words.several(said)
    if column.value.kind in _ORDERED and column.value.text != "object":
        for name in ORDER:
            yield f"{attribute}__{name}", said
        for name in RANGES:
            yield f"{attribute}__{name}", words.pair(said)
    yield f"{attribute}__isnull", words.plain("bool")
    if column.value.kind == "text":
        yield from ((f"{attribute}__{name}", words.plain("str")) for name in TEXTS)
    if column.element is not None:
        several = words.several(column.element)
        yield from ((f"{attribute}__{name}", several) for name in ARRAYS)
    yield from _part_fields(column, words)


def relation_fields(
    attribute: str, model: str, lookups: str, words: Words, *, nullable: bool
) -> Fields:
    """Keyword and type of each look-up of a relation: its columns, or a row of it.

    Args:
        attribute: Name of the relation in the model.
        model: Class of the related rows, as the module spells it.
        lookups: Class of their look-ups.
        words: Spells the other types.
        nullable: Whether there may be no related row.
    """
    row = f"{model} | None" if nullable else model
    yield attribute, f"{lookups} | {row}"
    yield f"{attribute}__ne", row
    yield f"{attribute}__in", words.several(model)
    yield f"{attribute}__isnull", words.plain("bool")


def _part_fields(column: AskedColumn, words: Words) -> Fields:
    for part in PARTS.get(column.value.kind, ()):
        keyword = f"{column.attribute}__{part}"
        yield keyword, words.plain("int")
        yield f"{keyword}__in", words.several(words.plain("int"))
        for name in ORDER:
            yield f"{keyword}__{name}", words.plain("int")
