"""Relations that are loaded by a query of their own, for all instances at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from operator import attrgetter, itemgetter
from typing import TYPE_CHECKING, Any
from uuid import UUID

from ferrule_core.catalog.types import PG_CATALOG, TypeRef
from ferrule_core.query.plans import Plan, Preload, plan_of
from ferrule_core.query.port import executor_for
from ferrule_core.query.roles import same_database
from ferrule_core.query.running import compiled
from ferrule_core.query.where import Sources, conjunction, presence
from ferrule_core.sql.nodes import (
    AnyOf,
    BinaryOp,
    Cast,
    ColumnRef,
    Expression,
    FunctionCall,
    FunctionRef,
    Join,
    Param,
    Projection,
    RowValue,
    ScalarSubquery,
    Select,
    SelectItem,
)
from ferrule_core.sql.operators import Operator

if TYPE_CHECKING:
    from ferrule_core.mapping.columns import ModelColumn
    from ferrule_core.mapping.links import Link
    from ferrule_core.mapping.mapped import Mapped
    from ferrule_core.query.selection import Inclusion

_THROUGH = "through"
_ARRAYS: dict[type | None, TypeRef] = {
    kind: TypeRef(PG_CATALOG, name, dimensions=1)
    for kind, name in (
        (int, "int8"),
        (str, "text"),
        (UUID, "uuid"),
        (date, "date"),
        (datetime, "timestamptz"),
        (Decimal, "numeric"),
    )
}


async def run(preloads: Iterable[Preload], instances: Sequence[Any], database: str | None) -> None:
    """Load relations onto instances, one query for each, one after the other.

    They may share one connection, which does one thing at a time.
    """
    for preload in preloads:
        holders = _holders(instances, preload.holder)
        await load(preload.link, holders, preload.inclusion, database)


async def load(
    link: Link, holders: Sequence[Mapped], inclusion: Inclusion, database: str | None
) -> None:
    """Load one relation onto instances that have it."""
    near = attrgetter(*[column.attribute for column in link.local])
    keys = [near(holder) for holder in holders]
    wanted = list(dict.fromkeys(key for key in keys if not _unknown(key)))
    related: dict[Any, list[Any]] = {}
    if wanted:
        if not same_database(link.target.database, link.owner.database):
            database = link.target.database
        plan = plan_of(link.target, None, inclusion, _junction_columns(link))
        rows = await executor_for(database).fetch(compiled(_statement(link, plan, wanted)))
        found = plan.load(rows)
        await run(plan.preloads, found, database)
        related = _grouped(link, found, rows)
    for holder, key in zip(holders, keys, strict=True):
        _attach(link, holder, related.get(key, []))


def _unknown(key: object) -> bool:
    """Whether a key has a NULL in it, and so refers to nothing."""
    return key is None or (isinstance(key, tuple) and None in key)


def _holders(instances: Sequence[Any], steps: tuple[str, ...]) -> list[Any]:
    """The instances at the end of some relations to one row, each once."""
    found: list[Any] = list(instances)
    for step in steps:
        loaded: list[Any] = [instance.__dict__.get(step) for instance in found]
        by_identity = {id(one): one for one in loaded if one is not None}
        found = list(by_identity.values())
    return found


def _junction_columns(link: Link) -> tuple[ColumnRef, ...]:
    if link.junction is None:
        return ()
    return tuple(ColumnRef(_THROUGH, name) for name in link.junction.columns)


def _statement(link: Link, plan: Plan, keys: list[Any]) -> Select:
    target = link.target
    alias = target.path.alias
    sources = Sources(target)
    sources.reach(plan.paths)
    joins = sources.joins
    key_columns = [ColumnRef(alias, column.name) for column in link.remote]
    if link.junction is not None:
        pairs = zip(link.junction.target_columns, link.remote, strict=True)
        connected = [
            BinaryOp(ColumnRef(alias, column.name), Operator.EQ, ColumnRef(_THROUGH, name))
            for name, column in pairs
        ]
        joins = (Join(link.junction.source(_THROUGH), conjunction([*connected])), *joins)
        key_columns = list(_junction_columns(link))
    where = conjunction([_among(key_columns, keys, link.local), *presence(target, alias)])
    return Select(plan.projection, target.source(alias), joins, where)


def _among(columns: list[ColumnRef], keys: list[Any], like: Sequence[ModelColumn]) -> Expression:
    """Whether columns together are one of the keys; each column of the keys is one parameter.

    Keys of several columns are taken apart by ``unnest``, which needs to be told their types. Where
    Python does not know them, the columns are compared one by one: that may find too many rows, and
    who asked leaves out those of keys that nobody has.
    """
    values = [keys] if len(like) == 1 else zip(*keys, strict=True)
    lists = [
        Param([column.value_type.send(value) for value in each])
        for column, each in zip(like, values, strict=True)
    ]
    arrays = [_ARRAYS.get(column.value_type.python) for column in like]
    if len(columns) == 1 or None in arrays:
        each = [
            AnyOf(column, Operator.EQ, values)
            for column, values in zip(columns, lists, strict=True)
        ]
        return conjunction([*each])
    typed = [Cast(values, array) for values, array in zip(lists, arrays, strict=True) if array]
    names = tuple(f"k{place}" for place in range(len(columns)))
    rows = FunctionRef(FunctionCall("unnest", tuple(typed)), "keys", names)
    items = tuple(SelectItem(ColumnRef("keys", name)) for name in names)
    subquery = ScalarSubquery(Select(Projection(items), rows))
    return AnyOf(RowValue(tuple(columns)), Operator.EQ, subquery)


def _grouped(link: Link, found: list[Any], rows: Sequence[Any]) -> dict[Any, list[Any]]:
    """The related instances by the key that refers to them, or that they refer to."""
    related: dict[Any, list[Any]] = {}
    positions = link.target.layout.positions
    if link.junction is None:
        places = [positions[column.attribute] for column in link.remote]
        for instance, key in zip(found, _keys(rows, places, link.remote), strict=True):
            related.setdefault(key, []).append(instance)
        return related
    last = len(rows[0]) if rows else 0
    places = list(range(last - len(link.local), last))
    own = attrgetter(*[column.attribute for column in link.remote])
    same: dict[Any, Any] = {}
    for instance, key in zip(found, _keys(rows, places, link.local), strict=True):
        related.setdefault(key, []).append(same.setdefault(own(instance), instance))
    return related


def _keys(rows: Sequence[Any], places: list[int], like: Sequence[ModelColumn]) -> Iterable[object]:
    """The key in each row as instances have it: a value, or a tuple of several."""
    keys = map(itemgetter(*places), rows)
    if all(column.value_type.decode is None for column in like):
        return keys
    if len(like) == 1:
        return map(like[0].value_type.receive, keys)
    return (
        tuple(column.value_type.receive(value) for column, value in zip(like, key, strict=True))
        for key in keys
    )


def _attach(link: Link, holder: Mapped, related: list[Any]) -> None:
    if link.many:
        setattr(holder, link.attribute, related)
        if link.inverse is not None:
            for instance in related:
                setattr(instance, link.inverse, holder)
    elif related:
        setattr(holder, link.attribute, related[0])
        if link.inverse is not None:
            setattr(related[0], link.inverse, holder)
    elif link.nullable:
        setattr(holder, link.attribute, None)
