"""Functions of numbers."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, TypeVar

from ferrule_core.mapping.expressions import Expr
from ferrule_core.mapping.operands import node_of, paths_of
from ferrule_core.mapping.value_types import FLOAT, INTEGER, NUMERIC
from ferrule_core.query.functions.building import result, type_of
from ferrule_core.sql.nodes import FunctionCall

N = TypeVar("N", bound="int | float | Decimal | None")
F = TypeVar("F", float, Decimal)
W = TypeVar("W", bound="int | Decimal | None")


class NumberFunctions:
    """Functions of numbers (manual, section 9.3)."""

    @staticmethod
    def abs(expression: Expr[N], /) -> Expr[N]:
        """The number without its sign."""
        return result("abs", type_of(expression), expression)

    @staticmethod
    def round(expression: Expr[Decimal], digits: int = 0, /) -> Expr[Decimal]:
        """Rounded to so many digits behind the point, half away from zero."""
        return result("round", NUMERIC, expression, digits)

    @staticmethod
    def floor(expression: Expr[F], /) -> Expr[F]:
        """The nearest whole number that is not larger."""
        return _inexact("floor", expression)

    @staticmethod
    def ceil(expression: Expr[F], /) -> Expr[F]:
        """The nearest whole number that is not smaller."""
        return _inexact("ceil", expression)

    @staticmethod
    def power(expression: Expr[F], exponent: float | Decimal, /) -> Expr[F]:
        """The number, raised."""
        return _inexact("power", expression, exponent)

    @staticmethod
    def sqrt(expression: Expr[F], /) -> Expr[F]:
        """The square root."""
        return _inexact("sqrt", expression)

    @staticmethod
    def random() -> Expr[float]:
        """A number from 0 to 1, without 1."""
        return result("random", FLOAT)

    @staticmethod
    def trunc(expression: Expr[Decimal], digits: int = 0, /) -> Expr[Decimal]:
        """Cut to so many digits behind the point."""
        return result("trunc", NUMERIC, expression, digits)

    @staticmethod
    def sign(expression: Expr[F], /) -> Expr[F]:
        """-1, 0 or 1."""
        return _inexact("sign", expression)

    @staticmethod
    def mod(expression: Expr[W], divisor: W | Expr[W], /) -> Expr[W]:
        """What is left of a division; it has the sign of the first."""
        node = node_of(divisor, type_of(expression))
        call = FunctionCall("mod", (expression.node, node))
        return Expr(call, paths_of(expression, divisor), type_of(expression))

    @staticmethod
    def div(expression: Expr[Decimal], divisor: Decimal | Expr[Decimal], /) -> Expr[Decimal]:
        """The whole part of a division."""
        return result("div", NUMERIC, expression, divisor)

    @staticmethod
    def exp(expression: Expr[F], /) -> Expr[F]:
        """e, raised."""
        return _inexact("exp", expression)

    @staticmethod
    def ln(expression: Expr[F], /) -> Expr[F]:
        """The natural logarithm."""
        return _inexact("ln", expression)

    @staticmethod
    def log(expression: Expr[F], /) -> Expr[F]:
        """The logarithm to the base 10."""
        return _inexact("log", expression)

    @staticmethod
    def degrees(expression: Expr[float], /) -> Expr[float]:
        """Radians in degrees."""
        return result("degrees", FLOAT, expression)

    @staticmethod
    def radians(expression: Expr[float], /) -> Expr[float]:
        """Degrees in radians."""
        return result("radians", FLOAT, expression)

    @staticmethod
    def sin(expression: Expr[float], /) -> Expr[float]:
        """The sine."""
        return result("sin", FLOAT, expression)

    @staticmethod
    def cos(expression: Expr[float], /) -> Expr[float]:
        """The cosine."""
        return result("cos", FLOAT, expression)

    @staticmethod
    def tan(expression: Expr[float], /) -> Expr[float]:
        """The tangent."""
        return result("tan", FLOAT, expression)

    @staticmethod
    def pi() -> Expr[float]:
        """The number."""
        return result("pi", FLOAT)

    @staticmethod
    def width_bucket(expression: Expr[N], low: N, high: N, count: int, /) -> Expr[int]:
        """The number of the part that a value lies in, when the range has so many equal ones."""
        return result("width_bucket", INTEGER, expression, low, high, count)

    @staticmethod
    def to_number(text: Expr[str | None], pattern: str, /) -> Expr[Decimal]:
        """The number that a text shows: ``func.to_number(Book.note, "999.99")``."""
        return result("to_number", NUMERIC, text, pattern)


def _inexact(name: str, expression: Expr[Any], *arguments: object) -> Expr[Any]:
    """A function that PostgreSQL has for ``numeric`` and ``double``: integers become doubles."""
    of = type_of(expression)
    return result(
        name, FLOAT if of is not None and of.python is int else of, expression, *arguments
    )
