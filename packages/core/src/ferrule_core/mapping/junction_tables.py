"""The tables of many-to-many relations that no model describes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from ferrule_core.catalog.columns import Column
from ferrule_core.catalog.constraints import ForeignKey, PrimaryKey
from ferrule_core.catalog.names import QualifiedName
from ferrule_core.catalog.tables import Table
from ferrule_core.errors import ModelError
from ferrule_core.mapping.default_names import NamesInUse
from ferrule_core.mapping.relations import ManyToManyOptions

if TYPE_CHECKING:
    from ferrule_core.mapping.columns import ModelColumn
    from ferrule_core.mapping.links import Junction, Link
    from ferrule_core.mapping.model_table import ModelTable


def junction_tables(
    models: Mapping[QualifiedName, ModelTable],
    names: NamesInUse,
    schema: str,
    made: Iterable[Table],
) -> list[Table]:
    """The tables that models connect each other by, of those that have no model.

    Each has the keys of both sides, which are its primary key together; its rows go with those
    that they connect.

    Args:
        models: All models that have tables.
        names: Those that are taken.
        schema: Where a table lies whose model does not say it.
        made: The tables of the models.

    Raises:
        ModelError: Two relations differ about a table.
    """
    sides = {table.name: table for table in made}
    found: dict[QualifiedName, tuple[Link, Junction]] = {}
    for link, junction in _unmodelled(models.values()):
        name = QualifiedName(junction.schema or schema, junction.name)
        if name in sides:
            continue
        other, known = found.setdefault(name, (link, junction))
        if _connected(junction, link, schema) != _connected(known, other, schema):
            raise ModelError(
                f"{link.owner.model_name}.{link.attribute} and "
                f"{other.owner.model_name}.{other.attribute} differ about the table {name}",
                hint="name its columns in both, or write a model for it",
            )
    return [
        _junction_table(name, _connected(junction, link, schema), sides, names)
        for name, (link, junction) in sorted(found.items(), key=lambda item: item[0])
    ]


_Side = tuple[tuple[str, ...], QualifiedName, tuple[str, ...]]
"""Columns of the junction, the table that they refer to, and its key."""


def _unmodelled(models: Iterable[ModelTable]) -> Iterator[tuple[Link, Junction]]:
    for table in models:
        for attribute, relation in table.relations.items():
            if isinstance(relation.options, ManyToManyOptions):
                link = table.link(attribute)
                if link.junction is not None and link.junction.model is None:
                    yield link, link.junction


def _connected(junction: Junction, link: Link, schema: str) -> tuple[_Side, ...]:
    """Both sides, in an order that is the same seen from either."""
    near = (junction.columns, _whole_name(link.owner, schema), _names(link.local))
    far = (junction.target_columns, _whole_name(link.target, schema), _names(link.remote))
    return tuple(sorted((near, far)))


def _names(columns: Iterable[ModelColumn]) -> tuple[str, ...]:
    return tuple(column.name for column in columns)


def _whole_name(table: ModelTable, schema: str) -> QualifiedName:
    return QualifiedName(table.schema or schema, table.name)


def _junction_table(
    name: QualifiedName,
    sides: tuple[_Side, ...],
    tables: Mapping[QualifiedName, Table],
    names: NamesInUse,
) -> Table:
    names.take_relation(name)
    columns: list[Column] = []
    for own, target, key in sides:
        if target not in tables:
            raise ModelError(
                f"the table {name} connects {target}, which is not among the models",
                hint="make the catalog of both models together, or write a model for the table",
            )
        by_name = {column.name: column for column in tables[target].columns}
        columns += [
            Column(
                name=column,
                type=by_name[referred].type,
                nullable=False,
                collation=by_name[referred].collation,
            )
            for column, referred in zip(own, key, strict=True)
        ]
    return Table(
        name=name,
        columns=tuple(columns),
        primary_key=PrimaryKey(
            name=names.of_index(name, (), "pkey"), columns=tuple(column.name for column in columns)
        ),
        foreign_keys=tuple(
            sorted(
                (
                    ForeignKey(
                        name=names.of_constraint(name, own, "fkey"),
                        columns=own,
                        target=target,
                        target_columns=key,
                        on_delete="cascade",
                    )
                    for own, target, key in sides
                ),
                key=lambda key: key.name,
            )
        ),
    )
