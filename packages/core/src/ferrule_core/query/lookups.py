"""The look-ups that a keyword may end in: ``price__lt``, ``name__istartswith``, ``born__year``."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime, time
from types import MappingProxyType
from typing import Any, TypeAlias, cast

from ferrule_core.errors import QueryError, UnknownLookup, nearest
from ferrule_core.mapping.expressions import Expr, negate
from ferrule_core.mapping.paths import shown
from ferrule_core.mapping.predicates import compare
from ferrule_core.mapping.value_types import BOOLEAN, ValueType
from ferrule_core.query.functions import DatePart, func
from ferrule_core.sql.operators import Operator

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
    }
)
ARRAYS: Mapping[str, Lookup] = MappingProxyType(
    {
        "contains": lambda array, values: _array_condition(array, Operator.CONTAINS, values),
        "contained_by": lambda array, values: _array_condition(
            array, Operator.CONTAINED_BY, values
        ),
        "overlap": lambda array, values: _array_condition(array, Operator.OVERLAPS, values),
    }
)
DATE_PARTS: frozenset[DatePart] = frozenset(
    {"year", "quarter", "month", "week", "day", "dow", "isodow", "doy"}
)
TIME_PARTS: frozenset[DatePart] = frozenset({"hour", "minute"})


def _array_condition(array: Expr[Any], operator: Operator, values: object) -> Expr[bool]:
    return Expr(compare(array, operator, values), array.paths, BOOLEAN)


def lookups_for(value_type: ValueType | None) -> dict[str, Lookup]:
    """The look-ups that a column of a type has; of an unknown type, all that may make sense."""
    if value_type is not None and value_type.element is not None:
        return {**COMPARISONS, **ARRAYS}
    kind = None if value_type is None else value_type.python
    if kind is None or issubclass(kind, str):
        return {**COMPARISONS, **TEXTS}
    return dict(COMPARISONS)


def parts_for(value_type: ValueType | None) -> frozenset[DatePart]:
    """The parts that a column of dates or times can be asked for."""
    kind = None if value_type is None else value_type.python
    if kind is None:
        return frozenset()
    if issubclass(kind, datetime):
        return DATE_PARTS | TIME_PARTS
    if issubclass(kind, date):
        return DATE_PARTS
    return TIME_PARTS if issubclass(kind, time) else frozenset()


def lookup_of(asked: Expr[Any], name: str, words: tuple[str, ...]) -> tuple[Lookup, Expr[Any]]:
    """The look-up that ``name__word__word`` names, and the expression that it is asked of.

    Args:
        asked: The column, or the annotation.
        name: What it is called.
        words: What follows its name.

    Raises:
        UnknownLookup: It has no such look-up.
    """
    parts = parts_for(asked.value_type)
    part: DatePart | None = next((part for part in parts if words[:1] == (part,)), None)
    expression: Expr[Any] = asked if part is None else func.date_part(part, asked)
    rest = words if part is None else words[1:]
    known = lookups_for(expression.value_type)
    lookup = rest[0] if rest else "exact"
    if len(rest) > 1 or lookup not in known:
        wrong = shown("__".join(rest))
        names = [*known, *parts] if part is None else list(known)
        raise UnknownLookup(
            f'column "{name}" has no look-up "{wrong}"',
            hint=nearest(wrong, names) or f"it has {', '.join(names)}",
        )
    return known[lookup], expression
