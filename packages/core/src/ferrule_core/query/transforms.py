"""What a keyword can take of a column before it asks: ``born__year``, ``keywords__0``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from ferrule_core.mapping.expressions import Expr
from ferrule_core.mapping.families import Family, family_of
from ferrule_core.mapping.ranges import bound_type
from ferrule_core.mapping.value_types import BOOLEAN
from ferrule_core.query.functions.dates import DateFunctions, DatePart
from ferrule_core.sql.nodes import FunctionCall

if TYPE_CHECKING:
    from ferrule_core.mapping.value_types import ValueType

Transform: TypeAlias = Callable[[Expr[Any]], Expr[Any]]

DATE_PARTS: tuple[DatePart, ...] = (
    *("year", "iso_year", "quarter", "month", "week", "day", "dow", "isodow", "doy"),
)
TIME_PARTS: tuple[DatePart, ...] = ("hour", "minute", "second", "microsecond")
RANGE_TRUTHS: Mapping[str, str] = {
    "isempty": "isempty",
    "lower_inc": "lower_inc",
    "lower_inf": "lower_inf",
    "upper_inc": "upper_inc",
    "upper_inf": "upper_inf",
}
RANGE_BOUNDS: Mapping[str, str] = {
    "startswith": "lower",
    "endswith": "upper",
    "lower": "lower",
    "upper": "upper",
}


def parts_for(value_type: ValueType | None) -> tuple[DatePart, ...]:
    """The parts that a column of dates or times can be asked for, as numbers."""
    kind = None if value_type is None else value_type.python
    if kind is None:
        return ()
    if issubclass(kind, datetime):
        return DATE_PARTS + TIME_PARTS
    if issubclass(kind, date):
        return DATE_PARTS
    return TIME_PARTS if issubclass(kind, time) else ()


def transforms_for(value_type: ValueType | None) -> dict[str, Transform]:
    """What may be taken of values of a type, by its word; not the elements of an array."""
    family = family_of(value_type)
    if family is Family.ARRAY:
        return {"len": lambda array: array.length()}
    if family is Family.RANGE:
        bounds = {word: partial(_bound, name) for word, name in RANGE_BOUNDS.items()}
        return bounds | {word: partial(_truth, name) for word, name in RANGE_TRUTHS.items()}
    found: dict[str, Transform] = {part: partial(_part, part) for part in parts_for(value_type)}
    kind = None if value_type is None else value_type.python
    if kind is not None and issubclass(kind, datetime):
        found |= {"date": DateFunctions.date, "time": DateFunctions.time}
    return found


def _part(part: DatePart, moment: Expr[Any]) -> Expr[Any]:
    return DateFunctions.date_part(part, moment)


def _bound(name: str, range_: Expr[Any]) -> Expr[Any]:
    _, kind = bound_type(range_.value_type)
    return Expr(FunctionCall(name, (range_.node,)), range_.paths, kind)


def _truth(name: str, range_: Expr[Any]) -> Expr[Any]:
    return Expr(FunctionCall(name, (range_.node,)), range_.paths, BOOLEAN)


def transformed(asked: Expr[Any], words: tuple[str, ...]) -> tuple[Expr[Any], tuple[str, ...]]:
    """What the first words take of an expression, and the words that are left."""
    while words:
        known = transforms_for(asked.value_type)
        if words[0] in known:
            asked = known[words[0]](asked)
        elif words[0].isdecimal() and family_of(asked.value_type) is Family.ARRAY:
            asked = cast("Any", asked)[int(words[0])]
        else:
            break
        words = words[1:]
    return asked, words
