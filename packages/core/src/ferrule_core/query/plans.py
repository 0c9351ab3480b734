"""How the rows of a query become instances: what is selected and joined, and the loader.

A plan belongs to a model, a set of columns and the relations to load, and is made once for each.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import field
from typing import TYPE_CHECKING, Any, TypeVar

from ferrule_core.deferred import dataclass
from ferrule_core.mapping.hydrate import JoinedLayout, make_loader
from ferrule_core.mapping.layouts import Layout
from ferrule_core.query.selection import Inclusion
from ferrule_core.query.where import join_of
from ferrule_core.sql.nodes import ColumnRef, Join, Projection, SelectItem

if TYPE_CHECKING:
    from ferrule_core.mapping.columns import ModelColumn
    from ferrule_core.mapping.links import Link
    from ferrule_core.mapping.model_table import ModelTable
    from ferrule_core.mapping.paths import Path


@dataclass(frozen=True, slots=True, eq=False)
class Preload:
    """A relation that is loaded by a second query.

    Attributes:
        holder: The relations that lead from an instance of the query to those that have this one.
        link: The relation.
        inclusion: What is loaded with the related rows.
    """

    holder: tuple[str, ...]
    link: Link
    inclusion: Inclusion


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """Everything about a query's rows that does not depend on which rows they are."""

    projection: Projection
    joins: tuple[Join, ...]
    paths: tuple[Path, ...]
    load: Callable[[Sequence[Any]], list[Any]]
    preloads: tuple[Preload, ...] = ()


@dataclass(slots=True)
class _Draft:
    items: list[SelectItem] = field(default_factory=list["SelectItem"])
    paths: list[Path] = field(default_factory=list["Path"])
    preloads: list[Preload] = field(default_factory=list["Preload"])


def plan_of(
    table: ModelTable,
    attributes: tuple[str, ...] | None = None,
    inclusion: Inclusion = (),
    extra: tuple[ColumnRef, ...] = (),
) -> Plan:
    """The plan for rows of a model; ``extra`` columns stand at the end of each row."""
    key = (attributes, inclusion, extra)
    found = table.plans.get(key)
    if found is None:
        found = remember(table, key, _make_plan(table, attributes, inclusion, extra))
    return found


_MOST_PLANS = 500

T = TypeVar("T")


def remember(table: ModelTable, key: object, plan: T) -> T:
    """Keep what was worked out for a model; when there is too much of it, begin anew."""
    if len(table.plans) >= _MOST_PLANS:
        table.plans.clear()
    table.plans[key] = plan
    return plan


def _make_plan(
    table: ModelTable,
    attributes: tuple[str, ...] | None,
    inclusion: Inclusion,
    extra: tuple[ColumnRef, ...],
) -> Plan:
    layout = table.layout
    if attributes is not None:
        layout = Layout(table, _with_keys(table, attributes, inclusion))
    draft = _Draft(list(layout.items(table.path.alias)))
    joined = _include(draft, table.path, inclusion, ())
    draft.items += [SelectItem(column) for column in extra]
    return Plan(
        projection=Projection(tuple(draft.items)),
        joins=tuple(join_of(path) for path in draft.paths),
        paths=tuple(draft.paths),
        load=make_loader(layout, joined, len(draft.items)),
        preloads=tuple(draft.preloads),
    )


def _with_keys(
    table: ModelTable, attributes: tuple[str, ...], inclusion: Inclusion
) -> tuple[ModelColumn, ...]:
    """The columns that were asked for, and behind them the keys of rows that are loaded too."""
    columns = [table.columns[attribute] for attribute in attributes]
    for attribute, _, _ in inclusion:
        columns += [column for column in table.link(attribute).local if column not in columns]
    return tuple(columns)


def _include(
    draft: _Draft, path: Path, inclusion: Inclusion, holder: tuple[str, ...]
) -> tuple[JoinedLayout, ...]:
    joined: list[JoinedLayout] = []
    for attribute, by_join, further in inclusion:
        link = path.table.link(attribute)
        if not by_join:
            draft.preloads.append(Preload(holder, link, further))
            continue
        child = path.child(attribute)
        layout = Layout(child.table, tuple(child.table.columns.values()), len(draft.items))
        draft.items += layout.items(child.alias)
        draft.paths.append(child)
        within = _include(draft, child, further, (*holder, attribute))
        joined.append(JoinedLayout(link, layout, within))
    return tuple(joined)
