"""Relations that are loaded by a query of their own, for all instances at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from operator import attrgetter, itemgetter
from typing import TYPE_CHECKING, Any

from ferrule_core.query.annotating import annotate_instances
from ferrule_core.query.plans import Preload, plan_of
from ferrule_core.query.port import executor_for
from ferrule_core.query.prefetching import Steps, within
from ferrule_core.query.related import THROUGH, select_related
from ferrule_core.query.roles import same_database
from ferrule_core.query.running import compiled
from ferrule_core.query.selection import NO_ANNOTATIONS, NO_PREFETCHES
from ferrule_core.sql.nodes import ColumnRef

if TYPE_CHECKING:
    from ferrule_core.mapping.columns import ModelColumn
    from ferrule_core.mapping.links import Link
    from ferrule_core.mapping.mapped import Mapped
    from ferrule_core.mapping.model_table import ModelTable
    from ferrule_core.query.selection import Inclusion, Selection


async def run(
    preloads: Iterable[Preload],
    instances: Sequence[Any],
    database: str | None,
    prefetches: Mapping[Steps, Selection] = NO_PREFETCHES,
) -> None:
    """Load relations onto instances, one query for each, one after the other.

    They may share one connection, which does one thing at a time.
    """
    for preload in preloads:
        holders = _holders(instances, preload.holder)
        steps = (*preload.holder, preload.link.attribute)
        chosen = prefetches.get(steps) if prefetches else None
        further = within(prefetches, steps) if prefetches else prefetches
        await load(preload.link, holders, preload.inclusion, database, chosen, further)


def apart(table: ModelTable, inclusion: Inclusion) -> list[Preload]:
    """What loads the relations of an inclusion, each by a statement of its own."""
    return [Preload((), table.link(name), further) for name, _, further in inclusion]


async def load(
    link: Link,
    holders: Sequence[Mapped],
    inclusion: Inclusion,
    database: str | None,
    chosen: Selection | None = None,
    prefetches: Mapping[Steps, Selection] = NO_PREFETCHES,
) -> None:
    """Load one relation onto instances that have it.

    Args:
        link: The relation.
        holders: The instances.
        inclusion: What is loaded from the related rows on.
        database: Where the instances come from.
        chosen: Which of the related rows, and in what order; all, where it is left out.
        prefetches: The same for relations from the related rows on.
    """
    near = attrgetter(*[column.attribute for column in link.local])
    keys = [near(holder) for holder in holders]
    wanted = list(dict.fromkeys(key for key in keys if not _unknown(key)))
    related: dict[Any, list[Any]] = {}
    if wanted:
        if not same_database(link.target.database, link.owner.database):
            database = link.target.database
        attributes = None if chosen is None else _attributes(link, chosen)
        named = NO_ANNOTATIONS if chosen is None else chosen.annotations
        further = (*[ColumnRef(None, name) for name in named], *_junction_columns(link))
        plan = plan_of(link.target, attributes, inclusion, further)
        statement = select_related(link, plan, wanted, chosen)
        rows = await executor_for(database).fetch(compiled(statement))
        found = plan.load(rows)
        if named and rows:
            first = len(rows[0]) - len(further)
            annotate_instances(found, rows, named, first)
        await run(plan.preloads, found, database, prefetches)
        related = _grouped(link, found, rows, attributes)
    for holder, key in zip(holders, keys, strict=True):
        _attach(link, holder, related.get(key, []))


def _attributes(link: Link, chosen: Selection) -> tuple[str, ...] | None:
    """The columns to load: what was asked for, and what says whose a row is."""
    if chosen.attributes is None:
        return None
    needed = {*chosen.attributes, *[column.attribute for column in link.remote]}
    return tuple(attribute for attribute in link.target.columns if attribute in needed)


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
    return tuple(ColumnRef(THROUGH, name) for name in link.junction.columns)


def _grouped(
    link: Link, found: list[Any], rows: Sequence[Any], attributes: tuple[str, ...] | None
) -> dict[Any, list[Any]]:
    """The related instances by the key that refers to them, or that they refer to."""
    related: dict[Any, list[Any]] = {}
    if link.junction is None:
        loaded = tuple(link.target.columns) if attributes is None else attributes
        places = [loaded.index(column.attribute) for column in link.remote]
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
