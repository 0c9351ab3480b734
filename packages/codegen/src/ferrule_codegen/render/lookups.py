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
    *("like", "not_like", "ilike", "not_ilike", "regex", "iregex", "match", "search"),
)
CONTAINERS = ("contains", "contained_by", "overlap")
PLACES = ("fully_lt", "fully_gt", "not_lt", "not_gt", "adjacent_to")
BOUNDS = ("startswith", "endswith")
BOUND_TRUTHS = ("isempty", "lower_inc", "lower_inf", "upper_inc", "upper_inf")
DATE_PARTS = ("year", "iso_year", "quarter", "month", "week", "day", "dow", "isodow", "doy")
TIME_PARTS = ("hour", "minute", "second", "microsecond")

PARTS: Mapping[Kind, tuple[str, ...]] = {
    "date": DATE_PARTS,
    "time": TIME_PARTS,
    "timestamp": (*DATE_PARTS, *TIME_PARTS),
}
_ORDERED: frozenset[Kind] = frozenset(
    ["array", "date", "enum", "network", "number", "other", "range", "text", "time", "timestamp"]
)


@dataclass(frozen=True, slots=True)
class Words:
    """Spells the types that look-ups take whatever the column is, when they are needed."""

    imports: Imports

    def plain(self, name: str) -> str:
        """A builtin type."""
        return self.imports.use("builtins", name)

    def moment(self, name: str) -> str:
        """A type of ``datetime``."""
        return self.imports.use("datetime", name)

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
    if column.value.kind == "opaque":
        yield f"{attribute}__isnull", words.plain("bool")
        return
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
    yield from _fields_of_kind(column, words)
    yield from _part_fields(column, words)


def _fields_of_kind(column: AskedColumn, words: Words) -> Fields:
    """What columns of this kind can be asked, and others not."""
    kind, said = column.value.kind, f"{column.attribute}__"
    if kind == "text":
        yield from ((said + name, words.plain("str")) for name in TEXTS)
    elif kind == "search":
        yield f"{said}search", words.plain("str")
    elif kind == "json":
        text = words.plain("str")
        yield from ((said + name, column.said) for name in ("contains", "contained_by"))
        yield from ((said + name, text) for name in ("has_key", "jsonpath"))
        yield from ((said + name, words.several(text)) for name in ("has_any_keys", "has_all_keys"))
    elif kind == "network":
        yield from ((said + name, words.plain("object")) for name in CONTAINERS)
    elif kind == "range":
        yield from (
            (said + name, words.plain("object")) for name in (*CONTAINERS, *PLACES, *BOUNDS)
        )
        yield from ((said + name, words.plain("bool")) for name in BOUND_TRUTHS)
    elif column.element is not None:
        several = words.several(column.element)
        yield from ((said + name, several) for name in CONTAINERS)
        yield from _number_fields(f"{said}len", words)


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
        yield from _number_fields(f"{column.attribute}__{part}", words)
    if column.value.kind == "timestamp":
        for part in ("date", "time"):
            yield from _fields_of(f"{column.attribute}__{part}", words.moment(part), words)


def _number_fields(keyword: str, words: Words) -> Fields:
    yield from _fields_of(keyword, words.plain("int"), words)


def _fields_of(keyword: str, kind: str, words: Words) -> Fields:
    yield keyword, kind
    yield f"{keyword}__in", words.several(kind)
    for name in ORDER:
        yield f"{keyword}__{name}", kind
