"""What comparisons and look-ups mean in SQL. Each function makes the node of one condition.

``None`` always means NULL: ``x == None`` is ``x IS NULL``, never the ``x = NULL`` that no row
satisfies.
"""

from __future__ import annotations

from collections.abc import Collection

from ferrule_core.errors import QueryError
from ferrule_core.mapping.families import Family, family_of
from ferrule_core.mapping.operands import (
    Operand,
    escape_like,
    list_of,
    lowered,
    node_of,
    text_argument,
)
from ferrule_core.sql.nodes import (
    AnyOf,
    Between,
    BinaryOp,
    BoolOp,
    Expression,
    IsNull,
    Like,
    Param,
)
from ferrule_core.sql.operators import Connective, Operator

# Read once: the members of an enum are slow to get at on Python 3.11.
_EQ, _NE = Operator.EQ, Operator.NE
_SPREAD = (Family.ARRAY, Family.JSON)
_DISTINCT = Operator.IS_DISTINCT_FROM


def null(operand: Operand, *, negated: bool = False) -> Expression:
    """``operand IS NULL``, or ``IS NOT NULL``."""
    of = operand.value_type
    if of is not None and of.equality is not None:
        return of.equality.null(operand.node, negated=negated)
    return IsNull(operand.node, negated=negated)


def compare_with_null(left: Operand, operator: Operator) -> Expression:
    """``left IS NULL`` for ``=``, ``left IS NOT NULL`` for ``<>``.

    Raises:
        QueryError: The operator is another one: no row could ever satisfy it.
    """
    if operator is _EQ or operator is _NE:
        return null(left, negated=operator is _NE)
    if operator is _DISTINCT:
        return BinaryOp(left.node, operator, Param(None))
    raise QueryError(
        f'nothing compares by "{operator.symbol}" with NULL',
        hint="ask for NULL by == None, is_null() or __isnull",
    )


def related(left: Operand, operator: Operator, right: object) -> Expression:
    """``left operator right``, of two values of the same type.

    Raises:
        QueryError: ``right`` is ``None``: no row could ever satisfy it.
    """
    if right is None:
        return compare_with_null(left, operator)
    return BinaryOp(left.node, operator, node_of(right, left.value_type))


def matches(operand: Operand, operator: Operator, pattern: object) -> Expression:
    """``operand ~ pattern``: a POSIX regular expression."""
    return BinaryOp(operand.node, operator, Param(text_argument(pattern, "a regular expression")))


def one_of(left: Operand, values: Collection[object], *, negated: bool = False) -> Expression:
    """``left = ANY (values)``; ``None`` among them adds ``OR left IS NULL``.

    Negated it is ``left <> ALL (values)``, and ``AND left IS NOT NULL``.
    """
    sent = list_of(values, left.value_type)
    present = [value for value in sent if value is not None]
    connective = Connective.AND if negated else Connective.OR
    among = _among(left, present, negated=negated)
    if len(present) == len(sent):
        return among
    return BoolOp(connective, (among, null(left, negated=negated)))


def one_of_rows(left: Operand, rows: Operand, *, negated: bool = False) -> Expression:
    """``left = ANY (SELECT ...)``, or ``left <> ALL (SELECT ...)``."""
    if left.value_type is not None and left.value_type.equality is not None:
        raise QueryError(
            f"values of {left.value_type.equality.what} are not looked up in a query",
            hint="ask by exists(...) of a query that compares them",
        )
    return AnyOf(left.node, _NE if negated else _EQ, rows.node, every=negated)


def _among(left: Operand, values: list[object], *, negated: bool) -> Expression:
    operator = _NE if negated else _EQ
    equality = None if left.value_type is None else left.value_type.equality
    if equality is not None:
        same = tuple(equality.compared(left.node, operator, Param(value)) for value in values)
        return BoolOp(Connective.AND if negated else Connective.OR, same)
    if family_of(left.value_type) in _SPREAD:
        # The elements of an array of arrays are its innermost ones, so ANY cannot compare arrays,
        # nor documents that are lists.
        each = tuple(BinaryOp(left.node, operator, Param(value)) for value in values)
        return BoolOp(Connective.AND if negated else Connective.OR, each)
    return AnyOf(left.node, operator, Param(values), every=negated)


def between(operand: Operand, low: object, high: object) -> Expression:
    """``operand BETWEEN low AND high``.

    Raises:
        QueryError: One of the two is ``None``.
    """
    if low is None or high is None:
        raise QueryError("an end of between is None", hint="use >= or <= for an open end")
    like = operand.value_type
    return Between(operand.node, node_of(low, like), node_of(high, like))


def like(operand: Operand, pattern: object, *, ignore_case: bool = False) -> Expression:
    """``operand LIKE pattern``, whose wildcards mean what they mean.

    Raises:
        QueryError: The pattern is no text, or ends in a backslash that escapes nothing: the server
            would refuse it, but only where a row is compared so far.
    """
    text = text_argument(pattern, "like")
    if (len(text) - len(text.rstrip("\\"))) % 2:
        raise QueryError(
            "the pattern ends in a backslash that escapes nothing",
            hint="write two of them, or ask by contains, startswith or endswith",
        )
    return Like(operand.node, Param(text), ignore_case=ignore_case)


def like_literal(
    operand: Operand, before: str, text: object, after: str, *, ignore_case: bool = False
) -> Expression:
    """``operand LIKE '%text%'``, where wildcards in the text are letters like any other."""
    pattern = f"{before}{escape_like(text_argument(text, 'a look-up in text'))}{after}"
    return Like(operand.node, Param(pattern), ignore_case=ignore_case)


def equal_ignoring_case(operand: Operand, text: object) -> Expression:
    """``lower(operand) = lower(text)``, which an index on ``lower(operand)`` serves."""
    if text is None:
        return IsNull(operand.node)
    value = Param(text_argument(text, "iexact"))
    return BinaryOp(lowered(operand.node), _EQ, lowered(value))
