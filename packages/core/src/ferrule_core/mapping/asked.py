"""What look-ups and calculations of one kind of values are methods of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, TypeVar

from ferrule_core.mapping.operands import Operand

if TYPE_CHECKING:
    from collections.abc import Callable

    from ferrule_core.mapping.arithmetic import Result
    from ferrule_core.mapping.expressions import Expr
    from ferrule_core.mapping.value_types import ValueType
    from ferrule_core.sql.nodes import Expression

T_co = TypeVar("T_co", covariant=True)


class Asked(Operand, Generic[T_co]):
    """A part of ``Expr``, which is put together of them: the methods of one kind of values.

    What the methods make is an ``Expr`` again, so ``Expr`` has the methods that make it.
    """

    __slots__ = ()

    if TYPE_CHECKING:

        def _condition(self, node: Expression, *others: object) -> Expr[bool]: ...
        def _expression(
            self, node: Expression, value_type: ValueType | None, *others: object
        ) -> Expr[Any]: ...
        def _calculated(self, how: Callable[..., Result], *others: object) -> Expr[Any]: ...
