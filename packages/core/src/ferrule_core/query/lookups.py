"""The look-ups that a keyword may end in: ``price__lt``, ``name__search``, ``meta__a__gte``."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from types import MappingProxyType
from typing import Any, TypeAlias, cast

from ferrule_core.errors import QueryError, UnknownLookup, nearest
from ferrule_core.mapping import ranges
from ferrule_core.mapping.expressions import Expr, negate
from ferrule_core.mapping.families import Family, family_of
from ferrule_core.mapping.json_parts import JsonPart, part_of
from ferrule_core.mapping.paths import shown
from ferrule_core.mapping.value_types import BOOLEAN, ValueType
from ferrule_core.query.transforms import parts_for, transformed, transforms_for
from ferrule_core.sql.operators import Operator

__all__ = ["lookup_of", "lookups_for", "parts_for", "transforms_for"]

Lookup: TypeAlias = Callable[[Expr[Any], Any], Expr[bool]]


def _between(expression: Expr[Any], bounds: Any) -> Expr[bool]:  # noqa: ANN401 - the caller's
    if isinstance(bounds, str) or not isinstance(bounds, Collection):
        raise QueryError("between needs two values, the lowest and the highest")
    ends = tuple(cast("Collection[object]", bounds))
    if len(ends) != 2:  # noqa: PLR2004
        raise QueryError(f"between needs two values, the lowest and the highest, not {len(ends)}")
    return expression.between(*ends)


def _is_null(expression: Expr[Any], value: object) -> Expr[bool]:
    if not isinstance(value, bool):
        raise QueryError(f"isnull is True or False, not {value!r}")
    return expression.is_null() if value else expression.is_not_null()


COMPARISONS: Mapping[str, Lookup] = MappingProxyType(
    {
        "exact": lambda expression, value: expression == value,
        "ne": lambda expression, value: expression != value,
        "in": lambda expression, values: expression.in_(values),
        "not_in": lambda expression, values: expression.not_in(values),
        "gt": lambda expression, value: expression > value,
        "gte": lambda expression, value: expression >= value,
        "lt": lambda expression, value: expression < value,
        "lte": lambda expression, value: expression <= value,
        "between": _between,
        "range": _between,
        "isnull": _is_null,
    }
)
TEXTS: Mapping[str, Lookup] = MappingProxyType(
    {
        "iexact": lambda expression, text: expression.iexact(text),
        "contains": lambda expression, text: expression.contains(text),
        "icontains": lambda expression, text: expression.icontains(text),
        "startswith": lambda expression, text: expression.startswith(text),
        "istartswith": lambda expression, text: expression.istartswith(text),
        "endswith": lambda expression, text: expression.endswith(text),
        "iendswith": lambda expression, text: expression.iendswith(text),
        "like": lambda expression, pattern: expression.like(pattern),
        "not_like": lambda expression, pattern: negate(expression.like(pattern)),
        "ilike": lambda expression, pattern: expression.ilike(pattern),
        "not_ilike": lambda expression, pattern: negate(expression.ilike(pattern)),
        "regex": lambda expression, pattern: expression.regex(pattern),
        "iregex": lambda expression, pattern: expression.iregex(pattern),
        "match": lambda expression, pattern: expression.regex(pattern),
        "search": lambda expression, query: expression.search(query),
    }
)
CONTAINERS: Mapping[str, Lookup] = MappingProxyType(
    {
        "contains": lambda holder, values: holder.contains(values),
        "contained_by": lambda holder, values: holder.contained_by(values),
        "overlap": lambda holder, values: holder.overlap(values),
    }
)
DOCUMENTS: Mapping[str, Lookup] = MappingProxyType(
    {
        "contains": lambda document, part: document.contains(part),
        "contained_by": lambda document, whole: document.contained_by(whole),
        "has_key": lambda document, key: document.has_key(key),
        "has_any_keys": lambda document, keys: document.has_any_keys(keys),
        "has_all_keys": lambda document, keys: document.has_all_keys(keys),
        "jsonpath": lambda document, path: document.jsonpath(path),
    }
)
PLACES: Mapping[str, Operator] = MappingProxyType(
    {
        "fully_lt": Operator.SHIFT_LEFT,
        "fully_gt": Operator.SHIFT_RIGHT,
        "not_gt": Operator.NOT_RIGHT_OF,
        "not_lt": Operator.NOT_LEFT_OF,
        "adjacent_to": Operator.ADJACENT,
    }
)
"""How one range lies to another."""


def _place(operator: Operator) -> Lookup:
    def placed(range_: Expr[Any], other: Any) -> Expr[bool]:  # noqa: ANN401 - the caller's
        return Expr(ranges.related(range_, operator, other), range_.paths, BOOLEAN)

    return placed


def _of_text(ask: Lookup) -> Lookup:
    def asked(part: Any, text: Any) -> Expr[bool]:  # noqa: ANN401 - a part of a document
        return ask(part.text, text)

    return asked


_RANGES: Mapping[str, Lookup] = {
    **COMPARISONS,
    **CONTAINERS,
    **{name: _place(operator) for name, operator in PLACES.items()},
}
_PARTS_OF_DOCUMENTS: Mapping[str, Lookup] = {
    name: _of_text(ask) for name, ask in TEXTS.items() if name != "contains"
}
_OF_FAMILIES: Mapping[Family, Mapping[str, Lookup]] = {
    Family.ARRAY: {**COMPARISONS, **CONTAINERS},
    Family.JSON: {**COMPARISONS, **DOCUMENTS},
    Family.NETWORK: {**COMPARISONS, **CONTAINERS},
    Family.RANGE: _RANGES,
    Family.SEARCH: {**COMPARISONS, "search": TEXTS["search"]},
    Family.TEXT: {**COMPARISONS, **TEXTS},
    Family.UNKNOWN: {**COMPARISONS, **TEXTS},
}


def lookups_for(value_type: ValueType | None) -> dict[str, Lookup]:
    """The look-ups that a column of a type has; of an unknown type, all that may make sense."""
    return dict(_OF_FAMILIES.get(family_of(value_type), COMPARISONS))


def lookup_of(asked: Expr[Any], name: str, words: tuple[str, ...]) -> tuple[Lookup, Expr[Any]]:
    """The look-up that ``name__word__word`` names, and the expression that it is asked of.

    Args:
        asked: The column, or the annotation.
        name: What it is called.
        words: What follows its name.

    Raises:
        UnknownLookup: It has no such look-up.
    """
    if words and family_of(asked.value_type) is Family.JSON:
        return _lookup_in_document(asked, words)
    expression, rest = transformed(asked, words)
    known = lookups_for(expression.value_type)
    lookup = rest[0] if rest else "exact"
    if len(rest) > 1 or lookup not in known:
        wrong = shown("__".join(rest))
        names = [*known, *transforms_for(expression.value_type)]
        raise UnknownLookup(
            f'column "{name}" has no look-up "{wrong}"',
            hint=nearest(wrong, names) or f"it has {', '.join(names)}",
        )
    return known[lookup], expression


def _lookup_in_document(asked: Expr[Any], words: tuple[str, ...]) -> tuple[Lookup, Expr[Any]]:
    """Words lead into a document, as far as the last is no look-up; keys are values, not text."""
    known: dict[str, Lookup] = {**COMPARISONS, **DOCUMENTS}
    if len(words) > 1:
        known |= _PARTS_OF_DOCUMENTS
    lookup = words[len(words) - 1]
    keys = words[: len(words) - 1]
    if lookup not in known:
        keys, lookup = words, "exact"
    if not keys:
        return known[lookup], asked
    part: JsonPart = part_of(asked, keys)
    return known[lookup], part
