"""Models without an event loop: ``Book.sync.create(...)`` and ``book.sync.save()``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Generic, TypeVar, overload

from ferrule_core.mapping.expressions import Expr
from ferrule_core.mapping.mapped import Mapped
from ferrule_core.model.sync_verbs import SyncClassVerbs, SyncRowVerbs
from ferrule_core.query.blocking import run_sync
from ferrule_core.query.naming import Named
from ferrule_core.query.prefetching import Prefetch

if TYPE_CHECKING:
    from ferrule_core.model.model import Model, View

V = TypeVar("V", bound="View")
R = TypeVar("R", bound=Mapped)
M = TypeVar("M", bound="Model")


class SyncViewClass(Generic[V]):
    """What ``Book.sync`` is for a view: the class's own methods, without ``await``."""

    __slots__ = ("_model",)

    def __init__(self, model: type[V]) -> None:
        self._model = model

    def get(self, /, *conditions: Expr[bool], **lookups: Any) -> V:  # noqa: ANN401
        """The only row that meets these conditions; see ``View.get``."""
        return run_sync(self._model.get(*conditions, **lookups))

    def get_or_none(self, /, *conditions: Expr[bool], **lookups: Any) -> V | None:  # noqa: ANN401
        """The only row that meets these conditions, or ``None``; see ``View.get_or_none``."""
        return run_sync(self._model.get_or_none(*conditions, **lookups))


class SyncModelClass(SyncClassVerbs[M], SyncViewClass[M]):
    """What ``Book.sync`` is for a table."""

    __slots__ = ()

    def create(self, /, **values: Any) -> M:  # noqa: ANN401
        """Make an instance and insert it; see ``Model.create``."""
        return run_sync(self._model.create(**values))


class SyncViewRow(Generic[V]):
    """What ``book.sync`` is for a row of a view."""

    __slots__ = ("_row",)

    def __init__(self, row: V) -> None:
        self._row = row

    def fetch(self, *relations: type[Mapped] | Prefetch[Any]) -> V:
        """Load relations onto this instance; see ``View.fetch``."""
        return run_sync(self._row.fetch(*relations))

    @overload
    def fetch_fk(self, relation: type[R], /) -> R | None: ...
    @overload
    def fetch_fk(self, relation: str, /) -> Any: ...  # noqa: ANN401
    def fetch_fk(self, relation: type[R] | str, /) -> Any:
        """Load the row that a foreign key refers to, and give it; see ``View.fetch_fk``."""
        row: Any = self._row
        return run_sync(row.fetch_fk(relation))

    @overload
    def fetch_ifk(self, relation: type[R], /) -> list[R]: ...
    @overload
    def fetch_ifk(self, relation: str, /) -> list[Any]: ...
    def fetch_ifk(self, relation: type[R] | str, /) -> list[Any]:
        """Load the rows that refer to this one, and give them; see ``View.fetch_ifk``."""
        row: Any = self._row
        found: list[Any] = run_sync(row.fetch_ifk(relation))
        return found

    @overload
    def fetch_m2m(self, relation: type[R], /) -> list[R]: ...
    @overload
    def fetch_m2m(self, relation: str, /) -> list[Any]: ...
    def fetch_m2m(self, relation: type[R] | str, /) -> list[Any]:
        """Load the rows that a junction table connects, and give them; see ``View.fetch_m2m``."""
        row: Any = self._row
        found: list[Any] = run_sync(row.fetch_m2m(relation))
        return found

    def fetch_all_related(self) -> dict[str, Any]:
        """Load every relation of the model, and give them by name."""
        return run_sync(self._row.fetch_all_related())


class SyncRow(SyncRowVerbs[M], SyncViewRow[M]):
    """What ``book.sync`` is for a row of a table."""

    __slots__ = ()

    def save(self, *, only: Iterable[Named] | None = None) -> None:
        """Insert a new instance, or write the columns that changed; see ``Model.save``."""
        run_sync(self._row.save(only=only))

    def validate(self) -> None:
        """Judge all values, and write nothing; see ``Model.validate``."""
        run_sync(self._row.validate())

    def delete(self) -> None:
        """Delete the row; see ``Model.delete``."""
        run_sync(self._row.delete())

    def refresh(self) -> None:
        """Read all columns again; see ``Model.refresh``."""
        run_sync(self._row.refresh())


class SyncView:
    """Gives the twin of a view's class, or of an instance."""

    @overload
    def __get__(self, instance: None, owner: type[V]) -> SyncViewClass[V]: ...
    @overload
    def __get__(self, instance: V, owner: type[V]) -> SyncViewRow[V]: ...
    def __get__(self, instance: V | None, owner: type[V]) -> SyncViewClass[V] | SyncViewRow[V]:
        return SyncViewClass(owner) if instance is None else SyncViewRow(instance)


class SyncModel(SyncView):
    """Gives the twin of a model's class, or of an instance."""

    @overload  # type: ignore[override]  # a subclass has a twin of its own
    def __get__(self, instance: None, owner: type[M]) -> SyncModelClass[M]: ...
    @overload
    def __get__(self, instance: M, owner: type[M]) -> SyncRow[M]: ...
    def __get__(  # pyright: ignore[reportIncompatibleMethodOverride]
        self, instance: M | None, owner: type[M]
    ) -> SyncModelClass[M] | SyncRow[M]:
        return SyncModelClass(owner) if instance is None else SyncRow(instance)
