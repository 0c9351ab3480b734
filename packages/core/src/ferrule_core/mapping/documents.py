"""What can be asked of JSON, in SQL. Keys and values of the caller are parameters, always.

Values inside of a document are compared as JSON: numbers by their value, ``1`` and ``1.0`` alike,
and never a number with a text. By ``<`` and its kin only values of one type are compared, so that
``"10"`` is neither less nor more than ``5``.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from math import isfinite
from typing import cast

from ferrule_core.catalog.types import PG_CATALOG, TypeRef
from ferrule_core.errors import QueryError, ValueRefused
from ferrule_core.mapping.families import Family, family_of, require
from ferrule_core.mapping.json_values import JSON_NULL
from ferrule_core.mapping.operands import INTEGER, Operand, list_of, text_argument
from ferrule_core.mapping.value_types import TEXT
from ferrule_core.sql.nodes import (
    AnyOf,
    BinaryOp,
    BoolOp,
    Cast,
    Constant,
    Expression,
    FunctionCall,
    IsNull,
    Param,
)
from ferrule_core.sql.operators import Connective, Operator

JSONB = TypeRef(PG_CATALOG, "jsonb")
NUMERIC = TypeRef(PG_CATALOG, "numeric")
TEXT_TYPE = TypeRef(PG_CATALOG, "text")
TEXTS = TypeRef(PG_CATALOG, "text", (), 1)
JSONBS = TypeRef(PG_CATALOG, "jsonb", (), 1)
JSONPATH = TypeRef(PG_CATALOG, "jsonpath")
NULL = Cast(Constant("null"), JSONB)

Step = str | int


def document_of(operand: Operand) -> Expression:
    """The operand as ``jsonb``, which alone has operators."""
    stored = None if operand.value_type is None else operand.value_type.stored
    if stored is not None and stored.name == "json":
        return Cast(operand.node, JSONB)
    return operand.node


def part(operand: Operand, steps: Sequence[Step], *, text: bool = False) -> Expression:
    """``document -> key`` or ``document #> keys``; ``->>`` and ``#>>`` give it as text."""
    for step in steps:
        if isinstance(step, bool) or not isinstance(step, str | int):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise QueryError(f"a key in JSON is text or a number, not a {type(step).__name__}")
        if isinstance(step, str):
            TEXT.send(step)
    document = document_of(operand)
    # The digits of a keyword mean a place in a list as well, which only a path finds by text.
    if len(steps) != 1 or (isinstance(steps[0], str) and steps[0].isdecimal()):
        operator = Operator.JSON_PATH_TEXT if text else Operator.JSON_PATH
        return BinaryOp(document, operator, Param([str(step) for step in steps], TEXTS))
    operator = Operator.JSON_GET_TEXT if text else Operator.JSON_GET
    step = steps[0]
    return BinaryOp(
        document, operator, Param(step, TEXT_TYPE if isinstance(step, str) else INTEGER)
    )


def value(given: object) -> Expression:
    """A value as JSON.

    Raises:
        ValueRefused: JSON has no such values.
    """
    if given is None or given is JSON_NULL:
        return NULL
    if isinstance(given, Operand):
        if family_of(given.value_type) is Family.JSON:
            return document_of(given)
        return FunctionCall("to_jsonb", (given.node,))
    if isinstance(given, Decimal):
        if not given.is_finite():
            raise ValueRefused("JSON has no NaN and no infinity")
        return FunctionCall("to_jsonb", (Param(given, NUMERIC),))
    return Param(sent(given), JSONB)


def sent(given: object) -> object:
    """A value that JSON has.

    Raises:
        ValueRefused: It has none such.
    """
    if given is None or isinstance(given, bool | int):
        return given
    if given is JSON_NULL:
        return None
    if isinstance(given, str):
        return TEXT.send(given)
    if isinstance(given, float):
        if not isfinite(given):
            raise ValueRefused("JSON has no NaN and no infinity")
        return given
    if isinstance(given, Mapping):
        pairs = cast("Mapping[object, object]", given).items()
        return {text_argument(key, "a key in JSON"): sent(one) for key, one in pairs}
    if isinstance(given, list | tuple):
        return [sent(one) for one in cast("Sequence[object]", given)]
    raise ValueRefused(
        f"JSON has no values of type {type(given).__name__}",
        hint="give it as text or a number, or compare .as_(...) of it",
    )


def equal(document: Expression, given: object, *, negated: bool = False) -> Expression:
    """Whether a part is this value; ``None`` is JSON's own null."""
    return BinaryOp(document, Operator.NE if negated else Operator.EQ, value(given))


def compared(document: Expression, operator: Operator, given: object) -> Expression:
    """``document < value``, where both are of one type.

    Raises:
        QueryError: The value is one that has no order.
    """
    other = value(given)
    if isinstance(given, Operand):
        same: Expression = FunctionCall("jsonb_typeof", (other,))
    else:
        same = Constant(_kind(given, operator))
    typed = BinaryOp(FunctionCall("jsonb_typeof", (document,)), Operator.EQ, same)
    return BoolOp(Connective.AND, (typed, BinaryOp(document, operator, other)))


def _kind(given: object, operator: Operator) -> str:
    if isinstance(given, bool):
        return "boolean"
    if isinstance(given, int | float | Decimal):
        return "number"
    if isinstance(given, str):
        return "string"
    raise QueryError(
        f'a value of type {type(given).__name__} is not compared by "{operator.symbol}"'
    )


def one_of(document: Expression, values: object, *, negated: bool = False) -> Expression:
    """Whether a part is one of these values.

    Raises:
        QueryError: They are no list.
    """
    given = list_of(values, None)
    operator = Operator.NE if negated else Operator.EQ
    # NULL is no JSON, and a list in a list would be a second dimension of the array.
    apart = (type(None), Decimal, list, tuple)
    plain = [sent(one) for one in given if not isinstance(one, apart)]
    others: list[object] = [one for one in given if isinstance(one, apart)]
    found: list[Expression] = [AnyOf(document, operator, Param(plain, JSONBS), every=negated)]
    found += [BinaryOp(document, operator, value(one)) for one in others]
    return BoolOp(Connective.AND if negated else Connective.OR, tuple(found))


def missing(document: Expression, *, negated: bool = False) -> Expression:
    """Whether nothing is there: not JSON's null, which is something."""
    return IsNull(document, negated=negated)


def held(operand: Operand, operator: Operator, other: object) -> Expression:
    """``document @> other``."""
    return BinaryOp(document_of(operand), operator, value(other))


def has_key(operand: Operand, key: object) -> Expression:
    """``document ? key``."""
    require(operand, "a key", Family.JSON)
    asked = Param(text_argument(key, "has_key"), TEXT_TYPE)
    return BinaryOp(document_of(operand), Operator.JSON_HAS_KEY, asked)


def has_keys(operand: Operand, operator: Operator, keys: object) -> Expression:
    """``document ?| keys`` or ``document ?& keys``."""
    require(operand, "a key", Family.JSON)
    if isinstance(keys, str | bytes) or not isinstance(keys, Collection):
        raise QueryError("a list of keys is needed", hint="has_key() takes a single one")
    asked = [text_argument(key, "a key") for key in cast("Collection[object]", keys)]
    return BinaryOp(document_of(operand), operator, Param(asked, TEXTS))


def jsonpath(operand: Operand, path: object) -> Expression:
    """``document @? path``."""
    require(operand, "a jsonpath", Family.JSON)
    asked = Param(text_argument(path, "jsonpath"), JSONPATH)
    return BinaryOp(document_of(operand), Operator.JSONPATH_EXISTS, asked)
