"""What the row of an instance had when it was read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, TypeVar, overload

from ferrule_core.errors import FerruleError, QueryError
from ferrule_core.mapping.columns import Column
from ferrule_core.mapping.reprs import shown

if TYPE_CHECKING:
    from ferrule_core.mapping.mapped import Mapped
    from ferrule_core.mapping.model_table import ModelTable

V = TypeVar("V")


class Original(Mapping[str, Any]):
    """The values of a row by attribute, as instances have them; read-only.

    ``book.original["price"]``, or typed, ``book.original[Book.price]``. Columns that were not
    loaded are not in it, and an instance that is in no table has an empty one. It keeps to the row
    that there was when it was asked for: a later ``save()`` does not change it.
    """

    __slots__ = ("_places", "_row", "_table")

    def __init__(self, instance: Mapped) -> None:
        self._table: ModelTable = type(instance).__table__
        self._row = instance.__row__
        self._places: Mapping[str, int] = {} if self._row is None else instance.__layout__.positions

    @overload
    def __getitem__(self, key: Column[V], /) -> V: ...
    @overload
    def __getitem__(self, key: str, /) -> Any: ...  # noqa: ANN401 - a name says no type
    def __getitem__(self, key: Column[V] | str, /) -> Any:
        """The value; one that can be changed in place is a copy.

        Raises:
            KeyError: The column was not loaded.
            UnknownColumn: The model has no such column.
        """
        attribute = self._attribute(key)
        place = self._places.get(attribute)
        if place is None:
            raise KeyError(attribute)
        value_type = self._table.columns[attribute].value_type
        value = self._row[place]
        return value_type.own(value) if value_type.mutable else value_type.receive(value)

    @overload
    def get(self, key: Column[V], default: None = None, /) -> V | None: ...
    @overload
    def get(self, key: Column[V], default: V, /) -> V: ...
    @overload
    def get(self, key: str, default: object = None, /) -> Any: ...  # noqa: ANN401
    def get(  # pyright: ignore[reportIncompatibleMethodOverride]  # a column is a key, too
        self, key: Column[Any] | str, default: Any = None, /
    ) -> Any:
        """The value, or ``default`` where the column was not loaded.

        Raises:
            UnknownColumn: The model has no such column.
        """
        return self[key] if self._attribute(key) in self._places else default

    def _attribute(self, key: object) -> str:
        if isinstance(key, Column):
            if key.origin is not self._table.path:
                raise QueryError(f"{key!r} is no column of {self._table.model_name} itself")
            return str(key.attribute)
        if not isinstance(key, str):
            raise QueryError(
                f"a column is named by itself or by text, not by a {type(key).__name__}",
                hint='original[Book.title], or original["title"]',
            )
        if key not in self._table.columns:
            raise self._table.path.unknown(key)
        return key

    def __contains__(self, key: object) -> bool:
        return (key.attribute if isinstance(key, Column) else key) in self._places

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)

    def __repr__(self) -> str:
        columns = self._table.columns
        return shown(self._table.model_name, [(columns[name], self._seen(name)) for name in self])

    def _seen(self, attribute: str) -> object:
        """The value, or that it cannot be read: documents that fit no longer are shown, too."""
        try:
            return self[attribute]
        except FerruleError as error:
            return type(error)
