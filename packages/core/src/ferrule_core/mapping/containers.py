"""What can be asked of values that hold others: text, arrays, ranges, networks, JSON."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING, Any, TypeVar, overload

from ferrule_core.errors import QueryError
from ferrule_core.mapping import documents, predicates, ranges
from ferrule_core.mapping.asked import Asked
from ferrule_core.mapping.families import Family, family_of, require
from ferrule_core.mapping.json_values import JsonValue
from ferrule_core.mapping.operands import INTEGER, Operand
from ferrule_core.mapping.value_types import INTEGER as INTEGER_VALUE
from ferrule_core.sql.nodes import BinaryOp, Expression, FunctionCall, Param, Subscript
from ferrule_core.sql.operators import AnyOperator, CustomOperator, Operator

if TYPE_CHECKING:
    from ferrule_core.mapping.expressions import Expr
    from ferrule_core.mapping.json_parts import JsonPart
    from ferrule_core.mapping.kinds.spans import Multirange, Range

T_co = TypeVar("T_co", covariant=True)
E = TypeVar("E")
D = TypeVar("D")
V = TypeVar("V")

_OF_NETWORKS: Mapping[Operator, AnyOperator] = {
    Operator.CONTAINS: CustomOperator(">>="),
    Operator.CONTAINED_BY: CustomOperator("<<="),
}


class ContainerLookups(Asked[T_co]):
    """One name for what PostgreSQL calls ``@>``, ``<@`` and ``&&``, and for text ``LIKE``."""

    __slots__ = ()

    @overload
    def contains(self: ContainerLookups[str | None], text: str, /) -> Expr[bool]: ...
    @overload
    def contains(
        self: ContainerLookups[list[E] | None], values: Collection[E] | Expr[list[E] | None], /
    ) -> Expr[bool]: ...
    @overload
    def contains(
        self: ContainerLookups[Range[E] | None],
        values: E | Range[E] | Multirange[E] | Expr[E | None] | Expr[Range[E] | None],
        /,
    ) -> Expr[bool]: ...
    @overload
    def contains(
        self: ContainerLookups[Multirange[E] | None],
        values: E | Range[E] | Multirange[E] | Expr[E | None] | Expr[Multirange[E] | None],
        /,
    ) -> Expr[bool]: ...
    @overload
    def contains(
        self: ContainerLookups[dict[str, Any] | None],
        document: Mapping[str, Any] | Expr[dict[str, Any] | None],
        /,
    ) -> Expr[bool]: ...
    @overload
    def contains(
        self: ContainerLookups[JsonValue], document: Mapping[str, Any], /
    ) -> Expr[bool]: ...
    def contains(self, other: object, /) -> Expr[bool]:
        """Whether this text is in it; of arrays, ranges and JSON, whether all of this is."""
        family = family_of(self.value_type)
        if family is Family.TEXT or (family is Family.UNKNOWN and isinstance(other, str)):
            return self._condition(predicates.like_literal(self, "%", other, "%"))
        return self._condition(held(self, Operator.CONTAINS, other), other)

    @overload
    def contained_by(
        self: ContainerLookups[list[E] | None], values: Collection[E] | Expr[list[E] | None], /
    ) -> Expr[bool]: ...
    @overload
    def contained_by(
        self: ContainerLookups[Range[E] | Multirange[E] | None],
        values: Range[E] | Multirange[E] | Expr[Range[E] | None] | Expr[Multirange[E] | None],
        /,
    ) -> Expr[bool]: ...
    @overload
    def contained_by(
        self: ContainerLookups[dict[str, Any] | None],
        document: Mapping[str, Any] | Expr[dict[str, Any] | None],
        /,
    ) -> Expr[bool]: ...
    @overload
    def contained_by(
        self: ContainerLookups[JsonValue], document: Mapping[str, Any], /
    ) -> Expr[bool]: ...
    def contained_by(self, other: object, /) -> Expr[bool]:
        """Whether all of it is in this."""
        return self._condition(held(self, Operator.CONTAINED_BY, other), other)

    @overload
    def overlap(
        self: ContainerLookups[list[E] | None], values: Collection[E] | Expr[list[E] | None], /
    ) -> Expr[bool]: ...
    @overload
    def overlap(
        self: ContainerLookups[Range[E] | Multirange[E] | None],
        values: Range[E] | Multirange[E] | Expr[Range[E] | None] | Expr[Multirange[E] | None],
        /,
    ) -> Expr[bool]: ...
    def overlap(self, values: object, /) -> Expr[bool]:
        """Whether something is in both."""
        return self._condition(held(self, Operator.OVERLAPS, values), values)

    def length(self: ContainerLookups[list[Any] | None]) -> Expr[int]:
        """How many values an array has, those of all dimensions together."""
        require(self, "a length", Family.ARRAY)
        return self._expression(FunctionCall("cardinality", (self.node,)), INTEGER_VALUE)

    @overload
    def __getitem__(  # type: ignore[overload-overlap]  # an array of JSON is an array
        self: ContainerLookups[list[E] | None], index: int, /
    ) -> Expr[E | None]: ...
    @overload
    def __getitem__(
        self: ContainerLookups[dict[str, Any] | JsonValue], key: str | int, /
    ) -> JsonPart: ...
    def __getitem__(self, index: str | int, /) -> Expr[Any]:
        """A value of an array, from 0, negative from its end; or a part of a JSON document."""
        family = family_of(self.value_type)
        if family is Family.ARRAY:
            element = None if self.value_type is None else self.value_type.element
            return self._expression(_element(self, index), element)
        require(self, "a part", Family.JSON, Family.ARRAY)
        from ferrule_core.mapping.json_parts import part_of  # parts are expressions

        return part_of(self, (index,))

    def path(self: ContainerLookups[D | None], pick: Callable[[D], V], /) -> Expr[V | None]:
        """A part of a document whose column says its class: ``path(lambda p: p.address.city)``.

        The function is called once, with something that only remembers what is taken of it.

        Raises:
            QueryError: The class has no such attribute, or the function does more than to pick one.
        """
        require(self, "a path", Family.JSON, Family.PLAIN)
        from ferrule_core.mapping.json_picks import picked  # parts are expressions

        return picked(self, pick)

    __iter__ = None
    """What has items is taken for a sequence otherwise, and walked through without an end."""

    def has_key(self: ContainerLookups[dict[str, Any] | JsonValue], key: str, /) -> Expr[bool]:
        """Whether the document has this key, or is a list that has this text."""
        return self._condition(documents.has_key(self, key))

    def has_any_keys(
        self: ContainerLookups[dict[str, Any] | JsonValue], keys: Collection[str], /
    ) -> Expr[bool]:
        """Whether the document has one of these keys."""
        return self._condition(documents.has_keys(self, Operator.JSON_HAS_ANY_KEY, keys))

    def has_all_keys(
        self: ContainerLookups[dict[str, Any] | JsonValue], keys: Collection[str], /
    ) -> Expr[bool]:
        """Whether the document has all of these keys."""
        return self._condition(documents.has_keys(self, Operator.JSON_HAS_ALL_KEYS, keys))

    def jsonpath(self: ContainerLookups[dict[str, Any] | JsonValue], path: str, /) -> Expr[bool]:
        """Whether a path in PostgreSQL's language finds something: ``"$.tags[*] ? (@ == 1)"``.

        The path is code: put no text of strangers into it.
        """
        return self._condition(documents.jsonpath(self, path))


def held(operand: Operand, operator: Operator, other: object) -> Expression:
    """``operand @> other`` and its kin, as the family of the operand has it.

    Raises:
        QueryError: The operand holds nothing, or ``other`` is ``None``.
    """
    family = require(operand, "this", Family.ARRAY, Family.RANGE, Family.JSON, Family.NETWORK)
    if other is None:
        raise QueryError(f'nothing compares by "{operator.symbol}" with NULL')
    if family is Family.JSON:
        if operator is Operator.OVERLAPS:
            raise QueryError("documents do not overlap", hint="has_any_keys() may be meant")
        return documents.held(operand, operator, other)
    if family is Family.RANGE:
        return ranges.related(operand, operator, other)
    if family is Family.NETWORK:
        return BinaryOp(operand.node, _OF_NETWORKS.get(operator, operator), _node(other))
    return predicates.related(operand, operator, other)


def _node(value: object) -> Expression:
    return value.node if isinstance(value, Operand) else Param(value)


def _element(operand: Operand, index: object) -> Expression:
    if isinstance(index, bool) or not isinstance(index, int):
        raise QueryError("a value of an array is found by a number, from 0")
    if index >= 0:
        return Subscript(operand.node, Param(index + 1, INTEGER))
    length = FunctionCall("cardinality", (operand.node,))
    return Subscript(operand.node, BinaryOp(length, Operator.SUB, Param(-index - 1, INTEGER)))
