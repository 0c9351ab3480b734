"""Where names meet the query that they belong to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from ferrule_core.mapping.deferred import Names, is_deferred, resolved
from ferrule_core.mapping.expressions import Expr, connect, refuse_unconditional
from ferrule_core.query.by_name import is_empty
from ferrule_core.query.keywords import conditions as keyword_conditions
from ferrule_core.query.ordering import column_named
from ferrule_core.sql.operators import Connective

if TYPE_CHECKING:
    from ferrule_core.mapping.model_table import ModelTable

T = TypeVar("T")


class TableNames:
    """What a model knows by names: its columns, its relations, their look-ups."""

    __slots__ = ("_table",)

    def __init__(self, table: ModelTable) -> None:
        self._table = table

    def value(self, name: str, /) -> Expr[Any]:
        """The column that a name leads to."""
        return column_named(self._table, name)

    def condition(self, lookups: Mapping[str, object], /) -> Expr[bool]:
        """What keywords say together."""
        found = keyword_conditions(self._table.path, lookups)
        return connect(Connective.AND, met_conditions(self, found))


def met(names: Names, given: T) -> T:
    """An expression, an order, or several, whose names mean what they mean in a query.

    Raises:
        UnknownColumn: A name is no column of it.
        UnknownLookup: A keyword of a ``Q`` is no look-up.
    """
    return cast("T", resolved(given, names)) if is_deferred(given) else given


def met_conditions(names: Names, conditions: Iterable[Expr[bool]]) -> tuple[Expr[bool], ...]:
    """Conditions, of which some are known by names only, without those that say nothing.

    Raises:
        QueryError: Something is no condition.
        UnknownColumn, UnknownLookup: As ``met``.
    """
    found: list[Expr[bool]] = []
    for condition in conditions:
        if not is_empty(condition):
            met_one = met(names, condition)
            refuse_unconditional(met_one)
            found.append(met_one)
    return tuple(found)
