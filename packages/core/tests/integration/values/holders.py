"""Models of a table for each type, which another process finds by their names, too."""

from __future__ import annotations

from typing import Any

from packages.core.tests.integration.values import kinds
from packages.core.tests.integration.values.kinds import Kind

from ferrule_core.mapping.columns import Column, column
from ferrule_core.mapping.mapped import ModelMeta
from ferrule_core.model.model import Model

ALL = [*kinds.KINDS, *kinds.OF_EXTENSIONS, *kinds.ODD]

_made: dict[str, Any] = {}


def holder_of(kind: Kind) -> Any:
    """The model of the table of a type."""
    return __getattr__(f"Holder{ALL.index(kind)}")


def __getattr__(name: str) -> Any:
    number = name.removeprefix("Holder")
    if not number.isdecimal():
        raise AttributeError(name)
    if name not in _made:
        _made[name] = _make(name, ALL[int(number)])
    return _made[name]


def _make(name: str, kind: Kind) -> Any:
    nullable = kind.annotation | None
    body = {
        "__module__": __name__,
        "__qualname__": name,
        "__annotations__": {"id": Column[int], "value": Column[nullable]},
        "id": column(primary_key=True, type=kinds.types.Integer()),
        "value": column(default=None, type=kind.said),
    }
    make: Any = ModelMeta
    return make(name, (Model,), body, table=table_name(kind), schema="k")


def table_name(kind: Kind) -> str:
    """What its table is called."""
    return f"held{ALL.index(kind)}"


def create_table(kind: Kind) -> str:
    """The statement that makes its table."""
    return f"CREATE TABLE k.{table_name(kind)} (id integer PRIMARY KEY, value {kind.sql})"
