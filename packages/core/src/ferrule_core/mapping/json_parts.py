"""Parts of JSON documents: ``Book.meta["a"]["b"]``, ``User.profile.path(lambda p: p.city)``."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, TypeVar, cast
from uuid import UUID

from ferrule_core.catalog.types import PG_CATALOG, TypeRef
from ferrule_core.mapping import documents
from ferrule_core.mapping.annotations import value_type_of
from ferrule_core.mapping.documents import JSONB, Step
from ferrule_core.mapping.expressions import Expr
from ferrule_core.mapping.json_values import JsonValue, without_null
from ferrule_core.mapping.operands import Operand, Subquery, Unresolved
from ferrule_core.mapping.value_types import JSON, TEXT, ValueType, nullable
from ferrule_core.sql.nodes import BoolOp, Cast, Expression
from ferrule_core.sql.operators import Connective, Operator

T = TypeVar("T")

_CASTS: Mapping[type, str] = {
    bool: "bool",
    date: "date",
    datetime: "timestamptz",
    Decimal: "numeric",
    float: "float8",
    int: "int8",
    time: "time",
    timedelta: "interval",
    UUID: "uuid",
}


class JsonPart(Expr[JsonValue]):
    """A part of a document, compared as JSON; ``as_(int)`` makes an expression of it to go on with.

    Where the part is missing, comparisons are unknown, as with NULL; ``is_null()`` asks for that.
    ``== None`` asks for JSON's own null.
    """

    __slots__ = ("steps", "whole")

    def __init__(self, whole: Operand, steps: tuple[Step, ...]) -> None:
        super().__init__(documents.part(whole, steps), whole.paths, JSON)
        self.whole = whole
        self.steps = steps

    def __getitem__(self, key: str | int, /) -> JsonPart:  # pyright: ignore[reportIncompatibleMethodOverride]
        return JsonPart(self.whole, (*self.steps, key))

    @property
    def text(self) -> Expr[str | None]:
        """The part as text: a text without its quotes, anything else as JSON writes it."""
        return Expr(documents.part(self.whole, self.steps, text=True), self.paths, nullable(TEXT))

    def as_(self, kind: type[T], /) -> Expr[T | None]:
        """The part as an ordinary value; NULL where it is missing, or JSON's null.

        Args:
            kind: ``str``, ``int``, ``float``, ``Decimal``, ``bool``, ``datetime``, ``date``,
                ``time``, ``timedelta``, ``UUID``, an enum; of anything else it stays JSON.
        """
        return self.read_as(kind)

    def read_as(self, annotation: object) -> Expr[Any]:
        """As ``as_``, of any annotation."""
        value_type = nullable(value_type_of(annotation))
        kind = value_type.python
        if kind is None or issubclass(kind, dict | list) or value_type.element is not None:
            return Expr(self.node, self.paths, _read_as_json(value_type))
        name = _CASTS.get(cast("Any", kind))
        text = self.text.node
        if name is not None:
            text = Cast(text, TypeRef(PG_CATALOG, name))
        elif value_type.encode is None:
            return Expr(self.node, self.paths, _read_as_json(value_type))
        return Expr(text, self.paths, value_type)

    # Comparisons. With any value, where an expression takes those of its type: what stands in a
    # document has no type before it is read. (And object's own == gives a bool.)

    def __eq__(self, other: object, /) -> Expr[bool]:  # type: ignore[override]  # pyright: ignore[reportIncompatibleMethodOverride]
        return self._asked(documents.equal, other)

    def __ne__(self, other: object, /) -> Expr[bool]:  # type: ignore[override]  # pyright: ignore[reportIncompatibleMethodOverride]
        return self._asked(lambda node, one: documents.equal(node, one, negated=True), other)

    def __lt__(self, other: object, /) -> Expr[bool]:  # pyright: ignore[reportIncompatibleMethodOverride]
        return self._ordered(Operator.LT, other)

    def __le__(self, other: object, /) -> Expr[bool]:  # pyright: ignore[reportIncompatibleMethodOverride]
        return self._ordered(Operator.LE, other)

    def __gt__(self, other: object, /) -> Expr[bool]:  # pyright: ignore[reportIncompatibleMethodOverride]
        return self._ordered(Operator.GT, other)

    def __ge__(self, other: object, /) -> Expr[bool]:  # pyright: ignore[reportIncompatibleMethodOverride]
        return self._ordered(Operator.GE, other)

    __hash__ = object.__hash__

    def in_(self, values: Collection[JsonValue] | Subquery[JsonValue], /) -> Expr[bool]:
        """Whether it is one of these; ``None`` among them stands for JSON's null."""
        if isinstance(values, Subquery):
            return super().in_(values)
        return self._condition(documents.one_of(self.node, values))

    def not_in(self, values: Collection[JsonValue] | Subquery[JsonValue], /) -> Expr[bool]:
        """Whether it is there, and none of these."""
        if isinstance(values, Subquery):
            return super().not_in(values)
        return self._condition(documents.one_of(self.node, values, negated=True))

    def between(self, low: JsonValue, high: JsonValue, /) -> Expr[bool]:  # type: ignore[override]
        """Whether it lies between the two, both included, and is of their type."""
        ends = (
            documents.compared(self.node, Operator.GE, low),
            documents.compared(self.node, Operator.LE, high),
        )
        return self._condition(BoolOp(Connective.AND, ends))

    def is_null(self) -> Expr[bool]:
        """Whether it is missing; JSON's null is there."""
        return self._condition(documents.missing(self.node))

    def is_not_null(self) -> Expr[bool]:
        """Whether it is there, and be it JSON's null."""
        return self._condition(documents.missing(self.node, negated=True))

    def _asked(self, how: Callable[[Expression, object], Expression], other: object) -> Expr[bool]:
        if isinstance(other, Unresolved):
            from ferrule_core.mapping.deferred import later  # it is made of expressions

            return later(JsonPart._asked, self, how, other)
        return self._condition(how(self.node, other), other)

    def _ordered(self, operator: Operator, other: object) -> Expr[bool]:
        return self._asked(lambda node, one: documents.compared(node, operator, one), other)

    def __repr__(self) -> str:
        return f"<part {self.steps} of JSON>"


def part_of(whole: Operand, steps: tuple[Step, ...]) -> JsonPart:
    """The part of a document that some keys lead to."""
    if isinstance(whole, JsonPart):
        return JsonPart(whole.whole, (*whole.steps, *steps))
    return JsonPart(whole, steps)


def _read_as_json(value_type: ValueType) -> ValueType:
    """The type of a part that stays JSON: ``None`` is its null, too."""
    decode = value_type.decode

    def read(value: object) -> object:
        present = without_null(value)
        return present if decode is None else decode(present)

    return replace(value_type, stored=JSONB, decode=read)
